/** @file Rows of a table in standardised units: what networks are trained on, and what is given in questions. */
import type { Table } from "../table/table.ts";

/** Some consecutive rows of a table, and which of its columns count. Missing cells are not given. */
export interface TableRows {
  readonly table: Table;
  /** Names of the columns, all of them the model's. */
  readonly given: readonly string[];
  readonly start: number;
  readonly rows: number;
  /** The index of the first of these rows in the whole of which the table is a part, for messages; else `start`. */
  readonly first?: number;
}

/** One column of the model: a cell for each row. */
export interface EncodedCells {
  /** The column's index in the model. Its token is one more. */
  readonly index: number;
  /** In standardised units; NaN where missing, 0 at a class. */
  readonly values: Float32Array;
  /** The cells' classes, where the column has any; -1 or anything where missing. */
  readonly classes?: Int32Array;
  /** Whether class 0 is the continuous part of a column of numbers, not a category. */
  readonly isMixed?: boolean;
  /** Measurement errors in standardised units, 0 where unknown. */
  readonly errors?: Float32Array;
  /** Of integers: the width in standardised units that each is spread over. */
  readonly widths?: Float32Array;
  /** Of cells that have limits and no value, in standardised units: NaN elsewhere, infinite at an open end. */
  readonly lower?: Float32Array;
  readonly upper?: Float32Array;
  /** Where the column's point masses lie, in standardised units: those of classes 1, 2 ... */
  readonly pointMasses?: readonly number[];
}

/** Whether a cell has no value, but limits. */
export function isLimitedCell({ lower }: EncodedCells, row: number): boolean {
  return lower !== undefined && !Number.isNaN(lower[row]);
}

/** Whether a cell has a value or limits. */
export function isKnownCell(cells: EncodedCells, row: number): boolean {
  return !Number.isNaN(cells.values[row]) || isLimitedCell(cells, row);
}

/** For training it has all columns of the model, in the model's order; for asking the given ones, in any order. */
export interface EncodedTable {
  readonly rows: number;
  readonly columns: readonly EncodedCells[];
}

/** Whether a row has a value in one of these columns. */
export function hasAny({ columns }: EncodedTable, indices: Int32Array, row: number): boolean {
  return indices.some((index) => isKnownCell(columns[index], row));
}

/** A column's arrays, an entry for each row. */
export const CELL_PARTS = ["values", "classes", "errors", "widths", "lower", "upper"] as const;

/** The column with other cells: each of the arrays that it has as `made` makes it. */
export function withCellsOf(
  column: EncodedCells,
  made: <Cells extends Float32Array | Int32Array>(cells: Cells) => Cells,
): EncodedCells {
  const arrays = CELL_PARTS.flatMap((part) => {
    const cells = column[part];
    return cells ? [[part, made(cells)] as const] : [];
  });
  return { ...column, ...Object.fromEntries(arrays) };
}

/** Rows `from` .. `to - 1`, copied. */
export function encodedPart({ columns }: EncodedTable, from: number, to: number): EncodedTable {
  return {
    rows: to - from,
    columns: columns.map((column) => withCellsOf(column, (cells) => cells.slice(from, to) as typeof cells)),
  };
}

/** So many rows at most are looked at for what is missing together. */
const REFERENCE_ROWS = 4096;

/** The rows at even steps through a table of a given length. */
export function referenceRows(rows: number): Uint32Array {
  const looked = Math.min(rows, REFERENCE_ROWS);
  return Uint32Array.from({ length: looked }, (_, i) => Math.floor(((i + 0.5) * rows) / looked));
}
