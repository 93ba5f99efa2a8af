/** @file Rows of a format that DuckDB cannot read, slice by slice, as Parquet files that it can. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDoubleVector,
  DuckDBFloatVector,
  DuckDBIntegerVector,
  type DuckDBType,
  DuckDBUIntegerVector,
  type DuckDBValue,
  DuckDBVector,
  VARCHAR,
} from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { fileComplaint, literal, parquetRows } from "./duckdb.ts";
import type { GuardedReader } from "./reader/guarded-reader.ts";

/**
 * Cells of a column in a slice. Numbers are for FLOAT, DOUBLE, INTEGER and UINTEGER, a missing one is NaN (which a whole
 * number makes NULL); values are for any type (bigint for BIGINT and UBIGINT, string for VARCHAR, boolean for BOOLEAN), a missing one is null.
 */
export type CellArray = Float64Array | DuckDBValue[];

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
export interface CopyPlace {
  readonly connection: DuckDBConnection;
  /** A folder that is removed when all is read; the copy gets one of its own within. */
  readonly folder: string;
  /** What the user calls the file, for messages. */
  readonly label: string;
}

/**
 * Writes each slice to a Parquet file of its own, so that never more than a slice is in memory.
 * @param slices for each column its cells, all of one length; the arrays may be used again for the next slice.
 */
export async function copySlices(
  { connection, folder, label }: CopyPlace,
  columns: readonly CopiedColumn[],
  slices: Iterable<readonly CellArray[]> | AsyncIterable<readonly CellArray[]>,
): Promise<CopiedSlices> {
  return await collected(writtenSlices({ connection, folder, label }, columns, slices));
}

/** A Parquet file of some rows. */
export interface WrittenSlice {
  readonly path: string;
  readonly rows: number;
}

/** Writes a slice each time it is asked for the next; at least one, if without rows. */
export async function* writtenSlices(
  { connection, folder, label }: CopyPlace,
  columns: readonly CopiedColumn[],
  slices: Iterable<readonly CellArray[]> | AsyncIterable<readonly CellArray[]>,
): AsyncGenerator<WrittenSlice> {
  const own = await mkdtemp(join(folder, "copy-"));
  let count = 0;
  const write = async (cells: readonly CellArray[]) => {
    const path = join(own, `${count++}.parquet`);
    await writeSlice(connection, columns, cells, path, label);
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

async function writeSlice(
  connection: DuckDBConnection,
  columns: readonly CopiedColumn[],
  cells: readonly CellArray[],
  part: string,
  label: string,
): Promise<void> {
  const types = columns.map(({ sql, type }) => `${sql} ${type}`);
  await connection.run(`CREATE OR REPLACE TABLE copied_slice (${types.join(", ")})`);
  await appendCells(connection, cells);
  // Numbers seldom repeat: to look for it takes as long as to write them.
  const dictionary = columns.some(({ type }) => type === VARCHAR) ? "" : ", DICTIONARY_SIZE_LIMIT 0";
  try {
    await connection.run(
      `COPY copied_slice TO ${literal(part)} (FORMAT parquet, COMPRESSION 'uncompressed'${dictionary})`,
    );
  } catch (error) {
    const complaint = fileComplaint(error);
    if (complaint === undefined) throw error;
    const why = /no space left/i.test(complaint) ? "its disk is too full" : complaint;
    throw new InputError(
      `Cannot unpack ${label} to the temporary folder ${tmpdir()}: ${why}; set TMPDIR to another.`,
    );
  }
  await connection.run("DROP TABLE copied_slice");
}

async function appendCells(connection: DuckDBConnection, cells: readonly CellArray[]): Promise<void> {
  const appender = await connection.createAppender("copied_slice");
  const rows = cells[0].length;
  const max = DuckDBVector.standardSize();
  // One chunk for all rows: new ones would pile up, as V8 does not know of the memory behind them.
  const chunk = DuckDBDataChunk.create(cells.map((_, i) => appender.columnType(i)));
  for (let from = 0; from < rows; from += max) {
    const count = Math.min(max, rows - from);
    chunk.reset();
    chunk.rowCount = count;
    for (const [i, column] of cells.entries()) {
      if (column instanceof Float64Array)
        setNumbers(chunk.getColumnVector(i), column.subarray(from, from + count));
      else chunk.setColumnValues(i, column.slice(from, from + count));
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function setNumbers(vector: DuckDBVector, numbers: Float64Array): void {
  if (vector instanceof DuckDBIntegerVector || vector instanceof DuckDBUIntegerVector) {
    for (let row = 0; row < numbers.length; row++)
      vector.setItem(row, Number.isNaN(numbers[row]) ? null : numbers[row]);
  } else if (vector instanceof DuckDBFloatVector || vector instanceof DuckDBDoubleVector) {
    for (let row = 0; row < numbers.length; row++) vector.setItem(row, numbers[row]);
  } else throw new TypeError(`DuckDB made ${vector.type} where numbers were to be kept`);
  vector.flush();
}
