/**
 * @file The normal distribution nearest to a table's columns of numbers, fitted with its missing cells. A network is shown
 * what it says (`summary.ts`), for much of what a target depends on lies in small differences of large numbers: a star's
 * temperature in the colours that its magnitudes make.
 */
import { medianOfSorted } from "../../numeric/statistics.ts";
import { type EncodedCells, type EncodedTable, referenceRows } from "../encoded-table.ts";
import { isContinuous } from "./context-layout.ts";
import { type Factors, factorConditions, fitFactors } from "./factor-analysis.ts";
import { covarianceConditions, fitCovariance } from "./normal-covariance.ts";

/** In standardised units; its columns are some of the network's, in their order. It has a covariance or factors. */
export interface NormalModel {
  readonly columns: readonly number[];
  readonly means: readonly number[];
  /** What of each variance is measurement error: the square of the median error, 0 where none is known. */
  readonly noise: readonly number[];
  /** The lower triangle, row by row: (0, 0), (1, 0), (1, 1), (2, 0) ... */
  readonly covariance?: readonly number[];
  /** Of many columns, whose covariance is made of a few factors and what each column has by itself. */
  readonly factors?: Factors;
}

/** What of some values is given: places in the normal model, values less their means, variances beyond the usual noise. */
export interface GivenNumbers {
  readonly places: Int32Array;
  readonly values: Float64Array;
  readonly extra: Float64Array;
}

/** What a normal model says once some values are given; each call of `give` takes the place of the one before. */
export interface Conditions {
  /** @param known how many of the arrays count. */
  give(given: GivenNumbers, known: number): void;
  /** How far the given value with this number is from its mean given the others, in standard deviations of that. */
  residual(which: number): number;
  /** Of a column that isn't given, less its own mean. */
  target(place: number): { readonly mean: number; readonly variance: number };
}

export function conditionsOf({ columns, covariance, factors }: NormalModel): Conditions {
  return factors ? factorConditions(factors) : covarianceConditions(columns.length, covariance ?? []);
}

/** With more columns their covariance takes longer than the network: its work for a target goes with their third power. */
const MAX_COVARIANCE = 40;
/** With fewer rows for each column it would be mostly chance. */
const MIN_ROWS_PER_COLUMN = 5;
/** Values farther out than this, in standardised units, count as if they were here: a few of them must not decide. */
const FARTHEST = 6;

export const clamped = (value: number) => Math.max(-FARTHEST, Math.min(FARTHEST, value));

/**
 * The normal model of greatest likelihood, about, from rows at even steps through the table. Point masses and limits count as
 * missing.
 *
 * @param table columns of a network, in its order; those of categories are left out.
 * @returns undefined where there are fewer than two columns, or too few rows.
 */
export function fitNormalModel(table: EncodedTable): NormalModel | undefined {
  const rows = referenceRows(table.rows);
  const columns = table.columns.filter((each) => isNumeric(each) && rows.some((row) => hasNumber(each, row)));
  const size = columns.length;
  if (size < 2 || rows.length < MIN_ROWS_PER_COLUMN * size) return undefined;
  const cells = new Float64Array(rows.length * size);
  rows.forEach((row, i) => {
    columns.forEach((column, j) => {
      cells[i * size + j] = hasNumber(column, row) ? clamped(column.values[row]) : Number.NaN;
    });
  });
  return {
    columns: columns.map(({ index }) => index),
    noise: columns.map((column) => squaredMedianError(column, rows)),
    ...(size <= MAX_COVARIANCE ? fitCovariance(cells, size) : fitFactors(cells, size)),
  };
}

const isNumeric = ({ classes, isMixed }: EncodedCells) => classes === undefined || isMixed === true;

const hasNumber = (column: EncodedCells, row: number) =>
  isContinuous(column, row) && !Number.isNaN(column.values[row]);

function squaredMedianError(column: EncodedCells, rows: Uint32Array): number {
  const { errors } = column;
  if (!errors) return 0;
  const known = Float64Array.from(rows).filter((row) => hasNumber(column, row));
  return medianOfSorted(known.map((row) => errors[row]).sort()) ** 2;
}

/** Whether a stored model is whole, and of a network of so many columns. */
export function fitsColumns(
  { columns, means, noise, covariance, factors }: NormalModel,
  count: number,
): boolean {
  const size = columns.length;
  const { loadings = [], uniquenesses = [] } = factors ?? {};
  const numbers = [means, noise, covariance ?? [], loadings, uniquenesses];
  return (
    columns.every((column) => Number.isInteger(column) && column >= 0 && column < count) &&
    means.length === size &&
    noise.length === size &&
    (factors
      ? uniquenesses.length === size && loadings.length > 0 && loadings.length % size === 0
      : covariance?.length === (size * (size + 1)) / 2) &&
    numbers.every((each) => Array.isArray(each) && each.every(Number.isFinite))
  );
}
