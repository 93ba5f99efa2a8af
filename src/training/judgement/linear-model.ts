/**
 * @file A quick linear model of one column given all others, for comparison: ridge regression with normal residuals for
 * numbers, linear discriminant analysis for classes (Hastie, Tibshirani & Friedman 2009, "The elements of statistical
 * learning", 3.4.1 and 4.3). A missing cell is a class of its own.
 */
import { type EncodedCells, type EncodedTable, isLimitedCell } from "../../networks/encoded-table.ts";
import { isContinuous } from "../../networks/query/context-layout.ts";
import { choleskyInPlace, solveCholesky } from "../../numeric/cholesky.ts";
import { logLikelihood, massWithin, normalDensity, TINY } from "./own-distribution.ts";

/** Of each column the most frequent classes are told apart; a column of more than these is not answered for. */
const CLASSES_GIVEN = 20;
const CLASSES_ASKED = 50;
/** Multiplications for one column, about: fewer rows where there are many features. */
const WORK = 2e8;
/** Rows that each fit is drawn to nothing by, and how much of the discriminant is believed. All of these are tried. */
const RIDGES = [1, 10, 100];
const TRUSTS = [0.1, 0.3, 0.6, 1];

/** From a row of a table to the loss of its cell in the column that is asked. */
export type RowLoss = (table: EncodedTable, row: number) => number;

/**
 * @param column the index of the asked one. @param classes how many it has. @param intervalsFrom see `Network.likelihood`.
 * @returns undefined where there is nothing to be learnt from, or too many classes.
 */
export function linearModel(
  known: EncodedTable,
  column: number,
  classes: number,
  intervalsFrom: number,
): RowLoss | undefined {
  if (classes > CLASSES_ASKED) return undefined;
  const features = new Features(known, column);
  const asked = known.columns[column];
  const most = Math.max(100, Math.floor(WORK / features.count ** 2));
  const rows = rowsWith(known.rows, (row) => !Number.isNaN(asked.values[row])).slice(0, most);
  const numbers = rows.filter((row) => isContinuous(asked, row));
  const inputs = (these: readonly number[]) => these.map((row) => features.of(known, row));
  const ofClass =
    classes > 0
      ? discriminant(
          inputs(rows),
          rows.map((row) => asked.classes?.[row] ?? 0),
          classes,
        )
      : undefined;
  const ofNumber =
    numbers.length > 2
      ? regression(
          inputs(numbers),
          numbers.map((row) => asked.values[row]),
        )
      : undefined;
  if (classes > 0 ? !ofClass : !ofNumber) return undefined;
  return (table, row) => {
    const cells = table.columns[column];
    const x = features.of(table, row);
    return (
      (ofClass ? -ofClass(x)[cells.classes?.[row] ?? 0] : 0) +
      numberLoss(cells, row, x, ofNumber, intervalsFrom)
    );
  };
}

function numberLoss(
  cells: EncodedCells,
  row: number,
  x: Float64Array,
  regressed: Regression | undefined,
  intervalsFrom: number,
): number {
  if (!isContinuous(cells, row)) return 0;
  const { mean, sd } = regressed?.(x) ?? { mean: 0, sd: 1 };
  if (isLimitedCell(cells, row)) return -Math.log(TINY + massWithin(normalDensity(mean, sd), cells, row));
  const width = cells.widths?.[row] ?? 0;
  return -logLikelihood(normalDensity(mean, sd), cells.values[row], width > intervalsFrom ? width : 0);
}

function rowsWith(rows: number, has: (row: number) => boolean): number[] {
  return Array.from({ length: rows }, (_, row) => row).filter(has);
}

/** The cells of all columns but one as numbers, the first of them 1. */
class Features {
  readonly count: number;
  readonly #parts: readonly {
    readonly column: number;
    readonly at: number;
    readonly classes: readonly number[];
  }[];

  constructor(known: EncodedTable, except: number) {
    let at = 1;
    this.#parts = known.columns.flatMap((cells, column) => {
      if (column === except) return [];
      const part = { column, at, classes: frequentClasses(cells, known.rows) };
      // The number itself, whether it is missing, and its classes.
      at += 2 + part.classes.length;
      return [part];
    });
    this.count = at;
  }

  of({ columns }: EncodedTable, row: number): Float64Array {
    const x = new Float64Array(this.count);
    x[0] = 1;
    for (const { column, at, classes } of this.#parts) {
      const cells = columns[column];
      if (Number.isNaN(cells.values[row])) {
        x[at + 1] = 1;
        continue;
      }
      if (isContinuous(cells, row)) x[at] = cells.values[row];
      const found = cells.classes ? classes.indexOf(cells.classes[row]) : -1;
      if (found >= 0) x[at + 2 + found] = 1;
    }
    return x;
  }
}

