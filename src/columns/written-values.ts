/** @file How a column's values stand in its table: between which values, and in which steps. What is made up is written alike. */
import type { Column } from "../table/table.ts";

export interface WrittenValues {
  /** The least and the greatest value, in data units. */
  readonly least: number;
  readonly greatest: number;
  /** All values are whole multiples of this: 0.01 for two decimals, 1000 for thousands, 1/86400 for seconds of dates. */
  readonly step?: number;
}

/** From coarse to fine: powers of ten; of dates days, hours, minutes, seconds. */
const DECIMAL_STEPS = [1e6, 1e5, 1e4, 1e3, 100, 10, 1, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];
const DATE_STEPS = [1, 1 / 24, 1 / 1440, 1 / 86_400];
/** What the last place of a number as it is kept may be off: of float32, and of float64 after a division or two. */
const SINGLE_ROUNDING = 2 ** -24;
const DOUBLE_ROUNDING = 2 ** -50;
/** Where rounding leaves more than this part of a step open, nothing can be told. */
const MAX_OPEN = 0.01;

/** @returns undefined for names and truth values, and for a column without any value. */
export function writtenValues({
  kind = "number",
  values,
}: Pick<Column, "kind" | "values">): WrittenValues | undefined {
  if (kind === "category" || kind === "boolean") return undefined;
  const steps = kind === "date" ? DATE_STEPS : DECIMAL_STEPS;
  const rounding = values instanceof Float32Array ? SINGLE_ROUNDING : DOUBLE_ROUNDING;
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let finest = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
    while (finest < steps.length && !isMultiple(value, steps[finest], rounding)) finest++;
  }
  if (!Number.isFinite(greatest - least)) return undefined;
  const step = steps[finest];
  // As the digits say it, where float32 has a neighbour of it.
  const ends = step === undefined ? [least, greatest] : [least, greatest].map((end) => inSteps(end, step));
  return { least: ends[0], greatest: ends[1], ...(step !== undefined && { step }) };
}

function isMultiple(value: number, step: number, rounding: number): boolean {
  if (step >= 1) return Number.isInteger(value / step); // whole numbers are kept as they are
  const count = value * Math.round(1 / step);
  const open = Math.abs(count) * rounding;
  return open <= MAX_OPEN && Math.abs(count - Math.round(count)) <= open;
}

/** The nearest multiple of a step, as exactly as its decimals are read. */
export function inSteps(value: number, step: number): number {
  if (step >= 1) return Math.round(value / step) * step + 0; // + 0: not -0
  const perUnit = Math.round(1 / step);
  return Math.round(value * perUnit) / perUnit + 0;
}
