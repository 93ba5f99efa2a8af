/**
 * @file Where a column's values lie: on a line, on a circle, or, as names do, beside each other. A network learns all of
 * them on a line; a geometry says where on it a value lies, which values are the same, and how far two are apart.
 */
import { shortestWay, wrapped } from "../numeric/circle.ts";

/** From low on up to high: an interval; on a circle, where low may be above high, an arc. */
type Span = readonly [low: number, high: number];

/** All in data units. */
export interface Geometry {
  /** On a circle: after how much a value is the same again. Values then lie in [0, period). Absent elsewhere. */
  readonly period?: number;
  /** Of values that are the same, the one that stands for all. */
  readonly canonical: (value: number) => number;
  /** Where a value lies on the line. @param center the encoding's: a circle is cut half a turn away from it. */
  readonly unrolled: (value: number, center: number) => number;
  /** How much further along the line a value lies again, as far as densities there count. */
  readonly turns: readonly number[];
  /** The signed way from one value to another. */
  readonly difference: (to: number, from: number) => number;
  readonly contains: (span: Span, value: number) => boolean;
  readonly width: (span: Span) => number;
}

export const LINE: Geometry = {
  canonical: (value) => value,
  unrolled: (value) => value,
  turns: [0],
  difference: (to, from) => to - from,
  contains: ([low, high], value) => low <= value && value <= high,
  width: ([low, high]) => high - low,
};

/** Names are the same or not: there is nothing between. */
export const NAMES: Geometry = {
  ...LINE,
  difference: (to, from) => Number(to !== from),
  contains: ([low, high], value) => value === low || value === high,
  width: ([low, high]) => Number(low !== high),
};

export function circle(period: number): Geometry {
  return {
    period,
    canonical: (value) => wrapped(value, period),
    unrolled: (value, center) => center + shortestWay(center, value, period),
    turns: [-period, 0, period],
    difference: (to, from) => shortestWay(from, to, period),
    contains: ([low, high], value) => wrapped(value - low, period) <= wrapped(high - low, period),
    width: ([low, high]) => wrapped(high - low, period),
  };
}
