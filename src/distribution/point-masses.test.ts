import { describe, expect, test } from "vitest";
import { normalCdf, normalPdf } from "../numeric/normal-cdf.ts";
import { column, midpoints, numberOf } from "./distribution-fixture.ts";

describe("a normal around 1 with point masses at 0 (0.3) and 2 (0.1)", () => {
  const rows = {
    encoding: { pointMasses: [0, 2] },
    curves: [(z: number) => 1 + z],
    classes: [0.6, 0.3, 0.1],
  };
  const x = numberOf(rows);
  const truth = (t: number) => 0.6 * normalCdf(t - 1) + (t >= 0 ? 0.3 : 0) + (t >= 2 ? 0.1 : 0);

  test("has a distribution function that jumps there", () => {
    for (const t of [-1, -1e-12, 0, 0.5, 1.999, 2, 3]) expect(x.cdf(t)).toBeCloseTo(truth(t), 12);
  });

  test("has quantiles that stay on a point mass for as long as its mass lasts", () => {
    const before = 0.6 * normalCdf(-1);
    expect(x.quantile(before + 1e-9)).toBe(0);
    expect(x.quantile(before + 0.3 - 1e-9)).toBe(0);
    expect(x.quantile(before + 0.3 + 1e-6)).toBeGreaterThan(0);
    for (const p of [0.01, 0.05, 0.5, 0.65, 0.9, 0.99]) {
      const t = x.quantile(p);
      if (t === 0 || t === 2) continue;
      expect(truth(t)).toBeCloseTo(p, 10);
    }
    expect(x.cdf(2) - 0.05).toBeGreaterThan(truth(1.9999));
    expect(x.quantile(x.cdf(2) - 0.05)).toBe(2);
  });

  test("has mass at the point masses and density elsewhere", () => {
    expect(x.probability(0)).toBe(0.3);
    expect(x.probability(1)).toBe(0);
    expect(x.pdf(0)).toBeCloseTo(0.6 * normalPdf(-1), 12);
    expect(x.logLikelihood(0)).toBeCloseTo(Math.log(0.3), 12);
    expect(x.logLikelihood(1)).toBeCloseTo(Math.log(0.6 * normalPdf(0)), 12);
  });

  test("has the mixture's mean, standard deviation and entropy", () => {
    const mean = 0.6 + 0.2;
    expect(x.mean()).toBeCloseTo(mean, 7);
    expect(x.std()).toBeCloseTo(Math.sqrt(0.6 * 2 + 0.1 * 4 - mean ** 2), 6);
    const choice = -[0.6, 0.3, 0.1].reduce((sum, w) => sum + w * Math.log(w), 0);
    expect(x.entropy()).toBeCloseTo(choice + 0.6 * 0.5 * Math.log(2 * Math.PI * Math.E), 6);
  });

  test("has a MAD that holds half of the mass, point masses included", () => {
    const median = x.median();
    const distance = x.mad() / 1.482602218505602;
    const held = (d: number) => truth(median + d) - truth(median - d - 1e-12);
    expect(held(distance)).toBeGreaterThanOrEqual(0.5 - 1e-9);
    expect(held(distance - 1e-6)).toBeLessThan(0.5);
  });

  test.each([-1.3, 0, 0.4, 2, 12])("has the CRPS of a brute-force integral at %d", (value) => {
    const squares = (t: number) => (truth(t) - (t >= value ? 1 : 0)) ** 2;
    expect(x.crps(value)).toBeCloseTo(midpoints(squares, -8, 14, 220_000), 4);
  });

  test("counts the heavy point masses as modes and takes them first into the highest density", () => {
    expect(x.modes()).toHaveLength(3);
    expect(x.modes()[0]).toBe(0);
    expect(Math.abs(x.modes()[1] - 1)).toBeLessThan(0.02);
    expect(x.modes()[2]).toBe(2);
    expect(x.highestDensity(0.25)).toEqual([[0, 0]]);
    expect(x.highestDensity(0.39)).toEqual([
      [0, 0],
      [2, 2],
    ]);
    const narrow = x.highestDensity(0.5);
    expect(narrow).toHaveLength(3);
    expect(narrow[1][0]).toBeCloseTo(0.79, 1);
    expect(x.highestDensity(0.97)).toHaveLength(1);
  });

  test("gives samples that are a point mass as often as they should", () => {
    const drawn = x.sample(10_000, 3);
    const share = drawn.filter((value) => value === 0).length / drawn.length;
    expect(Math.abs(share - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / drawn.length));
  });

  test("recognises a point mass held as float32", () => {
    const tenth = numberOf({ ...rows, encoding: { pointMasses: [0.1, 2] } });
    expect(tenth.probability(Math.fround(0.1))).toBe(0.3);
  });
});

test("a distribution that is all point masses is a table of probabilities", () => {
  const x = numberOf({ encoding: { pointMasses: [1, 5] }, curves: [(z) => z], classes: [0, 0.25, 0.75] });
  expect([x.quantile(0), x.quantile(0.25), x.quantile(0.26), x.quantile(1)]).toEqual([1, 1, 5, 5]);
  expect(x.mean()).toBeCloseTo(4, 12);
  expect(x.std()).toBeCloseTo(Math.sqrt(3), 12);
  expect(x.entropy()).toBeCloseTo(-0.25 * Math.log(0.25) - 0.75 * Math.log(0.75), 12);
  expect(x.crps(3)).toBeCloseTo(2 * 0.25 ** 2 + 2 * 0.75 ** 2, 12);
  expect(x.modes()).toEqual([1, 5]);
  expect(x.highestDensity(0.9)).toEqual([
    [1, 1],
    [5, 5],
  ]);
  expect(x.pdf(2)).toBe(0);
});

test("a point mass that a float32 table holds next to its decimal is the same point mass", () => {
  const cap = 5.00001;
  const held = Math.fround(cap); // 5.000010013580322
  expect(held).not.toBe(cap);
  const x = numberOf({
    encoding: { pointMasses: [cap] },
    curves: [(z: number) => 2 + z],
    classes: [0.8, 0.2],
  });
  expect(x.probability(held)).toBe(x.probability(cap));
  expect(x.cdf(held)).toBe(x.cdf(cap));
  const many = column({
    encoding: { pointMasses: [cap] },
    curves: [(z: number) => 2 + z],
    classes: [0.8, 0.2],
  }).repeated(500);
  const pits = many.pits(new Float64Array(500).fill(held), 1);
  // Uniform over the jump, not all at its top.
  expect(Math.min(...pits)).toBeLessThan(x.cdf(cap) - 0.19);
});
