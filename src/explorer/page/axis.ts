/** @file A column's axis: between which values it is drawn, whether by logarithms, where its ticks are, how its values are written. */
import { ticks } from "d3-array";
import type { ModelColumn } from "../../columns/encoding.ts";
import { isWhole, kindOf } from "../../columns/kinds.ts";
import { roundedTo } from "../../numeric/format.ts";

/** Positions u are on 0 .. 1 from `low` to `high`. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  /** By logarithms; both ends are then positive. */
  readonly isLog: boolean;
}

/** Shares of the values that may lie beyond either end. */
const BEYOND = 0.002;
const MARGIN = 0.04;
/** What is not positive has no logarithm: it is drawn far to the left. */
const FARTHEST = 1e-9;
/** A tail so many times as long as the rest, of positive numbers, is drawn by logarithms. */
const LONG_TAIL = 9;

/** @param values of the column in the sampled rows, ascending and without missing ones; may be empty. */
export function axisOf({ encoding, written }: ModelColumn, values: ArrayLike<number>): Axis {
  const { period, bounds } = encoding;
  if (period !== undefined) return { low: 0, high: period, isLog: false };
  if (values.length < 2 || values[0] === values[values.length - 1]) {
    const low = written?.least ?? encoding.center - 3.5 * encoding.scale;
    return withMargin(low, written?.greatest ?? encoding.center + 3.5 * encoding.scale, false, bounds);
  }
  const at = (share: number) => values[Math.round(share * (values.length - 1))];
  const [low, middle, high] = [at(BEYOND), at(0.5), at(1 - BEYOND)];
  const isLog = low > 0 && high - middle > LONG_TAIL * (middle - low);
  // Each whole number has a step of its own.
  if (isWhole(encoding) && !isLog && !kindOf(encoding).isText)
    return { low: Math.floor(low) - 0.5, high: Math.ceil(high) + 0.5, isLog };
  return withMargin(low, high, isLog, bounds);
}

function withMargin(
  low: number,
  high: number,
  isLog: boolean,
  bounds: ModelColumn["encoding"]["bounds"],
): Axis {
  if (isLog) {
    const by = (high / low) ** MARGIN;
    return { low: low / by, high: high * by, isLog };
  }
  const by = MARGIN * (high - low || 1);
  const [least, greatest] = bounds ?? [null, null];
  return {
    low: low >= (least ?? Number.POSITIVE_INFINITY) ? Math.max(low - by, (least ?? low) - by / 2) : low - by,
    high:
      high <= (greatest ?? Number.NEGATIVE_INFINITY)
        ? Math.min(high + by, (greatest ?? high) + by / 2)
        : high + by,
    isLog: false,
  };
}

/** A value's position on 0 .. 1. */
export function positionOf({ low, high, isLog }: Axis, value: number): number {
  if (!isLog) return (value - low) / (high - low);
  return Math.log(Math.max(value / low, FARTHEST)) / Math.log(high / low);
}

export function valueAt({ low, high, isLog }: Axis, position: number): number {
  return isLog ? low * (high / low) ** position : low + position * (high - low);
}

/** How many data units a step of 1 in position is there: what a density per data unit is multiplied by. */
export function unitsPerStep({ low, high, isLog }: Axis, value: number): number {
  return isLog ? value * Math.log(high / low) : high - low;
}

/** The positions at which curves are worked out. */
export function evenPositions(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => (i + 0.5) / count);
}

/** A value as one can point at it: round, and one that the column can have. */
export function pointedAt(column: ModelColumn, axis: Axis, position: number): number {
  const value = valueAt(axis, Math.min(1, Math.max(0, position)));
  if (isWhole(column.encoding)) return Math.round(value);
  return roundTo(value, stepAt(axis, value));
}

/** About a 400th of the axis there, a power of ten or its double or half. */
export function stepAt(axis: Axis, value: number): number {
  const fine = unitsPerStep(axis, value) / 400;
  const power = 10 ** Math.floor(Math.log10(fine));
  return [1, 2, 5].map((each) => each * power).find((each) => each >= 0.7 * fine) ?? 10 * power;
}

/** Without the digits that binary fractions leave. */
export function roundTo(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toPrecision(12));
}

export interface Tick {
  readonly position: number;
  readonly text: string;
}

/** @param count about how many. */
export function ticksOf(column: ModelColumn, axis: Axis, count: number): Tick[] {
  const all = axis.isLog ? logTicks(axis, count) : ticks(axis.low, axis.high, count);
  const values = isWhole(column.encoding) ? all.filter(Number.isInteger) : all;
  const spread = (axis.high - axis.low) / 10;
  const texts = values.map((value) =>
    kindOf(column.encoding).isText ? tickOfDate(value, axis) : tickText(value, spread, axis.isLog),
  );
  return values.map((value, i) => ({ position: positionOf(axis, value), text: texts[i] }));
}

function logTicks({ low, high }: Axis, count: number): number[] {
  const powers: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    powers.push(power);
  const within = (value: number) => value >= low && value <= high;
  const tens = powers.map((power) => 10 ** power).filter(within);
  const finer = powers.flatMap((power) => [1, 2, 5].map((each) => each * 10 ** power)).filter(within);
  return finer.length <= count + 1 ? finer : tens;
}

function tickText(value: number, spread: number, isLog: boolean): string {
  const text = isLog ? String(Number(value.toPrecision(3))) : roundedTo(value, spread * 10);
  return text.length > 7 ? value.toExponential(0) : text.replace("-", "−");
}

const MILLISECONDS = 86_400_000;
function tickOfDate(days: number, { low, high }: Axis): string {
  const text = new Date(days * MILLISECONDS).toISOString();
  return high - low > 1500 ? text.slice(0, 4) : high - low > 90 ? text.slice(0, 7) : text.slice(0, 10);
}

/** A value in the column's words, to three digits of a spread. */
export function textOf(column: ModelColumn, value: number, spread: number): string {
  const { encoding } = column;
  const kind = kindOf(encoding);
  if (kind.isText) return kind.write(Math.round(value), {});
  if (isWhole(encoding)) return String(Math.round(value));
  // One digit less than in printed reports: it is read while it moves.
  return roundedTo(value, 10 * Math.max(spread, Number.MIN_VALUE)).replace("-", "−");
}

/** "2.29 to 2.50": both ends with as many decimals as tell them apart. @param width what is to be told apart; default theirs. */
export function rangeText(column: ModelColumn, low: number, high: number, width = high - low): string {
  const kind = kindOf(column.encoding);
  if (low === high) return textOf(column, low, Math.abs(low) / 10);
  if (kind.isText || isWhole(column.encoding))
    return `${textOf(column, low, width)} to ${textOf(column, high, width)}`;
  const decimals = Math.max(0, Math.min(12, 1 - Math.floor(Math.log10(width))));
  const text = (value: number) =>
    (decimals > 0 ? value.toFixed(decimals) : roundedTo(value, 10 * width)).replace("-", "−");
  return `${text(low)} to ${text(high)}`;
}
