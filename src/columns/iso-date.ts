/** @file Dates as days since 1970-01-01, read and written. */

const millisecondsPerDay = 86_400_000;

const isoDate = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?)?$/;

/** Days since 1970-01-01 (UTC), or undefined if the text is no date of the calendar. */
export function daysOfDate(text: string): number | undefined {
  const [, date, time = "00:00", zone = "Z"] = isoDate.exec(text.trim()) ?? [];
  const midnight = Date.parse(`${date}T00:00Z`);
  // Date.parse takes 30 February for 1 March.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return undefined;
  const milliseconds = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / millisecondsPerDay;
}

/** 2024-05-01, or 2024-05-01T12:00:00.000Z if it isn't midnight. */
export function dateOfDays(days: number): string {
  const time = new Date(Math.round(days * millisecondsPerDay));
  if (Number.isNaN(time.getTime())) return `day ${days}`;
  return Number.isInteger(days) ? time.toISOString().slice(0, 10) : time.toISOString();
}
