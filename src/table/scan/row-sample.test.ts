import { describe, expect, test } from "vitest";
import type { Table } from "../table.ts";
import { measuredRows, RowSample, sampleSize } from "./row-sample.ts";

/** Cells that tell their row, and errors that tell it too. */
function numbered(rows: number): Table {
  const values = Float64Array.from({ length: rows }, (_, row) => row);
  const names = Float32Array.from(values);
  const columns = [
    { name: "a", values, errors: values.map((row) => row / 2) },
    { name: "b", values: names, kind: "category" as const, categories: ["x"] },
  ];
  return { source: "numbered", rows, columns };
}

describe("a sample of rows", () => {
  test("is the whole table, where that is short", () => {
    const table = numbered(100);
    expect(measuredRows(table, 100)).toBe(table);
  });

  test("has each row at most once, with its own cells in all columns, in the same kinds of arrays", () => {
    const sample = measuredRows(numbered(5000), 300);
    const [a, b] = sample.columns;
    expect([sample.rows, a.values.length, new Set(a.values).size]).toEqual([300, 300, 300]);
    expect(b.values).toEqual(Float32Array.from(a.values));
    expect(a.errors).toEqual(a.values.map((row) => row / 2));
    expect(b.categories).toEqual(["x"]);
  });

  test.each([1, 7, 300, 4999])("is the same when the rows come in blocks of %d", (block) => {
    const table = numbered(5000);
    const whole = measuredRows(table, 300);
    const sample = new RowSample(300, ["float64"]);
    const { values } = table.columns[0];
    for (let from = 0; from < 5000; from += block) sample.add([values.subarray(from, from + block)]);
    expect(sample.rows).toBe(5000);
    expect(sample.cells()[0]).toEqual(whole.columns[0].values);
  });

  test("takes rows from everywhere alike", () => {
    // Of 200,000 rows 10,000: each twentieth of the table has 500 of them, give or take 4.5 standard deviations.
    const { values } = measuredRows(numbered(200_000), 10_000).columns[0];
    const counts = new Array<number>(20).fill(0);
    for (const row of values) counts[Math.floor(row / 10_000)]++;
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(4.5 * Math.sqrt(500 * 0.95));
  });

  test("is smaller of wide tables", () => {
    expect([2, 20, 40, 1000].map(sampleSize)).toEqual([1_000_000, 1_000_000, 500_000, 250_000]);
  });
});
