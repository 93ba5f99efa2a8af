/** @file Bounds: below or above which a column has no value. How they are found, what a user says, how they are told. */
import { InputError } from "../base/errors.ts";
import { normalCdf } from "../numeric/normal-cdf.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import type { Column } from "../table/table.ts";
import type { ColumnEncoding } from "./encoding.ts";
import type { PointMass } from "./point-masses.ts";

/** The lowest and the highest value that a column can have, in data units; null where there is none. Both belong to it. */
export type Bounds = readonly [low: number | null, high: number | null];

/** What a user says of a column: its ends, as numbers or as dates, null where there is none; "none" that it has no bounds. */
export type StatedBounds = "none" | readonly [low: number | string | null, high: number | string | null];

/** Of fewer values nothing is found. */
const MIN_VALUES = 100;
/** A bound is taken for one if at least so many rows were beyond it, went the column on there as it begins inside. */
const MISSED_ROWS = 5;
/** How a column begins: the slope between these shares of its values, on the scale of a normal distribution. */
const [OUTER, INNER] = [0.1, 0.3];
/** Upper ends that a column from 0 on may have, and a lower one that goes with them. */
const UPPER_ENDS = [1, 100];
const MIRRORED_END = 1;

/**
 * The bounds that a column's values show by themselves. An end is a bound if it is one that columns have (0 below, of whole numbers 1 too; 1 or 100
 * above, where 0 is the lower one; -1 and 1 together), no value is beyond it, and the column does not come to it by itself:
 * went it on in the slope of a normal distribution through the first 10 and 30 % of its values, at least five rows would be
 * beyond. Or if the end is a point mass of the column with nothing beyond it: a cap, a detection limit.
 *
 * Of any distribution with as many as 3/n of its probability beyond an end, n rows without one there are a chance of 1 in 20.
 *
 * @param sorted the values that are present, ascending. @param masses the column's point masses.
 */
export function findBounds(sorted: Float64Array, masses: readonly PointMass[], isWhole: boolean): Bounds {
  if (sorted.length < MIN_VALUES) return [null, null];
  const reversed = sorted.map((_, i) => -sorted[sorted.length - 1 - i]);
  const room = isWhole ? 0.5 : 0;
  const isEnd = (end: number, side: 1 | -1) => stopsAt(side > 0 ? sorted : reversed, side * end, room);
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  const atEnd = (value: number) => {
    if (isApart(sorted, value)) return null;
    return masses.find((mass) => mass.value === value || Math.fround(mass.value) === value)?.value ?? null;
  };
  const low = lowerEnds(isWhole && first === 1).find((end) => isEnd(end, 1)) ?? null;
  const high = low === 0 ? (UPPER_ENDS.find((end) => isEnd(end, -1)) ?? null) : null;
  if (low === null && isEnd(-MIRRORED_END, 1) && isEnd(MIRRORED_END, -1))
    return [-MIRRORED_END, MIRRORED_END];
  return [low ?? atEnd(first), high ?? atEnd(last)];
}

/** Counts of what is there at least once (rooms, people) end at 1, which some of them then are. */
const lowerEnds = (beginsAtOne: boolean): readonly number[] => (beginsAtOne ? [1, 0] : [0]);

/** An end is no cap, but a code, if it is farther from all other values than this share of their range. */
const FAR = 0.5;

function isApart(ascending: Float64Array, end: number): boolean {
  const others = ascending.filter((value) => value !== end);
  if (others.length < 2) return false;
  const [least, greatest] = [others[0], others[others.length - 1]];
  return Math.max(least - end, end - greatest) > FAR * (greatest - least);
}

/** Whether values that begin above `end` are stopped by it. */
function stopsAt(ascending: Float64Array, end: number, room: number): boolean {
  const count = ascending.length;
  if (ascending[0] < end) return false;
  const at = (share: number) => ascending[Math.floor(share * (count - 1))];
  const [outer, inner] = [at(OUTER), at(INNER)];
  if (inner === outer) return outer === end;
  const [zOuter, zInner] = [normalQuantile(OUTER), normalQuantile(INNER)];
  const perUnit = (zInner - zOuter) / (inner - outer);
  const beyond = normalCdf(zOuter - (outer - (end - room)) * perUnit);
  return count * beyond >= MISSED_ROWS;
}

/**
 * What a user says of a column, in data units; undefined for no bounds.
 * @param parse the value that a text says, undefined if it says none.
 * @throws InputError for ends that are no values, or in the wrong order, or that the table's own values are beyond.
 */
export function statedBounds(
  column: Column,
  sorted: Float64Array,
  source: string,
  stated: StatedBounds,
  { parse, isNoisy }: { readonly parse: (text: string) => number | undefined; readonly isNoisy: boolean },
): Bounds {
  if (stated === "none") return [null, null];
  const [low, high] = stated.map((end) => {
    const value = typeof end === "string" ? parse(end) : end;
    if (value === null || (value !== undefined && Number.isFinite(value))) return value;
    throw wrongBounds(column.name, `${JSON.stringify(end)} is none of its values`);
  });
  if (low !== null && high !== null && !(low < high)) {
    throw wrongBounds(column.name, `the lower one, ${low}, is not below the upper one, ${high}`);
  }
  // What is measured with an error may lie beyond the bounds of what is true.
  const bounds: Bounds = [low, high];
  const out = isNoisy ? undefined : sorted.find((value) => isBeyond(bounds, value) !== undefined);
  if (out === undefined) return bounds;
  const row = column.values.indexOf(out);
  throw new InputError(
    `Column "${column.name}" of ${source} has the value ${out} in row ${row + 1}, beyond its bounds ${boundsText(bounds)}: change \`bounds\`, or mend the table.`,
  );
}

/** @throws InputError always: of columns that lie on a circle or are names. */
export function refuseBounds(name: string, plural: string): never {
  throw wrongBounds(name, `${plural} have none`);
}

function wrongBounds(name: string, why: string): InputError {
  return new InputError(`The bounds of column "${name}" can't be: ${why}.`, { option: "bounds" });
}

/** In words: "0 ..", "0 .. 1". */
export function boundsText([low, high]: Bounds, written: (value: number) => string = String): string {
  const end = (value: number | null) => (value === null ? "" : written(value));
  return `${end(low)} .. ${end(high)}`.trim();
}

/** The bound that a value is beyond. Values held as float32 may be a rounding beyond it. */
export function isBeyond([low, high]: Bounds, value: number): number | undefined {
  if (low !== null && value < low && value < Math.fround(low)) return low;
  return high !== null && value > high && value > Math.fround(high) ? high : undefined;
}

export function hasBounds({ bounds }: Pick<ColumnEncoding, "bounds">): boolean {
  return bounds !== undefined && (bounds[0] !== null || bounds[1] !== null);
}

/**
 * The ends of the density: of whole numbers half a unit beyond the bounds. Infinite where there is none.
 * @param isWhole whether the column has whole numbers only.
 */
export function densityEnds(
  { bounds }: Pick<ColumnEncoding, "bounds">,
  isWhole: boolean,
): readonly [low: number, high: number] {
  const room = isWhole ? 0.5 : 0;
  const [low, high] = bounds ?? [null, null];
  return [
    low === null ? Number.NEGATIVE_INFINITY : low - room,
    high === null ? Number.POSITIVE_INFINITY : high + room,
  ];
}
