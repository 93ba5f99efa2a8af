/**
 * @file Circular columns: a number that is the same again after a period, such as an angle, an hour, a phase. Values
 * lie in [0, period). On the line that a network learns they are unrolled: the circle is cut where the training values
 * are rarest, and answers are laid around the circle again (`distribution/circular-distribution.ts`), so that no seam
 * is left.
 */
import { POSITIVE } from "../../base/checked.ts";
import { InputError } from "../../base/errors.ts";
import { shortestWay, wrapped } from "../../numeric/circle.ts";
import type { Column } from "../../table/table.ts";
import { refuseBounds } from "../bounds.ts";
import type { ColumnEncoding } from "../encoding.ts";
import { circle } from "../geometry.ts";
import { pointMassesOf, pointMassNotices, withoutPointMasses } from "../point-masses.ts";
import { measureScaling, presentValues } from "../scaling.ts";
import { continuousKind, refuseInfinite, trueShare } from "./continuous.ts";
import type { EncodingOptions, FittedEncoding, Kind } from "./kind.ts";

/** A column of numbers that is circular: an angle, an hour, a phase. */
export interface CircularColumn {
  readonly kind: "circular";
  /** After how much a value is the same again, in data units: 360, 24, 1. */
  readonly period: number;
}

export const circular: Kind = continuousKind({
  name: "circular",
  isSummed: true,
  fit: fitCircular,
  accepts: ["number"],
  formatVersion: 2,
  stated: {
    about: "the same again after a period: an angle (360), an hour (24), a phase (1)",
    asks: { name: "period", values: POSITIVE },
  },
  geometry({ period }) {
    if (period === undefined) throw new TypeError("a circular column is without its period");
    return circle(period);
  },
});

/** Of a clock or a compass each value may have a mass of its own: of 24 hours, say. */
const MAX_VALUES_OF_MASSES = 32;

/** @throws InputError for a period that is none; as other columns for values that can't be learnt. */
function fitCircular(
  column: Column,
  source: string,
  { as, bounds, pointMasses = true, ofTrueValues = false }: EncodingOptions,
): FittedEncoding {
  if (bounds !== undefined && bounds !== "none") refuseBounds(column.name, "angles");
  const period = as?.period;
  if (period === undefined || !POSITIVE.fits(period)) {
    throw new InputError(
      `The period of column "${column.name}" is ${period}; it must be a number above 0, such as 360.`,
    );
  }
  refuseInfinite(column, presentValues(column), source);
  const onCircle = { ...column, values: column.values.map((value: number) => wrapped(value, period)) };
  const sorted = presentValues(onCircle);
  if (!(sorted[0] < sorted[sorted.length - 1])) measureScaling(onCircle, source); // says what is wrong with it
  const masses = pointMassesOf(onCircle, sorted, source, pointMasses, MAX_VALUES_OF_MASSES);
  const rest = withoutPointMasses(sorted, masses);
  const continuous = rest.length > 0 ? rest : sorted;
  const center = wrapped(rarestPosition(continuous, period) + period / 2, period);
  const ways = continuous.map((value) => shortestWay(center, value, period));
  const spread = Math.sqrt(ways.reduce((sum, way) => sum + way * way, 0) / ways.length);
  const unrolled = {
    ...column,
    values: Float64Array.from(column.values, (value) => shortestWay(center, value, period)),
  };
  const encoding: ColumnEncoding = {
    kind: "circular",
    center,
    scale: (spread || period) * (ofTrueValues ? trueShare(unrolled) : 1),
    transform: { by: "none" },
    pointMasses: masses.map(({ value }) => value),
    categories: [],
    period,
  };
  return {
    encoding,
    notices: pointMassNotices(column, masses, sorted.length, rest.length === 0, (value) => `${value}`),
  };
}

/** Bars of the histogram that is smoothed over a quarter of the circle to find where values are rarest. */
const BARS = 360;
const SMOOTHED = BARS / 4;

/** The middle of the quarter of the circle with the fewest values; of equal ones next to each other, the middle. */
function rarestPosition(values: Float64Array, period: number): number {
  const counts = new Float64Array(BARS);
  for (const value of values) counts[Math.min(BARS - 1, Math.floor((value / period) * BARS))]++;
  const at = (bar: number) => counts[((bar % BARS) + BARS) % BARS];
  const sums = Array.from({ length: BARS }, (_, bar) => {
    let sum = 0;
    for (let k = -SMOOTHED / 2; k <= SMOOTHED / 2; k++) sum += at(bar + k);
    return sum;
  });
  const fewest = Math.min(...sums);
  const isFewest = (bar: number) => sums[((bar % BARS) + BARS) % BARS] === fewest;
  const first = sums.findIndex((_, bar) => isFewest(bar) && !isFewest(bar - 1));
  if (first < 0) return 0; // all alike
  let length = 1;
  while (isFewest(first + length)) length++;
  return wrapped(((first + length / 2) / BARS) * period, period);
}
