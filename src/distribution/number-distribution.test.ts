import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalCdf, normalPdf } from "../numeric/normal-cdf.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import { evenLevels, exponential, midpoints, normals, numberOf } from "./distribution-fixture.ts";

describe("a normal distribution, mean 3 and standard deviation 2", () => {
  const x = numberOf({ curves: [(z) => 3 + 2 * z] });

  test("has the normal's density, distribution function and quantiles, far out too", () => {
    for (const value of [-60, -3, 2.9, 3, 8, 15]) {
      const z = (value - 3) / 2;
      expect(x.logPdf(value)).toBeCloseTo(-0.5 * z * z - Math.log(2 * Math.sqrt(2 * Math.PI)), 9);
      expect(x.pdf(value)).toBeCloseTo(normalPdf(z) / 2, 13);
      expect(x.cdf(value)).toBeCloseTo(normalCdf(z), 12);
    }
    for (const p of [1e-12, 0.01, 0.5, 0.999]) {
      expect(x.quantile(p)).toBeCloseTo(3 + 2 * normalQuantile(p), 9);
    }
    expect(x.quantile(1)).toBe(Number.POSITIVE_INFINITY);
  });

  test("has its mean, standard deviation, median, scaled MAD and entropy", () => {
    expect(x.mean()).toBeCloseTo(3, 7);
    expect(x.std()).toBeCloseTo(2, 7);
    expect(x.median()).toBeCloseTo(3, 12);
    expect(x.mad()).toBeCloseTo(2, 10);
    expect(x.entropy()).toBeCloseTo(0.5 * Math.log(2 * Math.PI * Math.E * 4), 7);
  });

  test("has one mode, and the same interval centrally and as its highest density", () => {
    const half = 2 * normalQuantile(0.95);
    expect(x.interval(0.9)[0]).toBeCloseTo(3 - half, 9);
    expect(x.interval(0.9)[1]).toBeCloseTo(3 + half, 9);
    const region = x.highestDensity(0.9);
    expect(region).toHaveLength(1);
    expect(Math.abs(region[0][0] - (3 - half))).toBeLessThan(0.02);
    expect(Math.abs(region[0][1] - (3 + half))).toBeLessThan(0.02);
    expect(x.modes()).toHaveLength(1);
    expect(Math.abs(x.modes()[0] - 3)).toBeLessThan(0.02);
  });

  test("has the closed form's CRPS (Gneiting & Raftery 2007, equation 21), far out too", () => {
    for (const value of [-40, -3, 1.7, 3, 6.5, 100]) {
      const z = (value - 3) / 2;
      const closed = 2 * (z * (2 * normalCdf(z) - 1) + 2 * normalPdf(z) - 1 / Math.sqrt(Math.PI));
      expect(Math.abs(x.crps(value) / closed - 1)).toBeLessThan(1e-6);
    }
  });
});

test("levels given at even probabilities, few and uneven, do for a normal as well", () => {
  const levels = Float64Array.from({ length: 20 }, (_, k) => normalQuantile((k + 0.5) / 20));
  const x = numberOf({ levels, curves: [(z) => 3 + 2 * z] });
  expect(x.mean()).toBeCloseTo(3, 6);
  expect(x.std()).toBeCloseTo(2, 5);
  expect(x.pdf(12)).toBeCloseTo(normalPdf(4.5) / 2, 12);
});

