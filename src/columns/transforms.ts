/**
 * @file From a column's data units to standardised units and back: the transforms, how they are fitted, what they do to
 * errors.
 */

import { type MonotoneCubic, monotoneCubic } from "../numeric/monotone-cubic.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import type { Column } from "../table/table.ts";
import { type ColumnEncoding, numericClasses } from "./encoding.ts";
import { measureScaling } from "./scaling.ts";

/** How a column's data units become standardised units: the fields of its encoding that say so. */
export type FittedScale = Pick<ColumnEncoding, "center" | "scale" | "transform">;

/** Data units x, standardised units u; both maps increase. All in float64. */
export interface Coordinates {
  toStandardised(x: number): number;
  toData(u: number): number;
  /** dx/du at u, > 0: a density in standardised units divided by it is one per data unit. */
  slope(u: number): number;
}

/**
 * In standardised units, the edge at which values farther out are held when they enter a network: no row of a table lies
 * there, and a network's numbers would soon be none (float32 ends at 1e38, and they are squared).
 */
export const FARTHEST = 1e6;

/** A standardised value, held at the edge. */
export function held(u: number): number {
  return Math.min(FARTHEST, Math.max(-FARTHEST, u));
}

/** The two maps of a column; of a category column, which has center 0 and scale 1, the identity. */
export function coordinates({ center, scale, transform }: FittedScale): Coordinates {
  switch (transform.by) {
    case "none":
      return {
        toStandardised: (x) => (x - center) / scale,
        toData: (u) => center + scale * u,
        slope: () => scale,
      };
    case "asinh":
      return inverseHyperbolicSine(center, scale, transform.width, transform.stretch);
    case "quantiles":
      return along(monotoneCubic(transform.u, transform.s), center, scale);
  }
}

function inverseHyperbolicSine(center: number, scale: number, width: number, stretch: number): Coordinates {
  const inner = scale * width;
  const outer = width / stretch;
  return {
    toStandardised: (x) => Math.asinh((x - center) / inner) * outer,
    toData: (u) => center + inner * Math.sinh(u / outer),
    slope: (u) => (inner / outer) * Math.cosh(u / outer),
  };
}

/** The curve is s(u), a quantile function: so reading samples off it costs no solving, only encoding does. */
function along(curve: MonotoneCubic, center: number, scale: number): Coordinates {
  return {
    toStandardised: (x) => curve.inverse((x - center) / scale),
    toData: (u) => center + scale * curve.value(u),
    slope: (u) => scale * curve.slope(u),
  };
}

/** The widest that one data unit gets in standardised units, about. */
export function widestUnit(fitted: FittedScale): number {
  const { center, scale, transform } = fitted;
  const { toStandardised } = coordinates(fitted);
  const places = transform.by === "quantiles" ? transform.s.map((s) => center + scale * s) : [center];
  return Math.max(...places.map((x) => toStandardised(x + 0.5) - toStandardised(x - 0.5)));
}

export type TransformName = "auto" | "none" | "asinh" | "quantiles";

/** Values further out than this many standard deviations are "far"; a normal column has 0.006 % of them. */
const FAR = 4;
const MAX_FAR = 0.002;
/** No value may lie further out: the model is not made for such values. */
const FURTHEST = 6;
/** An eighth of the rows should not be squeezed into less than this part of the standard deviation. */
const MIN_WIDTH = 0.02;
/**
 * Median and MAD, and the moments of a transformed column, are taken of this many rows at even steps: exact to 1e-4.
 */
const ENOUGH_ROWS = 100_000;
const ENOUGH_TRANSFORMED_ROWS = 20_000;

/**
 * Scale and transform of a column's values, which should hold none of its point masses.
 *
 * - "none": mean and standard deviation.
 * - "asinh": linear within one 1.4826 MAD of the centre, logarithmic beyond; the centre is where the mean of
 *   the transformed values vanishes.
 * - "quantiles": standardised by median and MAD, then along {@link quantileMap}.
 * - "auto": "none" if no value is over 6 standard deviations from the mean, at most 0.2 % are over 4, and no
 *   eighth of the rows (in order) lies within 1/50 of a standard deviation; else "quantiles". The eighths are
 *   for columns that are narrow but for a second, far mode: their deviation is the distance of the modes.
 *
 * @param column Its values ascending, none missing.
 * @throws InputError as `measureScaling` does.
 */
