/** @file Whether distributions are as wide as they should be: PIT values against uniform, coverage of intervals. */
import { check, NUMBER, NUMBERS } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { ascending, eachOnce, type Statistic } from "../numeric/statistics.ts";

/**
 * The Kolmogorov-Smirnov distance of PIT values from uniform: the largest difference between their
 * empirical distribution function and that of uniform numbers, sup |F_n(p) - p|, exact, on either side of each step.
 * 0 at best, 1 at worst; about 0.87 / sqrt(n) on average where calibration is perfect
 * (see {@link ksOfPerfectModel}).
 *
 * @param pits P(X <= x) of each row's true value, in [0, 1].
 * @example
 * const pits = [0.1, 0.35, 0.5, 0.62, 0.9];
 * console.log(ksDistance(pits) < ksOfPerfectModel(pits.length));
 */
export function ksDistance(pits: ArrayLike<number>): number {
  check("the PIT values", pits, NUMBERS);
  return ksDistanceOf(pits)(eachOnce(pits.length));
}

/** {@link ksDistance} as a statistic of resampled rows: sorts once. */
export function ksDistanceOf(pits: ArrayLike<number>): Statistic {
  const order = ascending(pits);
  return (weights) => {
    let total = 0;
    for (let i = 0; i < pits.length; i++) total += weights[i];
    let passed = 0;
    let distance = total === 0 ? Number.NaN : 0;
    for (const index of order) {
      const before = passed / total;
      passed += weights[index];
      distance = Math.max(distance, Math.abs(pits[index] - before), Math.abs(passed / total - pits[index]));
    }
    return distance;
  };
}

/**
 * The KS distance that a perfectly calibrated model stays below in 95 of 100 samples of `rows` independent rows.
 * @see Stephens, M. A. (1970), J. R. Statist. Soc. B 32, 115-122: 1.358 / (sqrt(n) + 0.12 + 0.11 / sqrt(n)).
 * @example
 * console.log(ksOfPerfectModel(1000)); // 0.043
 */
export function ksOfPerfectModel(rows: number): number {
  check("the number of rows", rows, NUMBER);
  return 1.358 / (Math.sqrt(rows) + 0.12 + 0.11 / Math.sqrt(rows));
}

/**
 * How many PIT values fall into each of `bins` equal parts of [0, 1]; the last includes 1.
 * Flat: calibrated; a valley: distributions too narrow; a hill: too wide; a slope: shifted.
 */
export function pitHistogram(pits: ArrayLike<number>, bins = 20): number[] {
  if (!Number.isInteger(bins) || bins < 1) {
    throw new InputError(`The PIT histogram is asked for ${bins} bins; give a whole number of at least 1.`);
  }
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < pits.length; i++) counts[Math.min(bins - 1, Math.floor(pits[i] * bins))] += 1;
  return counts;
}

/** One point of a calibration curve: `share` of the values lie below their distribution's quantile at `level`. */
export interface CalibrationPoint {
  readonly level: number;
  readonly share: number;
}

/** 0.05, 0.10, ..., 0.95 */
const LEVELS: readonly number[] = Array.from({ length: 19 }, (_, i) => (i + 1) / 20);

/**
 * The share of PIT values at or below each level: the diagonal where calibration is perfect.
 * @see Kuleshov, Fenner & Ermon (2018), https://arxiv.org/abs/1807.00263, section 3.5.
 */
export function calibrationCurve(
  pits: ArrayLike<number>,
  levels: readonly number[] = LEVELS,
): CalibrationPoint[] {
  return levels.map((level) => {
    let below = 0;
    for (let i = 0; i < pits.length; i++) below += Number(pits[i] <= level);
    return { level, share: below / pits.length };
  });
}
