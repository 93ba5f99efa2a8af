/** @file `anygiven predict` on the command line: what it writes, and what an interrupt leaves. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { readTable } from "../src/table/files/read.ts";
import { startAnygiven, temporaryFolder, writeExampleTable } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = temporaryFolder("predict-stream");
const at = (name: string) => join(folder, name);
const SMALL =
  "--embedding-dim 8 --heads 2 --ffn-dim 8 --encoder-layers 1 --head-dim 8 --head-layers 1 --epochs 2";

beforeAll(async () => {
  writeExampleTable(at("table.csv"), 400);
  const { code, stderr } = await anygivenHere(
    "train",
    at("table.csv"),
    "--out",
    at("model"),
    ...SMALL.split(" "),
  );
  expect(code, stderr).toBe(0);
});

test("writes the quantiles that density writes, after median and spread", async () => {
  const rows = writeExampleTable(at("rows.csv"), 3000, 2); // more than a batch of questions
  const asked = ["--of", "height", "--quantiles", "0.05,0.5", "--quantiles", "0.975"];
  const predicted = await anygivenHere("predict", at("model"), rows, ...asked, "--out", at("p.parquet"));
  expect(predicted.stdout, predicted.stderr).toMatch(/^3000 rows are in .*p\.parquet\.\n$/);
  const described = await anygivenHere("density", at("model"), rows, ...asked, "--out", at("d.parquet"));
  expect(described.code, described.stderr).toBe(0);
  const [p, d] = await Promise.all(
    ["p.parquet", "d.parquet"].map((name) =>
      readTable(at(name), { errorNames: false, precision: "float64" }),
    ),
  );
  const names = ["height_q05", "height_q50", "height_q975"];
  expect(p.columns.map(({ name }) => name)).toEqual(["row", "height", "height_sd", ...names]);
  for (const name of names) {
    const [ours, theirs] = [p, d].map(
      (table) => table.columns.find((column) => column.name === name)!.values,
    );
    expect(ours).toEqual(theirs);
  }
  const wrong = await anygivenHere(
    "predict",
    at("model"),
    rows,
    "--of",
    "height",
    "--quantiles",
    "5",
    "--out",
    at("n.csv"),
  );
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toMatch(/5 is not between 0 and 1/);
});

test("Ctrl-C leaves the old file as it was and nothing else", async () => {
  const rows = writeExampleTable(at("long.csv"), 40_000, 3);
  mkdirSync(at("answers"));
  writeFileSync(at("answers/p.csv"), "the old answers");
  // So many quantiles that after some 2,000 rows answers wait for the others in a folder beside the file.
  const quantiles = Array.from({ length: 500 }, (_, i) => (i + 1) / 501).join(",");
  const asked = ["--of", "height", "--quantiles", quantiles, "--out", at("answers/p.csv")];
  const run = startAnygiven(["predict", at("model"), rows, ...asked]);
  while (readdirSync(at("answers")).length === 1 && run.process.exitCode === null) await wait(20);
  expect(readdirSync(at("answers"))).toHaveLength(2);
  run.process.kill("SIGINT");
  const { code, stdout, stderr } = await run.outcome;
  expect(code).toBe(130);
  expect(stderr).toContain("Ending; nothing is written"); // it came while rows were answered
  expect(stdout).toBe("");
  expect(readdirSync(at("answers"))).toEqual(["p.csv"]);
  expect(readFileSync(at("answers/p.csv"), "utf8")).toBe("the old answers");
});
