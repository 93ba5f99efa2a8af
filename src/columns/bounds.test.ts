import { describe, expect, test } from "vitest";
import { InputError } from "../base/errors.ts";
import { generator } from "../numeric/generator.ts";
import type { Column } from "../table/table.ts";
import { findBounds, isBeyond } from "./bounds.ts";
import { fitEncoding } from "./kinds.ts";
import { findPointMasses } from "./point-masses.ts";

const random = generator(7, "bounds");
const exponential = () => -Math.log(1 - random.uniform());
const ascending = (make: () => number, rows: number) => Float64Array.from({ length: rows }, make).sort();
const found = (make: () => number, rows = 2000, isWhole = false) => {
  const sorted = ascending(make, rows);
  return findBounds(sorted, isWhole ? [] : findPointMasses(sorted), isWhole);
};
const poisson = (mean: number) => () => {
  let [count, product] = [0, random.uniform()];
  for (; product > Math.exp(-mean); count++) product *= random.uniform();
  return count;
};

describe("found", () => {
  test.each([
    ["exponential", exponential, [0, null]],
    ["half of a normal", () => Math.abs(random.normal()), [0, null]],
    ["lognormal: prices", () => Math.exp(3 + random.normal()), [0, null]],
    ["even shares", () => random.uniform(), [0, 1]],
    ["even percentages", () => 100 * random.uniform(), [0, 100]],
    ["cosines", () => Math.cos(Math.PI * random.uniform()), [-1, 1]],
    ["a cap", () => Math.min(2, random.normal() + 1), [null, 2]],
    ["a limit of detection", () => Math.max(0.3, random.normal()), [0.3, null]],
  ])("%s", (_, make, expected) => {
    expect(found(make)).toEqual(expected);
    expect(found(make, 300)).toEqual(expected);
  });

  test("counts", () => {
    expect(found(() => Math.floor(20 * exponential()), 2000, true)).toEqual([0, null]);
    expect(found(poisson(5), 2000, true)).toEqual([0, null]);
    expect(found(poisson(60), 2000, true)).toEqual([null, null]);
    // What is there at least once: minutes begun, rooms.
    expect(found(() => 1 + Math.floor(6 * exponential()), 200, true)).toEqual([1, null]);
    expect(found(() => 1 + Math.floor(6 * exponential()))).toEqual([0, null]);
  });

  test.each([
    ["a normal", () => random.normal()],
    ["one that merely has not come to 0 yet", () => 4 + random.normal()],
    ["years", () => 1990 + 30 * random.uniform()],
    ["a share that stays in the middle", () => 0.5 + 0.05 * random.normal()],
    ["one far from 0", () => 20 + exponential()],
  ])("nothing: %s", (_, make) => expect(found(make)).toEqual([null, null]));

  test("nothing of few values", () => expect(found(exponential, 60)).toEqual([null, null]));

  test("a wrong one is rare, and then hardly any value is beyond it", () => {
    for (const distance of [1.5, 2, 2.5, 3, 3.5]) {
      let [wrong, tables] = [0, 0];
      for (; tables < 200; tables++) wrong += Number(found(() => distance + random.normal(), 400)[0] === 0);
      expect([distance, wrong / tables <= 0.02]).toEqual([distance, true]);
    }
  });
});

describe("of a column", () => {
  const column = (values: Iterable<number>, more: Partial<Column> = {}): Column => ({
    name: "x",
    values: Float64Array.from(values),
    ...more,
  });
  const positive = column(Array.from({ length: 500 }, exponential));

  test("those that are found are told, and can be taken back", () => {
    const { encoding, notices } = fitEncoding(positive, "t");
    expect(encoding.bounds).toEqual([0, null]);
    expect(notices).toEqual([
      "x: bounded, 0 ..; no answer lies outside. Where values can, say so: `bounds` x=none.",
    ]);
    expect(fitEncoding(positive, "t", { bounds: "none" }).encoding.bounds).toBeUndefined();
    expect(fitEncoding(positive, "t", { findsBounds: false }).encoding.bounds).toBeUndefined();
  });

  test("what is said holds, and what the table contradicts is refused", () => {
    expect(fitEncoding(positive, "t", { bounds: [-1, 50] })).toMatchObject({
      encoding: { bounds: [-1, 50] },
      notices: [],
    });
    const days = column(
      Array.from({ length: 300 }, (_, k) => 19_000 + k),
      { kind: "date" },
    );
    expect(fitEncoding(days, "t", { bounds: ["2022-01-01", null] }).encoding.bounds).toEqual([18_993, null]);
    const refused = (given: Column, bounds: readonly [number | string | null, number | string | null]) => {
      try {
        fitEncoding(given, "a.csv", { bounds });
      } catch (error) {
        if (error instanceof InputError) return error.message;
      }
      return undefined;
    };
    expect(refused(column([1, 2, 3.5, 4]), [2, null])).toBe(
      'Column "x" of a.csv has the value 1 in row 1, beyond its bounds 2 ..: change `bounds`, or mend the table.',
    );
    expect(refused(positive, [3, 1])).toMatch(/the lower one, 3, is not below the upper one, 1/);
    expect(refused(positive, ["soon", null])).toMatch(/"soon" is none of its values/);
    const words = column([0, 1], { kind: "category", categories: ["a", "b"] });
    expect(refused(words, [0, null])).toBe('The bounds of column "x" can\'t be: categories have none.');
    const angle = column([10, 20, 300]);
    expect(() =>
      fitEncoding(angle, "t", { as: { kind: "circular", period: 360 }, bounds: [0, null] }),
    ).toThrow('The bounds of column "x" can\'t be: angles have none.');
  });

  test("of values with errors none is found, and they may lie beyond what is said of the true ones", () => {
    const errors = new Float64Array(500).fill(0.1);
    const measured = { ...positive, errors };
    expect(fitEncoding(measured, "t", { ofTrueValues: true }).encoding.bounds).toBeUndefined();
    const noisy = { ...measured, values: measured.values.map((value) => value - 0.2) };
    expect(fitEncoding(noisy, "t", { ofTrueValues: true, bounds: [0, null] }).encoding.bounds).toEqual([
      0,
      null,
    ]);
    expect(() => fitEncoding(noisy, "t", { bounds: [0, null] })).toThrow(/beyond its bounds/);
  });

  test("dates without a time are whole, few values are all there is", () => {
    const days = Array.from({ length: 300 }, (_, k) => 19_000 + k);
    expect(fitEncoding(column(days, { kind: "date" }), "t").encoding.whole).toBe(true);
    const moments = column([...days, 19_000.5], { kind: "date" });
    expect(fitEncoding(moments, "t").encoding.whole).toBeUndefined();
    const steps = column(Array.from({ length: 300 }, (_, k) => (k % 5) / 2));
    expect(fitEncoding(steps, "t").encoding).toMatchObject({
      onlyPointMasses: true,
      pointMasses: [0, 0.5, 1, 1.5, 2],
    });
  });

  test("a value of single precision is at its bound", () => {
    expect(isBeyond([null, 0.3], Math.fround(0.3))).toBeUndefined();
    expect(isBeyond([null, 0.3], 0.300001)).toBe(0.3);
    expect(isBeyond([0, 1], -1e-9)).toBe(0);
  });
});
