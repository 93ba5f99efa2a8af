import { describe, expect, test } from "vitest";
import { eachOnce, meanOf } from "../numeric/statistics.ts";
import { normalDistributions } from "./normal-fixture.ts";
import { brierScore, intervalNll, logScore, meanOfPossible } from "./scores.ts";

describe("the Brier score", () => {
  test.each([
    [[1, 0, 0], 0, 0],
    [[1, 0, 0], 1, 2],
    [[0.5, 0.3, 0.2], 1, 0.25 + 0.49 + 0.04],
    [[0.5, 0.5], 0, 0.5],
    [[0.6, 0.4], -1, 0.36 + 0.16 + 1], // a category that the model doesn't know
  ])("of %j when category %d is found is %d", (probabilities, found, score) => {
    expect(brierScore(probabilities, found)).toBeCloseTo(score, 14);
  });
});

test("the log score is minus the log of what was found, and infinite for what was held impossible", () => {
  expect(logScore([0.25, 0.75], 0)).toBeCloseTo(Math.log(4), 14);
  expect(logScore([1, 0], 1)).toBe(Number.POSITIVE_INFINITY);
  expect(logScore([1, 0], -1)).toBe(Number.POSITIVE_INFINITY);
});

test("values held impossible make the mean infinite and are left out beside it only", () => {
  const nll = Float64Array.of(1, Number.POSITIVE_INFINITY, 3);
  expect(meanOf(nll)(eachOnce(3))).toBe(Number.POSITIVE_INFINITY);
  expect(meanOfPossible(nll)(eachOnce(3))).toBe(2);
  expect(meanOfPossible(nll)([1, 5, 3])).toBe(10 / 4);
});

describe("the interval NLL", () => {
  test.each([0, -1.3, 4, 9, 30])("of a smooth density is its NLL, also %d sd out", (x) => {
    const normal = normalDistributions([{ mean: 0, sd: 1 }]);
    // The mean over an interval differs from the middle by d^2 f'' / 24 relative to f.
    const bend = (0.01 ** 2 * Math.abs(x * x - 1)) / 24;
    expect(Math.abs(intervalNll(normal, 0, x, 0.01) + normal.logPdf(0, x))).toBeLessThan(bend + 1e-5);
  });

  const halfAtZero = {
    // Half the mass at 0, half uniform on [-1, 1].
    cdf: (_: number, x: number) => 0.5 * Number(x >= 0) + Math.min(0.5, Math.max(0, (x + 1) / 4)),
    logPdf: (_: number, x: number) => (Math.abs(x) <= 1 ? Math.log(0.25) : Number.NEGATIVE_INFINITY),
  };

  test("sets a point mass against densities: mass / d", () => {
    const d = 0.01;
    expect(intervalNll(halfAtZero, 0, 0, d)).toBeCloseTo(-Math.log((0.5 + d / 4) / d), 12);
    expect(intervalNll(halfAtZero, 0, 0.3, d)).toBeCloseTo(-Math.log(0.25), 12);
  });

  test("leaves out a point mass at the interval's lower end, and is infinite where there is nothing", () => {
    expect(intervalNll(halfAtZero, 0, 0.25, 0.5)).toBeCloseTo(-Math.log(0.25), 12);
    expect(intervalNll(halfAtZero, 0, -0.25, 0.5)).toBeCloseTo(-Math.log((0.5 + 0.125) / 0.5), 12);
    expect(intervalNll(halfAtZero, 0, 2, 0.01)).toBe(Number.POSITIVE_INFINITY);
  });
});