describe("a lognormal distribution, a normal in standardised units", () => {
  const sigma = 0.8;
  const x = numberOf({ curves: [(z) => 0.5 + sigma * z], coordinates: exponential });
  const mean = Math.exp(0.5 + sigma ** 2 / 2);

  test("has its density and distribution function in data units, and nothing below 0", () => {
    for (const value of [1e-3, 0.4, 1, 6, 100]) {
      const z = (Math.log(value) - 0.5) / sigma;
      expect(x.pdf(value)).toBeCloseTo(normalPdf(z) / (sigma * value), 12);
      expect(x.cdf(value)).toBeCloseTo(normalCdf(z), 12);
    }
    for (const value of [0, -1]) {
      expect(x.pdf(value)).toBe(0);
      expect(x.cdf(value)).toBe(0);
    }
  });

  test("has its mean, standard deviation, entropy, mode and MAD", () => {
    expect(x.mean() / mean).toBeCloseTo(1, 6);
    expect(x.std() / (mean * Math.sqrt(Math.exp(sigma ** 2) - 1))).toBeCloseTo(1, 6);
    expect(x.entropy()).toBeCloseTo(0.5 + 0.5 * Math.log(2 * Math.PI * Math.E * sigma ** 2), 6);
    expect(x.modes()).toHaveLength(1);
    expect(Math.abs(x.modes()[0] - Math.exp(0.5 - sigma ** 2))).toBeLessThan(0.02);
    const distance = x.mad() / 1.482602218505602;
    expect(x.cdf(x.median() + distance) - x.cdf(x.median() - distance)).toBeCloseTo(0.5, 10);
  });

  test("has the narrowest interval as its highest density, not the central one", () => {
    const [[low, high]] = x.highestDensity(0.8);
    expect(x.pdf(low) / x.pdf(high)).toBeCloseTo(1, 1);
    expect(Math.abs(x.cdf(high) - x.cdf(low) - 0.8)).toBeLessThan(0.005);
    const central = x.interval(0.8);
    expect(high - low).toBeLessThan(0.9 * (central[1] - central[0]));
  });

  test("has the CRPS that integrating over data units gives", () => {
    const value = 2.5;
    const below = midpoints((t) => x.cdf(t) ** 2, 0, value);
    const above = midpoints((t) => (1 - x.cdf(t)) ** 2, value, 200, 200_000);
    expect(x.crps(value)).toBeCloseTo(below + above, 5);
  });
});

describe("two well-separated peaks", () => {
  const truth = normals([0.6, -2, 0.5], [0.4, 2, 0.8]);
  const x = numberOf({ levels: evenLevels(256), curves: [truth.curve] });

  test("have the mixture's density and distribution function, to what 256 levels can tell", () => {
    for (let value = -5; value < 6; value += 0.05) {
      expect(Math.abs(x.pdf(value) - truth.pdf(value))).toBeLessThan(0.015);
      expect(Math.abs(x.cdf(value) - truth.cdf(value))).toBeLessThan(0.003);
    }
    for (const p of [0.1, 0.3, 0.5, 0.8]) expect(truth.cdf(x.quantile(p))).toBeCloseTo(p, 3);
    const divergence = midpoints((t) => truth.pdf(t) * (Math.log(truth.pdf(t)) - x.logPdf(t)), -6, 7);
    expect(divergence).toBeLessThan(1e-3);
  });

  test("have the mixture's mean, standard deviation and entropy", () => {
    expect(Math.abs(x.mean() - truth.mean)).toBeLessThan(2e-3);
    expect(Math.abs(x.std() / truth.std - 1)).toBeLessThan(1e-3);
    const entropy = midpoints((t) => -truth.pdf(t) * Math.log(truth.pdf(t)), -6, 7);
    expect(Math.abs(x.entropy() - entropy)).toBeLessThan(5e-3);
  });

  test("have two modes and two intervals of highest density, where they are", () => {
    const [left, right] = x.modes();
    expect(x.modes()).toHaveLength(2);
    expect(Math.abs(left + 2)).toBeLessThan(0.03);
    expect(Math.abs(right - 2)).toBeLessThan(0.05);
    const region = x.highestDensity(0.9);
    expect(region).toHaveLength(2);
    const held = region.reduce((sum, [low, high]) => sum + truth.cdf(high) - truth.cdf(low), 0);
    expect(Math.abs(held - 0.9)).toBeLessThan(0.005);
    const heights = region.flat().map(truth.pdf);
    expect(Math.max(...heights) / Math.min(...heights)).toBeLessThan(1.25);
  });
});

