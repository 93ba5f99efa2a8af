/** @file `--out -`: commands write their table to standard output, and say all else on standard error. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const survey = fileURLToPath(new URL("../models/survey", import.meta.url));
const folder = temporaryFolder("standard-output");
const at = (name: string) => join(folder, name);
writeFileSync(at("stars.csv"), "id,teff,logg\n01,4700,\n02,5800,4.4\n");

test.each([
  ["predict", [survey, at("stars.csv"), "--of", "m_h", "--keep", "id"]],
  ["density", [survey, at("stars.csv"), "--of", "m_h"]],
  ["sample", [survey, "--of", "m_h", "--size", "20"]],
  ["sample", [survey, at("stars.csv"), "--of", "m_h", "--size", "20"]],
  ["impute", [survey, at("stars.csv")]],
  ["score", [survey, at("stars.csv"), "--of", "teff"]],
  ["synthesize", [survey, "--rows", "20"]],
  ["advise", [survey, at("stars.csv"), "--of", "m_h", "--candidates", "logg,jk"]],
])("%s writes there what it writes into a file", async (command, words) => {
  const file = at("answers.csv");
  const written = await anygivenHere(command, ...words, "--out", file);
  expect(written.code, written.stderr).toBe(0);
  const piped = await anygivenHere(command, ...words, "--out", "-");
  expect(piped.stdout).toBe(readFileSync(file, "utf8"));
  const said = (written.stdout + written.stderr).replaceAll(file, "standard output");
  expect([...piped.stderr].sort().join("")).toBe([...said].sort().join(""));
});

test("in the format that is said, or that is read", async () => {
  const ask = ["predict", survey, at("stars.csv"), "--of", "m_h", "--out", "-"];
  const lines = (await anygivenHere(...ask, "--out-format", "jsonl")).stdout.trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).row)).toEqual([1, 2]);
  writeFileSync(at("stars.json"), '{"teff": 4700}\n{"teff": 5800}\n');
  const json = ["predict", survey, at("stars.json"), "--format", "json", "--of", "m_h", "--out", "-"];
  expect(JSON.parse((await anygivenHere(...json)).stdout)).toHaveLength(2);
});

test.each([
  [
    "a folder to write to",
    ["train", at("stars.csv"), "--out", "-"],
    "train does not write to standard output",
  ],
  [
    "JSON beside it",
    ["predict", survey, at("stars.csv"), "--of", "m_h", "--out", "-", "--json"],
    "leave one out",
  ],
  [
    "a format of a file",
    ["predict", survey, at("stars.csv"), "--of", "m_h", "--out", at("a.csv"), "--out-format", "csv"],
    "the ending of a file says its format",
  ],
])("is refused with %s", async (_, words, sentence) => {
  const { code, stdout, stderr } = await anygivenHere(...words);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(sentence);
});
