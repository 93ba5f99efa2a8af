/** @file Answers cut at limits of each row's own: the same as bounds of the column, point masses and whole numbers weighed anew. */
import { expect, test } from "vitest";
import { normalCdf, normalMass } from "../numeric/normal-cdf.ts";
import { column } from "./distribution-fixture.ts";

const OPEN = Number.POSITIVE_INFINITY;
const limits = (lower: readonly number[], upper: readonly number[]) => ({
  lower: Float64Array.from(lower),
  upper: Float64Array.from(upper),
});

test("a normal cut at limits is the truncated normal, row by row", () => {
  const cut = column({ curves: [(z) => z, (z) => z, (z) => 1 + 2 * z] }).within(
    limits([1, -OPEN, -OPEN], [OPEN, -0.5, OPEN]),
  );
  expect(cut.quantile(0, 0)).toBeCloseTo(1, 12);
  expect(cut.cdf(0, 1.5)).toBeCloseTo(normalMass(1, 1.5) / normalMass(1, OPEN), 6);
  expect(cut.cdf(1, -1)).toBeCloseTo(normalCdf(-1) / normalCdf(-0.5), 6);
  expect(cut.pdf(1, 0)).toBe(0);
  expect(cut.quantile(1, 1)).toBeCloseTo(-0.5, 12);
  expect(cut.median(2)).toBeCloseTo(1, 6);
  for (const value of cut.sample(0, 500, 1)) expect(value).toBeGreaterThanOrEqual(1);
  expect(cut.mean(0)).toBeCloseTo(1.5251, 2);
});

test("of point masses those inside are left, by their share of what is inside", () => {
  const made = column({ encoding: { pointMasses: [0, 2] }, curves: [(z) => z], classes: [0.5, 0.3, 0.2] });
  const cut = made.within(limits([0], [1]));
  const inside = 0.5 * normalMass(0, 1);
  expect(cut.probability(0, 0)).toBeCloseTo(0.3 / (0.3 + inside), 6);
  expect(cut.probability(0, 2)).toBe(0);
  const above = made.within(limits([Number.MIN_VALUE], [OPEN]));
  expect(above.probability(0, 0)).toBe(0);
  expect(above.probability(0, 2)).toBeCloseTo(0.2 / (0.2 + 0.25), 6);
});

test("whole numbers within limits add up to 1, both ends inside", () => {
  const cut = column({ encoding: { kind: "integer" }, curves: [(z) => 3 * z] }).within(limits([2], [5]));
  const sum = [2, 3, 4, 5].reduce((all, k) => all + cut.probability(0, k), 0);
  expect(sum).toBeCloseTo(1, 6);
  expect(cut.probability(0, 1)).toBe(0);
  expect([cut.quantile(0, 0), cut.quantile(0, 1)]).toEqual([2, 5]);
  expect(cut.cdf(0, 2)).toBeCloseTo(normalMass(1.5 / 3, 2.5 / 3) / normalMass(1.5 / 3, 5.5 / 3), 5);
});

test("categories have no limits", () => {
  const made = column({ encoding: { kind: "category", categories: ["a", "b"] }, classes: [0.4, 0.6] });
  expect(() => made.within(limits([0], [1]))).toThrow("has categories, which no limits can be given for");
});
