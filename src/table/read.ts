/** @file Reading a table from CSV, Parquet, JSON or HDF5. */
import { join } from "node:path";
import { InputError } from "../errors.ts";
import { presumed } from "./cell-sql.ts";
import type { Precision } from "./column-builder.ts";
import { columnOf, type Part, type Sources } from "./column-kinds.ts";
import { withDuckDB } from "./duckdb.ts";
import { type FileRelation, openFile } from "./file-relation.ts";
import type { TableFormat } from "./formats.ts";
import { type ReadColumns, readColumns } from "./read-columns.ts";
import { dataFiles, type StandardInput, sourceLabel, withTemporaryFolder } from "./source.ts";
import type { Column, Table } from "./table.ts";
import { type ColumnChoice, chooseColumns, declaredCategories, type WantedColumn } from "./wanted-columns.ts";

export interface ReadOptions extends ColumnChoice {
  /** The files' format; by default each file's ending tells it, and standard input is CSV. */
  readonly format?: TableFormat;
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
  /** What "-" reads from; by default the process's standard input. */
  readonly standardInput?: StandardInput;
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
  return await withSources(source, options, (sources) => tableInMemory(sources, options));
}

/** Opens the files and runs `work` on them; afterwards they are closed, and copies of them removed. */
export async function withSources<T>(
  source: string | readonly string[],
  options: ReadOptions,
  work: (sources: Sources) => Promise<T>,
): Promise<T> {
  return await withTemporaryFolder((folder) =>
    withDuckDB(
      async (connection) => {
        await connection.run("SET TimeZone = 'UTC'"); // a time without a zone is UTC, wherever this runs
        const input = options.standardInput ?? process.stdin;
        const files = await dataFiles(source, options.format, connection, folder, input);
        const opened: FileRelation[] = [];
        const place = { group: options.group, folder };
        for (const file of files) opened.push(await openFile(connection, file, place));
        const wanted = chooseFrom(opened, options);
        const parts = wanted.flatMap(partsOf);
        refuseOtherTypes(opened, parts);
        const relations: FileRelation[] = [];
        const names = new Set(parts.map(({ name }) => name));
        for (const each of opened) relations.push((await each.copied?.(names)) ?? each);
        const label = sourceLabel(source);
        const declared = declaredCategories(namesOf(relations[0]!), options);
        const missing = options.missing ?? [];
        return await work({ connection, relations, parts, label, missing, declared });
      },
      { temp_directory: join(folder, "spill") },
    ),
  );
}

/** All rows of the files. @throws InputError as {@link readTable} does. */
export async function tableInMemory(
  sources: Sources,
  { precision = "auto" }: Pick<ReadOptions, "precision">,
): Promise<Table> {
  const { parts, label } = sources;
  const read = await readColumns(sources, precision);
  const rows = read.cells[0]?.length ?? 0;
  if (rows === 0) throw new InputError(noRows(label));
  return { source: label, rows, columns: assemble(parts, read, label) };
}

export function noRows(label: string): string {
  return `${label} has column names but no rows`;
}

function partsOf({ name, errors }: WantedColumn): Part[] {
  return errors === undefined ? [{ name }] : [{ name }, { name: errors, errorsOf: name }];
}

/** The table's columns of the cells of all parts: errors go with the column before them. */
export function assemble(parts: readonly Part[], { cells, meanings }: ReadColumns, label: string): Column[] {
  const columns: Column[] = [];
  for (const [i, part] of parts.entries()) {
    if (part.errorsOf === undefined) {
      const { kind, ...rest } = meanings.get(part) ?? presumed;
      const categories = "categories" in rest ? { categories: rest.categories } : {};
      columns.push({ name: part.name, values: cells[i]!, ...(kind !== "number" && { kind }), ...categories });
    } else {
      const column = columns.pop()!;
      if (column.kind === "category") throw new InputError(noErrors(part, label));
      columns.push({ ...column, errors: cells[i]! });
    }
  }
  return columns;
}

function noErrors({ name, errorsOf }: Part, label: string): string {
  return `column "${errorsOf}" of ${label} holds categories, which have no measurement errors, but "${name}" is taken for them; name both with --columns to read two columns (and leave the pair out of --errors)`;
}

/** @throws InputError for columns of lists, times of day and the like. */
function refuseOtherTypes(relations: readonly FileRelation[], parts: readonly Part[]): void {
  for (const relation of relations) {
    for (const part of parts) {
      const { kind, name, type, unreadable } = columnOf(relation, part);
      if (kind !== "other") continue;
      const held = /^(TIME|INTERVAL)/.test(type) ? "times of day or durations" : "no single values";
      const why = unreadable ?? { held, mend: "make them numbers or text" };
      throw new InputError(
        `column "${name}" of ${relation.file.label} holds ${why.held} (${type}), which cannot be read; ${why.mend}, or leave the column out with --columns`,
      );
    }
  }
}

function namesOf({ columns }: FileRelation): string[] {
  return columns.map(({ name }) => name);
}

/** The first file decides; the others must have its columns (all and no more, unless the user chose some). */
function chooseFrom(relations: readonly FileRelation[], options: ReadOptions): WantedColumn[] {
  const first = relations[0]!;
  const wanted = chooseColumns(namesOf(first), options, first.file.label);
  if (wanted.length === 0) throw new InputError(`no column of ${first.file.label} is asked for`);
  const needed = options.columns ? wanted.flatMap(partsOf).map(({ name }) => name) : namesOf(first);
  for (const other of relations.slice(1)) {
    const lacking = needed.find((name) => !namesOf(other).includes(name));
    const surplus = options.columns ? undefined : namesOf(other).find((name) => !needed.includes(name));
    if (lacking === undefined && surplus === undefined) continue;
    const [has, hasNot] = lacking === undefined ? [other, first] : [first, other];
    throw new InputError(
      `${hasNot.file.label} has no column "${lacking ?? surplus}", but ${has.file.label} has: files read together need the same columns (or choose common ones with --columns)`,
    );
  }
  return wanted;
}
