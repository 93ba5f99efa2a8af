/**
 * @file Reading a table from files of any format: into memory, or, where it is too long for that, in blocks
 * after a scan.
 */

import { open } from "node:fs/promises";
import { InputError } from "../../base/errors.ts";
import type { ReadingReport } from "../file-report.ts";
import type { Precision } from "../scan/column-cells.ts";
import type { Sources } from "../scan/infer-types.ts";
import { assembled } from "../scan/parts.ts";
import { noRows } from "../scan/refused-cells.ts";
import { readColumns, scanWithSample } from "../scan/scan.ts";
import type { ColumnChoice } from "../scan/wanted-columns.ts";
import { type Table, withUnits } from "../table.ts";
import { withFiles } from "./open-sources.ts";
import type { RowChoice } from "./row-choice.ts";
import type { DataFile, SourceOptions } from "./source.ts";
import { fileBlocks } from "./table-blocks.ts";
import type { TextOptions } from "./text/layout.ts";

export interface ReadOptions extends ColumnChoice, SourceOptions, RowChoice, TextOptions {
  /**
   * Of HDF5: the group that is the table, or the dataset of records, such as "raw" or "survey/stars". By default
   * the only table in the file. Of FITS: the table's EXTNAME or its number, as Astropy counts (the first part is 0).
   * Of VOTable: its number from 1, name or ID. Of a spreadsheet: the sheet.
   */
  readonly group?: string;
  /**
   * Numbers and words that mean "missing", such as -9999, "?" or "inf" (in error columns too), besides those that always
   * do. Words are taken in any capitals.
   */
  readonly missing?: readonly (number | string)[];
  /** Words that do not mean "missing", whatever they usually mean: "NA" of a country. */
  readonly notMissing?: readonly string[];
  /** The names that a model knows of its columns of words: of the spellings of "missing" these, and no others, are names. */
  readonly knownNames?: Readonly<Record<string, readonly string[]>>;
  /** True where measurement errors are not used, so that a negative one does not matter. */
  readonly uncheckedErrors?: boolean;
  /**
   * How columns are kept. "auto" (the default): float32, but float64 for a column of which float32 would lose
   * a noticeable part (a cell moved by over 1e-4 standard deviations, as of Julian dates).
   */
  readonly precision?: "auto" | Precision;
  /**
   * Columns of so many different texts that they are no categories: "refuse" (the default) throws, "leave out" reads them
   * without their cells, and the column says how many texts there are (`read.different`).
   */
  readonly identifiers?: "refuse" | "leave out";
  /**
   * Called after each chunk of rows, with how many are done and how many there are (Infinity where the files do not
   * say). Where cells must be looked at twice, the rows are counted anew.
   */
  readonly onProgress?: (rowsDone: number, rows: number) => void;
  /** Ends the reading after the chunk of rows in hand, by throwing the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told once, as soon as it is known, how the files are written and what was decided of that. */
  readonly onReport?: (report: ReadingReport) => void;
}

/**
 * Reads a table into memory, column by column; the rows keep the order of the files.
 *
 * Missing are: empty cells, NULL, `NaN`, `NA`, `N/A`, `null`, `none` (in any capitals) and the numbers in
 * `options.missing`. A column's present cells, those of all files together, decide what it is:
 * - numbers: kept as they are; columns of integers beyond 2^53, ids, are left out unless `columns` names them;
 * - true and false (in any capitals): a boolean column of 1 and 0;
 * - dates, with time or without, year first: days since 1970-01-01 (UTC), in float64;
 * - words, or what `options.categories` names: a category column. A word among numbers or dates, that make half
 *   of the column or more, is refused with file, row and column.
 *
 * In HDF5 a table is a group of datasets of one length (of N x K numbers K columns NAME0, NAME1, ...), a dataset of
 * records, a data frame of pandas (without its index), or the published system's training set, of which only rows
 * with finite teff and logg are read. In FITS it is a binary table or one of text (of arrays of K numbers K columns
 * NAME0, NAME1, ..., at most 1,000), with its units; likewise in VOTable and ECSV. In Parquet and JSON, fields of objects
 * become columns NAME.FIELD and lists of numbers of one length columns NAME0, NAME1, ...; other lists are left out.
 *
 * Infinite numbers (unless listed as missing), negative errors (but a code for unknown ones, told) and over 1,000 different words are refused, too.
 *
 * @param source A path, a glob (`runs/*.parquet`), several of either, or "-" for standard input.
 * @throws InputError for everything that is wrong with the files or the options.
 * @example
 * const stars = await readTable("stars.parquet", { columns: ["teff", "logg"] });
 * const houses = await readTable("houses.csv", { missing: [-9999] });
 * console.log(stars.rows, houses.columns.map(({ name }) => name));
 */
