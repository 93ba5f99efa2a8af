import { describe, expect, test } from "vitest";
import { normalCdf, normalMass } from "../numeric/normal-cdf.ts";
import { midpoints, numberOf } from "./distribution-fixture.ts";

const whole = { kind: "integer" } as const;

describe("a normal of mean 10.2 and deviation 2, of whole numbers", () => {
  const x = numberOf({ encoding: whole, curves: [(z) => 10.2 + 2 * z] });
  const mass = (k: number) => normalMass((k - 10.7) / 2, (k - 9.7) / 2);
  const all = Array.from({ length: 60 }, (_, k) => ({ k: k - 20, p: mass(k - 20) }));

  test("has each number's share of the density, and none between", () => {
    for (const k of [3, 10, 11, 20]) {
      expect(x.probability(k)).toBeCloseTo(mass(k), 13);
      expect(x.logLikelihood(k)).toBeCloseTo(Math.log(mass(k)), 9);
    }
    expect(x.probability(10.5)).toBe(0);
    expect(x.logLikelihood(10.5)).toBe(Number.NEGATIVE_INFINITY);
    expect(x.logLikelihood(400)).toBeCloseTo(x.logPdf(400), 6); // its mass is below 10^-308
    expect(all.reduce((sum, { k }) => sum + x.probability(k), 0)).toBeCloseTo(1, 12);
  });

  test("has a staircase as its distribution function, and whole quantiles", () => {
    for (const t of [9, 9.4, 9.99]) expect(x.cdf(t)).toBeCloseTo(normalCdf((9.5 - 10.2) / 2), 12);
    for (const k of [8, 9, 10, 11, 12]) {
      expect(x.quantile(x.cdf(k) - 1e-9)).toBe(k);
      expect(x.quantile(x.cdf(k) + 1e-9)).toBe(k + 1);
    }
    expect(x.median()).toBe(10);
    expect(x.interval(0.9).every(Number.isInteger)).toBe(true);
    expect(x.sample(50, 1).every(Number.isInteger)).toBe(true);
  });

  test("has the moments, entropy and CRPS of the list of masses", () => {
    const mean = all.reduce((sum, { k, p }) => sum + k * p, 0);
    const variance = all.reduce((sum, { k, p }) => sum + (k - mean) ** 2 * p, 0);
    expect(x.mean()).toBeCloseTo(mean, 6);
    expect(x.std()).toBeCloseTo(Math.sqrt(variance), 6);
    expect(x.std()).toBeGreaterThan(2.01); // rounding adds 1/12 to the variance
    expect(x.entropy()).toBeCloseTo(-all.reduce((sum, { p }) => sum + (p > 0 ? p * Math.log(p) : 0), 0), 6);
    for (const value of [-9, 8, 10, 10.3, 30]) {
      const squares = (t: number) => (x.cdf(t) - (t >= value ? 1 : 0)) ** 2;
      expect(x.crps(value)).toBeCloseTo(midpoints(squares, -10, 31, 41_000), 6);
    }
  });

  test("has a whole MAD before scaling, a whole mode and whole ends of the highest density", () => {
    const within = (d: number) => all.reduce((sum, { k, p }) => (Math.abs(k - 10) <= d ? sum + p : sum), 0);
    const distance = x.mad() / 1.482602218505602;
    expect(distance).toBeCloseTo(Math.round(distance), 12);
    expect(within(Math.round(distance))).toBeGreaterThanOrEqual(0.5);
    expect(within(Math.round(distance) - 1)).toBeLessThan(0.5);
    expect(x.modes()).toEqual([10]);
    const [[low, high]] = x.highestDensity(0.8);
    const held = all.reduce((sum, { k, p }) => (k >= low && k <= high ? sum + p : sum), 0);
    expect(held).toBeGreaterThanOrEqual(0.8);
    expect(held - Math.min(mass(low), mass(high))).toBeLessThan(0.8);
  });
});

test("a point mass's mass adds to the continuous part's at that number", () => {
  const x = numberOf({
    encoding: { ...whole, pointMasses: [0] },
    curves: [(z) => 1 + z],
    classes: [0.8, 0.2],
  });
  const spread = (k: number) => 0.8 * normalMass(k - 1.5, k - 0.5);
  expect(x.probability(0)).toBeCloseTo(0.2 + spread(0), 12);
  expect(x.cdf(0)).toBeCloseTo(0.2 + 0.8 * normalCdf(-0.5), 12);
  expect(x.cdf(-0.5)).toBeCloseTo(0.8 * normalCdf(-1.5), 12);
  expect(x.quantile(x.cdf(0) - 1e-9)).toBe(0);
  expect(x.quantile(x.cdf(0) + 1e-9)).toBe(1);
  const ks = Array.from({ length: 21 }, (_, k) => k - 10);
  expect(x.mean()).toBeCloseTo(
    ks.reduce((sum, k) => sum + k * x.probability(k), 0),
    6,
  );
  const squares = (t: number) => (x.cdf(t) - (t >= 2 ? 1 : 0)) ** 2;
  expect(x.crps(2)).toBeCloseTo(midpoints(squares, -8, 10, 18_000), 6);
});

test("too many numbers to list give the same as listing them", () => {
  const wide = numberOf({
    encoding: { ...whole, pointMasses: [40] },
    curves: [(z) => 100 * z],
    classes: [0.9, 0.1],
  });
  let [mean, square, entropy, crps] = [0, 0, 0, 0];
  for (let k = -800; k <= 800; k++) {
    const p = wide.probability(k);
    mean += k * p;
    square += k * k * p;
    entropy -= p * Math.log(p);
    crps += (wide.cdf(k) - (k >= 25 ? 1 : 0)) ** 2;
  }
  expect(wide.mean()).toBeCloseTo(mean, 4);
  expect(wide.std() / Math.sqrt(square - mean ** 2)).toBeCloseTo(1, 4);
  expect(Math.abs(wide.entropy() - entropy)).toBeLessThan(0.02); // the density under the point mass
  expect(wide.crps(25) / crps).toBeCloseTo(1, 4);
  expect(wide.highestDensity(0.5).flat().every(Number.isInteger)).toBe(true);
});
