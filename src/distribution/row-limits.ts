/** @file Limits of each row's own: an answer about a column that is itself known to lie within them is cut there. */
import { densityEnds, hasBounds } from "../columns/bounds.ts";
import type { ColumnEncoding } from "../columns/encoding.ts";
import { densityWithin } from "../columns/limits.ts";
import type { Coordinates } from "../columns/transforms.ts";
import type { RowEnds } from "./bounded-curves.ts";

/** By row, in data units; both ends belong to the values, infinite where there is none. */
export interface RowLimits {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

type Ends = readonly [low: number, high: number];

/** Where the density of each row ends, by the column's bounds and the row's limits; in data units. */
export function endsWithin(
  encoding: ColumnEncoding,
  isWhole: boolean,
  limits: RowLimits | undefined,
): RowEnds {
  const bounds = densityEnds(encoding, isWhole);
  if (!limits) return () => bounds;
  return (row) => common(bounds, densityWithin([limits.lower[row], limits.upper[row]], isWhole));
}

/** The values that are still inside. */
export function boundsWithin(
  encoding: ColumnEncoding,
  isWhole: boolean,
  limits: RowLimits | undefined,
): RowEnds {
  const bounds = densityEnds(encoding, false);
  if (!limits) return () => bounds;
  const whole = ([low, high]: Ends): Ends => (isWhole ? [Math.ceil(low), Math.floor(high)] : [low, high]);
  return (row) => common(bounds, whole([limits.lower[row], limits.upper[row]]));
}

/** As {@link endsWithin}, in standardised units; undefined where nothing is cut. */
export function standardisedWithin(
  encoding: ColumnEncoding,
  isWhole: boolean,
  limits: RowLimits | undefined,
  { toStandardised }: Coordinates,
): RowEnds | undefined {
  if (!limits && !hasBounds(encoding)) return undefined;
  const ends = endsWithin(encoding, isWhole, limits);
  const standardised = (end: number) => (Number.isFinite(end) ? toStandardised(end) : end);
  const ofRow = (row: number): Ends => {
    const [low, high] = ends(row);
    return [standardised(low), standardised(high)];
  };
  let [last, found]: [number, Ends] = [0, ofRow(0)];
  return (row) => {
    if (limits && row !== last) [last, found] = [row, ofRow(row)];
    return found;
  };
}

function common([low, high]: Ends, [lower, upper]: Ends): Ends {
  return [Math.max(low, lower), Math.min(high, upper)];
}

/**
 * The probabilities of a row's classes (the continuous part, then each point mass), given that the value is within its limits.
 * @param continuous the mass of the continuous part inside. @param classes before the cut; overwritten.
 * @returns the probability of what is inside, before the cut.
 */
export function cutClasses(
  classes: Float64Array,
  continuous: number,
  pointMasses: readonly number[],
  [lower, upper]: Ends,
): number {
  const all = classes.map((share, k) => {
    if (k === 0) return share * continuous;
    return pointMasses[k - 1] >= lower && pointMasses[k - 1] <= upper ? share : 0;
  });
  const sum = all.reduce((a, b) => a + b, 0);
  if (sum > 0) classes.set(all.map((share) => share / sum));
  // Nothing at all was expected there: what is inside by its place alone, the continuous part where that may be.
  else classes.set(all.map((_, k) => Number(k === 0)));
  return sum;
}
