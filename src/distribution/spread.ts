/** @file The middle of a numeric distribution and how far it spreads: intervals, median distance. */
import { InputError } from "../base/errors.ts";
import { MAD_TO_STANDARD_DEVIATION } from "../numeric/statistics.ts";
import { cdf, cdfBelow, type Mixture, quantile } from "./mixture.ts";

/** The values with (1 - mass) / 2 of the probability on either side. */
export function centralInterval(of: Mixture, row: number, mass: number): [low: number, high: number] {
  checkMass(mass);
  return [quantile(of, row, (1 - mass) / 2), quantile(of, row, (1 + mass) / 2)];
}

export function checkMass(mass: number): void {
  if (mass > 0 && mass < 1) return;
  throw new InputError(`An interval needs a probability mass between 0 and 1, such as 0.9, not ${mass}.`);
}

/**
 * 1.4826 times the least d with P(|X - median| <= d) >= 1/2, by bisection between the distances of the two
 * quartiles.
 */
export function medianDistance(of: Mixture, row: number): number {
  const median = quantile(of, row, 0.5);
  const distances = [median - quantile(of, row, 0.25), quantile(of, row, 0.75) - median];
  let low = Math.min(...distances);
  let high = Math.max(...distances);
  const within = (d: number) => cdf(of, row, median + d) - cdfBelow(of, row, median - d) >= 0.5;
  if (within(low)) return MAD_TO_STANDARD_DEVIATION * low;
  while (high - low > (of.isInteger ? 1 : 1e-13 * high)) {
    const middle = of.isInteger ? Math.floor((low + high) / 2) : (low + high) / 2;
    if (middle === low || middle === high) break;
    if (within(middle)) high = middle;
    else low = middle;
  }
  return MAD_TO_STANDARD_DEVIATION * high;
}