function frequentClasses({ classes, values }: EncodedCells, rows: number): number[] {
  const counts = new Map<number, number>();
  for (let row = 0; row < rows; row++) {
    if (classes && !Number.isNaN(values[row])) counts.set(classes[row], (counts.get(classes[row]) ?? 0) + 1);
  }
  const ordered = [...counts].sort((a, b) => b[1] - a[1]);
  return ordered.slice(0, CLASSES_GIVEN).map(([k]) => k);
}

type Regression = (x: Float64Array) => { readonly mean: number; readonly sd: number };

/** Half of the rows choose the ridge and tell the residuals' size; then all are fitted. */
function regression(inputs: readonly Float64Array[], values: readonly number[]): Regression | undefined {
  const half = (parity: number) => inputs.map((_, i) => i).filter((i) => i % 2 === parity);
  const [fitted, others] = [half(0), half(1)];
  const tried = RIDGES.flatMap((ridge) => {
    const weights = leastSquares(
      fitted.map((i) => inputs[i]),
      fitted.map((i) => values[i]),
      ridge,
    );
    if (!weights) return [];
    const squares = others.reduce((sum, i) => sum + (values[i] - dot(weights, inputs[i])) ** 2, 0);
    return [{ ridge, sd: Math.sqrt(squares / others.length) }];
  });
  const best = tried.sort((a, b) => a.sd - b.sd)[0];
  const weights = best && leastSquares(inputs, values, best.ridge);
  return weights && ((x) => ({ mean: dot(weights, x), sd: Math.max(best.sd, 1e-4) }));
}

function leastSquares(
  inputs: readonly Float64Array[],
  values: readonly number[],
  ridge: number,
): Float64Array | undefined {
  const n = inputs[0].length;
  const matrix = moments(inputs, n);
  for (let i = 0; i < n; i++) matrix[i * n + i] += ridge;
  const right = new Float64Array(n);
  inputs.forEach((x, row) => {
    for (let i = 0; i < n; i++) right[i] += x[i] * values[row];
  });
  if (!choleskyInPlace(matrix, n)) return undefined;
  solveCholesky(matrix, right);
  return right;
}

/** The sum of x x', of its lower triangle. */
function moments(inputs: readonly Float64Array[], n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (const x of inputs) {
    for (let i = 0; i < n; i++) {
      if (x[i] === 0) continue;
      for (let j = 0; j <= i; j++) matrix[i * n + j] += x[i] * x[j];
    }
  }
  return matrix;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Log probabilities of all classes. */
type Discriminant = (x: Float64Array) => Float64Array;

/** Half of the rows choose the ridge, and how far to trust what it says; then all are fitted. */
function discriminant(
  inputs: readonly Float64Array[],
  classes: readonly number[],
  count: number,
): Discriminant | undefined {
  const half = (parity: number) => inputs.map((_, i) => i).filter((i) => i % 2 === parity);
  const [fitted, others] = [half(0), half(1)];
  if (others.length === 0) return undefined;
  const tried = RIDGES.flatMap((ridge) => {
    const made = fisher(
      fitted.map((i) => inputs[i]),
      fitted.map((i) => classes[i]),
      count,
      ridge,
    );
    if (!made) return [];
    return TRUSTS.map((trust) => {
      const loss = others.reduce((sum, i) => sum - made(inputs[i], trust)[classes[i]], 0);
      return { ridge, trust, loss };
    });
  });
  const best = tried.sort((a, b) => a.loss - b.loss)[0];
  const made = best && fisher(inputs, classes, count, best.ridge);
  return made && ((x) => made(x, best.trust));
}

/** Classes that are normal with one covariance for all. */
function fisher(
  inputs: readonly Float64Array[],
  classes: readonly number[],
  count: number,
  ridge: number,
): ((x: Float64Array, trust: number) => Float64Array) | undefined {
  const n = inputs[0].length;
  const rows = new Float64Array(count).fill(0.5);
  const means = Array.from({ length: count }, () => new Float64Array(n));
  inputs.forEach((x, i) => {
    rows[classes[i]]++;
    for (let k = 0; k < n; k++) means[classes[i]][k] += x[k];
  });
  means.forEach((mean, k) => {
    for (let i = 0; i < n; i++) mean[i] /= rows[k];
  });
  const within = moments(
    inputs.map((x, i) => x.map((each, k) => each - means[classes[i]][k])),
    n,
  );
  for (let i = 0; i < n; i++) within[i * n + i] += ridge;
  if (!choleskyInPlace(within, n)) return undefined;
  const total = rows.reduce((sum, each) => sum + each, 0);
  const parts = means.map((mean, k) => {
    const weights = mean.map((each) => each * inputs.length);
    solveCholesky(within, weights);
    return { prior: Math.log(rows[k] / total), weights, offset: -dot(weights, mean) / 2 };
  });
  return (x, trust) => {
    const logits = Float64Array.from(
      parts,
      ({ prior, weights, offset }) => prior + trust * (dot(weights, x) + offset),
    );
    const most = logits.reduce((a, b) => Math.max(a, b));
    const sum = logits.reduce((all, each) => all + Math.exp(each - most), 0);
    return logits.map((each) => each - most - Math.log(sum));
  };
}
