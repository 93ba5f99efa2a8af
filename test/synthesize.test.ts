/** @file `anygiven synthesize` and `Model.synthesize`, on one small model of a table with dates, decimals and missing cells. */
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { load } from "../src/index.ts";
import { generator } from "../src/numeric/generator.ts";
import { readTable } from "../src/table/files/read.ts";
import { type Table, tableColumn } from "../src/table/table.ts";
import { temporaryFolder, withoutManifest } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = temporaryFolder("synthesize");
const at = (name: string) => join(folder, name);
const table = at("people.csv");
const model = at("model");
const SMALL = "--embedding-dim 16 --heads 2 --ffn-dim 32 --encoder-layers 1 --head-dim 32 --head-layers 1";
const ROWS = 2000;

/** Women are 165 and men 178 cm tall, to 0.1; smokers pay more; `score` is missing for half of the women. */
beforeAll(async () => {
  const random = generator(11, "people");
  const lines = Array.from({ length: ROWS }, () => {
    const isWoman = random.uniform() < 0.6;
    const height = (isWoman ? 165 : 178) + 6 * random.normal();
    const age = 20 + random.integer(60);
    const smokes = random.uniform() < 0.3;
    const born = new Date(Date.UTC(1940, 0, 1) + 86_400_000 * random.integer(20_000));
    const score = isWoman && random.uniform() < 0.5 ? "" : (height / 10 + random.normal()).toFixed(2);
    const cells = [
      isWoman ? "Female" : "Male",
      height.toFixed(1),
      age,
      smokes,
      born.toISOString().slice(0, 10),
    ];
    return [...cells, score].join(",");
  });
  writeFileSync(table, ["sex,height,age,smokes,born,score", ...lines, ""].join("\n"));
  const length = ["--epochs", "30", "--learning-rate", "5e-3", "--warmup-steps", "20", "--workers", "1"];
  const { code, stderr } = await anygivenHere("train", table, "--out", model, ...length, ...SMALL.split(" "));
  expect(code, stderr).toBe(0);
});

async function synthesized(name: string, ...options: string[]): Promise<Table> {
  const { code, stderr } = await anygivenHere("synthesize", model, "--out", at(name), ...options);
  expect(code, stderr).toBe(0);
  return readTable(at(name), { precision: "float64" });
}

const cells = (of: Table, name: string) => Array.from(tableColumn(of, name).values);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const missing = (of: Table, name: string) =>
  mean(cells(of, name).map((value) => Number(Number.isNaN(value))));

