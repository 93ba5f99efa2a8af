/** @file HDF5 for DuckDB, which cannot read it: the columns of a table, and a copy of their rows as Parquet. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDoubleVector,
  DuckDBFloatVector,
  DuckDBVector,
} from "@duckdb/node-api";
import { InputError } from "../../../base/errors.ts";
import { fileComplaint, literal, pathLiteral } from "../duckdb.ts";
import { type FileColumn, type FileRelation, plainReport } from "../file-relation.ts";
import type { DataFile } from "../source.ts";
import type { CellPlace, Hdf5Column, Hdf5Table } from "./columns.ts";
import { withHdf5File } from "./file.ts";
import { type CellArray, placesOf, readSlice, type Slice, sliceLength } from "./slice.ts";
import { findTable } from "./tables.ts";

/** Where the table is in the file, and where its rows may be copied to. */
export interface Hdf5Place {
  /** The group or dataset; by default the only table in the file. */
  readonly group?: string | undefined;
  /** A folder that is removed when all is read. */
  readonly folder: string;
}

/**
 * The table's columns. Its rows are read in slices, and only the columns that are wanted, when they are copied: as
 * Parquet they then go the way of all other formats, by the same rules.
 */
export async function openHdf5(
  connection: DuckDBConnection,
  file: DataFile,
  { group, folder }: Hdf5Place,
): Promise<FileRelation> {
  const table = await withHdf5File(file, async (opened) => findTable(opened, group));
  const columns = table.columns.map(({ name, cell }, i): FileColumn => {
    const { kind, name: type, unreadable } = cell;
    return { name, sql: `c${i}`, kind, type, ...(unreadable && { unreadable }) };
  });
  const report = plainReport(file);
  return {
    file,
    report,
    columns,
    from: "(SELECT * FROM rows_that_were_not_copied)",
    copied: async (names) => {
      const copy = await copyRows(connection, file, table, names, folder);
      const rowInFile = table.finite && { rowInFile: rowColumn };
      return { file, report, columns, rows: copy.rows, from: parquetFrom(copy.parts), ...rowInFile };
    },
  };
}

const rowColumn = "row_in_file";

function parquetFrom(parts: readonly string[]): string {
  return `read_parquet([${parts.map(pathLiteral).join(", ")}])`;
}

interface Copy {
  readonly parts: readonly string[];
  readonly rows: number;
}

/** Writes the named columns to Parquet files, one for each slice, so that never more than a slice is in memory. */
async function copyRows(
  connection: DuckDBConnection,
  file: DataFile,
  table: Hdf5Table,
  names: ReadonlySet<string>,
  folder: string,
): Promise<Copy> {
  const indices = [...table.columns.keys()].filter((i) => names.has(table.columns[i].name));
  const columns = indices.map((i) => table.columns[i]);
  const deciding = table.columns.filter(({ name }) => table.finite?.includes(name));
  const all = commonLength([...columns, ...deciding], file.label, table.path);
  const own = await mkdtemp(join(folder, "hdf5-"));
  const parts: string[] = [];
  let rows = 0;
  await withHdf5File(file, async (opened) => {
    const length = sliceLength(columns);
    for (let from = 0; from === 0 || from < all; from += length) {
      const slice = readSlice(opened, columns, deciding, { from, count: Math.min(length, all - from) });
      const part = join(own, `${parts.length}.parquet`);
      const types = indices.map((i) => `c${i} ${table.columns[i].cell.duckdb}`);
      await writeSlice(connection, types, slice, part, file.label);
      parts.push(part);
      rows += slice.rowsInFile.length;
    }
  });
  return { parts, rows };
}

/** @throws InputError if the columns are not of one length. */
function commonLength(columns: readonly Hdf5Column[], label: string, path: string): number {
  const indices = placesOf(columns);
  const first = indices[0];
  const rowsOf = ({ dataset }: CellPlace) => dataset.shape[0];
  const other = indices.find((index) => rowsOf(index) !== rowsOf(first));
  if (other === undefined) return rowsOf(first);
  throw new InputError(
    `The datasets in ${path} of ${label} are not of one length: ${first.dataset.path} has ${rowsOf(first)} rows, ${other.dataset.path} ${rowsOf(other)}; name columns of one length with \`columns\`, or another table with \`group\`.`,
  );
}

async function writeSlice(
  connection: DuckDBConnection,
  types: readonly string[],
  { cells, rowsInFile }: Slice,
  part: string,
  label: string,
): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TABLE hdf5_slice (${[...types, `${rowColumn} DOUBLE`].join(", ")})`,
  );
  await appendCells(connection, [...cells, rowsInFile]);
  try {
    await connection.run(`COPY hdf5_slice TO ${literal(part)} (FORMAT parquet, COMPRESSION 'uncompressed')`);
  } catch (error) {
    const complaint = fileComplaint(error);
    if (complaint === undefined) throw error;
    const why = /no space left/i.test(complaint) ? "its disk is too full" : complaint;
    throw new InputError(
      `Cannot unpack ${label} to the temporary folder ${tmpdir()}: ${why}; set TMPDIR to another.`,
    );
  }
  await connection.run("DROP TABLE hdf5_slice");
}

async function appendCells(connection: DuckDBConnection, cells: readonly CellArray[]): Promise<void> {
  const appender = await connection.createAppender("hdf5_slice");
  const rows = cells.at(-1)!.length;
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
  if (!(vector instanceof DuckDBFloatVector || vector instanceof DuckDBDoubleVector)) {
    throw new TypeError(`DuckDB made ${vector.type} where FLOAT or DOUBLE was asked for`);
  }
  for (let row = 0; row < numbers.length; row++) vector.setItem(row, numbers[row]);
  vector.flush();
}