export function fitScale(column: Column, source: string, by: TransformName): FittedScale {
  const ascending = Float64Array.from(column.values);
  const some = { name: column.name, values: atEvenSteps(ascending, ENOUGH_ROWS) };
  const { center, scale } = measureScaling(some, source);
  const s = ascending.map((value) => (value - center) / scale);
  const { mean, deviation } = moments(s);
  const moderate = deviation > 0 && Number.isFinite(deviation);
  if (by === "none" || (by === "auto" && moderate && isTame(s, mean, deviation))) {
    const unit = moderate ? deviation : 1;
    const at = Number.isFinite(mean) ? mean : 0;
    return { center: center + scale * at, scale: scale * unit, transform: { by: "none" } };
  }
  return by === "asinh" ? fitAsinh(s, center, scale) : fitQuantiles(s, center, scale);
}

/** The same transform with a standardised unit that is `share` of what it was. */
export function narrowed({ center, scale, transform }: FittedScale, share: number): FittedScale {
  switch (transform.by) {
    case "none":
      return { center, scale: scale * share, transform };
    case "asinh":
      return { center, scale, transform: { ...transform, stretch: transform.stretch * share } };
    case "quantiles":
      return { center, scale, transform: { ...transform, u: transform.u.map((level) => level / share) } };
  }
}

function isTame(s: Float64Array, mean: number, deviation: number): boolean {
  let farOut = 0;
  for (const each of s) {
    const away = Math.abs(each - mean) / deviation;
    if (away > FURTHEST) return false;
    if (away > FAR) farOut++;
  }
  if (farOut > MAX_FAR * s.length) return false;
  const at = (eighth: number) => s[Math.round((eighth / 8) * (s.length - 1))];
  return ![0, 1, 2, 3, 4, 5, 6, 7].some((k) => {
    const width = at(k + 1) - at(k);
    return width > 0 && width < MIN_WIDTH * deviation; // 0: one value, which no scale can widen
  });
}

function fitAsinh(s: Float64Array, center: number, scale: number): FittedScale {
  const some = atEvenSteps(s, ENOUGH_TRANSFORMED_ROWS);
  const meanAround = (zero: number) => moments(some.map((each) => Math.asinh(each - zero))).mean;
  let low = s[0];
  let high = s.at(-1)!;
  for (let round = 0; round < 200 && high - low > 1e-9; round++) {
    const middle = low + (high - low) / 2;
    if (meanAround(middle) > 0) low = middle;
    else high = middle;
  }
  const zero = low + (high - low) / 2;
  const stretch = moments(some.map((each) => Math.asinh(each - zero))).deviation;
  return { center: center + scale * zero, scale, transform: { by: "asinh", width: 1, stretch } };
}

function fitQuantiles(s: Float64Array, center: number, scale: number): FittedScale {
  const { s: knots, u } = quantileMap(s);
  const { toStandardised } = coordinates({
    center: 0,
    scale: 1,
    transform: { by: "quantiles", s: knots, u },
  });
  const { mean, deviation } = moments(atEvenSteps(s, ENOUGH_TRANSFORMED_ROWS).map(toStandardised));
  const unit = Math.max(deviation, (mean - u[0]) / FURTHEST, (u.at(-1)! - mean) / FURTHEST);
  const levels = u.map((level) => (level - mean) / unit);
  return { center, scale, transform: { by: "quantiles", s: knots, u: levels } };
}

/** At most `most` numbers of an ascending list, the first and the last among them. */
function atEvenSteps(ascending: Float64Array, max: number): Float64Array {
  if (ascending.length <= max) return ascending;
  const step = (ascending.length - 1) / (max - 1);
  return Float64Array.from({ length: max }, (_, i) => ascending[Math.round(i * step)]);
}

/** Mean and standard deviation (over n), in two passes so that a far mean costs no digits. */
function moments(values: Float64Array): { mean: number; deviation: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, deviation: Math.sqrt(squares / values.length) };
}

/** Points of the map: standardised units u over the scaled value s = (x - center) / scale, both strictly increasing. */
interface QuantilePoints {
  readonly s: readonly number[];
  readonly u: readonly number[];
}

const MAX_KNOTS = 33;
const MIN_KNOTS = 5;
/** A piece's slope ds/du may differ from the usual one NEARBY by this factor. */
const SLOPE_FACTOR = 20;
/** Pieces on either side that say what is usual. */
const NEARBY = 3;
/** A gap is given at most this many times its quantiles' room. */
const MAX_WIDENING = 3;

