/** @file Dates and moments: days since 1970-01-01 (UTC), fractions included; read and written as ISO 8601. */
import { InputError } from "../../base/errors.ts";
import { type Column, MILLISECONDS_PER_DAY } from "../../table/table.ts";
import { continuousKind, givenNumber } from "./continuous.ts";
import type { Kind } from "./kind.ts";

const MINUTES_PER_DAY = 1440;
/** A date known to more days than this is written without a time. */
const DAYS_OF_PLAIN_DATES = 3;

export const date: Kind = continuousKind({
  name: "date",
  inTable: "date",
  plural: "dates",
  accepts: ["date"],
  isText: true,
  toTime: (days) => new Date(days * MILLISECONDS_PER_DAY),
  givenCell(name, value) {
    if (typeof value !== "string") return givenNumber(date, name, value);
    const days = daysOfDate(value);
    if (days !== undefined) return { name, kind: "date", values: Float64Array.of(days) };
    throw new InputError(
      `The given value of "${name}" is ${JSON.stringify(value)}; it must be a date such as 2026-11-23.`,
    );
  },
  parse: daysOfDate,
  example: "a date such as 2026-11-23",
  write(days, _, spread) {
    if (spread === undefined) return dateOfDays(days);
    const step = spread > DAYS_OF_PLAIN_DATES ? 1 : 1 / MINUTES_PER_DAY;
    return dateOfDays(Math.round(days / step) * step).replace(/:00\.000Z$/, "");
  },
  describeCell: () => "a date",
  nameOf: () => "a date",
  distanceUnit: " days",
  // One time of day among dates without times would make the whole column one of times.
  fillingOf: (column) => (hasWholeDays(column) ? Math.round : (days) => days),
  isWholeIn: (column) => (hasWholeDays(column) ? true : undefined),
  round: (days, { whole }) => (whole ? Math.round(days) + 0 : days), // + 0: not -0
});

function hasWholeDays({ values }: Column): boolean {
  return values.some(Number.isInteger) && values.every((day) => Number.isNaN(day) || Number.isInteger(day));
}

const ISO_DATE = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/;

/** Days since 1970-01-01 (UTC), or undefined if the text is no date of the calendar. */
function daysOfDate(text: string): number | undefined {
  const [, day, time = "00:00", zone = "Z"] = ISO_DATE.exec(text.trim()) ?? [];
  const midnight = Date.parse(`${day}T00:00Z`);
  // Date.parse takes 30 February for 1 March.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return undefined;
  const milliseconds = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / MILLISECONDS_PER_DAY;
}

/** 2024-05-01, or 2024-05-01T12:00:00.000Z if it isn't midnight. */
function dateOfDays(days: number): string {
  const time = new Date(Math.round(days * MILLISECONDS_PER_DAY));
  if (Number.isNaN(time.getTime())) return `day ${days}`;
  return Number.isInteger(days) ? time.toISOString().slice(0, 10) : time.toISOString();
}
