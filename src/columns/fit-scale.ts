/** @file The scale and the transform that bring a column's continuous part to mean 0 and standard deviation 1. */

import type { Column } from "../table/table.ts";
import type { ColumnCoding } from "./coding.ts";
import { coordinates } from "./coordinates.ts";
import { quantileMap } from "./quantile-map.ts";
import { measureScaling } from "./scaling.ts";

export type TransformName = "auto" | "none" | "asinh" | "quantiles";

/** How a column's own units become the model's: the fields of its coding that say so. */
export type FittedScale = Pick<ColumnCoding, "center" | "scale" | "transform">;

/** Values further out than this many standard deviations are "far"; a normal column has 0.006 % of them. */
const far = 4;
const mostFar = 0.002;
/** No value may lie further out: the model is not made for such places. */
const furthest = 6;
/** An eighth of the rows should not be squeezed into less than this part of the standard deviation. */
const leastWidth = 0.02;
/** Median and MAD, and the moments of a bent column, are taken of so many rows at even steps: exact to 1e-4. */
const enoughRows = 100_000;
const enoughBentRows = 20_000;

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
  const some = { name: column.name, values: atEvenSteps(ascending, enoughRows) };
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

/** The same bend with a unit of the model's scale that is `share` of what it was. */
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
    if (away > furthest) return false;
    if (away > far) farOut++;
  }
  if (farOut > mostFar * s.length) return false;
  const at = (eighth: number) => s[Math.round((eighth / 8) * (s.length - 1))];
  return ![0, 1, 2, 3, 4, 5, 6, 7].some((k) => {
    const width = at(k + 1) - at(k);
    return width > 0 && width < leastWidth * deviation; // 0: one value, which no scale can widen
  });
}

function fitAsinh(s: Float64Array, center: number, scale: number): FittedScale {
  const some = atEvenSteps(s, enoughBentRows);
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
  const raw = { kind: "number", center: 0, scale: 1, atoms: [], categories: [] } as const;
  const { toModel } = coordinates({ ...raw, transform: { by: "quantiles", s: knots, u } });
  const { mean, deviation } = moments(atEvenSteps(s, enoughBentRows).map(toModel));
  const unit = Math.max(deviation, (mean - u[0]) / furthest, (u.at(-1)! - mean) / furthest);
  const levels = u.map((level) => (level - mean) / unit);
  return { center, scale, transform: { by: "quantiles", s: knots, u: levels } };
}

/** At most `most` numbers of an ascending list, the first and the last among them. */
function atEvenSteps(ascending: Float64Array, most: number): Float64Array {
  if (ascending.length <= most) return ascending;
  const step = (ascending.length - 1) / (most - 1);
  return Float64Array.from({ length: most }, (_, i) => ascending[Math.round(i * step)]);
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
