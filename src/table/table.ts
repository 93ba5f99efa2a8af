/** @file A table in memory: columns of numbers, each with its missing cells and, where known, its errors. */

/** One column. A missing cell is NaN in `values`; a missing or absent measurement error is NaN in `errors`. */
export interface Column {
  readonly name: string;
  /** One number per row in the column's own units; NaN where the cell is missing. */
  readonly values: Float32Array | Float64Array;
  /** The measurement error (one standard deviation, same units) of each cell, if the table has them. */
  readonly errors?: Float32Array | Float64Array;
}

/** Rows stay columnar: a table is its columns, all of the same length. */
export interface Table {
  /** Where the rows came from, for messages: a file, a glob, "standard input", "simulated survey". */
  readonly source: string;
  readonly rows: number;
  readonly columns: readonly Column[];
}
