import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readTable } from "./read.ts";
import { openTableWriter } from "./write.ts";

const folder = mkdtempSync(join(tmpdir(), "waiting-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Two parts of three columns, and some rows more. */
const rows = 710_001;
const third = (row: number) => row / 3;
/** Whole days, but for the time of day of one of the first rows. */
const day = (row: number) => (row === 5 ? 19_000.5 : 19_000 + (row % 400));

async function append(path: string, piece: number) {
  const writer = await openTableWriter(path, ["third", { name: "day", kind: "date" }, "single"]);
  for (let from = 0; from < rows; from += piece) {
    const length = Math.min(piece, rows - from);
    const cells = (cell: (row: number) => number) => Float64Array.from({ length }, (_, i) => cell(from + i));
    const single = Float32Array.from({ length }, (_, i) => from + i);
    await writer.append({ third: cells(third), day: cells(day), single });
  }
  return writer;
}

describe("more rows than are kept in memory", () => {
  test.each([
    ["parquet", 2595],
    ["parquet", rows],
    ["csv", 100_000],
  ])("are all written, in order and exactly, to .%s in pieces of %i", async (ending, piece) => {
    const own = mkdtempSync(join(folder, "own-"));
    const path = join(own, `t.${ending}`);
    const writer = await append(path, piece);
    const [waiting] = readdirSync(own);
    expect(waiting).toMatch(/^\.t\..*\.waiting$/);
    expect(readdirSync(join(own, waiting)).length).toBeGreaterThanOrEqual(2);
    await writer.close();
    expect(readdirSync(own)).toEqual([`t.${ending}`]);
    const table = await readTable(path, { precision: "float64" });
    expect(table.rows).toBe(rows);
    expect(table.columns.map(({ kind }) => kind)).toEqual([undefined, "date", undefined]);
    const expected = [third, day, (row: number) => row];
    const wrong = table.columns.map(({ values }, i) =>
      values.findIndex((cell, row) => cell !== expected[i](row)),
    );
    expect(wrong).toEqual([-1, -1, -1]);
    if (ending === "csv")
      expect(readFileSync(path, "utf8").slice(0, 60)).toMatch(
        /^third,day,single\n0.0,2022-01-08 00:00:00,0.0\n/,
      );
  });

  test("are gone when the writer gives up", async () => {
    const own = mkdtempSync(join(folder, "own-"));
    const writer = await append(join(own, "t.parquet"), 500_000);
    expect(readdirSync(own)).toHaveLength(1);
    await writer.abort();
    expect(readdirSync(own)).toEqual([]);
  });
});
