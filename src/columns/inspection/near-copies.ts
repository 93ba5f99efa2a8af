/** @file Columns that are nearly another one: their difference says what a model, which sees each in its own range, can't tell. */
import type { Column } from "../../table/table.ts";

/** A difference this much narrower than the columns is finer than a model tells. */
const NARROW = 0.003;
const ROWS = 5000;
const MOST_COLUMNS = 40;

/** By name, what is said of a column that differs little from one before it. */
export function nearCopyNotes(columns: readonly Column[]): ReadonlyMap<string, string> {
  const notes = new Map<string, string>();
  const numbers = columns
    .filter(({ kind = "number", categories }) => !categories && (kind === "number" || kind === "date"))
    .slice(0, MOST_COLUMNS);
  for (const [i, column] of numbers.entries()) {
    const twin = numbers.slice(0, i).find((other) => isNear(column, other));
    if (!twin) continue;
    notes.set(
      column.name,
      `${column.name}: differs from "${twin.name}" by less than 1/300 of its range, which is finer than the model can tell: put the difference (${column.name} - ${twin.name}) into a column of its own in place of ${column.name}.`,
    );
  }
  return notes;
}

function isNear(a: Column, b: Column): boolean {
  if ((a.kind ?? "number") !== (b.kind ?? "number")) return false;
  const both = Array.from(a.values.subarray(0, ROWS), (value: number, row) => [value, value - b.values[row]]);
  const known = both.filter(([, difference]) => !Number.isNaN(difference));
  if (known.length < 20) return false;
  const [width, apart] = [0, 1].map((part) => middleRange(known.map((each) => each[part])));
  return apart > 0 && apart < NARROW * width;
}

/** From 5 to 95 % of the values. */
function middleRange(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))];
  return at(0.95) - at(0.05);
}
