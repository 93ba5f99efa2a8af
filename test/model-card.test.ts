/** @file The card that training leaves beside a model, and its licence. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TINY, temporaryFolder, writeExampleTable } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = temporaryFolder("model-card");

test("train writes model-card.md with the licence, which a resumed run keeps; info prints the same words", async () => {
  const table = writeExampleTable(join(folder, "table.csv"), 300);
  const out = join(folder, "model");
  const train = ["train", table, "--out", out];
  expect((await anygivenHere(...train, ...TINY, "--epochs", "1", "--licence", "CC0-1.0")).code).toBe(0);
  const card = () => readFileSync(join(out, "model-card.md"), "utf8");
  expect(card()).toContain("## Licence\n\nCC0-1.0\n");
  expect(card()).toContain("1 whole epochs");
  expect((await anygivenHere(...train, "--resume", "--epochs", "2")).code).toBe(0);
  expect(card()).toContain("CC0-1.0");
  expect(card()).toContain("2 whole epochs");
  expect(card()).toMatch(/central intervals of 68 % and 95 %/);
  const { stdout } = await anygivenHere("info", out);
  for (const words of [
    "rows trained on, ",
    "CC0-1.0",
    "Known weaknesses",
    "central intervals of 68 % and 95 %",
  ])
    expect(stdout).toContain(words);
});
