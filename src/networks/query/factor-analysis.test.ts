import { describe, expect, test } from "vitest";
import { generator } from "../../numeric/generator.ts";
import { type Factors, factorConditions, fitFactors } from "./factor-analysis.ts";
import { covarianceConditions } from "./normal-covariance.ts";
import type { Conditions, GivenNumbers } from "./normal-model.ts";

/** Loadings of so many columns on two factors, and a variance of each by itself. */
function twoFactors(size: number): Factors {
  const random = generator(1, "loadings");
  return {
    loadings: Array.from({ length: 2 * size }, () => random.normal()),
    uniquenesses: Array.from({ length: size }, () => 0.01 + 0.1 * random.uniform()),
  };
}

const covarianceOf = ({ loadings, uniquenesses }: Factors, i: number, j: number): number => {
  const count = loadings.length / uniquenesses.length;
  const shared = Array.from({ length: count }, (_, a) => loadings[i * count + a] * loadings[j * count + a]);
  return shared.reduce((sum, each) => sum + each, i === j ? uniquenesses[i] : 0);
};

const triangleOf = (factors: Factors): number[] =>
  factors.uniquenesses.flatMap((_, i) =>
    Array.from({ length: i + 1 }, (__, j) => covarianceOf(factors, i, j)),
  );

test("what is said given values is what the full covariance says", () => {
  const size = 12;
  const factors = twoFactors(size);
  const given: GivenNumbers = {
    places: Int32Array.of(7, 0, 3, 10),
    values: Float64Array.of(0.4, -1.2, 0.9, 0.1),
    extra: Float64Array.of(0, 0.3, 0, 0),
  };
  const [few, full]: Conditions[] = [
    factorConditions(factors),
    covarianceConditions(size, triangleOf(factors)),
  ];
  for (const known of [4, 0, 2]) {
    few.give(given, known);
    full.give(given, known);
    for (let which = 0; which < known; which++)
      expect(few.residual(which)).toBeCloseTo(full.residual(which), 8);
    for (const place of [1, 11]) {
      expect(few.target(place).mean).toBeCloseTo(full.target(place).mean, 8);
      expect(few.target(place).variance).toBeCloseTo(full.target(place).variance, 8);
    }
  }
});

describe("factors that are fitted", () => {
  const [size, rows] = [10, 3000];
  const truth = twoFactors(size);
  const cells = new Float64Array(rows * size);
  const random = generator(2, "cells");
  for (let row = 0; row < rows; row++) {
    const factors = [random.normal(), random.normal()];
    for (let j = 0; j < size; j++) {
      const shared = truth.loadings[2 * j] * factors[0] + truth.loadings[2 * j + 1] * factors[1];
      const value = 0.5 * j + shared + Math.sqrt(truth.uniquenesses[j]) * random.normal();
      // A third of the rows lacks its second half.
      cells[row * size + j] = row % 3 === 0 && j >= 5 ? Number.NaN : value;
    }
  }

  test("have the covariance that the rows were drawn from, with missing cells", () => {
    const { means, factors } = fitFactors(cells, size);
    if (!factors) throw new Error("no factors were fitted");
    for (let i = 0; i < size; i++) {
      expect(Math.abs(means[i] - 0.5 * i)).toBeLessThan(0.1);
      expect(Math.abs(factors.uniquenesses[i] / truth.uniquenesses[i] - 1)).toBeLessThan(0.35);
      for (let j = 0; j <= i; j++) {
        const scale = Math.sqrt(covarianceOf(truth, i, i) * covarianceOf(truth, j, j));
        const off = covarianceOf(factors, i, j) - covarianceOf(truth, i, j);
        expect(Math.abs(off)).toBeLessThan(0.08 * Math.max(0.3, scale));
      }
    }
  });
});
