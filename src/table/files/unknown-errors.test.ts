/** @file Codes below 0 among measurement errors: unknown, and told; several, or a mistake, are asked about. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../test/cli.ts";
import { type ReadOptions, readTable } from "./read.ts";
import { tableBlocks } from "./table-blocks.ts";

const folder = temporaryFolder("unknown-errors");
let files = 0;

function csv(errors: readonly (string | number)[]): string {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, `x,x_err\n${errors.map((error, i) => `${i}.5,${error}`).join("\n")}\n`);
  return path;
}

async function errorsOf(source: string | string[], options: ReadOptions = {}) {
  const [{ errors, read }] = (await readTable(source, { precision: "float64", ...options })).columns;
  return { errors: errors && [...errors], remarks: read?.remarks };
}

const NONE = Number.NaN;

test.each([
  [[0.1, -999.99, 0.2, -999.99], [0.1, NONE, 0.2, NONE], "-999.99 in 2 cells"],
  [[0.1, -1, "", 0.2], [0.1, NONE, NONE, 0.2], "-1 in 1 cell"],
  [["0.1", "-9999.0", "0.2", "-9999"], [0.1, NONE, 0.2, NONE], "-9999 in 2 cells"],
])("%j are %j", async (cells, errors, said) => {
  const found = await errorsOf(csv(cells));
  expect(found.errors).toEqual(errors);
  expect(found.remarks?.[0]).toContain(`x: its error is ${said} of "x_err"`);
});

test("in files of numbers, in several files, and block by block", async () => {
  const sources = [csv([0.1, 0.2]), csv([-99, 0.3])];
  expect((await errorsOf(sources)).errors).toEqual([0.1, 0.2, NONE, 0.3]);
  const blocks = await tableBlocks(csv([0.1, -99]), { precision: "float64" });
  try {
    for await (const { columns } of blocks) expect([...(columns[0].errors ?? [])]).toEqual([0.1, NONE]);
  } finally {
    await blocks.close();
  }
});

test.each([[[0.1, -1, -99]], [[0.1, -0.5, 0.2]]])("%j are refused, with the row", async (cells) => {
  await expect(errorsOf(csv(cells))).rejects.toThrow(/row 2 .*a measurement error cannot be negative/);
});

test("a code that is said to be missing needs no words", async () => {
  expect(await errorsOf(csv([0.1, -99, -99]), { missing: [-99] })).toEqual({
    errors: [0.1, NONE, NONE],
    remarks: undefined,
  });
});
