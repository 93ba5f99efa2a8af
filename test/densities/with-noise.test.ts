/** @file Answers convolved with measurement errors, against the closed form for normal answers. */
import { expect, test } from "vitest";
import { withNoise } from "../../bench/densities/with-noise.ts";
import { normalCdf, normalPdf } from "../../src/random/normal-cdf.ts";
import { normalQuantile } from "../../src/random/normal-quantile.ts";

const MEANS = [0, 10, -3];
const SDS = [1, 2, 0.5];
const ERRORS = [0.5, 3, Number.NaN];

const crps = (mean: number, sd: number, x: number) => {
  const z = (x - mean) / sd;
  return sd * (z * (2 * normalCdf(z) - 1) + 2 * normalPdf(z) - 1 / Math.sqrt(Math.PI));
};
const answers = {
  rows: 3,
  quantiles: (p: number) => Float64Array.from(MEANS, (mean, row) => mean + SDS[row]! * normalQuantile(p)),
  cdf: (row: number, x: number) => normalCdf((x - MEANS[row]!) / SDS[row]!),
  crps: (row: number, x: number) => crps(MEANS[row]!, SDS[row]!, x),
};

test.each([0, 1, 2])("row %d of normal answers: errors add in quadrature", (row) => {
  const observed = withNoise(answers, ERRORS);
  const sd = Math.hypot(SDS[row]!, ERRORS[row] || 0);
  for (const z of [-2, -0.5, 0, 1, 2.5]) {
    const x = MEANS[row]! + z * sd;
    expect(Math.abs(observed.cdf(row, x) - normalCdf(z))).toBeLessThan(1e-3);
    expect(Math.abs(observed.crps(row, x) - crps(MEANS[row]!, sd, x))).toBeLessThan(2e-3 * sd);
  }
});

test("an error of nothing leaves the answer as it is", () => {
  expect(withNoise(answers, [0, 0, 0]).cdf(1, 11)).toBe(answers.cdf(1, 11));
});
