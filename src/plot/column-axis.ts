/**
 * @file Where the values of a column lie along an axis: on a line, on its logarithm's, or, of names and of few values, on levels
 * side by side.
 */
import type { ScaleOptions } from "@observablehq/plot";
import { InputError } from "../base/errors.ts";
import { kindOf } from "../columns/kinds.ts";
import { axisLabel, onAxis, type PlottedColumn, xAxis, yAxis } from "./axis.ts";
import { valueRange } from "./histogram.ts";
import { logTicks } from "./log-axis.ts";
import { FONT_SIZE, textWidth } from "./theme.ts";

export interface ColumnAxis {
  readonly column: PlottedColumn;
  /** The names of the levels, at the places 0, 1, 2, ...; undefined of an axis of numbers. */
  readonly levels?: readonly string[];
  /** From where to where, in places, ascending. */
  readonly range: readonly [number, number];
  /** The place of a value: the value, its logarithm to base 10, or its level; NaN where missing, infinite where there is none. */
  place(value: number): number;
}

/** More levels than this can't be read: the rarest are taken together. */
const MAX_LEVELS = 12;
/** So wide a level's name may be, in pixels. */
const WIDEST_NAME = 110;
/** The share of the values left out at each end. */
const TAIL = 0.003;

/**
 * The axis of all of these values.
 * @throws InputError for a logarithm of names or dates, and where nothing lies above 0.
 */
export function axisOf(column: PlottedColumn, lists: readonly ArrayLike<number>[]): ColumnAxis {
  const { log, range: asked } = column;
  const { categories } = column;
  if (categories) {
    refuseNumbersOnly(column, "names");
    return levelAxis(column, lists, [...categories.keys()], (level) => categories[level]);
  }
  const values = log ? undefined : fewValues(column, lists);
  if (values) {
    const isShown = (value: number) => !asked || (value >= asked[0] && value <= asked[1]);
    return levelAxis(column, lists, values.filter(isShown), (value) => written(column, value));
  }
  const place = placing(column);
  return {
    column,
    place,
    range: rangeOfPlaces(
      column,
      lists.map((list) => Float64Array.from(list, place)),
    ),
  };
}

/** The place of a number on its axis: its logarithm on a logarithmic one, where what is not above 0 lies infinitely far off. */
export function placing({ log, kind = "number", name }: PlottedColumn): (value: number) => number {
  if (!log) return (value) => value;
  const { toTime, isText, plural } = kindOf({ kind });
  if (toTime || isText)
    throw new InputError(`"${name}" holds ${plural}, which have no logarithm: leave it out.`);
  return (value) =>
    value > 0 ? Math.log10(value) : Number.isNaN(value) ? Number.NaN : Number.NEGATIVE_INFINITY;
}

/** What was asked for, or nearly all of the values, in places. */
export function rangeOfPlaces(
  column: PlottedColumn,
  places: readonly Float64Array[],
  tail = TAIL,
): [number, number] {
  const { range: asked, log, name } = column;
  if (asked) {
    const place = placing(column);
    if (log && !(asked[0] > 0))
      throw new InputError(`The range of "${name}" begins at ${asked[0]}, which has no logarithm.`);
    return [place(asked[0]), place(asked[1])];
  }
  const finite = places.map((list) => list.filter(Number.isFinite));
  if (log && finite.every((list) => list.length === 0))
    throw new InputError(`No value of "${name}" is above 0: it can't be drawn on a logarithmic axis.`);
  return valueRange(finite, tail);
}

/** @throws InputError where a range or a logarithm is wanted of what has none. */
export function refuseNumbersOnly({ name, log, range }: PlottedColumn, what: string): void {
  if (log || range)
    throw new InputError(
      `"${name}" holds ${what}: they have no ${log ? "logarithm" : "range"}, leave it out.`,
    );
}

/** The values of a column that has no others, or of whole numbers that take few. */
function fewValues(column: PlottedColumn, lists: readonly ArrayLike<number>[]): number[] | undefined {
  const { kind = "number", values } = column;
  if (values) return [...values];
  if (!kindOf({ kind }).isInteger) return undefined;
  const found = new Set<number>();
  for (const list of lists)
    for (let i = 0; i < list.length && found.size <= MAX_LEVELS; i++)
      if (!Number.isNaN(list[i])) found.add(list[i]);
  return found.size <= MAX_LEVELS ? [...found].sort((a, b) => a - b) : undefined;
}

