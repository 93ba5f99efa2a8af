import { join } from "node:path";
import { DOUBLE } from "@duckdb/node-api";
import fc from "fast-check";
import h5wasm, { type Metadata } from "h5wasm/node";
import { describe, expect, test } from "vitest";
import { readTable } from "../read.ts";
import { writeTable } from "../write.ts";
import { sliceLength } from "./slice.ts";
import { file, folder, gone } from "./testing/hdf5-fixture.ts";

describe("a long table", () => {
  const rows = 105_000;
  const numbers = Float64Array.from({ length: rows }, (_, row) => row / 8);
  const texts = Array.from({ length: rows }, (_, row) => `kind ${row % 7}`);

  test("is read in slices that lose, repeat and shift nothing, whatever its chunks", async () => {
    for (const chunks of [undefined, 1000, 50_001, rows]) {
      const chunked = chunks === undefined ? {} : { chunks: [chunks], compression: 4 };
      const path = await file({
        x: { data: numbers, ...chunked },
        wide: { data: Float64Array.from({ length: 2 * rows }, (_, i) => i), shape: [rows, 2] },
        kind: texts,
      });
      const { columns } = await readTable(path, { precision: "float64" });
      const [kind, wide0, wide1, x] = columns.map(({ values }) => values);
      expect(x).toEqual(numbers);
      expect([wide0.at(0), wide0.at(-1), wide1.at(-1)]).toEqual([0, 2 * rows - 2, 2 * rows - 1]);
      expect(wide1.every((value, row) => value === 2 * row + 1)).toBe(true);
      expect(kind.every((value, row) => value === row % 7)).toBe(true);
    }
  });
});

test("a slice has as many rows as memory allows, and whole chunks", () => {
  const slice = (columns: number, rowBytes: number, chunkRows: number) => {
    const dataset = { path: "/x", shape: [1e6], type: {} as Metadata, rowBytes, chunkRows };
    const cell = { kind: "number", name: "float64", duckdb: DOUBLE, size: 8, read: () => 0 } as const;
    return sliceLength(
      Array.from({ length: columns }, (_, i) => ({ name: `x${i}`, dataset, cell, offset: 0 })),
    );
  };
  expect(slice(1, 8, 1)).toBe(65_536);
  expect(slice(1, 8, 1000)).toBe(65_000);
  expect(slice(1, 8, 100_000)).toBe(100_000); // unpacked once
  expect(slice(1, 8, 10_000_000)).toBe(4 * 65_536);
  expect(slice(400, 8, 1)).toBe(10_000);
  expect(slice(1, 2 ** 20, 1)).toBe(64); // a megabyte a row
  expect(slice(1, 2 ** 30, 1)).toBe(1);
});

test("the memory of texts is given back", async () => {
  const path = await file({ text: Array.from({ length: 100 }, (_, i) => `${i}`.padStart(100_000)) });
  const { HEAPU8: before } = await h5wasm.ready;
  for (let i = 0; i < 10; i++) await readTable(path); // 100 MB
  const { HEAPU8: after } = await h5wasm.ready;
  expect(after.length - before.length).toBeLessThan(50e6);
});

test("one column of very long rows is read a few rows at a time", async () => {
  const [rows, width] = [2000, 5000]; // 80 MB, more than is read at once
  const wide = Float64Array.from({ length: rows * width }, (_, i) => i);
  const path = await file({
    wide: { data: wide, shape: [rows, width], chunks: [100, width], compression: 1 },
  });
  const { columns } = await readTable(path, { columns: ["wide4999"], precision: "float64" });
  expect(columns[0].values.every((value, row) => value === row * width + 4999)).toBe(true);
});

test("any table reads the same from HDF5 as from Parquet", async () => {
  const number = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.constant(gone), fc.integer());
  const column = (rows: number) => fc.array(number, { minLength: rows, maxLength: rows });
  const tables = fc
    .integer({ min: 1, max: 20 })
    .chain((rows) =>
      fc.record({ x: column(rows), y: column(rows), chunk: fc.integer({ min: 1, max: rows }) }),
    );
  await fc.assert(
    fc.asyncProperty(tables, async ({ x, y, chunk }) => {
      // DuckDB's dictionaries in Parquet make 0 of -0.
      const [xs, ys] = [
        Float64Array.from(x).map((each) => each + 0),
        Float32Array.from(y.map((each) => (Math.abs(each) < 1e38 ? each : 0))).map((each) => each + 0),
      ];
      const hdf5 = await file({ x: { data: xs, chunks: [chunk], compression: 1 }, y: ys });
      const parquet = join(folder, "twin.parquet");
      await writeTable(
        {
          columns: [
            { name: "x", values: xs },
            { name: "y", values: ys },
          ],
        },
        parquet,
      );
      expect((await readTable(hdf5)).columns).toEqual((await readTable(parquet)).columns);
    }),
    { numRuns: 15 },
  );
});
