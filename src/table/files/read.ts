/** @file Reading a table from CSV, Parquet, JSON or HDF5. */
import { InputError } from "../../base/errors.ts";
import { assembled } from "../scan/assembled-columns.ts";
import type { Precision } from "../scan/cell-check.ts";
import type { Sources } from "../scan/column-kinds.ts";
import { readColumns } from "../scan/read-columns.ts";
import type { ColumnChoice } from "../scan/wanted-columns.ts";
import type { Table } from "../table.ts";
import { withFiles } from "./open-sources.ts";
import type { SourceOptions } from "./source.ts";

export interface ReadOptions extends ColumnChoice, SourceOptions {
  /**
   * Of HDF5: the group that is the table, or the dataset of records, such as "raw" or "survey/stars". By default
   * the only table in the file.
   */
  readonly group?: string;
  /** Numbers that mean "missing", such as -9999 (in error columns too). `Infinity` may be among them. */
  readonly missing?: readonly number[];
  /**
   * How columns are kept. "auto" (the default): float32, but float64 for a column of which float32 would lose
   * a noticeable part (a cell moved by over 1e-4 standard deviations, as of Julian dates).
   */
  readonly precision?: "auto" | Precision;
}

/**
 * Reads a table into memory, column by column; the rows keep the order of the files.
 *
 * Missing are: empty cells, NULL, `NaN`, `NA`, `N/A`, `null`, `none` (in any capitals) and the numbers in
 * `options.missing`. What a column is, its present cells tell, those of all files together:
 * - numbers: kept as they are; whole numbers beyond 2^53 are rounded;
 * - true and false (in any capitals): a boolean column of 1 and 0;
 * - dates, with time or without, year first: days since 1970-01-01 (UTC), in float64;
 * - words, or what `options.categories` names: a category column. A word among numbers or dates, that make half
 *   of the column or more, is refused with file, row and column.
 *
 * In HDF5 a table is a group of datasets of one length (of N x K numbers K columns NAME0, NAME1, ...), a dataset of
 * records, a data frame of pandas (without its index), or the published system's training set, of which only rows
 * with finite teff and logg are read.
 *
 * Infinite numbers (unless listed as missing), negative errors and over 1,000 different words are refused, too.
 *
 * @param source A path, a glob (`runs/*.parquet`), several of either, or "-" for standard input.
 * @throws InputError for everything that is wrong with the files or the options.
 */
export async function readTable(
  source: string | readonly string[],
  options: ReadOptions = {},
): Promise<Table> {
  return await withFiles(source, options, (sources) => tableInMemory(sources, options));
}

/** All rows of files that are open. @throws InputError as {@link readTable} does. */
export async function tableInMemory(
  sources: Sources,
  { precision = "auto" }: Pick<ReadOptions, "precision">,
): Promise<Table> {
  const { parts, label } = sources;
  const read = await readColumns(sources, precision);
  const rows = read.cells[0]?.length ?? 0;
  if (rows === 0) throw new InputError(noRows(label));
  return { source: label, rows, columns: assembled(parts, read, label) };
}

/** What is said of files without rows. */
export function noRows(label: string): string {
  return `${label} has column names but no rows`;
}
