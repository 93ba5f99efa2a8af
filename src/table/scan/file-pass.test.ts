import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { InputError } from "../../base/errors.ts";
import { withFiles } from "../files/open-sources.ts";
import { CellCheck } from "./column-cells.ts";
import { goThrough, rulesOf } from "./file-pass.ts";

const folder = mkdtempSync(join(tmpdir(), "pass-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Goes through 30,000 rows with an infinite cell far down; gives the rows that were shown before it was met. */
async function shownRows(careful: boolean): Promise<{ shown: number[]; told: unknown }> {
  const path = join(folder, "infinite.csv");
  const cells = Array.from({ length: 30_000 }, (_, row) => (row === 25_000 ? "inf" : `${row}`));
  writeFileSync(path, ["a", ...cells, ""].join("\n"));
  const shown: number[] = [];
  const told = await withFiles(path, {}, (sources) => {
    const empty = { columnTypes: new Map(), spellings: new Map() };
    const pass = { ...sources, ...empty, precision: "auto", careful } as const;
    const { precision, rules } = rulesOf(pass, sources.parts[0]);
    const onRows = ([rows]: readonly ArrayLike<number>[]) => void shown.push(...Array.from(rows));
    return goThrough({ ...pass, onRows }, [new CellCheck(precision, rules)]);
  }).catch((error: unknown) => error);
  return { shown, told };
}

test("with care each row is shown once and in its order, and the infinite cell told", async () => {
  const { shown, told } = await shownRows(true);
  expect(told).toBeInstanceOf(InputError);
  expect(shown.length).toBeGreaterThan(20_000);
  expect(shown.findIndex((value, row) => value !== row)).toBe(-1);
});

test("without care the file is given up", async () => {
  expect((await shownRows(false)).told).toBeUndefined();
});