function levelAxis(
  column: PlottedColumn,
  lists: readonly ArrayLike<number>[],
  values: readonly number[],
  nameOf: (value: number) => string,
): ColumnAxis {
  const kept = values.length <= MAX_LEVELS ? values : mostFrequent(values, lists, MAX_LEVELS - 1);
  const at = new Map(kept.flatMap((value, i) => [[Math.fround(value), i] as const, [value, i] as const]));
  const others = new Set(values.filter((value) => !kept.includes(value)));
  const levels = [...kept.map(nameOf), ...(others.size > 0 ? [`${others.size} others`] : [])];
  const place = (value: number) => {
    if (Number.isNaN(value)) return Number.NaN;
    return at.get(value) ?? (others.has(value) ? kept.length : Number.NEGATIVE_INFINITY);
  };
  return { column, levels, range: [-0.5, levels.length - 0.5], place };
}

function mostFrequent(
  values: readonly number[],
  lists: readonly ArrayLike<number>[],
  most: number,
): number[] {
  const shares = new Map(values.map((value) => [value, 0]));
  for (const list of lists)
    for (let i = 0; i < list.length; i++) {
      const share = shares.get(list[i]);
      if (share !== undefined) shares.set(list[i], share + 1 / list.length);
    }
  const chosen = new Set(
    [...values].sort((a, b) => (shares.get(b) ?? 0) - (shares.get(a) ?? 0)).slice(0, most),
  );
  return values.filter((value) => chosen.has(value));
}

export function written({ kind = "number" }: PlottedColumn, value: number): string {
  const { isText, write } = kindOf({ kind });
  return isText ? write(value, {}) : String(value);
}

/** What Plot takes for a place. */
export function placed({
  column,
  levels,
}: Pick<ColumnAxis, "column" | "levels">): (place: number) => number | Date {
  return levels || column.log ? (place) => place : onAxis(column);
}

/** Whether a place can be seen. */
export const isShown = ({ range: [low, high] }: ColumnAxis, place: number) => place >= low && place <= high;

/** The horizontal axis. @param width of the frame, in pixels. */
export function acrossScale(axis: Omit<ColumnAxis, "place">, width: number, ticks?: number): ScaleOptions {
  const { column, levels, range } = axis;
  if (levels) {
    const isTurned = turnsNames(axis, width);
    return {
      ...levelScale(axis, isTurned ? WIDEST_NAME : width / levels.length),
      ...(isTurned && { tickRotate: -90 }),
      labelOffset: roomBelow(axis, width) - 6,
    };
  }
  const plain = xAxis(column, range, width);
  return column.log
    ? { ...plain, ...logTicks(range, ticks ?? width / 60) }
    : { ...plain, ...(ticks && { ticks }) };
}

/** The vertical axis. @param height of the frame, in pixels. */
export function upScale(axis: Omit<ColumnAxis, "place">, height: number, ticks?: number): ScaleOptions {
  const { column, levels, range } = axis;
  if (levels) return { ...levelScale(axis, WIDEST_NAME), labelOffset: roomLeft(axis) - 8 };
  const at = onAxis(column);
  const domain = range.map(at) as [number, number];
  const isTime = (domain[0] as unknown) instanceof Date;
  const { tickFormat = null, ...plain } = yAxis(axisLabel(column), domain, height);
  const scale = { ...plain, ...(isTime ? { type: "utc" as const } : { tickFormat }) };
  return column.log
    ? { ...scale, ...logTicks(range, ticks ?? height / 40) }
    : { ...scale, ...(ticks && { ticks }) };
}

/** Room for ticks and label below a frame, in pixels. */
export function roomBelow(axis: Omit<ColumnAxis, "place">, width: number): number {
  if (!axis.levels || !turnsNames(axis, width)) return 40;
  return Math.min(WIDEST_NAME, widestName(axis)) + 26;
}

/** Room for ticks and label at the left of a frame, in pixels. */
export function roomLeft(axis: Omit<ColumnAxis, "place">): number {
  return Math.max(68, axis.levels ? Math.min(WIDEST_NAME, widestName(axis)) + 34 : 0);
}

const widestName = ({ levels = [] }: Pick<ColumnAxis, "levels">) =>
  Math.max(...levels.map((level) => textWidth(level, FONT_SIZE)));

/** Names with too little room beside each other stand upright. */
const turnsNames = (axis: Omit<ColumnAxis, "place">, width: number) =>
  widestName(axis) + 6 > width / (axis.levels?.length ?? 1);

function levelScale({ column, levels = [], range }: Omit<ColumnAxis, "place">, room: number): ScaleOptions {
  const letters = Math.max(2, Math.floor(room / textWidth("n", FONT_SIZE)));
  const short = (name: string) => (name.length > letters ? `${name.slice(0, letters - 1)}…` : name);
  return {
    type: "linear",
    domain: [...range],
    ticks: levels.map((_, i) => i),
    tickFormat: (place: number) => short(levels[place] ?? ""),
    label: axisLabel(column),
    labelAnchor: "center",
    labelArrow: "none",
    tickSize: 4,
  };
}

/** Places of a list, and how many of its present values lie outside the axis. */
export function placesOf(axis: ColumnAxis, values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, (value) => axis.place(value));
}
