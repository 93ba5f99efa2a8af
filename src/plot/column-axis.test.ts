/** @file Where values lie on an axis: numbers, logarithms, names, few values. */
import { describe, expect, test } from "vitest";
import { axisOf, placesOf } from "./column-axis.ts";
import { logTicks } from "./log-axis.ts";

describe("levels", () => {
  test("are the names of a column, in their order", () => {
    const axis = axisOf({ name: "kind", kind: "category", categories: ["a", "b", "c"] }, [[2, 2, 0]]);
    expect(axis.levels).toEqual(["a", "b", "c"]);
    expect([...placesOf(axis, [2, 0, Number.NaN])]).toEqual([2, 0, Number.NaN]);
  });

  test("that are rare are taken together, and none is lost", () => {
    const categories = Array.from({ length: 30 }, (_, i) => `name${i}`);
    const values = categories.flatMap((_, i) => Array<number>(30 - i).fill(i));
    const axis = axisOf({ name: "kind", kind: "category", categories }, [values]);
    expect(axis.levels).toEqual([...categories.slice(0, 11), "19 others"]);
    const places = placesOf(axis, values);
    expect(places.filter((place) => place === 11)).toHaveLength(values.filter((value) => value >= 11).length);
  });

  test("are the values of a column with few, also where it is of whole numbers in the samples", () => {
    expect(axisOf({ name: "x", values: [4, 6, 8] }, [[4]]).levels).toEqual(["4", "6", "8"]);
    expect(axisOf({ name: "x", kind: "integer" }, [[3, 1, 1]]).levels).toEqual(["1", "3"]);
    const many = Array.from({ length: 40 }, (_, i) => i);
    expect(axisOf({ name: "x", kind: "integer" }, [many]).levels).toBeUndefined();
  });

  test("float32 values are the ones they stand for", () => {
    const axis = axisOf({ name: "x", values: [0.1, 0.2] }, [[0.1]]);
    expect(axis.place(Math.fround(0.2))).toBe(1);
    expect(axis.place(0.15)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("logarithms", () => {
  test("places are powers of ten, and what has none lies outside", () => {
    const axis = axisOf({ name: "x", log: true }, [[1, 10, 1000, 0, -3]]);
    expect([1, 1000].map(axis.place)).toEqual([0, 3]);
    expect(axis.place(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(axis.place(Number.NaN)).toBeNaN();
    expect(axis.range[0]).toBeCloseTo(-0.09, 6);
  });

  test("are refused where there is nothing above 0, and of names and dates", () => {
    expect(() => axisOf({ name: "x", log: true }, [[0, -1]])).toThrow('No value of "x" is above 0');
    expect(() => axisOf({ name: "x", log: true, range: [0, 3] }, [[1]])).toThrow("begins at 0");
    expect(() => axisOf({ name: "day", log: true, kind: "date" }, [[1]])).toThrow("have no logarithm");
    const names = { name: "kind", kind: "category", categories: ["a"] } as const;
    expect(() => axisOf({ ...names, log: true }, [[0]])).toThrow("no logarithm");
    expect(() => axisOf({ ...names, range: [0, 1] }, [[0]])).toThrow("no range");
  });

  test.each([
    [[0, 6], 4, ["1", "100", "10000", "1e6"]],
    [[0, 3], 6, ["1", "10", "100", "1000"]],
    [[3.3, 4.4], 6, ["2000", "3000", "5000", "10000", "20000"]],
    [[-2, -1], 3, ["0.01", "0.03", "0.1"]],
  ] as const)("ticks from %j, about %d", ([low, high], most, expected) => {
    const { ticks, tickFormat } = logTicks([low, high], most);
    expect((ticks as number[]).map(tickFormat as (place: number) => string)).toEqual(expected);
  });
});

test("a range that is asked for is taken as it is", () => {
  expect(axisOf({ name: "x", range: [2, 5] }, [[1, 9]]).range).toEqual([2, 5]);
  expect(axisOf({ name: "x", range: [10, 100], log: true }, [[1, 9]]).range).toEqual([1, 2]);
});
