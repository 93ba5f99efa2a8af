/** @file Plain Parquet is read by DuckDB as what was written. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBTimestampValue,
  type DuckDBType,
  FLOAT,
  INTEGER,
  TIME,
  TIMESTAMP,
  UBIGINT,
  UINTEGER,
  VARCHAR,
} from "@duckdb/node-api";
import { afterAll, expect, test } from "vitest";
import { literal, rowsOf, withDuckDB } from "./duckdb.ts";
import { type CellArray, writePlainParquet } from "./plain-parquet.ts";

const folder = mkdtempSync(join(tmpdir(), "plain-parquet-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Of each type cells with missing ones, and without. */
const CELLS: readonly (readonly [DuckDBType, CellArray])[] = [
  [BOOLEAN, [true, null, false, true, true, false, null, true, true, null, true]],
  [BOOLEAN, Array.from({ length: 11 }, (_, i) => i % 3 === 0)],
  [INTEGER, Float64Array.from({ length: 11 }, (_, i) => (i === 4 ? Number.NaN : 2 ** 31 - 1 - i))],
  [INTEGER, Float64Array.from({ length: 11 }, (_, i) => -i - 1)],
  [UINTEGER, Float64Array.from({ length: 11 }, (_, i) => 2 ** 32 - 1 - i)],
  [BIGINT, Array.from({ length: 11 }, (_, i) => (i === 10 ? null : 2n ** 63n - 1n - BigInt(i)))],
  [UBIGINT, Array.from({ length: 11 }, (_, i) => 2n ** 64n - 1n - BigInt(i))],
  [FLOAT, Float64Array.from({ length: 11 }, (_, i) => Math.fround(i / 7))],
  [DOUBLE, Float64Array.from({ length: 11 }, (_, i) => (i === 3 ? Number.NaN : i / 7))],
  [DOUBLE, Array.from({ length: 11 }, (_, i) => (i === 3 ? null : i / 7))],
  [VARCHAR, ["", null, "a", "Größe", "星", "x".repeat(70_000), "'", '"', "\n", "b", null]],
  [
    TIMESTAMP,
    Array.from({ length: 11 }, (_, i) => (i === 0 ? null : new DuckDBTimestampValue(-1n - BigInt(i)))),
  ],
];

async function readBack(path: string): Promise<unknown[][]> {
  return withDuckDB(async (connection) => {
    const found = await connection.runAndReadAll(`SELECT * FROM read_parquet(${literal(path)})`);
    return found.getColumns() as unknown[][];
  });
}

test("cells of every type come back, missing ones as NULL and NaN as NaN", async () => {
  const path = join(folder, "all.parquet");
  await writePlainParquet(
    path,
    CELLS.map(([type, cells], i) => ({ name: `c${i}`, type, cells })),
  );
  const found = await readBack(path);
  for (const [i, [type, cells]] of CELLS.entries()) {
    const isWhole = type === INTEGER;
    const wanted = Array.from(cells as ArrayLike<unknown>, (cell) =>
      isWhole && Number.isNaN(cell) ? null : cell,
    );
    expect(found[i], `${type}, ${i}`).toEqual(wanted);
  }
  const types = await withDuckDB((connection) =>
    rowsOf(connection, `SELECT column_type FROM (DESCRIBE FROM read_parquet(${literal(path)}))`),
  );
  expect(types.flat()).toEqual(CELLS.map(([type]) => String(type)));
});

test("a table of no rows keeps its columns, one of many rows and columns all of them", async () => {
  const [none, many] = ["none.parquet", "many.parquet"].map((name) => join(folder, name));
  await writePlainParquet(none, [{ name: "a", type: VARCHAR, cells: [] }]);
  expect(await readBack(none)).toEqual([]);
  const described = `SELECT column_name, column_type FROM (DESCRIBE FROM read_parquet(${literal(none)}))`;
  expect(await withDuckDB((connection) => rowsOf(connection, described))).toEqual([["a", "VARCHAR"]]);
  const columns = Array.from({ length: 300 }, (_, i) => ({
    name: `c${i}`,
    type: DOUBLE,
    cells: Float64Array.from({ length: 5000 }, (_, row) => row * i),
  }));
  await writePlainParquet(many, columns);
  const found = await readBack(many);
  expect(found).toHaveLength(300);
  expect(found[299][4999]).toBe(4999 * 299);
});

test("a type without a place is a fault", async () => {
  const write = writePlainParquet(join(folder, "t"), [{ name: "t", type: TIME, cells: [] }]);
  await expect(write).rejects.toThrow("TIME has no place in plain Parquet");
});
