/**
 * @file The normal distribution that the numbers of a table would have if they were jointly normal, with missing cells: by it
 * a network is shown what lies in small differences of large numbers, such as the colours of a star in its magnitudes.
 */
import { choleskyInPlace } from "../../numeric/cholesky.ts";
import { medianOfSorted } from "../../numeric/statistics.ts";
import { type EncodedCells, type EncodedTable, referenceRows } from "../encoded-table.ts";

/** In standardised units. */
export interface NormalModel {
  /** Indices of the columns that it is about. */
  readonly columns: readonly number[];
  readonly means: readonly number[];
  /** The lower triangle, row by row: (0,0), (1,0), (1,1), (2,0) ... */
  readonly covariance: readonly number[];
  /** What of each variance is measurement error, about: the square of the median error, 0 where none is known. */
  readonly noise: readonly number[];
}

/** More columns take too long: the work goes with the third power. */
const MOST_COLUMNS = 40;
/** Fewer rows for each column would be mostly chance. */
const ROWS_OF_COLUMN = 5;
const ITERATIONS = 15;
/** Added to each variance: what is closer than this to a function of the others is taken for it. */
const SMALLEST_VARIANCE = 1e-6;
/** Values farther out than this are taken to be this far, that a few of them don't decide. */
const FARTHEST = 6;

/**
 * Mean and covariance of greatest likelihood by expectation and maximisation (Dempster, Laird & Rubin 1977; Little & Rubin,
 * "Statistical analysis with missing data", sec. 11.2), from rows at even steps through the table.
 * @param table all columns of the network. @returns undefined where a normal model would say nothing.
 */
export function fitNormalModel(table: EncodedTable): NormalModel | undefined {
  const rows = referenceRows(table.rows);
  const columns = table.columns.filter(({ classes, isMixed }) => !classes || isMixed === true);
  const size = columns.length;
  if (size < 2 || size > MOST_COLUMNS || rows.length < ROWS_OF_COLUMN * size) return undefined;
  const cells = new Float64Array(rows.length * size);
  rows.forEach((row, i) => {
    columns.forEach(({ values, classes }, j) => {
      const isNumber = !(classes && classes[row] > 0);
      cells[i * size + j] = isNumber ? clamped(values[row]) : Number.NaN;
    });
  });
  const { means, covariance } = expectationMaximisation(cells, size);
  const lower: number[] = [];
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++) lower.push(covariance[i * size + j]);
  return { columns: columns.map(({ index }) => index), means: [...means], covariance: lower, noise: columns.map((each) => squaredMedianError(each, rows)) };
}

function squaredMedianError({ errors, values }: EncodedCells, rows: Uint32Array): number {
  if (!errors) return 0;
  const known = Float64Array.from(rows).filter((row) => !Number.isNaN(values[row]));
  return known.length === 0 ? 0 : medianOfSorted(known.map((row) => errors[row]).sort()) ** 2;
}

export const clamped = (value: number) => Math.max(-FARTHEST, Math.min(FARTHEST, value));

function expectationMaximisation(cells: Float64Array, size: number) {
  const rows = cells.length / size;
  let means = new Float64Array(size);
  let covariance = new Float64Array(size * size);
  for (let j = 0; j < size; j++) covariance[j * size + j] = 1;
  const isComplete = cells.every((cell) => !Number.isNaN(cell));
  for (let iteration = 0; iteration < (isComplete ? 1 : ITERATIONS); iteration++) {
    const sums = new Float64Array(size);
    const squares = new Float64Array(size * size);
    const filled = new Float64Array(size);
    for (const group of byPattern(cells, size)) {
      const given: number[] = [];
      const missing: number[] = [];
      for (let j = 0; j < size; j++) (Number.isNaN(cells[group[0] * size + j]) ? missing : given).push(j);
      const regression = regressionOn(covariance, size, given, missing);
      for (const row of group) {
        for (const j of given) filled[j] = cells[row * size + j];
        for (const [a, j] of missing.entries()) {
          let mean = means[j];
          for (const [b, k] of given.entries())
            mean += regression.weights[a * given.length + b] * (filled[k] - means[k]);
          filled[j] = mean;
        }
        for (let i = 0; i < size; i++) {
          sums[i] += filled[i];
          for (let j = 0; j <= i; j++) squares[i * size + j] += filled[i] * filled[j];
        }
      }
      for (const [a, i] of missing.entries()) {
        for (const [b, j] of missing.entries())
          if (j <= i) squares[i * size + j] += group.length * regression.rest[a * missing.length + b];
      }
    }
    means = sums.map((sum) => sum / rows);
    covariance = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        const each = squares[i * size + j] / rows - means[i] * means[j] + (i === j ? SMALLEST_VARIANCE : 0);
        covariance[i * size + j] = covariance[j * size + i] = each;
      }
    }
  }
  return { means, covariance };
}

/** Rows by which of their cells are missing. */
function byPattern(cells: Float64Array, size: number): number[][] {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < cells.length / size; row++) {
    let pattern = "";
    for (let j = 0; j < size; j++) pattern += Number.isNaN(cells[row * size + j]) ? "0" : "1";
    const group = groups.get(pattern);
    if (group) group.push(row);
    else groups.set(pattern, [row]);
  }
  return [...groups.values()];
}

/** Of missing columns on given ones: weights (missing, given), and the covariance that is left (missing, missing). */
function regressionOn(
  covariance: Float64Array,
  size: number,
  given: readonly number[],
  missing: readonly number[],
): { readonly weights: Float64Array; readonly rest: Float64Array } {
  const [n, m] = [given.length, missing.length];
  const weights = new Float64Array(m * n);
  const rest = new Float64Array(m * m);
  const lower = Float64Array.from({ length: n * n }, (_, at) => covariance[given[Math.floor(at / n)] * size + given[at % n]]);
  if (!choleskyInPlace(lower, n)) throw new Error("the covariance is not positive definite");
  const solved = missing.map((j) => {
    const right = Float64Array.from(given, (k) => covariance[j * size + k]);
    forward(lower, right);
    return right;
  });
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) {
      let explained = 0;
      for (let k = 0; k < n; k++) explained += solved[a][k] * solved[b][k];
      rest[a * m + b] = covariance[missing[a] * size + missing[b]] - explained;
    }
    const right = solved[a].slice();
    backward(lower, right);
    weights.set(right, a * n);
  }
  return { weights, rest };
}

function forward(lower: Float64Array, right: Float64Array): void {
  const n = right.length;
  for (let row = 0; row < n; row++) {
    let left = right[row];
    for (let k = 0; k < row; k++) left -= lower[row * n + k] * right[k];
    right[row] = left / lower[row * n + row];
  }
}

function backward(lower: Float64Array, right: Float64Array): void {
  const n = right.length;
  for (let row = n - 1; row >= 0; row--) {
    let left = right[row];
    for (let k = row + 1; k < n; k++) left -= lower[k * n + row] * right[k];
    right[row] = left / lower[row * n + row];
  }
}
