/** @file The errors of filled cells in small tables, against what they are by hand. */
import { expect, test } from "vitest";
import type { SmallTable } from "../../bench/densities/data/imputation-small.ts";
import { filledFromNearest, imputationErrors } from "../../bench/densities/imputation-error.ts";
import type { Table } from "../../src/table/table.ts";

/** Three rows: a number from 0 to 10, a category and a number that nobody hides. */
function table(x: number[], k: number[]): Table {
  const columns = [
    { name: "x", values: Float64Array.from(x) },
    { name: "k", values: Float64Array.from(k), categories: ["a", "b", "c"], kind: "category" as const },
    { name: "y", values: Float64Array.of(0, 1, 1.5) },
  ];
  return { source: "three rows", rows: 3, columns };
}

const small: SmallTable = {
  truth: table([0, 10, 5], [0, 1, 2]),
  withHoles: table([0, 10, Number.NaN], [0, Number.NaN, Number.NaN]),
  hidden: new Map([
    ["x", [false, false, true]],
    ["k", [false, true, true]],
  ]),
};

test("the best filling is that of a row, not of a cell; the mean is over all", () => {
  const fillings = [
    table([0, 10, 7], [0, 0, 0]), // row 2: 1; row 3: 0.2 + 1
    table([0, 10, 9], [0, 1, 2]), // row 2: 0; row 3: 0.4
  ];
  const { minMae, avgMae } = imputationErrors(small, fillings);
  expect(minMae).toBeCloseTo((0 + 0.4) / 3, 12);
  expect(avgMae).toBeCloseTo((0.5 + 0.8) / 3, 12);
});

test("a cell that is left empty is no filling", () => {
  expect(() => imputationErrors(small, [small.withHoles])).toThrow("x is left empty in row 3");
});

test("a hole is filled from the nearest row that has the cell", () => {
  const [x, k] = filledFromNearest(small.withHoles).columns;
  expect(Array.from(x.values)).toEqual([0, 10, 10]);
  expect(Array.from(k.values)).toEqual([0, 0, 0]);
});