describe("a made table", () => {
  test.each(["made.csv", "made.parquet"])(
    "has the columns, kinds and decimals of the training's: %s",
    async (name) => {
      const made = await synthesized(name, "--rows", "3000");
      const real = await readTable(table);
      const kinds = ({ columns }: Table) =>
        columns.map(({ name, kind, categories }) => ({ name, kind, categories }));
      expect(made.rows).toBe(3000);
      expect(kinds(made)).toEqual(kinds(real));
      for (const height of cells(made, "height")) expect(height).toBe(Number(height.toFixed(1)));
      for (const day of cells(made, "born")) expect(Number.isInteger(day)).toBe(true);
      for (const age of cells(made, "age")) expect(Number.isInteger(age) && age >= 20 && age < 80).toBe(true);
    },
  );

  test("relates columns as the training's table does, missing cells too", async () => {
    const made = await synthesized("related.csv", "--rows", "3000", "--seed", "3");
    const women = cells(made, "sex").map((index) => index === 0);
    const of = (name: string, which: boolean) => cells(made, name).filter((_, row) => women[row] === which);
    expect(Math.abs(mean(women.map(Number)) - 0.6)).toBeLessThan(0.1);
    expect(Math.abs(mean(of("height", true)) - 165)).toBeLessThan(1.5);
    expect(Math.abs(mean(of("height", false)) - 178)).toBeLessThan(1.5);
    const lacking = (which: boolean) => mean(of("score", which).map((value) => Number(Number.isNaN(value))));
    expect(Math.abs(lacking(true) - 0.5)).toBeLessThan(0.07);
    expect(lacking(false)).toBe(0);
  });

  test("can be a subgroup, complete, in an order", async () => {
    const given = ["--given", "sex=Female", "--given", "age=33", "--complete", "--order", "born,height"];
    const made = await synthesized("women.csv", "--rows", "200", ...given);
    expect(new Set(cells(made, "age"))).toEqual(new Set([33]));
    expect(tableColumn(made, "sex").categories).toEqual(["Female"]);
    expect(missing(made, "score")).toBe(0);
  });

  test("is the same for the same seed, in the command and in the library", async () => {
    const made = await synthesized("once.parquet", "--rows", "300", "--seed", "5", "--order", "random:3");
    const again = await synthesized("twice.parquet", "--rows", "300", "--seed", "5", "--order", "random:3");
    const other = await synthesized("other.parquet", "--rows", "300", "--seed", "6", "--order", "random:3");
    const loaded = await load(model);
    const here = await loaded.synthesize({ rows: 300, seed: 5, order: 3 });
    await loaded.dispose();
    for (const { name } of made.columns) {
      expect(cells(again, name)).toEqual(cells(made, name));
      expect(cells(here, name)).toEqual(cells(made, name));
    }
    expect(cells(other, "height")).not.toEqual(cells(made, "height"));
  });
});

describe("copies", () => {
  test("are counted against the training's table, in words and in JSON", async () => {
    const options = ["synthesize", model, "--rows", "500", "--out", at("compared.csv"), "--compare", table];
    const { stdout } = await anygivenHere(...options);
    expect(stdout).toMatch(/^500 rows are in .*compared\.csv: sex, height, age, smokes, born, score\.\n/);
    expect(stdout).toMatch(
      /\n\d+ of them \([\d.]+ %\) equal a row of .*people\.csv in every cell; of its own 2000 rows/,
    );
    expect(stdout).toContain("nothing looks copied");
    const { closestRecords } = JSON.parse((await anygivenHere(...options, "--json")).stdout);
    expect(closestRecords).toMatchObject({ rows: 500, tableRows: ROWS, copied: false });
    const loaded = await load(model);
    const found = await loaded.closestRecords(await readTable(table), await readTable(table));
    await loaded.dispose();
    expect(found).toMatchObject({ rows: ROWS, coincidences: ROWS, copied: true });
  });

  test("are not looked for unless a table is named, which is said", async () => {
    const { stdout } = await anygivenHere("synthesize", model, "--rows", "20", "--out", at("few.csv"));
    expect(stdout).toContain("name the training's table with --compare");
  });
});

test("a model that has not learnt the missing cells says so in one sentence", async () => {
  const old = at("older");
  cpSync(model, old, { recursive: true });
  withoutManifest(old);
  const { missing: _, ...config } = JSON.parse(readFileSync(join(old, "config.json"), "utf8"));
  writeFileSync(join(old, "config.json"), JSON.stringify(config));
  const { code, stderr } = await anygivenHere("synthesize", old, "--rows", "3", "--out", at("stars.csv"));
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(
    "The model does not know which cells were missing in its training's table: the rows are complete.\n",
  );
  expect((await readTable(at("stars.csv"))).rows).toBe(3);
});

test.each([
  [["--rows", "0"], /number of rows is 0/],
  [["--rows", "5", "--order", "random:x"], /is not random:M/],
  [["--rows", "5", "--order", "hight"], /"hight"; did you mean "height"/],
  [["--rows", "5", "--given", "sex=Femal"], /"Femal" is none of the categories; did you mean "Female"/],
])("a mistake is one sentence: %o", async (options, message) => {
  const { code, stderr } = await anygivenHere("synthesize", model, "--out", at("none.csv"), ...options);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});
