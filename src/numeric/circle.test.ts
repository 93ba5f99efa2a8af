import { describe, expect, test } from "vitest";
import {
  type CircularMeasure,
  circularCrps,
  circularMedian,
  circularMoments,
  measureOfSamples,
  medianDistanceFrom,
  shortestWay,
  wrapped,
  wrappedCells,
} from "./circle.ts";
import { generator } from "./generator.ts";

const random = generator(5, "circle");
const P = 360;
const samples = Array.from({ length: 41 }, () => 355 + 30 * random.normal());

test("values are brought into one turn, ways go along the shorter arc", () => {
  expect([-10, 0, 359, 360, 725].map((value) => wrapped(value, P))).toEqual([350, 0, 359, 0, 5]);
  expect(wrapped(-1e-20, P)).toBe(0);
  expect(wrapped(Number.NaN, P)).toBeNaN();
  expect(shortestWay(350, 10, P)).toBe(20);
  expect(shortestWay(10, 350, P)).toBe(-20);
});

test("the mean direction and the circular standard deviation are those of the formulas", () => {
  const turn = (2 * Math.PI) / P;
  const mean = (of: (angle: number) => number) =>
    samples.reduce((sum, each) => sum + of(turn * each), 0) / samples.length;
  const [c, s] = [mean(Math.cos), mean(Math.sin)];
  const found = circularMoments(measureOfSamples(samples, P));
  expect(found.mean).toBeCloseTo(wrapped(Math.atan2(s, c) / turn, P), 9);
  expect(found.std).toBeCloseTo(Math.sqrt(-2 * Math.log(Math.hypot(c, s))) / turn, 9);
});

test("the median has the least mean distance of all samples", () => {
  const distance = (index: number) => samples.reduce((sum, x) => sum + Math.abs(shortestWay(index, x, P)), 0);
  const best = Math.min(...samples.map(distance));
  const found = circularMedian(measureOfSamples(samples, P));
  expect(distance(found)).toBeCloseTo(best, 6);
  expect(medianDistanceFrom([350, 10, 30], 0, P)).toBe(10);
});

describe("the score", () => {
  const slow = (x: number) => {
    const d = (a: number, b: number) => Math.abs(shortestWay(a, b, P));
    const own = samples.reduce((sum, a) => sum + d(a, x), 0) / samples.length;
    const pairs = samples.reduce((sum, a) => sum + samples.reduce((inner, b) => inner + d(a, b), 0), 0);
    return own - pairs / samples.length ** 2 / 2;
  };

  test.each([0, 10, 100, 179.5, 200, 355])(
    "is the mean distance less half of that between two, at %s",
    (x) => {
      expect(circularCrps(measureOfSamples(samples, P), x)).toBeCloseTo(slow(x), 8);
    },
  );

  test("of even cells is that of many samples in them", () => {
    const cells = { edges: Float64Array.of(0, 20, 340, 360), masses: Float64Array.of(0.5, 0, 0.5) };
    const measure: CircularMeasure = {
      period: P,
      ...cells,
      points: new Float64Array(0),
      pointMasses: new Float64Array(0),
    };
    const fine = Array.from({ length: 4000 }, (_, i) => -20 + (40 * (i + 0.5)) / 4000);
    for (const x of [0, 15, 90, 350]) {
      expect(circularCrps(measure, x)).toBeCloseTo(circularCrps(measureOfSamples(fine, P), x), 3);
    }
    expect(Math.abs(shortestWay(0, circularMedian(measure), P))).toBeLessThan(1e-9);
    expect(circularMoments(measure).std).toBeCloseTo(circularMoments(measureOfSamples(fine, P)).std, 3);
  });
});

test("cells of a line are laid around the circle, however often they go around", () => {
  const { edges, masses } = wrappedCells(Float64Array.of(-90, 90, 630), Float64Array.of(0.4, 0.6), P);
  const inside = (a: number, b: number) =>
    masses.reduce((sum, mass, k) => (edges[k] >= a && edges[k + 1] <= b ? sum + mass : sum), 0);
  expect(masses.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(1, 12);
  // 0.6 over one and a half turns from 90 on: 0.4 evenly, 0.2 more from 90 to 270.
  expect(inside(0, 90)).toBeCloseTo(0.2 + 0.1, 12);
  expect(inside(90, 270)).toBeCloseTo(0.2 + 0.2, 12);
  expect(inside(270, 360)).toBeCloseTo(0.2 + 0.1, 12);
});
