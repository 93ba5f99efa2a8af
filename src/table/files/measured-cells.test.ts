/** @file Measured values that stand in cells with their errors, through the real reader: which columns have them, and how it is said otherwise. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/cli.ts";
import { type ReadOptions, readTable } from "./read.ts";
import { tableBlocks } from "./table-blocks.ts";
import { openTableWriter } from "./write.ts";

const folder = temporaryFolder("measured-cells");
let files = 0;

function csv(cells: readonly string[], header = "x,y"): string {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, `${header}\n${cells.map((cell, i) => `"${cell}",${i}`).join("\n")}\n`);
  return path;
}

const NONE = Number.NaN;

async function measuredIn(source: string | string[], options: ReadOptions = {}) {
  const { columns } = await readTable(source, { precision: "float64", ...options });
  const [{ values, errors, upper, kind, read }] = columns;
  return {
    values: [...values],
    errors: errors && [...errors],
    upper: upper && [...upper],
    kind,
    remarks: read?.remarks,
    names: columns.map(({ name }) => name),
  };
}

describe("cells are a value and its error:", () => {
  test.each([
    ["8.55 ± 0.79", 8.55, 0.79],
    ["-8.55±.5", -8.55, 0.5],
    ["\u22123 ± 1", -3, 1],
    ["4.80+/-0.31", 4.8, 0.31],
    ["4.80 +/- 3e-2", 4.8, 0.03],
    ["5370+-80", 5370, 80],
    ["1.2e3 ± 1e1", 1200, 10],
    [String.raw`$1.2 \pm 0.3$`, 1.2, 0.3],
    ["1.14(9)", 1.14, 0.09],
    ["-1.2340(56)", -1.234, 0.0056],
  ])("%s", async (cell, value, error) => {
    const found = await measuredIn(csv(["2 ± 1", cell, "", "3"]));
    expect(found.names).toEqual(["x", "y"]);
    expect(found.values).toEqual([2, value, NONE, 3]);
    expect(found.errors?.[1]).toBeCloseTo(error, 12);
    expect([found.errors?.[0], found.errors?.[2], found.errors?.[3]]).toEqual([1, NONE, NONE]);
    expect(found.remarks?.[0]).toMatch(/cells such as ".*" are read as a value and its measurement error/);
  });

  test("with decimal commas, in JSON, and where only one of several files has them", async () => {
    const commas = join(folder, "commas.csv");
    writeFileSync(commas, "x;y\n0,02 ± 0,01;1\n1,5;3\n");
    expect(await measuredIn(commas)).toMatchObject({ values: [0.02, 1.5], errors: [0.01, NONE] });
    const json = join(folder, "some.jsonl");
    writeFileSync(json, '{"x":"2.5 ± 0.5","y":1}\n{"x":3,"y":2}\n');
    expect(await measuredIn(json)).toMatchObject({ values: [2.5, 3], errors: [0.5, NONE] });
    const files = [csv(["1", "2"]), csv(["3 ± 1", "4"])];
    expect(await measuredIn(files)).toMatchObject({ values: [1, 2, 3, 4], errors: [NONE, NONE, 1, NONE] });
  });

  test("and limits may stand among them", async () => {
    const cells = ["2.1 ± 0.5", "3.4 ± 0.2", "<0.5", "1.9 ± 0.1", "2.2 ± 0.1"];
    expect(await measuredIn(csv(cells))).toMatchObject({
      values: [2.1, 3.4, NONE, 1.9, 2.2],
      errors: [0.5, 0.2, NONE, 0.1, 0.1],
      upper: [NONE, NONE, 0.5, NONE, NONE],
    });
  });

  test("of a file whose column is known to hold numbers, however few", async () => {
    const cells = [...Array.from({ length: 30 }, (_, i) => `${i}`), "2 ± 1"];
    const found = await measuredIn(csv(cells), { kinds: { x: "number" } });
    expect([found.values.at(-1), found.errors?.at(-1)]).toEqual([2, 1]);
  });
});

describe("cells are no measured values", () => {
  test("where a user says that they are categories", async () => {
    const found = await measuredIn(csv(["2 ± 1", "3 ± 1", "2 ± 1"]), { kinds: { x: "category" } });
    expect([found.kind, found.errors]).toEqual(["category", undefined]);
  });

  test.each([
    [["12(3)", "14(5)", "12(3)"]],
    [["a ± b", "c ± d", "a ± b"]],
    [["+49 30 12", "+49 30 13", "+49 30 12"]],
  ])("%j", async (cells) => {
    expect(await measuredIn(csv(cells))).toMatchObject({ kind: "category" });
  });

  test("beside a column of errors, whose errors count", async () => {
    const path = join(folder, "beside.csv");
    writeFileSync(path, "x,x_err\n2 ± 1,0.5\n3 ± 1,0.25\n");
    expect(await measuredIn(path)).toMatchObject({ values: [2, 3], errors: [0.5, 0.25] });
  });

  test("whose errors are wanted, where none are", async () => {
    const found = await measuredIn(csv(["2 ± 1", "3 ± 1"]), { errorColumns: "none" });
    expect([found.values, found.errors]).toEqual([[2, 3], undefined]);
  });
});

test("what is passed on is the cell as it stands, and where it is empty its number", async () => {
  const blocks = await tableBlocks(csv(["8.55 ± 0.79", "", "1.50(2)"]), { keep: ["x"] });
  const path = join(folder, "kept.csv");
  try {
    const columns = [{ name: "x", kept: "x", fills: true }];
    const writer = await openTableWriter(path, columns, { kept: blocks.kept });
    await writer.append({ x: Float64Array.of(NONE, 4.5, NONE) });
    await writer.close();
  } finally {
    await blocks.close();
  }
  expect(readFileSync(path, "utf8")).toBe("x\n8.55 ± 0.79\n4.5\n1.50(2)\n");
});
