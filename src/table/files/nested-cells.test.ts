/** @file Objects and lists in cells, of JSON and Parquet alike: what becomes columns, what is left out, what is passed on. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/cli.ts";
import type { ReadingReport } from "../file-report.ts";
import { readTable } from "./read.ts";

const folder = temporaryFolder("nested");
const json = join(folder, "nested.jsonl");
const parquet = join(folder, "nested.parquet");

const ROWS = [
  { a: 1.5, pos: { ra: 1, place: { name: "north", height: 7 } }, tags: ["u", "v"], v: [1, 2.5], w: [1] },
  { a: 2.5, pos: { ra: 3, place: { name: "south", height: 8 } }, tags: ["u"], v: [3, 4.5], w: [1, 2] },
  { a: 3.5, pos: null, tags: [], v: null, w: [] },
  { a: 4.5, pos: { ra: 5, place: null }, tags: null, v: [5, null], w: null },
];
writeFileSync(json, ROWS.map((row) => `${JSON.stringify(row)}\n`).join(""));
const connection = await (await DuckDBInstance.create()).connect();
await connection.run(`COPY (SELECT * FROM read_json('${json}')) TO '${parquet}' (FORMAT parquet)`);

const NaNs = (cells: readonly (number | null)[]) => cells.map((cell) => cell ?? Number.NaN);

describe.each([
  ["JSON", json],
  ["Parquet", parquet],
])("in %s", (_, path) => {
  test("fields of objects, however deep, and lists of one length become columns", async () => {
    const { columns } = await readTable(path, { precision: "float64" });
    expect(columns.map(({ name }) => name)).toEqual([
      ...["a", "pos.ra", "pos.place.name", "pos.place.height", "v0", "v1"],
    ]);
    const cells = Object.fromEntries(columns.map(({ name, values }) => [name, [...values]]));
    expect(cells["pos.ra"]).toEqual(NaNs([1, 3, null, 5]));
    expect(cells["pos.place.height"]).toEqual(NaNs([7, 8, null, null]));
    expect(cells.v0).toEqual(NaNs([1, 3, null, 5]));
    expect(cells.v1).toEqual(NaNs([2.5, 4.5, null, null]));
    const { categories = [], values } = columns[2];
    expect(Array.from(values, (value) => categories[value])).toEqual([
      "north",
      "south",
      undefined,
      undefined,
    ]);
  });

  test("other lists are left out, and all that is told", async () => {
    let report: ReadingReport | undefined;
    await readTable(path, { onReport: (told) => (report = told) });
    const [{ leftOut = [], remarks = [] } = {}] = report?.files ?? [];
    expect(leftOut.map(({ name, why }) => `${name}: ${why}`)).toEqual([
      "tags: its cells are lists of texts",
      "w: its cells are arrays of different lengths (0 to 2 numbers)",
    ]);
    expect(remarks).toEqual([
      '"pos" is taken apart into "pos.ra", "pos.place.name", "pos.place.height"',
      '"v" is taken apart into "v0", "v1"',
    ]);
  });

  test("one that is left out is refused where it is named", async () => {
    await expect(readTable(path, { columns: ["a", "tags"] })).rejects.toThrow(
      /Column "tags" of .* holds lists of texts .*write its elements as columns of their own/,
    );
  });
});

test("two columns that would be called alike are refused", async () => {
  const path = join(folder, "twins.jsonl");
  writeFileSync(path, '{"p": {"x": 1}, "p.x": 2}\n');
  await expect(readTable(path)).rejects.toThrow(/has a column "p.x" and another one/);
});

test("a list of 1,000 numbers is columns, a longer one is none", async () => {
  for (const [length, count] of [
    [1000, 1001],
    [1001, 1],
  ]) {
    const path = join(folder, `${length}.parquet`);
    await connection.run(
      `COPY (SELECT i AS a, list_transform(range(${length}), x -> x * i)::DOUBLE[${length}] AS v FROM range(3) t(i)) TO '${path}' (FORMAT parquet)`,
    );
    const { columns } = await readTable(path);
    expect(columns.length).toBe(count);
    expect([...(columns[999]?.values ?? [0, 998, 1996])]).toEqual([0, 998, 1996]);
  }
});

test("objects nested without end are left out, and a cell without a name is refused", async () => {
  const deep = `${'{"a":'.repeat(3000)}1${"}".repeat(3000)}`;
  const path = join(folder, "deep.jsonl");
  writeFileSync(path, `{"b": 1.5, "x": ${deep}}\n{"b": 2.5, "x": ${deep}}\n`);
  expect((await readTable(path)).columns.map(({ name }) => name)).toEqual(["b"]);
  writeFileSync(path, '{"b": 1.5, "x": {"": 1, "y": 2}}\n{"b": 2.5, "x": null}\n');
  expect((await readTable(path)).columns.map(({ name }) => name)).toEqual(["b"]);
  writeFileSync(path, '{"b": 1.5, "": 2}\n');
  await expect(readTable(path)).rejects.toThrow(/deep\.jsonl has a cell without a name/);
});
