/** @file Limits that stand in cells, through the real reader: which columns have them, in every format, and how it is said otherwise. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../test/cli.ts";
import { type ReadOptions, readTable } from "./read.ts";
import { tableBlocks } from "./table-blocks.ts";

const folder = temporaryFolder("limit-cells");
let files = 0;

function csv(cells: readonly string[], header = "x,y"): string {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, `${header}\n${cells.map((cell, i) => `${cell},${i}`).join("\n")}\n`);
  return path;
}

const NONE = Number.NaN;

async function limitsIn(source: string | string[], options: ReadOptions = {}) {
  const { columns } = await readTable(source, { precision: "float64", ...options });
  const [{ values, lower, upper, kind, read }] = columns;
  return {
    values: [...values],
    lower: lower && [...lower],
    upper: upper && [...upper],
    kind,
    remarks: read?.remarks,
    names: columns.map(({ name }) => name),
  };
}

describe("cells of numbers are limits:", () => {
  test.each([
    ["<0.006", NONE, 0.006],
    ["< 0.006", NONE, 0.006],
    ["<=0.006", NONE, 0.006],
    ["≤0.006", NONE, 0.006],
    [">10", 10, NONE],
    [">= 1e3", 1000, NONE],
    ["≥ -5", -5, NONE],
    ["85+", 85, NONE],
  ])("%s", async (cell, low, high) => {
    const found = await limitsIn(csv(["0.02", cell, "0.01", "", "3"]));
    expect(found).toMatchObject({
      values: [0.02, NONE, 0.01, NONE, 3],
      lower: [NONE, low, NONE, NONE, NONE],
      upper: [NONE, high, NONE, NONE, NONE],
      names: ["x", "y"],
    });
    expect(found.remarks?.[0]).toContain(`cells such as "${cell}" are read as limits`);
  });

  test("with decimal commas", async () => {
    const path = join(folder, "commas.csv");
    writeFileSync(path, "x;y\n0,02;1\n<0,006;2\n1,5;3\n");
    expect(await limitsIn(path)).toMatchObject({ values: [0.02, NONE, 1.5], upper: [NONE, 0.006, NONE] });
  });

  test("in JSON, and of several files where only one has them", async () => {
    const path = join(folder, "limits.json");
    writeFileSync(path, '[{"x":0.5,"y":1},{"x":"<0.25","y":2}]');
    expect(await limitsIn(path)).toMatchObject({ values: [0.5, NONE], upper: [NONE, 0.25] });
    const both = [csv(["1", "2"]), csv([">3", "4"])];
    expect(await limitsIn(both)).toMatchObject({ values: [1, 2, NONE, 4], lower: [NONE, NONE, 3, NONE] });
  });

  test("block by block, beside cells that are kept as they stand, and in rows that are chosen", async () => {
    const path = csv(["0.02", "<0.006", "0.01", "0.03"]);
    const table = await tableBlocks(path, { keep: "all", where: "x < 0.015", blockRows: 1 });
    const upper: number[] = [];
    for await (const block of table) upper.push(block.columns[0].upper?.[0] ?? NONE);
    expect(upper).toEqual([Math.fround(0.006), NONE]);
    await table.close();
  });
});

describe("cells are no limits", () => {
  const few = Array.from({ length: 40 }, (_, i) => ["0", "1", "2", "3+"][i % 4]);

  test("where few levels are each often, unless that is said", async () => {
    const found = await limitsIn(csv(few));
    expect(found.kind).toBe("category");
    expect(found.remarks?.[0]).toContain("`limits` x=cells");
    const said = await limitsIn(csv(few), { limits: { x: { cells: true } } });
    expect([said.kind, said.lower?.slice(0, 4)]).toEqual([undefined, [NONE, NONE, NONE, 3]]);
  });

  test("among words, and where a user says so", async () => {
    expect((await limitsIn(csv(["<30", "30-50", ">50", "<30"]))).kind).toBe("category");
    const cells = csv(["0.02", "<0.006", "0.01"]);
    expect((await limitsIn(cells, { kinds: { x: "category" } })).kind).toBe("category");
    await expect(limitsIn(cells, { limits: "none" })).rejects.toThrow(
      /row 2 .*"<0.006" is a limit.*`limits` x=cells/,
    );
    const missing = await limitsIn(cells, { missing: ["<0.006"], limits: "none" });
    expect(missing.values).toEqual([0.02, NONE, 0.01]);
  });

  test("a column of which nothing but limits is there is one of numbers where that is said", async () => {
    expect((await limitsIn(csv(["<3", "<4"]), { kinds: { x: "number" } })).upper).toEqual([3, 4]);
  });
});
