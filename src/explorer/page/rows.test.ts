/** @file The sampled rows in the page: histograms, and the rows nearest to a question. */
import { describe, expect, test } from "vitest";
import { type ModelColumn, plainEncoding } from "../../columns/encoding.ts";
import { ascending, histogram, nearest, rowsOf, shares } from "./rows.ts";

const plain = plainEncoding({ center: 0, scale: 2 });
const columns: readonly ModelColumn[] = [
  { name: "x", output: true, encoding: plain },
  { name: "angle", output: true, encoding: { ...plain, kind: "circular", period: 360, scale: 90 } },
  { name: "kind", output: true, encoding: { ...plain, kind: "category", categories: ["a", "b"] } },
];
const rows = rowsOf({
  source: "the test",
  rows: 100,
  numbers: [3, 14, 15, 92],
  columns: [
    { name: "x", values: [0, 1, 4, null] },
    { name: "angle", values: [350, 20, 180, 5] },
    { name: "kind", values: [0, 1, 0, 1] },
  ],
});
const numbersOf = (given: Parameters<typeof nearest>[2]) =>
  nearest(rows, columns, given, 4).map(({ number }) => number);

describe("rows", () => {
  test("nearest to a value come first, those that lack it not at all", () => {
    expect(numbersOf({ x: 3.5 })).toEqual([15, 14, 3]);
    expect(nearest(rows, columns, { x: 3 }, 1)[0].distance).toBeCloseTo(0.5);
  });

  test("are all as near within an interval", () => {
    const distances = nearest(rows, columns, { x: { lower: 0, upper: 1 } }, 4).map(
      ({ distance }) => distance,
    );
    expect(distances).toEqual([0, 0, 1.5]);
  });

  test("on a circle are near over the origin, and names are the same or not", () => {
    expect(numbersOf({ angle: 358 })).toEqual([92, 3, 14, 15]);
    expect(numbersOf({ kind: "b" }).slice(0, 2)).toEqual([14, 92]);
    expect(numbersOf({})).toEqual([]);
  });

  test("have histograms whose area is their share within the axis", () => {
    const bars = histogram(ascending(rows.values.x), { low: 0, high: 2, isLog: false }, false);
    expect(bars.reduce((sum, each) => sum + each, 0) / bars.length).toBeCloseTo(2 / 3);
    expect([...shares(ascending(rows.values.kind), 2)]).toEqual([0.5, 0.5]);
  });
});
