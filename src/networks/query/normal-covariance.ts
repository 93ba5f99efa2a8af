/** @file The full covariance of a table's columns, fitted with missing cells, and what it says once some values are given. */
import { choleskyInPlace, solveCholesky } from "../../numeric/cholesky.ts";
import { type Pattern, rowsByPattern } from "./missing-patterns.ts";
import type { Conditions, GivenNumbers, NormalModel } from "./normal-model.ts";

/** Steps of expectation and maximisation at most, and the change of a covariance that ends them: the network learns the rest. */
const MAX_STEPS = 50;
const SMALL_CHANGE = 1e-4;
/** Complete rows for each column that are enough to begin with. */
const ENOUGH_ROWS = 5;
/** Added to each variance: a column that is a function of the others has none of its own. */
const SMALLEST_VARIANCE = 1e-6;
/** Of a variance that rounding has used up. */
const SMALLEST_REST = 1e-9;

/**
 * Mean and covariance of greatest likelihood by expectation and maximisation (Dempster, Laird & Rubin 1977, "Maximum
 * likelihood from incomplete data via the EM algorithm", sec. 4.1).
 * @param cells (rows, size), NaN where missing.
 */
export function fitCovariance(cells: Float64Array, size: number): Pick<NormalModel, "means" | "covariance"> {
  const { means, covariance } = expectationMaximisation(cells, size);
  const lower: number[] = [];
  for (let i = 0; i < size; i++) lower.push(...covariance.subarray(i * size, i * size + i + 1));
  return { means: [...means], covariance: lower };
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
  const isEnough = (complete[0]?.rows.length ?? 0) >= ENOUGH_ROWS * size;
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

/**
 * By the Cholesky factor L of the given values' covariance C. With the precision matrix P = C^-1 and z = P x, a value is
 * z_j / P_jj from what the others let expect, and 1 / sqrt(P_jj) is the standard deviation of that (Rue & Held 2005, "Gaussian
 * Markov random fields", theorem 2.3).
 * @param triangle the lower triangle of the covariance, row by row.
 */
export function covarianceConditions(size: number, triangle: readonly number[]): Conditions {
  const covariance = new Float64Array(size * size);
  for (let i = 0, at = 0; i < size; i++) {
    for (let j = 0; j <= i; j++, at++) covariance[i * size + j] = covariance[j * size + i] = triangle[at];
  }
  /** L and its inverse, (size, size), and L^-1 times the values. */
  const [lower, inverse] = [new Float64Array(size * size), new Float64Array(size * size)];
  const white = new Float64Array(size);
  let places: Int32Array = new Int32Array(0);
  let known = 0;

  return {
    give(given: GivenNumbers, count: number) {
      [places, known] = [given.places, count];
      for (let i = 0; i < known; i++) {
        const row = i * size;
        for (let j = 0; j < i; j++) {
          let rest = covariance[places[i] * size + places[j]];
          for (let k = 0; k < j; k++) rest -= lower[row + k] * lower[j * size + k];
          lower[row + j] = rest * inverse[j * size + j];
        }
        let rest = covariance[places[i] * size + places[i]] + given.extra[i];
        for (let k = 0; k < i; k++) rest -= lower[row + k] ** 2;
        const scale = 1 / Math.sqrt(Math.max(rest, SMALLEST_REST));
        let left = given.values[i];
        for (let k = 0; k < i; k++) left -= lower[row + k] * white[k];
        white[i] = left * scale;
        inverse[row + i] = scale;
        for (let j = 0; j < i; j++) {
          let sum = 0;
          for (let k = j; k < i; k++) sum += lower[row + k] * inverse[k * size + j];
          inverse[row + j] = -sum * scale;
        }
      }
    },
    residual(which: number) {
      let [z, precision] = [0, 0];
      for (let i = which; i < known; i++) {
        const each = inverse[i * size + which];
        z += each * white[i];
        precision += each * each;
      }
      return z / Math.sqrt(precision);
    },
    target(place: number) {
      let mean = 0;
      let variance = covariance[place * size + place];
      for (let i = 0; i < known; i++) {
        let weight = 0;
        for (let k = 0; k <= i; k++) weight += inverse[i * size + k] * covariance[place * size + places[k]];
        mean += weight * white[i];
        variance -= weight * weight;
      }
      return { mean, variance };
    },
  };
}
