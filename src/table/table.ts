/** @file A table in memory: columns of numbers, each with its missing cells and, where known, its errors and unit. */
import { check, either, INDICES, listOf, NUMBER, OBJECT, recordOf, TEXT } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import { checkColumns, checkTable } from "./checked-table.ts";
import type { DateForm } from "./date-form.ts";
import type { NumberForm } from "./number-form.ts";

/**
 * What the cells of a column mean.
 * - "number": a measured number; "category": the index of the cell's name in `categories`;
 * - "boolean": 0 (false) or 1 (true); "date": days since 1970-01-01 (UTC), fractions included.
 */
export type ColumnKind = "number" | "category" | "boolean" | "date";

/** What turns a `Date`'s milliseconds into a date column's days. */
export const MILLISECONDS_PER_DAY = 86_400_000;

/** How the cells of a column stood in their files, where this had to be found out. */
export interface HowRead {
  /** Of numbers and dates that are written in a way of their own. */
  readonly form?: NumberForm | DateForm;
  /** What was decided, and by which option it would be decided otherwise, a sentence each. */
  readonly remarks?: readonly string[];
  /** Of texts that are too many for categories: how many different ones. The cells are not kept. */
  readonly different?: number;
}

/** One column. A missing cell is NaN in `values`; a missing or absent measurement error is NaN in `errors`. */
export interface Column {
  readonly name: string;
  /** One number per row in data units; NaN where the cell is missing. */
  readonly values: Float32Array | Float64Array;
  /** The measurement error (one standard deviation, same units) of each cell, if the table has them. */
  readonly errors?: Float32Array | Float64Array;
  /**
   * What a cell without a value is known to lie within, both ends included; NaN where there is no such end. A cell with
   * an end and no value is not missing but limited: "fainter than 27.8". Beside a value they say nothing.
   */
  readonly lower?: Float32Array | Float64Array;
  readonly upper?: Float32Array | Float64Array;
  /** Default "number". */
  readonly kind?: ColumnKind;
  /** What its values are measured in, for axes and reports: "K", "mas". */
  readonly unit?: string;
  /** What it is in the words of the Virtual Observatory, if its file says so: "phot.mag;em.opt.V". */
  readonly ucd?: string;
  /** The names of a category column, in ascending order; `values` holds indices in this list. */
  readonly categories?: readonly string[];
  /** How its cells stood in the file. */
  readonly read?: HowRead;
}

/** The column with a sentence more of what was decided when it was read. */
export function withRemark(column: Column, remark: string): Column {
  return { ...column, read: { ...column.read, remarks: [...(column.read?.remarks ?? []), remark] } };
}

/** Rows stay columnar: a table is its columns, all of the same length. */
export interface Table {
  /** Where the rows came from, for messages: a file, a glob, "standard input", "simulated survey". */
  readonly source: string;
  readonly rows: number;
  readonly columns: readonly Column[];
}

/**
 * The table with these units: `withUnits(table, { teff: "K" })`. A model trained on it keeps them, and pictures
 * show them on their axes.
 * @throws InputError for a column that the table lacks.
 * @example
 * const stars = withUnits(await readTable("stars.parquet"), { teff: "K", parallax: "mas" });
 */
export function withUnits(table: Table, units: Readonly<Record<string, string>>): Table {
  checkTable(table);
  check("the units", units, recordOf(TEXT));
  const names = table.columns.map(({ name }) => name);
  for (const [name, unit] of Object.entries(units)) {
    if (!names.includes(name)) throw new InputError(unknownName("column", name, names, table.source));
    if (unit === "")
      throw new InputError(`The unit of "${name}" is empty: write ${name}=UNIT, or leave it out.`);
  }
  const columns = table.columns.map((column) => {
    const unit = Object.hasOwn(units, column.name) ? units[column.name] : undefined;
    return unit === undefined ? column : { ...column, unit };
  });
  return { ...table, columns };
}

const ROW_INDICES = either(INDICES, listOf(NUMBER));

/**
 * Some rows of a table, in the order named; the columns' cells are copied, in double precision.
 * @throws InputError for what is no table, or no index of a row.
 * @example
 * const stars = await readTable("stars.parquet");
 * const firstAndThird = chosenRows(stars, [0, 2]);
 * console.log(firstAndThird.rows);
 */
export function chosenRows(table: Omit<Table, "rows">, rows: ArrayLike<number>): Table {
  check("the table", table, OBJECT);
  const { source, columns } = table;
  checkColumns(columns);
  check("the rows", rows, ROW_INDICES);
  // Without columns there is nothing that a row could be missing from.
  const length = columns[0]?.values.length ?? Number.POSITIVE_INFINITY;
  const isOther = (row: number) => !(Number.isInteger(row) && row >= 0 && row < length);
  const other = Array.prototype.find.call(rows, isOther);
  if (other !== undefined) throw new InputError(`The table has no row ${other}, only 0 to ${length - 1}.`);
  const chosen = (cells: Column["values"]) => Float64Array.from(rows, (row) => cells[row]);
  return { source, rows: rows.length, columns: columns.map((column) => withCells(column, chosen)) };
}

/**
 * The column of that name.
 * @throws InputError with near misses if the table lacks it.
 * @example
 * const { values } = tableColumn(await readTable("houses.csv"), "MedInc");
 * console.log(Math.max(...values));
 */
export function tableColumn(table: Omit<Table, "rows">, name: string): Column {
  check("the table", table, OBJECT);
  const { columns, source } = table;
  check("the columns", columns, listOf(OBJECT));
  check("the name of the column", name, TEXT);
  const column = columns.find((each) => each.name === name);
  if (column) return column;
  const names = columns.map((each) => each.name);
  throw new InputError(unknownName("column", name, names, source));
}

/**
 * Rows `start` .. `start + rows - 1` of the column of that name; its cells are not copied. @throws InputError as
 * {@link tableColumn}.
 */
export function rowsOfColumn(table: Omit<Table, "rows">, name: string, start: number, rows: number): Column {
  const column = tableColumn(table, name);
  return withCells(column, (cells) => cells.subarray(start, start + rows));
}

const CELLS_OF_COLUMN = ["values", "errors", "lower", "upper"] as const;

/** A column's arrays of cells that it has: its values, and their errors and limits. */
export function cellArrays(column: Column): Column["values"][] {
  return CELLS_OF_COLUMN.flatMap((name) => column[name] ?? []);
}

/** The column with other cells: each of its arrays as `made` makes it. */
export function withCells(column: Column, made: (cells: Column["values"]) => Column["values"]): Column {
  const arrays = CELLS_OF_COLUMN.flatMap((name) => {
    const cells = column[name];
    return cells ? [[name, made(cells)] as const] : [];
  });
  return { ...column, ...Object.fromEntries(arrays) };
}

/** Whether a cell has no value, but limits. */
export function isLimited({ values, lower, upper }: Column, row: number): boolean {
  if (!Number.isNaN(values[row])) return false;
  return !Number.isNaN(lower?.[row] ?? Number.NaN) || !Number.isNaN(upper?.[row] ?? Number.NaN);
}

/** Whether something is known of a cell: its value, or limits. */
export function isKnown(column: Column, row: number): boolean {
  return !Number.isNaN(column.values[row]) || isLimited(column, row);
}