test("ripples of a curve are no modes, a small peak of its own is", () => {
  const rippled = numberOf({ curves: [(z) => z + 0.01 * Math.sin(8 * z)] });
  expect(rippled.modes()).toHaveLength(1);
  expect(rippled.highestDensity(0.8)).toHaveLength(1);
  const small = normals([0.95, 0, 1], [0.05, 6, 0.3]);
  const modes = numberOf({ curves: [small.curve] }).modes();
  expect(modes).toHaveLength(2);
  expect(Math.abs(modes[1] - 6)).toBeLessThan(0.1);
});

describe("any row of nodes", () => {
  const levels = evenLevels(12, 2.5);
  const nodes = fc.array(fc.double({ min: 0, max: 3, noNaN: true }), { minLength: 12, maxLength: 12 });
  const rising = (steps: number[]) => {
    let u = -4;
    const row = steps.map((step) => (u += step));
    return numberOf({ levels, curves: [(z) => row[levels.indexOf(z)]] });
  };

  test("has quantiles that its distribution function undoes", () => {
    const p = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
    fc.assert(
      fc.property(nodes, p, (steps, probability) => {
        fc.pre(Math.max(...steps.slice(1)) > 0.1); // else rounding of the values themselves shows
        const x = rising(steps);
        expect(Math.abs(x.cdf(x.quantile(probability)) - probability)).toBeLessThan(1e-6);
      }),
    );
  });

  test("has a distribution function that rises, and whose derivative is the density", () => {
    const value = fc.double({ min: -6, max: 30, noNaN: true });
    fc.assert(
      fc.property(nodes, value, value, (steps, one, other) => {
        const x = rising(steps);
        const [low, high] = [one, other].sort((a, b) => a - b);
        expect(x.cdf(low)).toBeLessThanOrEqual(x.cdf(high));
        expect(x.pdf(one)).toBeGreaterThanOrEqual(0);
      }),
    );
    const spaced = nodes.map((steps) => steps.map((step) => step + 0.05));
    fc.assert(
      fc.property(spaced, (steps) => {
        const x = rising(steps);
        const [low, high] = [x.quantile(1e-3), x.quantile(1 - 1e-3)];
        expect(midpoints((t) => x.pdf(t), low, high, 40_000)).toBeCloseTo(0.998, 3);
      }),
      { numRuns: 30 },
    );
  });

  test("has a CRPS of the quantile-loss integral, 2 int rho_p(x - q(p)) dp", () => {
    const value = fc.double({ min: -6, max: 20, noNaN: true });
    fc.assert(
      fc.property(nodes, value, (steps, at) => {
        const x = rising(steps);
        const loss = (p: number) => {
          const over = at - x.quantile(p);
          return 2 * over * (p - (over < 0 ? 1 : 0));
        };
        const integral = midpoints(loss, 0, 1, 4000);
        expect(Math.abs(x.crps(at) - integral)).toBeLessThan(2e-3 * Math.max(1, integral));
      }),
      { numRuns: 40 },
    );
  });
});

test("samples follow the distribution, repeat with the seed and differ by stream", () => {
  const x = numberOf({ curves: [(z) => 3 + 2 * z] });
  const n = 20_000;
  const drawn = x.sample(n, 7);
  const mean = drawn.reduce((sum, value) => sum + value / n, 0);
  const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2 / n, 0);
  expect(Math.abs(mean - 3)).toBeLessThan((4 * 2) / Math.sqrt(n));
  expect(Math.abs(variance - 4)).toBeLessThan(4 * 4 * Math.sqrt(2 / n));
  expect(x.sample(5, 7)).toEqual(drawn.slice(0, 5));
  expect(x.sample(5, 8)).not.toEqual(drawn.slice(0, 5));
  expect(x.sample(5, 7, ["other"])).not.toEqual(drawn.slice(0, 5));
});

test("a summary as JSON has the moments, quantiles and modes", () => {
  const x = numberOf({ curves: [(z) => 3 + 2 * z] });
  const json = JSON.parse(JSON.stringify(x));
  expect(json).toMatchObject({ kind: "number", name: "x", median: 3, pointMasses: [] });
  expect(json.quantiles["0.975"]).toBeCloseTo(3 + 2 * 1.959963984540054, 9);
});
