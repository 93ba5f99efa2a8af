/** @file What a normal model says once some values are given: how far each is from what the others let expect, and of a target. */
import type { NormalModel } from "./normal-model.ts";

/** What is given: places in the normal model, values less their means, variances beyond the usual noise. */
export interface GivenNumbers {
  readonly places: Int32Array;
  readonly values: Float64Array;
  readonly extra: Float64Array;
}

/** Each call of `give` takes the place of the one before. */
export interface Conditions {
  /** @param known how many of the arrays count. */
  give(given: GivenNumbers, known: number): void;
  /** How far the given value with this number is from its mean given the others, in standard deviations of that. */
  residual(which: number): number;
  /** Of a column that isn't given, less its own mean. */
  target(place: number): { readonly mean: number; readonly variance: number };
}

/** Of a variance that rounding has used up. */
export const SMALLEST_REST = 1e-9;

/**
 * By the Cholesky factor L of the given values' covariance C. With the precision matrix P = C^-1 and z = P x, a value is
 * z_j / P_jj from what the others let expect, and 1 / sqrt(P_jj) is the standard deviation of that (Rue & Held 2005, "Gaussian
 * Markov random fields", theorem 2.3).
 */
export function conditionsOf({
  columns,
  covariance: triangle,
}: Pick<NormalModel, "columns" | "covariance">): Conditions {
  const size = columns.length;
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
