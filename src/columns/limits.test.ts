/** @file Limits in standardised units, next to point masses and of whole numbers, and the numbers next to a number. */
import { expect, test } from "vitest";
import type { Column } from "../table/table.ts";
import { type ColumnEncoding, plainEncoding } from "./encoding.ts";
import { BESIDE_POINT_MASS, encodeLimits, limitNotices, nextTo } from "./limits.ts";

const encoding: ColumnEncoding = { ...plainEncoding({ center: 10, scale: 2 }), pointMasses: [10] };
const where = (row: number) => `row ${row + 1}`;
const column = (lower: readonly number[], upper: readonly number[]): Column => ({
  name: "x",
  values: Float64Array.from(lower, () => Number.NaN),
  lower: Float64Array.from(lower),
  upper: Float64Array.from(upper),
});
const encoded = (lower: number, upper: number, isWhole = false) => {
  const made = encodeLimits(column([lower], [upper]), encoding, isWhole, where);
  return [made?.lower[0], made?.upper[0]];
};
const NONE = Number.NaN;
const OPEN = Number.POSITIVE_INFINITY;

test("ends are standardised, open where there is none", () => {
  expect(encoded(12, 14)).toEqual([1, 2]);
  expect(encoded(NONE, 6)).toEqual([-OPEN, -2]);
  expect(encoded(12, NONE)).toEqual([1, OPEN]);
  expect(encoded(NONE, NONE)).toEqual([NONE, NONE]);
});

test("an end at a point mass stands on the side that says whether it is inside", () => {
  const beside = Math.fround(BESIDE_POINT_MASS);
  expect(encoded(10, NONE)[0]).toBe(-beside);
  expect(encoded(nextTo(10, 1), NONE)[0]).toBe(beside);
  expect(encoded(NONE, 10)[1]).toBe(beside);
  expect(encoded(NONE, nextTo(10, -1))[1]).toBe(-beside);
});

test("whole numbers are spread over half a unit, and an end beside one is the next", () => {
  expect(encoded(12, 14, true)).toEqual([0.75, 2.25]);
  expect(encoded(nextTo(12, 1), 14.5, true)).toEqual([1.25, 2.25]);
});

test("limits with nothing between them are refused with their row", () => {
  expect(() => encodeLimits(column([1, 3], [2, 2]), encoding, false, where)).toThrow(
    "row 2: nothing lies within 3 .. 2; mend the limits.",
  );
  expect(() => encoded(12.1, 12.9, true)).toThrow("nothing lies within 12.1 .. 12.9");
});

test("the next number is a number, and there is none between", () => {
  for (const value of [3, -3, 0, 1e-300, 0.1]) {
    const above = nextTo(value, 1);
    expect(above).toBeGreaterThan(value);
    expect(nextTo(above, -1)).toBe(value);
    const middle = (above + value) / 2;
    expect(middle === above || middle === value).toBe(true);
  }
});

test("a user is told what the limits are taken for", () => {
  expect(limitNotices(column([1], [NONE]))[0]).toContain("1 cells have limits");
  expect(limitNotices({ ...column([1], [NONE]), values: Float64Array.of(5) })[0]).toContain("`limits` none");
  expect(limitNotices({ name: "x", values: Float64Array.of(5) })).toEqual([]);
});
