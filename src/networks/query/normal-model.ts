/**
 * @file The normal distribution nearest to a table's columns of numbers, fitted with its missing cells. A network is shown
 * what it says (`summary.ts`), for much of what a target depends on lies in small differences of large numbers: a star's
 * temperature in the colours that its magnitudes make.
 */
import { choleskyInPlace, solveCholesky } from "../../numeric/cholesky.ts";
import { medianOfSorted } from "../../numeric/statistics.ts";
import { type EncodedCells, type EncodedTable, referenceRows } from "../encoded-table.ts";
import { isContinuous } from "./context-layout.ts";

/** In standardised units; its columns are some of the network's, in their order. */
export interface NormalModel {
  readonly columns: readonly number[];
  readonly means: readonly number[];
  /** The lower triangle, row by row: (0, 0), (1, 0), (1, 1), (2, 0) ... */
  readonly covariance: readonly number[];
  /** What of each variance is measurement error: the square of the median error, 0 where none is known. */
  readonly noise: readonly number[];
}

/** With more columns it would take longer than the network: its work for a target goes with their third power. */
const MAX_COLUMNS = 40;
/** With fewer rows for each column it would be mostly chance. */
const MIN_ROWS_PER_COLUMN = 5;
/** Steps of expectation and maximisation at most, and the change of a covariance that ends them: the network learns the rest. */
const MAX_STEPS = 50;
const SMALL_CHANGE = 1e-4;
/** Added to each variance: a column that is a function of the others has none of its own. */
const SMALLEST_VARIANCE = 1e-6;
/** Values farther out than this, in standardised units, count as if they were here: a few of them must not decide. */
export const FARTHEST_SUMMARISED = 6;

export const clamped = (value: number) =>
  Math.max(-FARTHEST_SUMMARISED, Math.min(FARTHEST_SUMMARISED, value));

/**
 * Mean and covariance of greatest likelihood by expectation and maximisation (Dempster, Laird & Rubin 1977, "Maximum
 * likelihood from incomplete data via the EM algorithm", sec. 4.1), from rows at even steps through the table. Point masses
 * and limits count as missing.
 *
 * @param table columns of a network, in its order; those of categories are left out. @returns undefined where there are too many columns, or too few rows.
 */
