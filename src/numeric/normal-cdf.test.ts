import { describe, expect, test } from "vitest";
import { normalCdf, normalLogPdf, normalMass, normalPdf } from "./normal-cdf.ts";
import { normalQuantile } from "./normal-quantile.ts";

describe("the normal distribution function", () => {
  // Computed with mpmath 1.3 at 40 digits: erfc(-z / sqrt(2)) / 2.
  // biome-ignore-start lint/correctness/noPrecisionLoss: all the digits that mpmath printed
  const known: [number, number][] = [
    [-37, 5.725571222524576822683e-300],
    [-20.25, 1.776199864949570030871e-91],
    [-8, 6.220960574271784123516e-16],
    [-5.5, 1.898956246588771938385e-8],
    [-3, 0.001349898031630094526652],
    [-1, 0.1586552539314570514148],
    [-0.6875, 0.2458838503802614538285],
    [-0.5, 0.3085375387259868963623],
    [0, 0.5],
    [0.25, 0.5987063256829237242409],
    [1.96, 0.9750021048517795637872],
    [6, 0.9999999990134123549623],
  ];
  // biome-ignore-end lint/correctness/noPrecisionLoss: all the digits that mpmath printed
  test.each(known)("at %d is %d", (z, p) => {
    expect(Math.abs(normalCdf(z) / p - 1)).toBeLessThan(1e-13);
  });

  test("undoes the quantile, and is 0 and 1 at the ends, NaN at NaN", () => {
    for (const p of [1e-200, 1e-9, 0.02, 0.31, 0.32, 0.5, 0.68, 0.99]) {
      expect(Math.abs(normalCdf(normalQuantile(p)) / p - 1)).toBeLessThan(1e-12);
    }
    expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1);
    expect(normalCdf(Number.NaN)).toBeNaN();
  });

  test("has differences with all their digits in the upper tail too", () => {
    expect(normalMass(9, 10)).toBeCloseTo(normalMass(-10, -9), 40);
    expect(normalMass(9, 10)).toBeGreaterThan(1e-19);
    expect(normalMass(-1, 1)).toBeCloseTo(0.6826894921370859, 15);
    expect(normalMass(1, 1)).toBe(0);
  });
});

test("the density is 1 / sqrt(2 pi) at 0 and its logarithm doesn't underflow", () => {
  expect(normalPdf(0)).toBeCloseTo(0.3989422804014327, 15);
  expect(normalPdf(1.5)).toBeCloseTo(Math.exp(normalLogPdf(1.5)), 15);
  expect(normalLogPdf(100)).toBeCloseTo(-5000.918938533205, 9);
});