export async function readTable(
  source: string | readonly string[],
  options: ReadOptions = {},
): Promise<Table> {
  return await withFiles(source, options, (sources) => tableInMemory(sources, options));
}

/** All rows of files that are open. @throws InputError as {@link readTable} does. */
async function tableInMemory(
  sources: Sources,
  { precision = "auto" }: Pick<ReadOptions, "precision">,
): Promise<Table> {
  const { parts, label } = sources;
  const read = await readColumns(sources, precision);
  const rows = read.cells[0]?.length ?? 0;
  if (rows === 0) throw new InputError(noRows(label));
  return withDeclared({ source: label, rows, columns: assembled(parts, read, label) }, sources);
}

/** The table with the units and ucds that the first file declares. */
function withDeclared(table: Table, { relations: [first] }: Sources): Table {
  const { units, ucds = {} } = first.report;
  const columns = table.columns.map((column) => {
    const [unit, ucd] = [units, ucds].map((said) =>
      Object.hasOwn(said, column.name) ? said[column.name] : undefined,
    );
    return { ...column, ...(unit !== undefined && { unit }), ...(ucd !== undefined && { ucd }) };
  });
  return { ...table, columns };
}

/** A table in files: what to read and how. */
export interface TableFiles extends ReadOptions {
  /** A path, a glob (`runs/*.parquet`), several of either, or "-" for standard input. */
  readonly files: string | readonly string[];
  /** What columns are measured in: `{ teff: "K" }`. */
  readonly units?: Readonly<Record<string, string>>;
}

/** A table too long to be held in memory. */
export interface LongTable {
  readonly rows: number;
  /** The rows to measure columns on: all, or a random sample; see `measuredRows`. */
  readonly sample: Table;
  /** All rows, for as long as the files are open. */
  readonly blocks: AsyncIterable<Table>;
}

/** Opens the files and runs `work` on them; afterwards they are closed. @throws InputError as `readTable` does. */
export async function withTableFiles<T>(
  files: TableFiles,
  work: (opened: OpenTableFiles) => Promise<T>,
): Promise<T> {
  return await withFiles(files.files, files, (sources) => work(new OpenTableFiles(sources, files)));
}

/** Files to be read once: all rows into memory, or in blocks. */
export class OpenTableFiles {
  readonly #sources: Sources;
  readonly #files: TableFiles;

  constructor(sources: Sources, files: TableFiles) {
    this.#sources = sources;
    this.#files = files;
  }

  /** What the user calls the files. */
  get source(): string {
    return this.#sources.label;
  }

  /** Columns of numbers that are read, those of errors too. */
  get parts(): number {
    return this.#sources.parts.length;
  }

  /**
   * How many rows there are, about: according to the format, otherwise as many for each byte as at the file's
   * beginning.
   */
  async expectedRows(): Promise<number> {
    let sum = 0;
    for (const { rows, file } of this.#sources.relations) sum += rows ?? (await rowsOfText(file));
    return sum;
  }

  /** All rows in memory. */
  async inMemory(): Promise<Table> {
    return this.#withUnits(await tableInMemory(this.#sources, this.#files));
  }

  /**
   * Goes through all rows once, to learn what they hold; never more than the sample is in memory.
   * @throws InputError for cells that cannot be read, and what `signal` was aborted with.
   */
  async inBlocks(signal?: AbortSignal): Promise<LongTable> {
    const { precision = "auto" } = this.#files;
    const { scan, cells } = await scanWithSample(this.#sources, precision, signal);
    const blocks = fileBlocks(this.#sources, scan, { precision, close: async () => {} });
    const { parts, label } = this.#sources;
    const columns = assembled(parts, { cells, columnTypes: scan.columnTypes }, label);
    const sample = this.#withUnits({ source: label, rows: cells[0].length, columns });
    return { rows: scan.rows, sample, blocks };
  }

  #withUnits(table: Table): Table {
    return withUnits(withDeclared(table, this.#sources), this.#files.units ?? {});
  }
}

const BEGINNING = 1 << 20;

async function rowsOfText({ path, format }: DataFile): Promise<number> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.min(size, BEGINNING)), 0);
    const mark = format === "json" ? "{" : "\n";
    const marks = buffer.toString("latin1", 0, bytesRead).split(mark).length - 1;
    return Math.ceil(((marks + 1) * size) / bytesRead);
  } finally {
    await file.close();
  }
}
