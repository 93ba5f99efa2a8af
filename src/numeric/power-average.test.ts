import { expect, test } from "vitest";
import { averageRate, exponent } from "./power-average.ts";

test.each([0.05, 0.1, 0.2])("steps that count in the average spread over %d of all", (width) => {
  const steps = 4000;
  const weights = new Float64Array(steps + 1);
  for (let step = 1; step <= steps; step++) {
    const rate = averageRate(step, width);
    for (let s = 1; s < step; s++) weights[s] *= 1 - rate;
    weights[step] = rate;
  }
  const sum = (value: (step: number) => number) =>
    weights.reduce((total, weight, step) => total + weight * value(step), 0);
  const mean = sum((step) => step);
  const sd = Math.sqrt(sum((step) => (step - mean) ** 2));
  expect(sum(() => 1)).toBeCloseTo(1, 9);
  expect(sd / steps).toBeCloseTo(width, 2);
});

test("the exponents of Karras et al. (2024), table 1 of their appendix: 16.97 for 0.05, 6.94 for 0.10", () => {
  expect(exponent(0.05)).toBeCloseTo(16.97, 2);
  expect(exponent(0.1)).toBeCloseTo(6.94, 2);
});
