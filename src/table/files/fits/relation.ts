/** @file FITS tables for DuckDB, which cannot read them: their columns, and a copy of their rows as Parquet. */
import { type FileHandle, open } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../../base/errors.ts";
import { type CopiedSlices, copySlices, type TablePlace } from "../copied-slices.ts";
import { type FileColumn, type FileRelation, plainReport } from "../file-relation.ts";
import type { CellArray } from "../plain-parquet.ts";
import type { DataFile } from "../source.ts";
import type { RowBytes } from "./cells.ts";
import { columnsOf, complaintAbout, type FitsColumn, type FitsColumns, LOOKED_AT } from "./columns.ts";
import type { ReadBytes } from "./header.ts";
import { chosenTable, type Part, partsOf } from "./parts.ts";

/** The table's columns. Its rows are read in slices, and of these only the columns that are wanted, when they are copied. */
export async function openFits(
  _connection: DuckDBConnection,
  file: DataFile,
  { group, folder }: Omit<TablePlace, "reader">,
): Promise<FileRelation> {
  const { part, columns, report } = await withBytes(file, (read, size) =>
    described(read, size, group, file.label),
  );
  const rows = part.header.count("NAXIS2");
  const shown = columns.map(
    ({ name, kind, type, unreadable }, i): FileColumn => ({
      ...{ name, sql: `c${i}`, kind, type },
      ...(kind === "text" && { declared: "text" }),
      ...(unreadable && { unreadable }),
    }),
  );
  const relation = { file, report: { ...plainReport(file), ...report }, columns: shown };
  const copyOf = async (names: ReadonlySet<string>, most: number): Promise<FileRelation> => ({
    ...relation,
    ...(await copyRows({ folder, file, group }, names, Math.min(rows, most))),
  });
  return {
    ...relation,
    rows,
    from: "(SELECT * FROM rows_that_were_not_copied)",
    copied: (names) => copyOf(names, rows),
    copiedStart: copyOf,
  };
}

interface Described extends FitsColumns {
  readonly part: Part;
}

async function described(
  read: ReadBytes,
  size: number,
  group: string | undefined,
  label: string,
): Promise<Described> {
  const part = chosenTable(await partsOf(read, size, label), group, label);
  const { header, start, length } = part;
  const [stride, rows] = [header.count("NAXIS1"), header.count("NAXIS2")];
  if (start + length > size)
    throw new InputError(
      `${label} is cut off: its table takes ${(start + length).toLocaleString("en")} bytes, but the file has ${size.toLocaleString("en")}; fetch it again.`,
    );
  const heapFrom = Math.max(header.count("THEAP", stride * rows), stride * rows);
  const heap = { start: start + heapFrom, length: Math.max(0, length - heapFrom) };
  const looked = Math.min(
    rows,
    Math.max(1, Math.min(LOOKED_AT, Math.floor(SLICE_BYTES / Math.max(1, stride)))),
  );
  const first = await rowsAt(read, part, 0, looked);
  return { part, ...columnsOf(part, { read, start: first, heap }, label) };
}

/** Of the rows, so many bytes and cells are in memory at once. */
const SLICE_BYTES = 16 * 2 ** 20;
const SLICE_CELLS = 2_000_000;
const SLICE_ROWS = 65_536;

async function copyRows(
  { folder, file, group }: Omit<TablePlace, "reader"> & { readonly file: DataFile },
  names: ReadonlySet<string>,
  rows: number,
): Promise<CopiedSlices> {
  return await withBytes(file, async (read, size) => {
    const { part, columns } = await described(read, size, group, file.label);
    const wanted = [...columns.entries()].filter(([, { name, read: cells }]) => names.has(name) && cells);
    const stride = part.header.count("NAXIS1");
    const length = Math.max(
      1,
      Math.min(
        SLICE_ROWS,
        Math.floor(SLICE_BYTES / Math.max(1, stride)),
        Math.floor(SLICE_CELLS / Math.max(1, wanted.length)),
      ),
    );
    const types = wanted.map(([i, { duckdb }]) => ({ sql: `c${i}`, type: duckdb! }));
    async function* slices() {
      for (let from = 0; from < rows; from += length) {
        const bytes = await rowsAt(read, part, from, Math.min(length, rows - from));
        const cells: CellArray[] = [];
        for (const [, column] of wanted) cells.push(await cellsOf(column, bytes, file.label));
        yield cells;
      }
    }
    return await copySlices({ folder, label: file.label }, types, slices());
  });
}

async function cellsOf(column: FitsColumn, rows: RowBytes, label: string): Promise<CellArray> {
  try {
    return await column.read!(rows);
  } catch (error) {
    throw complaintAbout(column, label, error);
  }
}

async function rowsAt(
  read: ReadBytes,
  { header, start }: Part,
  first: number,
  rows: number,
): Promise<RowBytes> {
  const stride = header.count("NAXIS1");
  const bytes = await read(start + first * stride, rows * stride);
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), rows, stride, first };
}

/** Opens the file, for as long as `work` reads it. */
async function withBytes<T>(
  { path }: DataFile,
  work: (read: ReadBytes, size: number) => Promise<T>,
): Promise<T> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    return await work((position, length) => bytesAt(file, position, length), size);
  } finally {
    await file.close();
  }
}

/** A read may give fewer bytes than there are. */
async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
