/** @file For tests: any table, of all kinds of columns, and what of it comes back from a file. */
import fc from "fast-check";
import { expect } from "vitest";
import type { Column } from "../../table.ts";
import { type ReadOptions, readTable } from "../read.ts";
import { writeTable } from "../write.ts";

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
const anyColumns: fc.Arbitrary<Column[]> = fc
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

/**
 * Any table that is written under any of the names is the same when it is read back.
 * @param path of a file of that name. @param reading what is said besides when it is read.
 */
export async function expectAllComeBack(
  path: (name: string) => string,
  names: readonly string[],
  reading: (columns: readonly Column[]) => ReadOptions = () => ({}),
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(anyColumns, fc.constantFrom(...names), async (columns, name) => {
      await writeTable({ columns }, path(name));
      const back = await readTable(path(name), {
        ...{ precision: "float64", identifiers: "leave out", kinds: kindsOf(columns) },
        ...reading(columns),
      });
      expect(back.columns.map(words)).toEqual(columns.map(words));
    }),
    { numRuns: 25 },
  );
}

/** The kinds of columns, as a reader is told them. */
function kindsOf(columns: readonly Column[]) {
  return Object.fromEntries(columns.map(({ name, kind }) => [name, kind ?? "number"])) as Record<
    string,
    "number" | "category" | "boolean" | "date"
  >;
}
