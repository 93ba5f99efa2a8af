import { describe, expect, test } from "vitest";
import { shortestWay } from "../numeric/circle.ts";
import { normalCdf, normalPdf } from "../numeric/normal-cdf.ts";
import { column, midpoints } from "./distribution-fixture.ts";

const P = 360;
/** A normal of the line, wrapped: its mean lies at 350 degrees, so that it goes over the origin. */
const [MEAN, SD] = [350, 30];
const encoding = { kind: "circular", center: 200, scale: 100, period: P } as const;
const wrappedNormal = (mean = MEAN, sd = SD, more: object = {}) =>
  column({ encoding: { ...encoding, ...more }, curves: [(z) => (mean + sd * z - 200) / 100] });
const row = (mean?: number, sd?: number) => {
  const first = wrappedNormal(mean, sd).at(0);
  if (first.kind !== "number") throw new Error("a category");
  return first;
};
const turns = [-3, -2, -1, 0, 1, 2, 3];
const density = (x: number, mean = MEAN, sd = SD) =>
  turns.reduce((sum, turn) => sum + normalPdf((x + P * turn - mean) / sd) / sd, 0);
const distance = (a: number, b: number) => Math.abs(shortestWay(a, b, P));

describe("a wrapped normal", () => {
  test.each([
    [350, 30],
    [350, 200],
    [-900, 30],
  ])("with mean %d and sd %d has the density of all its turns, and is periodic", (mean, sd) => {
    const of = row(mean, sd);
    const same = ((mean % P) + P) % P;
    for (const x of [0, 10, 100, 200, 300, 345, 359.999]) {
      expect(of.pdf(x)).toBeCloseTo(density(x, same, sd), 6);
      expect(of.pdf(x + P)).toBeCloseTo(of.pdf(x), 12);
    }
    expect(of.pdf(P - 1e-9)).toBeCloseTo(of.pdf(0), 9);
    expect(midpoints((x) => of.pdf(x), 0, P, 2000)).toBeCloseTo(1, 4);
  });

  test("counts its distribution function from the origin, and inverts it within the circle", () => {
    const of = row();
    expect(of.cdf(0)).toBe(0);
    for (const x of [1, 20, 100, 340, 359]) {
      const exact = turns.reduce(
        (sum, t) => sum + normalCdf((x + P * t - MEAN) / SD) - normalCdf((P * t - MEAN) / SD),
        0,
      );
      expect(of.cdf(x)).toBeCloseTo(exact, 6);
      expect(of.quantile(of.cdf(x))).toBeCloseTo(x, 5);
    }
    expect(of.cdf(P - 1e-9)).toBeCloseTo(1, 9);
    expect(of.quantile(1)).toBeLessThan(P);
    expect(() => of.quantile(1.1)).toThrow("A quantile needs a probability");
  });

  test("has the circular mean, median, spread and mode", () => {
    const of = row();
    expect(distance(of.mean(), MEAN)).toBeLessThan(0.01);
    expect(of.std()).toBeCloseTo(SD, 1); // -2 ln R of a wrapped normal is its variance
    expect(distance(of.median(), MEAN)).toBeLessThan(0.05);
    expect(of.mad()).toBeCloseTo(SD, 1);
    expect(of.modes()).toHaveLength(1);
    expect(distance(of.modes()[0], MEAN)).toBeLessThan(1);
    expect(of.entropy()).toBeCloseTo(Math.log(SD * Math.sqrt(2 * Math.PI * Math.E)), 2);
  });

  test("has arcs for intervals, which go over the origin", () => {
    const of = row();
    const [low, high] = of.interval(0.9);
    expect([low, high]).toEqual([
      expect.closeTo(MEAN - 1.6449 * SD, 0),
      expect.closeTo(MEAN + 1.6449 * SD - P, 0),
    ]);
    const [[from, to]] = of.highestDensity(0.68);
    expect(of.highestDensity(0.68)).toHaveLength(1);
    expect(from).toBeGreaterThan(to);
    expect(distance(from, MEAN - SD)).toBeLessThan(2);
  });

  test("draws within the circle, the same for the same seed", () => {
    const of = row();
    const drawn = of.sample(4000, 1);
    expect(drawn.every((value) => value >= 0 && value < P)).toBe(true);
    expect(of.sample(10, 1)).toEqual(drawn.slice(0, 10));
    const inside = drawn.filter((value) => distance(value, MEAN) < SD).length / drawn.length;
    expect(inside).toBeCloseTo(0.6827, 1);
  });

  test("scores along the circle", () => {
    const of = row();
    // Narrow against the circle, it is the line's: crps of a normal at its mean and far off.
    expect(of.crps(MEAN)).toBeCloseTo(SD * (2 * normalPdf(0) - 1 / Math.sqrt(Math.PI)), 1);
    expect(of.crps(10)).toBeCloseTo(of.crps(330), 1);
    expect(of.crps(170)).toBeGreaterThan(of.crps(260));
  });

  test("has uniform transforms and tails", () => {
    const many = wrappedNormal();
    const at = many.at(0);
    if (at.kind !== "number") throw new Error("a category");
    const drawn = at.sample(500, 3);
    const tails = drawn.map((value) => many.tail(0, value)).sort();
    const away = tails.map((tail, i) => Math.abs(tail - i / tails.length));
    expect(Math.max(...away)).toBeLessThan(0.07); // 1.6 / sqrt(500)
  });
});

test("point masses stand on the circle", () => {
  const of = column({
    encoding: { ...encoding, pointMasses: [0, 90] },
    curves: [(z) => (MEAN + SD * z - 200) / 100],
    classes: [0.5, 0.3, 0.2],
  }).at(0);
  if (of.kind !== "number") throw new Error("a category");
  expect([0, 360, 90, 91].map((x) => of.probability(x))).toEqual([0.3, 0.3, 0.2, 0]);
  expect(of.cdf(0)).toBeCloseTo(0.3, 12);
  expect(of.logLikelihood(90)).toBeCloseTo(Math.log(0.2), 12);
  expect(of.quantile(0.2)).toBe(0);
  expect(of.pdf(MEAN)).toBeCloseTo(0.5 * density(MEAN), 6);
  const drawn = of.sample(4000, 2);
  expect(drawn.filter((value) => value === 90).length / drawn.length).toBeCloseTo(0.2, 1);
  expect(distance(of.median(), 0)).toBeLessThan(1e-9);
});

test("measured with an error, a circular value is the wider for it", () => {
  const observed = wrappedNormal().observed(Float64Array.of(40));
  expect(observed.std(0)).toBeCloseTo(50, 0);
  expect(distance(observed.mean(0), MEAN)).toBeLessThan(0.1);
});
