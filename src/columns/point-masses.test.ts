import { describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { findPointMasses } from "./point-masses.ts";

const random = generator(7, "atoms");
const rows = 20_000;
const values = (make: (row: number) => number, count = rows) =>
  Float64Array.from({ length: count }, (_, row) => make(row)).sort();
const pointMasses = (make: (row: number) => number, count = rows) =>
  findPointMasses(values(make, count)).map(({ value }) => value);

/** Knuth's way: products of uniforms until below e^-mean. */
function poisson(mean: number): number {
  let product = random.uniform();
  let count = 0;
  for (; product > Math.exp(-mean); count++) product *= random.uniform();
  return count;
}

describe("point masses are found", () => {
  test("where a column is inflated with zeros", () => {
    expect(pointMasses((row) => (row % 10 < 3 ? 0 : Math.exp(random.normal())))).toEqual([0]);
    expect(pointMasses((row) => (row % 100 === 0 ? 0 : random.normal()))).toEqual([0]);
  });

  test("where a column is capped, rounded or not", () => {
    expect(pointMasses(() => Math.min(1.5, random.normal()))).toEqual([1.5]);
    expect(pointMasses(() => Math.min(150, Math.round(100 * random.normal())) / 100)).toEqual([1.5]);
    expect(pointMasses(() => Math.min(60, Math.floor(100 * random.uniform())))).toEqual([60]);
  });

  test("at both ends and side by side", () => {
    expect(pointMasses(() => Math.max(-1, Math.min(1, random.normal())))).toEqual([-1, 1]);
    expect(pointMasses((row) => [0, 1][row % 10] ?? 10 + random.normal())).toEqual([0, 1]);
  });

  test("in counts with too many zeros", () => {
    expect(pointMasses((row) => (row % 4 === 0 ? 0 : poisson(20)))).toEqual([0]);
  });

  test("with their numbers of rows", () => {
    expect(findPointMasses(values((row) => (row % 10 < 3 ? 0 : random.normal())))).toEqual([
      { value: 0, rows: 6000 },
    ]);
  });

  test("at most 32 of them, the most frequent", () => {
    // Values 0..39 in 200 + their number of rows each; everything else is there once.
    const heaps = Array.from({ length: 40 }, (_, k) =>
      Array.from({ length: 200 + k }, () => 1000 * k),
    ).flat();
    const spread = (row: number) => heaps[row] ?? 40_000 * random.uniform();
    expect(pointMasses(spread)).toEqual(Array.from({ length: 32 }, (_, k) => 1000 * (k + 8)));
  });
});

describe("no point masses are seen", () => {
  test("in continuous columns", () => {
    expect(pointMasses(() => random.normal())).toEqual([]);
    expect(pointMasses(() => random.normal() / random.normal())).toEqual([]);
  });

  test("in rounded ones, however coarse", () => {
    for (const steps of [1000, 100, 10, 4]) {
      expect(pointMasses(() => Math.round(steps * random.normal()) / steps)).toEqual([]);
    }
  });

  test("where round numbers are only more frequent than others", () => {
    // Every second value is rounded to 0.1, the others to 0.01: all of 0.1, 0.2, ... are there six times as often.
    const heaped = (row: number) => {
      const step = row % 2 === 0 ? 10 : 100;
      return Math.round(step * random.normal()) / step;
    };
    expect(pointMasses(heaped)).toEqual([]);
  });

  test("in counts", () => {
    expect(pointMasses(() => poisson(20))).toEqual([]);
    expect(pointMasses(() => Math.floor(-8 * Math.log(1 - random.uniform())))).toEqual([]);
  });

  test("in few rows", () => {
    expect(pointMasses((row) => (row < 10 ? 0 : random.normal()), 200)).toEqual([]);
    expect(pointMasses((row) => row, 15)).toEqual([]);
  });
});

describe("a column of few values is all point masses", () => {
  test("such as counts of few, or a design's settings", () => {
    const counts = pointMasses(() => poisson(2));
    expect(counts.slice(0, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(pointMasses((row) => [0.5, 0.7, 2][row % 3], 60)).toEqual([0.5, 0.7, 2]);
  });

  test("but not if each is there only a few times", () => {
    expect(pointMasses((row) => row % 10, 60)).toEqual([]);
  });
});
