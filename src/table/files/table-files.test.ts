import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "../../base/errors.ts";
import type { Column, Table } from "../table.ts";
import { readTable, type TableFiles, withTableFiles } from "./read.ts";

const folder = mkdtempSync(join(tmpdir(), "files-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS = 30_000;

/** A file of rows; `late` stands in the column "late" of a row far down, where others have a number. */
function written(name: string, late: string): string {
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const cell = row === 25_000 ? late : row % 7;
    return [row / 3, row % 5, 2_459_000 + row / 7000, row % 2 === 0 ? "red" : "blue", cell].join(",");
  });
  const path = join(folder, name);
  writeFileSync(path, ["x,x_err,julian,colour,late", ...lines, ""].join("\n"));
  return path;
}

const json = join(folder, "truth.jsonl");
writeFileSync(
  json,
  Array.from({ length: ROWS }, (_, row) => `{"a": ${row / 3}, "b": ${row % 2 === 0}}\n`).join(""),
);

const cases: [string, TableFiles][] = [
  ["errors, words and a column that needs float64", { files: written("plain.csv", "3"), units: { x: "m" } }],
  // The first attempts end there, when thousands of rows have been seen.
  ["a missing cell in odd writing far down", { files: written("care.csv", " n/A ") }],
  ["two files", { files: [written("one.csv", "1"), written("two.csv", " n/A ")] }],
  ["JSON with booleans", { files: json }],
  [
    "chosen columns in float32",
    { files: written("float32.csv", "2"), columns: ["julian"], precision: "float32" },
  ],
];

describe.each(cases)("files with %s", (_, files) => {
  test("give the table in memory as sample, when it is short, and in blocks", async () => {
    const whole = await withTableFiles(files, (opened) => opened.inMemory());
    await withTableFiles(files, async (opened) => {
      const { rows, sample, blocks } = await opened.inBlocks();
      expect([rows, sample.rows]).toEqual([whole.rows, whole.rows]);
      expect({ ...sample, columns: [] }).toEqual({ ...whole, columns: [] });
      expect(sample.columns.map(bits)).toEqual(whole.columns.map(bits));
      let firstRow = 0;
      for await (const block of blocks) {
        const end = firstRow + block.rows;
        expect(cells(block).map(hashed)).toEqual(
          cells(whole).map((each) => hashed(each.subarray(firstRow, end))),
        );
        firstRow = end;
      }
      expect(firstRow).toBe(whole.rows);
    });
  });
});

test("units are those named, and the table is the one that readTable gives", async () => {
  const [, files] = cases[0];
  const { columns } = await withTableFiles(files, (opened) => opened.inMemory());
  expect(columns[0].unit).toBe("m");
  expect(columns.map(({ values }) => hashed(values))).toEqual(
    (await readTable(files.files)).columns.map(({ values }) => hashed(values)),
  );
});

test("an abort ends the first pass with its reason", async () => {
  const stop = new AbortController();
  stop.abort(new Error("enough"));
  const pass = withTableFiles({ files: json }, (opened) => opened.inBlocks(stop.signal));
  await expect(pass).rejects.toThrow("enough");
});

test("files without rows are refused", async () => {
  const path = join(folder, "empty.csv");
  writeFileSync(path, "a,b\n");
  const pass = withTableFiles({ files: path }, (opened) => opened.inBlocks());
  await expect(pass).rejects.toThrow(InputError);
  await expect(pass).rejects.toThrow(/has column names but no rows/);
});

/** Comparing the bytes of a long array is faster than its elements. */
function hashed(cells: Column["values"]): string {
  const bytes = new Uint8Array(cells.buffer, cells.byteOffset, cells.byteLength);
  return `${cells.constructor.name} of ${cells.length}: ${createHash("sha256").update(bytes).digest("hex")}`;
}

function bits({ values, errors, ...column }: Column) {
  return { ...column, values: hashed(values), errors: errors && hashed(errors) };
}

function cells({ columns }: Table) {
  return columns.flatMap(({ values, errors }) => (errors ? [values, errors] : [values]));
}
