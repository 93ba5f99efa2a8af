/** @file Blurred distributions against mixtures of normals, whose errors add in quadrature. */
import { describe, expect, test } from "vitest";
import { column, normals } from "./distribution-fixture.ts";

/** Between two peaks a curve of 128 levels has one piece, whose 2 % of the probability are spread over the gap. */
const MIXTURES = [
  ["normal", 0.002, [[1, 0.3, 0.8]]],
  [
    "two peaks",
    0.01,
    [
      [0.3, -1.5, 0.25],
      [0.7, 1, 0.4],
    ],
  ],
  ["one value", 0.002, [[1, 2, 1e-7]]],
] as const;

describe.each(MIXTURES)("%s", (_, tolerance, parts) => {
  test.each([1e-6, 0.05, 0.5, 2])("with an error of %d", (error) => {
    const truth = normals(...parts.map(([w, m, s]) => [w, m, Math.hypot(s, error)] as const));
    const found = column({ curves: [normals(...parts).curve] }).observed(Float64Array.of(error));
    for (const p of [0.001, 0.02, 0.16, 0.5, 0.69, 0.84, 0.98, 0.999]) {
      expect(Math.abs(truth.cdf(found.quantile(0, p)) - p)).toBeLessThan(tolerance);
    }
    expect(Math.abs(found.mean(0) - truth.mean)).toBeLessThan(3 * tolerance * truth.std);
    expect(Math.abs(found.std(0) / truth.std - 1)).toBeLessThan(3 * tolerance);
    const x = truth.curve(0.7);
    expect(Math.abs(found.pdf(0, x) / truth.pdf(x) - 1)).toBeLessThan(0.05);
  });
});

test("rows without an error keep their distribution, point masses stay", () => {
  const curves = [normals([1, 0, 1]).curve, normals([1, 5, 2]).curve];
  const classes = [0.6, 0.4, 0.9, 0.1];
  const of = column({ curves, classes, encoding: { pointMasses: [1] } });
  const found = of.observed(Float64Array.of(Number.NaN, 1));
  expect(found.quantile(0, 0.2)).toBeCloseTo(of.quantile(0, 0.2), 12);
  expect(found.probability(1, 1)).toBe(0.1);
  expect(found.std(1)).toBeGreaterThan(of.std(1));
});

test("is of measured values, and needs an error for each row", () => {
  const of = column({ curves: [normals([1, 0, 1]).curve] });
  expect(of.observed(Float64Array.of(1)).ofTrueValues).toBe(false);
  expect(() => of.observed(new Float64Array(2))).toThrow("2 values for 1 rows");
});
