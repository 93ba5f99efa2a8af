/** @file Integers: counts, ages, rooms. Each has a mass; in standardised units a density is spread around it. */
import { InputError } from "../../base/errors.ts";
import type { Column } from "../../table/table.ts";
import { presentValues } from "../scaling.ts";
import { continuousKind } from "./continuous.ts";
import type { Kind } from "./kind.ts";

export const integer: Kind = continuousKind({
  name: "integer",
  isInteger: true,
  isSummed: true,
  round: (value) => Math.round(value) + 0, // + 0: not -0
});

/** One with only two neighbouring values, such as 0 and 1, has no use for widths. */
const MIN_SPREAD = 2;

/**
 * Whether a column of numbers is of integers: every value is one, and they spread by 2 or more.
 * @param declared what a user says; undefined: what it looks like.
 * @throws InputError for a column that is declared to be what it isn't.
 */
export function isOfIntegers(column: Column, source: string, declared: boolean | undefined): boolean {
  const isNone = (value: number) => !Number.isSafeInteger(value) && !Number.isNaN(value);
  if (declared === false || (declared === undefined && column.values.some(isNone))) return false;
  const sorted = presentValues(column);
  const other = sorted.find((value) => !Number.isSafeInteger(value));
  if (other !== undefined && declared) {
    throw new InputError(
      `Column "${column.name}" of ${source} has the value ${other}, so it is not of integers; leave "integer" out.`,
    );
  }
  if (other !== undefined || declared) return other === undefined;
  return sorted[sorted.length - 1] - sorted[0] >= MIN_SPREAD;
}
