/** @file Rows of a format that DuckDB cannot read, slice by slice, as Parquet files that it can. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DuckDBConnection, DuckDBType } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { systemErrorCode } from "../../files/system-errors.ts";
import { parquetRows } from "./duckdb.ts";
import { type CellArray, type PlainColumn, writePlainParquet } from "./plain-parquet.ts";
import type { GuardedReader } from "./reader/guarded-reader.ts";

/** A column of the copy. */
export interface CopiedColumn {
  /** Its name in the copy's SQL, such as c0. */
  readonly sql: string;
  readonly type: DuckDBType;
}

/** The rows as DuckDB reads them. */
export interface CopiedSlices {
  readonly rows: number;
  /** What stands after FROM. */
  readonly from: string;
}

/** Which table of a file is meant, and where its rows may be copied to. */
export interface TablePlace {
  /** As the format names its tables: a group or dataset, EXTNAME, a number; by default the only one in the file. */
  readonly group?: string | undefined;
  /** A folder that is removed when all is read. */
  readonly folder: string;
  /** Reads the formats whose libraries, or whose files, are not to be trusted. */
  readonly reader: GuardedReader;
}

/** Where the copy is made. */
interface SlicePlace {
  /** A folder that is removed when all is read; the copy gets one of its own within. */
  readonly folder: string;
  /** What the user calls the file, for messages. */
  readonly label: string;
}

/** The same for what DuckDB copies. */
export interface CopyPlace extends SlicePlace {
  readonly connection: DuckDBConnection;
}

/**
 * Writes each slice to a Parquet file of its own, so that never more than a slice is in memory.
 * @param slices for each column its cells, all of one length; the arrays may be used again for the next slice.
 */
export async function copySlices(
  { folder, label }: SlicePlace,
  columns: readonly CopiedColumn[],
  slices: Iterable<readonly CellArray[]> | AsyncIterable<readonly CellArray[]>,
): Promise<CopiedSlices> {
  return await collected(writtenSlices({ folder, label }, columns, slices));
}

/** A Parquet file of some rows. */
export interface WrittenSlice {
  readonly path: string;
  readonly rows: number;
}

/** Writes a slice each time it is asked for the next; at least one, if without rows. */
export async function* writtenSlices(
  { folder, label }: SlicePlace,
  columns: readonly CopiedColumn[],
  slices: Iterable<readonly CellArray[]> | AsyncIterable<readonly CellArray[]>,
): AsyncGenerator<WrittenSlice> {
  const own = await mkdtemp(join(folder, "copy-"));
  let count = 0;
  const write = async (cells: readonly CellArray[]) => {
    const path = join(own, `${count++}.parquet`);
    const named = columns.map(({ sql, type }, i) => ({ name: sql, type, cells: cells[i] }));
    await writeSlice(path, named, label);
    return { path, rows: cells[0].length };
  };
  for await (const cells of slices) yield await write(cells);
  if (count === 0) yield await write(columns.map(() => []));
}

/** All slices as one table. */
export async function collected(slices: AsyncIterable<WrittenSlice>): Promise<CopiedSlices> {
  const paths: string[] = [];
  let rows = 0;
  for await (const slice of slices) {
    paths.push(slice.path);
    rows += slice.rows;
  }
  return { rows, from: parquetRows(paths) };
}

async function writeSlice(path: string, columns: readonly PlainColumn[], label: string): Promise<void> {
  try {
    await writePlainParquet(path, columns);
  } catch (error) {
    const why = systemErrorCode(error) === "ENOSPC" ? "its disk is too full" : systemErrorCode(error);
    if (why === undefined) throw error;
    throw new InputError(
      `Cannot unpack ${label} to the temporary folder ${tmpdir()}: ${why}; set TMPDIR to another.`,
    );
  }
}
