/** @file One value out of a row's distribution, from two random numbers that decide it. */
import { type ColumnEncoding, classCount } from "../columns/encoding.ts";
import { geometryOf, isWhole, kindOf } from "../columns/kinds.ts";
import type { Coordinates } from "../columns/transforms.ts";
import { normalCdf } from "../numeric/normal-cdf.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import type { RowEnds } from "./bounded-curves.ts";
import type { ContinuousParts } from "./quantile-curves.ts";

/** What decides the value of each of some cells. */
export interface CellDraws {
  /** Uniform on [0, 1): they choose a class, and of a mixture the normal. */
  readonly uniforms: Float64Array;
  /** Standard normal. */
  readonly normals: Float64Array;
  /** The row of distributions that each cell is drawn from; default one row for each. */
  readonly rows?: Uint32Array;
  /** Least and greatest value that may be drawn, in data units: what lies beyond is drawn again from what lies between. */
  readonly within?: readonly [least: number, greatest: number];
}

interface DrawnParts {
  readonly encoding: ColumnEncoding;
  readonly coordinates: Coordinates;
  /** The values that each row may have. */
  readonly bounds: RowEnds;
  /** Absent for categories. */
  readonly curves: ContinuousParts | undefined;
  /** (rows, classCount); empty if that is 0. */
  readonly classes: Float64Array;
}

/** The digits of a uniform number that are behind those which choose are as good as a number of their own. */
const DIGITS_THAT_CHOOSE = 2 ** 20;

/** Values in data units, of a category column indices in its list. */
export function drawnValues(
  { encoding, coordinates, bounds, curves, classes }: DrawnParts,
  { uniforms, normals, rows, within }: CellDraws,
): Float64Array {
  const count = classCount(encoding);
  const kind = kindOf(encoding);
  // Going to and fro between units, and to whole numbers, may round a bound to beyond itself.
  const round = (row: number, value: number) => {
    const [lowest, highest] = bounds(row);
    return Math.min(highest, Math.max(lowest, kind.round(value, encoding)));
  };
  const { period } = geometryOf(encoding);
  const between = period === undefined ? within && spreadRange(within, isWhole(encoding)) : undefined;
  return uniforms.map((uniform, cell) => {
    const row = rows ? rows[cell] : cell;
    const { picked, rest } = pickedClass(classes, row * count, count, uniform);
    if (!curves) return picked;
    if (picked > 0) return encoding.pointMasses[picked - 1];
    const u = curves.draw ? curves.draw(row, rest, normals[cell]) : curves.value(row, normals[cell]);
    const value = coordinates.toData(u);
    if (!between || (value >= between[0] && value <= between[1])) return round(row, value);
    const again = (uniform * DIGITS_THAT_CHOOSE) % 1;
    return round(row, drawnBetween(curves, coordinates, row, between, again));
  });
}

/** Integers are spread over half a unit to either side. */
function spreadRange([least, greatest]: readonly [number, number], isInteger: boolean) {
  // A hair less, so that the ends round to integers between.
  return isInteger ? ([least - 0.499_999, greatest + 0.499_999] as const) : ([least, greatest] as const);
}

/** The class that a uniform number falls to, and where in its share, from 0 to 1. */
function pickedClass(classes: Float64Array, from: number, count: number, uniform: number) {
  if (count === 0) return { picked: 0, rest: uniform };
  let left = uniform;
  let picked = 0;
  while (picked + 1 < count && left >= classes[from + picked]) left -= classes[from + picked++];
  return { picked, rest: left / classes[from + picked] };
}

/** By inversion of the distribution function, cut at both ends. */
function drawnBetween(
  curves: ContinuousParts,
  { toStandardised, toData }: Coordinates,
  row: number,
  [least, greatest]: readonly [number, number],
  uniform: number,
): number {
  const [low, high] = [least, greatest].map((end) => normalCdf(curves.level(row, toStandardised(end))));
  const level = normalQuantile(low + uniform * (high - low));
  const value = Number.isFinite(level) ? toData(curves.value(row, level)) : Number.NaN;
  // Where next to nothing lies between, the nearer end is what there is.
  if (Number.isNaN(value)) return low >= 0.5 ? least : greatest;
  return Math.min(greatest, Math.max(least, value));
}
