/** @file The benchmark's total variation against closed forms. */
import { expect, test } from "vitest";
import { totalVariation } from "../../bench/densities/total-variation.ts";
import { normalCdf } from "../../src/numeric/normal-cdf.ts";

const normal =
  (mean: number, sd = 1) =>
  (x: number) =>
    normalCdf((x - mean) / sd);
const answer = (...cdfs: ((x: number) => number)[]) => ({ cdf: (row: number, x: number) => cdfs[row](x) });
const exponential = (rate: number) => (x: number) => (x > 0 ? 1 - Math.exp(-rate * x) : 0);

test.each([0, 0.01, 0.3, 1, 3, 12])("two normals of sd 1, %d apart: 2 Phi(d/2) - 1", (d) => {
  const distance = totalVariation(answer(normal(d)), 0, { cdf: normal(0) });
  expect(Math.abs(distance - (2 * normalCdf(d / 2) - 1))).toBeLessThan(1e-5);
});

test("the row asked for is the row measured, in any units", () => {
  const answers = answer(normal(0), normal(5e6 + 3e5, 3e5));
  expect(totalVariation(answers, 1, { cdf: normal(5e6, 3e5) })).toBeCloseTo(2 * normalCdf(0.5) - 1, 5);
});

test("exponentials of rates 1 and 2 differ by 1/4", () => {
  expect(totalVariation(answer(exponential(2)), 0, { cdf: exponential(1) })).toBeCloseTo(0.25, 5);
});

test("a normal of twice the width: the densities cross at z = sqrt(8 ln 2 / 3)", () => {
  const z = Math.sqrt((8 * Math.log(2)) / 3);
  const exact = 2 * (normalCdf(z) - normalCdf(z / 2));
  expect(totalVariation(answer(normal(0, 2)), 0, { cdf: normal(0) })).toBeCloseTo(exact, 5);
});

/** A point mass of this mass at `index`, else a standard normal. */
const withPointMass = (mass: number, index: number) => (x: number) =>
  (1 - mass) * normalCdf(x) + (x >= index ? mass : 0);

test("a point mass of another mass differs by the difference of the masses", () => {
  const truth = { cdf: withPointMass(0.3, 0.5), pointMasses: [{ value: 0.5, mass: 0.3 }] };
  expect(totalVariation(answer(withPointMass(0.3, 0.5)), 0, truth)).toBeLessThan(1e-12);
  expect(totalVariation(answer(withPointMass(0.1, 0.5)), 0, truth)).toBeCloseTo(0.2, 5);
});

test("a point mass that the model does not have, or has elsewhere, is all lost", () => {
  const truth = { cdf: withPointMass(0.3, 0.5), pointMasses: [{ value: 0.5, mass: 0.3 }] };
  expect(totalVariation(answer(normal(0)), 0, truth)).toBeCloseTo(0.3, 4);
  expect(totalVariation(answer(withPointMass(0.3, 0.8)), 0, truth)).toBeCloseTo(0.3, 2);
  // Rounded to float32 it is still the same point mass.
  expect(totalVariation(answer(withPointMass(0.3, 0.5 - 3e-8)), 0, truth)).toBeLessThan(1e-5);
});

test("a narrow spike instead of a point mass differs by its mass less what falls into its cell", () => {
  const spiked = (x: number) => 0.7 * normalCdf(x) + 0.3 * normalCdf((x - 0.5) / 0.01);
  const truth = { cdf: withPointMass(0.3, 0.5), pointMasses: [{ value: 0.5, mass: 0.3 }] };
  expect(totalVariation(answer(spiked), 0, truth)).toBeCloseTo(0.3, 2);
});

test("all mass at an edge of the truth, or outside it", () => {
  const truth = { cdf: withPointMass(1, 2), pointMasses: [{ value: 2, mass: 1 }] };
  expect(totalVariation(answer(withPointMass(1, 2)), 0, truth)).toBeLessThan(1e-12);
  expect(totalVariation(answer(withPointMass(1, -50)), 0, { cdf: normal(0) })).toBeCloseTo(1, 5);
});

test("a cdf that is no number is an error", () => {
  expect(() =>
    totalVariation(
      answer(() => Number.NaN),
      0,
      { cdf: normal(0) },
    ),
  ).toThrow("NaN");
});
