/** @file What scoring needs of a model: the distributions of one column, one per row, however they are made. */
import { checkFields, listOf, TEXT } from "../base/checked.ts";
import type { ColumnEncoding } from "../columns/encoding.ts";
import { checkTable } from "../table/checked-table.ts";
import type { Table } from "../table/table.ts";

/**
 * The answers about one target, as `ColumnDistributions` has them; `row` counts the questions of the call.
 * Of a category column only `encoding`, `rows` and `probability` are used.
 */
export interface ScoredDistributions {
  readonly rows: number;
  /** Whether these are of true values, measurement errors taken out; then `observed` gives those of measured ones. */
  readonly ofTrueValues?: boolean;
  observed?(errors: Float64Array): ScoredDistributions;
  readonly encoding: Pick<ColumnEncoding, "kind" | "categories"> &
    Partial<Pick<ColumnEncoding, "pointMasses" | "period">>;
  /** P(X = value): the mass at a number, 0 where there is only density; of a category by its index. */
  probability(row: number, value: number): number;
  /** P(X <= x), in data units as all that follows. */
  cdf(row: number, x: number): number;
  /** The log of the continuous part's density; -Infinity where there is none. */
  logPdf(row: number, x: number): number;
  /** The log of the mass where the value has one, else of the density; one per row. */
  logLikelihoods(values: Float64Array): Float64Array;
  /** P(X <= x), at a jump a random part of it. */
  pits(values: Float64Array, seed: number): Float64Array;
  /** Continuous ranked probability scores. */
  crpses(values: Float64Array): Float64Array;
  medians(): Float64Array;
  means(): Float64Array;
  stds(): Float64Array;
  /** The central interval of each row that holds this probability. */
  intervals(mass: number): { readonly low: Float64Array; readonly high: Float64Array };
}

/** Anything that gives the distribution of a column given others, row by row. */
export interface ScoredModel {
  /** The names of the columns that it knows. */
  readonly columns: readonly string[];
  /** What its training told of its columns: of categories, the share of each in the rows trained on. */
  readonly training?:
    | { readonly columns: readonly { readonly name: string; readonly shares?: readonly number[] }[] }
    | undefined;
  /**
   * The distributions of `of` for each row of the table; cells of `given` that are NaN are not given, and
   * `given` may be empty.
   */
  density(
    table: Table,
    question: { readonly of: string; readonly given: readonly string[] },
  ): Promise<ScoredDistributions>;
}

/** @throws InputError for what is no model, or no table. */
export function checkScoring(model: unknown, table: unknown): void {
  checkFields("the model", model, { needed: { columns: listOf(TEXT) } });
  checkTable(table);
}