export function fitNormalModel(table: EncodedTable): NormalModel | undefined {
  const rows = referenceRows(table.rows);
  const columns = table.columns.filter((each) => isNumeric(each) && rows.some((row) => hasNumber(each, row)));
  const size = columns.length;
  if (size < 2 || size > MAX_COLUMNS || rows.length < MIN_ROWS_PER_COLUMN * size) return undefined;
  const cells = new Float64Array(rows.length * size);
  rows.forEach((row, i) => {
    columns.forEach((column, j) => {
      cells[i * size + j] = hasNumber(column, row) ? clamped(column.values[row]) : Number.NaN;
    });
  });
  const { means, covariance } = expectationMaximisation(cells, size);
  const lower: number[] = [];
  for (let i = 0; i < size; i++) lower.push(...covariance.subarray(i * size, i * size + i + 1));
  return {
    columns: columns.map(({ index }) => index),
    means: [...means],
    covariance: lower,
    noise: columns.map((column) => squaredMedianError(column, rows)),
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

interface Moments {
  readonly means: Float64Array;
  /** (size, size). */
  readonly covariance: Float64Array;
}

/** @param cells (rows, size), NaN where missing. */
function expectationMaximisation(cells: Float64Array, size: number): Moments {
  const patterns = rowsByPattern(cells, size);
  // What complete rows tell is near the truth, mostly, where near functions of one another would be found slowly from nothing.
  const complete = patterns.filter(({ missing }) => missing.length === 0);
  const isEnough = (complete[0]?.rows.length ?? 0) >= MIN_ROWS_PER_COLUMN * size;
  let moments: Moments = { means: new Float64Array(size), covariance: unitMatrix(size) };
  if (isEnough) moments = improved(moments, cells, complete);
  if (isEnough && patterns.length === 1) return moments;
  for (let step = 0; step < MAX_STEPS; step++) {
    const before = moments;
    moments = improved(before, cells, patterns);
    if (moments.covariance.every((each, i) => Math.abs(each - before.covariance[i]) < SMALL_CHANGE)) break;
  }
  return moments;
}

function unitMatrix(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => Number(at % (size + 1) === 0));
}

/** Rows that have the same cells. */
interface Pattern {
  readonly rows: number[];
  readonly given: readonly number[];
  readonly missing: readonly number[];
}

function rowsByPattern(cells: Float64Array, size: number): Pattern[] {
  const patterns = new Map<string, Pattern>();
  for (let row = 0; row < cells.length / size; row++) {
    const isMissing = Array.from(cells.subarray(row * size, (row + 1) * size), Number.isNaN);
    const name = isMissing.map(Number).join("");
    const pattern = patterns.get(name) ?? {
      rows: [],
      given: [...isMissing.keys()].filter((j) => !isMissing[j]),
      missing: [...isMissing.keys()].filter((j) => isMissing[j]),
    };
    pattern.rows.push(row);
    patterns.set(name, pattern);
  }
  return [...patterns.values()];
}

/** The moments of the patterns' rows, with what the moments so far let expect in the place of missing cells. */
function improved(
  { means, covariance }: Moments,
  cells: Float64Array,
  patterns: readonly Pattern[],
): Moments {
  const size = means.length;
  const rows = patterns.reduce((sum, pattern) => sum + pattern.rows.length, 0);
  const sums = new Float64Array(size);
  const products = new Float64Array(size * size);
  for (const { rows: alike, given, missing } of patterns) {
    const { weights, rest } = regression(covariance, size, given, missing);
    for (const row of alike) {
      const filled = cells.slice(row * size, (row + 1) * size);
      missing.forEach((j, a) => {
        filled[j] = given.reduce((sum, k, b) => sum + weights[a][b] * (filled[k] - means[k]), means[j]);
      });
      for (let i = 0; i < size; i++) {
        sums[i] += filled[i];
        for (let j = 0; j <= i; j++) products[i * size + j] += filled[i] * filled[j];
      }
    }
    missing.forEach((i, a) => {
      for (let b = 0; b <= a; b++) products[i * size + missing[b]] += alike.length * rest[a][b];
    });
  }
  const found = { means: sums.map((sum) => sum / rows), covariance: new Float64Array(size * size) };
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const both = products[i * size + j] / rows - found.means[i] * found.means[j];
      found.covariance[i * size + j] = both + (i === j ? SMALLEST_VARIANCE : 0);
      found.covariance[j * size + i] = found.covariance[i * size + j];
    }
  }
  return found;
}

/** Of missing columns on given ones: the weights, (missing, given), and the covariance that is left, (missing, missing). */
function regression(
  covariance: Float64Array,
  size: number,
  given: readonly number[],
  missing: readonly number[],
): { readonly weights: readonly Float64Array[]; readonly rest: readonly (readonly number[])[] } {
  if (missing.length === 0) return { weights: [], rest: [] };
  const between = (i: number) => Float64Array.from(given, (k) => covariance[i * size + k]);
  const lower = Float64Array.from(given.flatMap((i) => [...between(i)]));
  if (!choleskyInPlace(lower, given.length)) throw new Error("a covariance is not positive definite");
  const weights = missing.map((i) => {
    const right = between(i);
    solveCholesky(lower, right);
    return right;
  });
  const rest = missing.map((i, a) =>
    missing.map((j) => {
      const other = between(j);
      return weights[a].reduce((left, weight, k) => left - weight * other[k], covariance[i * size + j]);
    }),
  );
  return { weights, rest };
}

/** Whether a stored model is whole, and of a network of so many columns. */
export function fitsColumns({ columns, means, covariance, noise }: NormalModel, count: number): boolean {
  if (![columns, means, covariance, noise].every(Array.isArray)) return false;
  const size = columns.length;
  return (
    columns.every((column) => Number.isInteger(column) && column >= 0 && column < count) &&
    means.length === size &&
    noise.length === size &&
    covariance.length === (size * (size + 1)) / 2 &&
    [means, covariance, noise].every((each) => Array.isArray(each) && each.every(Number.isFinite))
  );
}
