/** @file Which spellings are missing cells and which are names, through the real reader. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type ReadOptions, readTable } from "../files/read.ts";

const folder = mkdtempSync(join(tmpdir(), "missing-words-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
async function column(content: string, options: ReadOptions = {}) {
  const path = join(folder, `file${files++}.csv`);
  writeFileSync(path, content);
  const { columns } = await readTable(path, options);
  const { values, categories } = columns[0];
  return [...values].map((value) => (Number.isNaN(value) ? null : (categories?.[value] ?? value)));
}

describe("among numbers are missing:", () => {
  test.each(["?", "-", "--", "..", ".", "*", "#N/A", "<NA>", "NaT", "n/a", "NULL", " na ", "N.A."])(
    "%s",
    async (word) => {
      expect(await column(`x,y\n1,1\n${word},2\n3,3\n`)).toEqual([1, null, 3]);
    },
  );

  test("dates have them, too, and what the user names is one", async () => {
    expect(await column("d\n1970-01-02\n?\n1970-01-04\n")).toEqual([1, null, 3]);
    expect(await column("x,y\n1,1\ninf,2\n-inf,3\n", { missing: ["inf", "-inf"] })).toEqual([1, null, null]);
    expect(await column("x,y\n1,1\nInfinity,2\nINF,3\n", { missing: ["inf"] })).toEqual([1, null, null]);
    expect(await column("x,y\n1,1\noops,2\n-9,3\n", { missing: ["oops", -9] })).toEqual([1, null, null]);
    expect(await column("x,y\n1,1\n-9.0,2\n3,3\n", { missing: ["-9"] })).toEqual([1, null, 3]);
  });
});

describe("among words", () => {
  const words = (all: readonly string[], others = "1") =>
    `c,n\n${all.map((each) => `${each},${others}`).join("\n")}\n`;

  test.each([
    ["a country", ["NA", "DE", "FR", "NA"], "NA"],
    ["a continent", ["EU", "NA", "AS", "OC"], "NA"],
    ["a country in small letters", ["na", "de", "fr"], "na"],
    ["a kind of veneer", ["None", "Brick", "Stone"], "None"],
    ["a degree of pain", ["none", "mild", "severe"], "none"],
    ["a sign", ["-", "+", "+"], "-"],
    ["infantry", ["inf", "cav", "art"], "inf"],
  ])("%s is a name", async (_, all, name) => {
    expect(await column(words(all))).toEqual(all);
    expect(await column(words(all), { missing: [name] })).toEqual(
      all.map((each) => (each === name ? null : each)),
    );
  });

  test.each([
    ["NA among words", ["red", "green", "NA"], "NA"],
    ["a question mark", ["Private", "State", "?"], "?"],
    ["a dash", ["Private", "State", "-"], "-"],
    ["null", ["a", "b", "null"], "null"],
    ["NaN", ["A", "B", "NaN"], "NaN"],
    ["None among small words", ["red", "green", "None"], "None"],
    ["#N/A", ["A", "B", "#N/A"], "#N/A"],
  ])("%s is missing, unless the user says otherwise", async (_, all, word) => {
    expect(await column(words(all))).toEqual(all.map((each) => (each === word ? null : each)));
    expect(await column(words(all), { notMissing: [word] })).toEqual(all);
  });

  test("a column of numbers that says so, too, makes it missing; empty cells beside it make it a name", async () => {
    expect(await column("c,n\nNA,1\nDE,NA\nFR,3\n")).toEqual([null, "DE", "FR"]);
    expect(await column("c,n\nNA,1\nGravel,\nPaved,3\n")).toEqual(["NA", "Gravel", "Paved"]);
  });

  test("of a model that is asked, its names and no others", async () => {
    const text = words(["NA", "DE", "FR"]);
    expect(await column(text, { knownNames: { c: ["DE", "FR"] } })).toEqual([null, "DE", "FR"]);
    expect(await column("c,n\nNA,1\nDE,NA\n", { knownNames: { c: ["DE", "NA"] } })).toEqual(["NA", "DE"]);
  });
});