/**
 * Knots at even steps of the normal quantile, from the lowest value to the highest, so that the tails get their
 * share of them; about 2 n^(1/3), the number of bins that suits n values.
 *
 * Each knot stands at a value's middle rank, which treats ties fairly. Where the quantiles alone would make
 * the map wild they don't decide: a narrow spike of density keeps at least a 20th of the
 * width it has beside its surroundings instead of being blown up to its share of the rows, and a gap between
 * two modes is given more room (up to three times) before it is squeezed more than 20-fold. "Surroundings" are the
 * three pieces on either side, not the column: a heavy tail grows steadily, by thousands, and may.
 *
 * @param s Standardised values, ascending, at least two different.
 */
function quantileMap(s: Float64Array): QuantilePoints {
  const knots = valueKnots(s);
  const levels = knots.map((value) => normalQuantile(middleRank(s, value)));
  const rooms = tamed(steps(knots), steps(levels));
  const u = [levels[0]];
  for (const room of rooms) u.push(u.at(-1)! + room);
  return { s: knots, u };
}

/** Different values of s at even steps of the normal quantile; the first and the last are s's own. */
function valueKnots(s: Float64Array): number[] {
  const count = Math.min(MAX_KNOTS, Math.max(MIN_KNOTS, Math.round(2 * Math.cbrt(s.length))));
  const outermost = normalQuantile(1 / (s.length + 1));
  const knots = [s[0]];
  for (let k = 1; k < count - 1; k++) {
    const share = normalShare(outermost * (1 - (2 * k) / (count - 1)));
    const value = s[Math.min(s.length - 1, Math.floor(share * s.length))];
    if (value > knots.at(-1)!) knots.push(value);
  }
  if (s.at(-1)! > knots.at(-1)!) knots.push(s.at(-1)!);
  return knots;
}

/** The rooms (steps in u) of the pieces, with no slope over `SLOPE_FACTOR` away from the median one around it. */
function tamed(widths: readonly number[], rooms: readonly number[]): number[] {
  const slopes = widths.map((width, k) => width / rooms[k]);
  return rooms.map((room, k) => {
    const around = slopes.slice(Math.max(0, k - NEARBY), k + NEARBY + 1).sort((a, b) => a - b);
    const usual = around[around.length >> 1];
    const min = widths[k] / (usual * SLOPE_FACTOR);
    const max = (widths[k] * SLOPE_FACTOR) / usual;
    return Math.min(max, Math.max(room, Math.min(min, MAX_WIDENING * room)));
  });
}

function steps(points: readonly number[]): number[] {
  return points.slice(1).map((point, k) => point - points[k]);
}

/** The share of rows below a value, its own rows counted half: never 0 or 1. */
function middleRank(s: Float64Array, value: number): number {
  return (rowsBelow(s, (each) => each < value) + rowsBelow(s, (each) => each <= value)) / 2 / s.length;
}

/** How many of an ascending list come before the first that isn't `below`. */
function rowsBelow(s: Float64Array, below: (value: number) => boolean): number {
  let low = 0;
  let high = s.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (below(s[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * P(Z < z) to 1.5e-4 (Page 1977, Applied Statistics 26, 75-76): enough to choose where knots stand, whose levels
 * are then exact.
 */
function normalShare(z: number): number {
  return 1 / (1 + Math.exp(-z * (1.5976 + 0.070566 * z * z)));
}

/** An error may become this much longer on one side than on the other. */
const MAX_UNEVEN = 1.5;
/** This share of the rows with an error may exceed it. */
const MAX_DISTORTED = 0.01;
const ENOUGH_ROWS_WITH_ERRORS = 20_000;

/**
 * Deconvolution needs errors that are normal in standardised units too, so a transform should be straight from a value
 * less its error to the value plus its error. A map along the quantiles of a column that piles up at one end may not
 * be: there it makes errors of a fraction of the column's width into many times its width.
 *
 * @returns whether over 1 % of the errors become 1.5 times as long on one side as on the other.
 */
export function distortsErrors({ values, errors }: Column, encoding: ColumnEncoding): boolean {
  if (!errors || encoding.transform.by === "none") return false;
  const { toStandardised } = coordinates(encoding);
  const classOf = numericClasses(encoding);
  const step = Math.max(1, Math.floor(values.length / ENOUGH_ROWS_WITH_ERRORS));
  let [rows, distorted] = [0, 0];
  for (let row = 0; row < values.length; row += step) {
    const [value, error] = [values[row], errors[row]];
    if (classOf(value) !== 0 || !(error > 0)) continue; // missing, or a point mass, which has no width
    const middle = toStandardised(value);
    const uneven = (toStandardised(value + error) - middle) / (middle - toStandardised(value - error));
    rows++;
    if (!(uneven < MAX_UNEVEN && uneven > 1 / MAX_UNEVEN)) distorted++;
  }
  return distorted > MAX_DISTORTED * rows;
}
