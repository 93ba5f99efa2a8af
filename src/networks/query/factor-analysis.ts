/**
 * @file The covariance of many columns as a few factors that they share, and a variance that each has by itself: fitted with
 * missing cells, and what it says once some values are given. Its work goes with the number of columns, not with its cube.
 */
import { choleskyInPlace, solveCholesky } from "../../numeric/cholesky.ts";
import { generator } from "../../numeric/generator.ts";
import { type Pattern, rowsByPattern } from "./missing-patterns.ts";
import type { Conditions, GivenNumbers, NormalModel } from "./normal-model.ts";

/** The covariance is loadings times their transpose, with the uniquenesses added to the diagonal. */
export interface Factors {
  /** (columns, factors), row by row. */
  readonly loadings: readonly number[];
  readonly uniquenesses: readonly number[];
}

/** More factors than this would be slow, and columns of one table rarely have them. */
const MAX_FACTORS = 16;
/** Steps of expectation and maximisation. */
const STEPS = 40;
/** In standardised units: a column that is a function of the others has no variance of its own. */
const SMALLEST_UNIQUENESS = 1e-4;

/**
 * Factor analysis by expectation and maximisation (Rubin & Thayer 1982, "EM algorithms for ML factor analysis",
 * Psychometrika 47, 69), the sums of each column over the rows that have it.
 * @param cells (rows, size), NaN where missing.
 */
export function fitFactors(cells: Float64Array, size: number): Pick<NormalModel, "means" | "factors"> {
  const means = columnMeans(cells, size);
  const centred = cells.map((cell, at) => cell - means[at % size]);
  const count = Math.min(MAX_FACTORS, size >> 1);
  const patterns = rowsByPattern(cells, size);
  let factors = start(size, count);
  for (let step = 0; step < STEPS; step++) factors = improved(factors, count, centred, patterns);
  return { means: [...means], factors };
}

function columnMeans(cells: Float64Array, size: number): Float64Array {
  const [sums, counts] = [new Float64Array(size), new Float64Array(size)];
  cells.forEach((cell, at) => {
    if (Number.isNaN(cell)) return;
    sums[at % size] += cell;
    counts[at % size]++;
  });
  return sums.map((sum, j) => sum / Math.max(1, counts[j]));
}

/** Small loadings at random, which the first steps turn towards what the columns share. */
function start(size: number, count: number): Factors {
  const random = generator(1, "factors");
  return {
    loadings: Array.from({ length: size * count }, () => 0.3 * random.normal()),
    uniquenesses: Array<number>(size).fill(0.5),
  };
}

function improved(
  { loadings, uniquenesses }: Factors,
  count: number,
  centred: Float64Array,
  patterns: readonly Pattern[],
): Factors {
  const size = uniquenesses.length;
  /** By column: sums of a value times the factors' means, of the factors' second moments, of squares, and rows. */
  const crossed = new Float64Array(size * count);
  const moments = new Float64Array(size * count * count);
  const squares = new Float64Array(size);
  const rows = new Float64Array(size);
  /** Of all rows: the second moments of the factors. */
  const spread = new Float64Array(count * count);
  for (const { rows: alike, given } of patterns) {
    const precision = precisionOf(loadings, uniquenesses, given, count);
    const inverse = inverseOf(precision, count);
    const second = inverse.map((each) => alike.length * each);
    for (const row of alike) {
      const means = new Float64Array(count);
      for (const j of given) {
        const scaled = centred[row * size + j] / uniquenesses[j];
        for (let a = 0; a < count; a++) means[a] += loadings[j * count + a] * scaled;
      }
      solveCholesky(precision, means);
      for (let a = 0; a < count; a++)
        for (let b = 0; b < count; b++) second[a * count + b] += means[a] * means[b];
      for (const j of given) {
        const value = centred[row * size + j];
        squares[j] += value * value;
        rows[j]++;
        for (let a = 0; a < count; a++) crossed[j * count + a] += value * means[a];
      }
    }
    for (let at = 0; at < count * count; at++) {
      spread[at] += second[at];
      for (const j of given) moments[j * count * count + at] += second[at];
    }
  }
  const found = { loadings: Array<number>(size * count), uniquenesses: Array<number>(size) };
  for (let j = 0; j < size; j++) {
    const matrix = moments.slice(j * count * count, (j + 1) * count * count);
    const solved = crossed.slice(j * count, (j + 1) * count);
    choleskyInPlace(matrix, count);
    solveCholesky(matrix, solved);
    let explained = 0;
    for (let a = 0; a < count; a++) {
      found.loadings[j * count + a] = solved[a];
      explained += solved[a] * crossed[j * count + a];
    }
    found.uniquenesses[j] = Math.max(SMALLEST_UNIQUENESS, (squares[j] - explained) / rows[j]);
  }
  rescale(found.loadings, spread, centred.length / size, count);
  return found;
}

