/** @file What answers of many questions are made of: a model's two calls, and cells put in and taken out of tables. */

import { InputError } from "../base/errors.ts";
import type { ColumnEncoding } from "../columns/encoding.ts";
import { columnLike, encodeColumn, kindOf } from "../columns/kinds.ts";
import type { ColumnDistributions } from "../distribution/column-distributions.ts";
import type { TableRows } from "../networks/encoded-table.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import type { Chain, ChainDrawn, Curves } from "../networks/predictor.ts";
import type { Column, Table } from "../table/table.ts";

/** For long work. */
export interface TableWork {
  /** Called with the number of rows of the table that the work done so far amounts to. */
  readonly onProgress?: (rowsDone: number, rows: number) => void;
  /** Ends the work after the batch in hand, by throwing the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Distributions of one batch of consecutive rows of a table, by target. */
export interface DensityBatch {
  /** The index of the first of these rows in the table. */
  readonly start: number;
  readonly rows: number;
  readonly densities: Readonly<Record<string, ColumnDistributions>>;
}

/** What is needed of a `Model`. */
export interface DensityModel {
  readonly config: ModelConfig;
  /** Whether its distributions of numbers are mixtures of normals: drawn from and read off without a map at levels. */
  readonly isMixture: boolean;
  /** Values of one column, in standardised units, at standard normal levels of each row's own, (rows, levels a row). */
  curvesAt(rows: TableRows, index: number, levels: Float32Array): Promise<Curves>;
  /** A chain drawn in every row at once; absent, or of no use, where {@link isMixture} is false. */
  drawChain?(rows: TableRows, chain: Chain): Promise<readonly ChainDrawn[]>;
  /** Missing cells of given columns are not given; `given` may be empty. */
  densityBatches(
    table: Table,
    question: TableWork & { readonly of: string | readonly string[]; readonly given?: readonly string[] },
  ): AsyncIterable<DensityBatch>;
}

/** The progress of one of several passes over a table, as that of the whole work. */
export function passOf(
  { onProgress, signal }: TableWork,
  pass: number,
  passes: number,
  rows: number,
): TableWork {
  const share = (done: number, all: number) => Math.floor((rows * (pass + done / all)) / passes);
  return {
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (done: number, all: number) => onProgress(share(done, all), rows) }),
  };
}

/**
 * The columns of a table that the model knows.
 * @throws InputError naming the row, for a cell that its column can't have: before anything is worked out.
 */
export function knownColumns(config: ModelConfig, table: Table): Column[] {
  return table.columns.filter((column) => {
    const known = config.columns.find(({ name }) => name === column.name);
    if (known) encodeColumn(column, known.encoding, table.source);
    return known !== undefined;
  });
}

/**
 * A column's values as `ColumnDistributions` takes them: numbers as they are, categories as indices in the model's
 * list, which may be another than the table's. A copy; NaN where missing.
 */
export function cellsOf(
  column: Column,
  encoding: ColumnEncoding,
  source: string,
): Float32Array | Float64Array {
  if (!kindOf(encoding).isCategorical) return column.values.slice();
  const { classes } = encodeColumn(column, encoding, source);
  return Float64Array.from(classes, (index) => (index < 0 ? Number.NaN : index));
}

/** Such values as a table's column. */
export function columnOf(
  name: string,
  encoding: ColumnEncoding,
  values: Float32Array | Float64Array,
): Column {
  return { ...columnLike(name, encoding), values };
}

/** Rows of a column whose cells are missing, or are not. */
export function rowsWhere({ values }: Column, missing: boolean): Uint32Array {
  const rows: number[] = [];
  values.forEach((value, row) => {
    if (Number.isNaN(value) === missing) rows.push(row);
  });
  return Uint32Array.from(rows);
}

/** @throws InputError unless it is a whole number of at least 1. */
export function checkCount(what: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new InputError(`The ${what} is ${count}; it must be a whole number of at least 1.`);
}
