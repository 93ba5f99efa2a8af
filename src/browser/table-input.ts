/** @file The table that a page trains on, as the page gives it, and as it goes to the worker. */
import { InputError } from "../base/errors.ts";
import type { BytesReading } from "../table/bytes/read-bytes.ts";
import { checkTable } from "../table/checked-table.ts";
import type { CellValue } from "../table/from-values.ts";
import type { Table } from "../table/table.ts";

export type { BytesReading } from "../table/bytes/read-bytes.ts";

export type Bytes = Blob | Uint8Array<ArrayBuffer> | ArrayBuffer;

/**
 * A table: a CSV or Parquet file as an input or a drop gives it, its bytes, its address, or one of these with how it is read
 * (`{ file, missing: [-9999] }`); rows as plain objects; a table in memory.
 */
export type TableSource =
  | Bytes
  | string
  | URL
  | ({ readonly file: Bytes | string | URL } & BytesReading)
  | readonly Readonly<Record<string, CellValue>>[]
  | Table;

/** What goes to the worker. */
export type TableInput =
  | { readonly bytes: Bytes; readonly name: string; readonly reading: BytesReading }
  | { readonly address: string; readonly reading: BytesReading }
  | { readonly rows: readonly Readonly<Record<string, CellValue>>[] }
  | { readonly table: Table };

/** @param absolute makes an address that of the page whole. @throws InputError for what is none of these. */
export function inputOf(source: TableSource, absolute: (address: string | URL) => string): TableInput {
  if (Array.isArray(source)) return { rows: source };
  if (isFile(source)) return fileInput(source, {}, absolute);
  if (typeof source === "object" && "file" in source) {
    const { file, ...reading } = source;
    return fileInput(file, reading, absolute);
  }
  if (typeof source === "object" && "columns" in source) {
    checkTable(source);
    return { table: source };
  }
  throw new InputError(
    "The table must be a file, its bytes, its address, rows as objects, or a table in memory.",
  );
}

function isFile(source: unknown): source is Bytes | string | URL {
  return (
    typeof source === "string" ||
    source instanceof URL ||
    source instanceof Blob ||
    source instanceof Uint8Array ||
    source instanceof ArrayBuffer
  );
}

function fileInput(
  file: Bytes | string | URL,
  reading: BytesReading,
  absolute: (address: string | URL) => string,
): TableInput {
  if (typeof file === "string" || file instanceof URL) return { address: absolute(file), reading };
  return { bytes: file, name: file instanceof File ? file.name : "the table", reading };
}
