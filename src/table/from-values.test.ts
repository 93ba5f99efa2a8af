import { expect, test } from "vitest";
import { InputError } from "../base/errors.ts";
import { tableFromColumns, tableFromRows } from "./from-values.ts";

test("rows become columns of the kind of their values, and what a row lacks is missing", () => {
  const table = tableFromRows([
    { n: 1, text: "b", flag: true, day: new Date("1970-01-03T12:00Z") },
    { n: Number.NaN, text: null, flag: false },
    { text: "a", extra: 7 },
  ]);
  expect(table.rows).toBe(3);
  expect(table.columns).toEqual([
    { name: "n", values: Float64Array.of(1, Number.NaN, Number.NaN) },
    { name: "text", kind: "category", categories: ["a", "b"], values: Float64Array.of(1, Number.NaN, 0) },
    { name: "flag", kind: "boolean", values: Float64Array.of(1, 0, Number.NaN) },
    { name: "day", kind: "date", values: Float64Array.of(2.5, Number.NaN, Number.NaN) },
    { name: "extra", values: Float64Array.of(Number.NaN, Number.NaN, 7) },
  ]);
});

test("columns come with units and errors", () => {
  const { columns } = tableFromColumns(
    { teff: [4700, 5800], sigma: [50, null] },
    { units: { teff: "K" }, errors: { teff: "sigma" } },
  );
  expect(columns).toEqual([
    { name: "teff", unit: "K", values: Float64Array.of(4700, 5800), errors: Float64Array.of(50, Number.NaN) },
  ]);
});

test.each([
  [() => tableFromRows([]), "A table needs a column and a row"],
  [() => tableFromRows([{ x: 1 }, { x: "one" }]), 'Column "x" of the rows, row 2: "one" is not a number'],
  [() => tableFromRows([{ x: {} as never }]), "row 1: an object is not a number, text, truth value or Date"],
  [() => tableFromRows([{ x: null }]), 'Column "x" of the rows has no value at all'],
  [() => tableFromColumns({ a: [1, 2], b: [1] }), 'different lengths: "a" 2, "b" 1'],
  [() => tableFromColumns({ a: [1] }, { units: { b: "K" } }), 'There is no column "b"'],
])("what is no table is refused in a sentence (%#)", (make, message) => {
  expect(make).toThrow(InputError);
  expect(make).toThrow(message);
});
