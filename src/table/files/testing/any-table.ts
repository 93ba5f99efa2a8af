/** @file For tests: any table, of all kinds of columns, and what of it comes back from a file. */
import fc from "fast-check";
import type { Column } from "../../table.ts";

/** Names of categories instead of their indices, which go by the names that occur. */
export function words({ name, values, categories }: Pick<Column, "name" | "values" | "categories">) {
  return [name, [...values].map((value) => (categories && !Number.isNaN(value) ? categories[value] : value))];
}

function column(
  kind: Column["kind"],
  cell: fc.Arbitrary<number>,
  rows: number,
  categories?: readonly string[],
) {
  const gaps = fc.option(cell, { nil: Number.NaN, freq: 4 });
  return fc.array(gaps, { minLength: rows, maxLength: rows }).map((values) => ({
    ...(kind && { kind }),
    ...(categories && { categories }),
    values: Float64Array.from(values),
  }));
}

const NAMES = ["B", "K5 giant", "it's", "größer", "x".repeat(90), "Ω"];

/** A column that nothing is known of has no kind when it is read again. */
const hasCell = ({ values }: Column) => values.some((value) => !Number.isNaN(value));

/** The columns of a table with a cell in each. */
export const anyColumns: fc.Arbitrary<Column[]> = fc
  .integer({ min: 1, max: 40 })
  .chain((rows) =>
    fc.record({
      number: column(undefined, fc.double({ noNaN: true, noDefaultInfinity: true }), rows),
      whole: column(undefined, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), rows),
      truth: column("boolean", fc.constantFrom(0, 1), rows),
      day: column("date", fc.integer({ min: -20_000, max: 40_000 }), rows),
      moment: column(
        "date",
        fc.integer({ min: 0, max: 2e9 }).map((second) => (second + 0.5) / 86_400),
        rows,
      ),
      word: column("category", fc.integer({ min: 0, max: NAMES.length - 1 }), rows, NAMES),
    }),
  )
  .map((record) =>
    Object.entries(record)
      .map(([name, each]): Column => ({ ...each, name }))
      .filter(hasCell),
  )
  .filter((columns) => columns.length > 0);

/** The kinds of columns, as a reader is told them. */
export function kindsOf(columns: readonly Column[]) {
  return Object.fromEntries(columns.map(({ name, kind }) => [name, kind ?? "number"])) as Record<
    string,
    "number" | "category" | "boolean" | "date"
  >;
}
