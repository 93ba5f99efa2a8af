/** @file A table in memory: columns of numbers, each with its missing cells and, where known, its errors. */

/**
 * What the cells of a column mean.
 * - "number": a measured number; "category": the place of the cell's name in `categories`;
 * - "boolean": 0 (false) or 1 (true); "date": days since 1970-01-01 (UTC), fractions included.
 */
export type ColumnKind = "number" | "category" | "boolean" | "date";

/** One column. A missing cell is NaN in `values`; a missing or absent measurement error is NaN in `errors`. */
export interface Column {
  readonly name: string;
  /** One number per row in the column's own units; NaN where the cell is missing. */
  readonly values: Float32Array | Float64Array;
  /** The measurement error (one standard deviation, same units) of each cell, if the table has them. */
  readonly errors?: Float32Array | Float64Array;
  /** Default "number". */
  readonly kind?: ColumnKind;
  /** What its values are measured in, for axes and reports: "K", "mas". */
  readonly unit?: string;
  /** The names of a category column, in ascending order; `values` holds places in this list. */
  readonly categories?: readonly string[];
}

/** Rows stay columnar: a table is its columns, all of the same length. */
export interface Table {
  /** Where the rows came from, for messages: a file, a glob, "standard input", "simulated survey". */
  readonly source: string;
  readonly rows: number;
  readonly columns: readonly Column[];
}