/**
 * Loadings for factors of variance 1, from those for factors as they were found: with this, steps go far where without it there
 * would be hundreds (Liu, Rubin & Wu 1998, "Parameter expansion to accelerate EM: the PX-EM algorithm", Biometrika 85, 755).
 */
function rescale(loadings: number[], spread: Float64Array, rows: number, count: number): void {
  const root = spread.map((each) => each / rows);
  choleskyInPlace(root, count);
  for (let at = 0; at < loadings.length; at += count) {
    for (let b = 0; b < count; b++) {
      let sum = 0;
      for (let a = b; a < count; a++) sum += loadings[at + a] * root[a * count + b];
      loadings[at + b] = sum;
    }
  }
}

/** The Cholesky factor of the factors' precision matrix given some columns, I + L' U^-1 L. */
function precisionOf(
  loadings: readonly number[],
  uniquenesses: readonly number[],
  given: readonly number[],
  count: number,
): Float64Array {
  const precision = new Float64Array(count * count);
  for (let a = 0; a < count; a++) precision[a * count + a] = 1;
  for (const j of given) addColumn(precision, loadings, j, 1 / uniquenesses[j], count);
  choleskyInPlace(precision, count);
  return precision;
}

/** Adds a column's loadings, times their transpose, times a weight to the lower triangle. */
function addColumn(
  precision: Float64Array,
  loadings: ArrayLike<number>,
  column: number,
  weight: number,
  count: number,
): void {
  for (let a = 0; a < count; a++) {
    const scaled = loadings[column * count + a] * weight;
    for (let b = 0; b <= a; b++) precision[a * count + b] += scaled * loadings[column * count + b];
  }
}

function inverseOf(lower: Float64Array, count: number): Float64Array {
  const inverse = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    const unit = new Float64Array(count);
    unit[a] = 1;
    solveCholesky(lower, unit);
    inverse.set(unit, a * count);
  }
  return inverse;
}

/**
 * By Woodbury's formula: with the factors' precision matrix M = I + L' D^-1 L, D the variances of their own, and factors
 * f = M^-1 L' D^-1 x, the precision matrix P of the values has P x = D^-1 (x - L f) and P_jj = (1 - l_j' M^-1 l_j / d_j) / d_j; the
 * residual of a value from what the others let expect is (P x)_j / sqrt(P_jj) standard deviations (Rue & Held 2005, "Gaussian
 * Markov random fields", theorem 2.3).
 */
export function factorConditions(model: Factors): Conditions {
  const size = model.uniquenesses.length;
  const count = model.loadings.length / size;
  const [loadings, uniquenesses] = [Float64Array.from(model.loadings), Float64Array.from(model.uniquenesses)];
  const lower = new Float64Array(count * count);
  const factors = new Float64Array(count);
  const solved = new Float64Array(count);
  let given: GivenNumbers = {
    places: new Int32Array(0),
    values: new Float64Array(0),
    extra: new Float64Array(0),
  };

  /** l' M^-1 l of a column. */
  const shared = (column: number): number => {
    let sum = 0;
    for (let a = 0; a < count; a++) {
      let rest = loadings[column * count + a];
      for (let b = 0; b < a; b++) rest -= lower[a * count + b] * solved[b];
      solved[a] = rest / lower[a * count + a];
      sum += solved[a] * solved[a];
    }
    return sum;
  };
  const expected = (column: number): number => {
    let sum = 0;
    for (let a = 0; a < count; a++) sum += loadings[column * count + a] * factors[a];
    return sum;
  };
  return {
    give(numbers: GivenNumbers, known: number) {
      given = numbers;
      lower.fill(0);
      factors.fill(0);
      for (let a = 0; a < count; a++) lower[a * count + a] = 1;
      for (let i = 0; i < known; i++) {
        const column = given.places[i];
        const weight = 1 / (uniquenesses[column] + given.extra[i]);
        addColumn(lower, loadings, column, weight, count);
        for (let a = 0; a < count; a++) factors[a] += loadings[column * count + a] * weight * given.values[i];
      }
      choleskyInPlace(lower, count);
      solveCholesky(lower, factors);
    },
    residual(which: number) {
      const column = given.places[which];
      const own = uniquenesses[column] + given.extra[which];
      const z = (given.values[which] - expected(column)) / own;
      return z / Math.sqrt((1 - shared(column) / own) / own);
    },
    target: (place: number) => ({ mean: expected(place), variance: shared(place) + uniquenesses[place] }),
  };
}
