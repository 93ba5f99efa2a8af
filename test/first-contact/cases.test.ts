/**
 * @file Inputs of strangers that once went wrong, as they lie in ../shared/cases: a folder each, with the table, the command and
 * what is right. An entry here for each; skipped where that folder is not there.
 */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type TrainOptions, train } from "../../src/index.ts";
import type { ModelConfig } from "../../src/networks/model-config.ts";
import type { Column } from "../../src/table/table.ts";
import { temporaryFolder } from "../cli.ts";
import { anygivenHere } from "../cli-here.ts";

const CASES = fileURLToPath(new URL("../../../shared/cases/", import.meta.url));
const folder = temporaryFolder("cases");

/** What a case works with. */
interface Case {
  /** A file of the case. */
  readonly given: (file: string) => string;
  /** A file to be made. */
  readonly made: (file: string) => string;
  /** What a command prints; it must end well. */
  readonly run: (...words: string[]) => Promise<{ readonly stdout: string; readonly stderr: string }>;
  /** What a command says that must end with a mistake. */
  readonly mistake: (...words: string[]) => Promise<string>;
}

function caseOf(name: string): Case {
  const made = (file: string) => join(folder, `${name}-${file}`);
  const outcome = (words: string[]) => anygivenHere(...words);
  return {
    given: (file) => join(CASES, name, file),
    made,
    run: async (...words) => {
      const { code, stdout, stderr } = await outcome(words);
      expect(code, stderr).toBe(0);
      return { stdout, stderr };
    },
    mistake: async (...words) => {
      const { code, stderr } = await outcome(words);
      expect(code, stderr).toBe(2);
      return stderr;
    },
  };
}

const lines = (path: string) => readFileSync(path, "utf8").trim().split("\n");

type Run = Case["run"];

/** What `info` says of the columns of a model. */
async function columnsOf(run: Run, model: string) {
  const { stdout } = await run("info", model, "--json");
  interface Told {
    readonly model: { readonly config: Pick<ModelConfig, "columns"> };
  }
  return (JSON.parse(stdout) as Told).model.config.columns.map(({ name, encoding }) => ({
    name,
    ...encoding,
  }));
}

async function kindsOf(run: Run, model: string): Promise<Record<string, string>> {
  return Object.fromEntries((await columnsOf(run, model)).map(({ name, kind }) => [name, kind]));
}

async function categoriesOf(run: Run, model: string, column: string): Promise<readonly string[] | undefined> {
  return (await columnsOf(run, model)).find(({ name }) => name === column)?.categories;
}

/** By the name of the folder; independent of each other. */
const ENTRIES: Readonly<Record<string, (of: Case) => Promise<void>>> = {
  "constant-column": async ({ given, made, run, mistake }) => {
    const { stderr } = await run("train", given("in.csv"), "--out", made("m"), "--epochs", "1");
    expect(stderr).toContain("survey (the same value (DR3) in every row), note (no value in any row)");
    expect(await mistake("density", made("m"), "--of", "survey")).toContain('has left out "survey"');
    await run("predict", made("m"), given("in.csv"), "--of", "y", "--out", made("p.csv"));
  },
  "date-only-answered-with-times": async ({ given, made, run }) => {
    await run("train", given("in.csv"), "--out", made("m"), "--epochs", "5");
    await run("sample", made("m"), "--of", "day", "--size", "3", "--out", made("s.csv"));
    await run("predict", made("m"), given("in.csv"), "--of", "day", "--out", made("p.csv"));
    for (const line of lines(made("s.csv")).slice(1)) expect(line).toMatch(/^\d{4}-\d\d-\d\d$/);
    for (const line of lines(made("p.csv")).slice(1)) expect(line).toMatch(/^\d+,\d{4}-\d\d-\d\d,/);
  },
  "dates-of-other-forms": async ({ given, made, run }) => {
    const { stderr } = await run("train", given("in.csv"), "--out", made("m"), "--epochs", "1");
    expect(stderr).toMatch(/start +date .*\nend +date /);
    const { stdout } = await run("density", made("m"), "--of", "x", "--given", "start=02.03.2024");
    expect(stdout).toContain("x given start = 2024-03-02");
  },
  "id-text-freezes-model": async ({ given, made, run }) => {
    const { stderr, stdout } = await run(
      "train",
      given("in.csv"),
      "--out",
      made("m"),
      ...["--epochs", "60"],
      "--seed",
      "1",
    );
    expect(stderr).toContain("Left out: label (400 different texts");
    expect(stdout).toMatch(/Trained 60 epochs/);
    const answer = await run("density", made("m"), "--of", "b", "--given", "a=1");
    const [, median, sd] = /median ([-\d.]+).*standard deviation ([\d.]+)/.exec(answer.stdout) ?? [];
    expect(Math.abs(Number(median) - 2)).toBeLessThan(0.4);
    expect(Number(sd)).toBeLessThan(1.3);
  },
  "many-whole-numbers": async ({ given, made, run }) => {
    await run("train", given("in.csv"), "--out", made("m"), "--epochs", "3");
    await run("impute", made("m"), given("in.csv"), "--out", made("filled.csv"));
    await run("sample", made("m"), "--of", "lot", "--size", "50", "--out", made("s.csv"));
    for (const cell of lines(made("s.csv")).slice(1)) expect(cell).toMatch(/^\d+$/);
    for (const line of lines(made("filled.csv")).slice(1)) expect(line).toMatch(/^[\d,]*$/);
  },
  "negative-counts": async ({ given, made, run }) => {
    await run("train", given("in.csv"), "--out", made("m"), "--epochs", "10", "--seed", "1");
    await run(
      "sample",
      made("m"),
      ...["--of", "visits", "--given", "x=0.1", "--size", "20000", "--out", made("s.csv")],
    );
    expect(
      lines(made("s.csv"))
        .slice(1)
        .filter((cell) => Number(cell) < 0),
    ).toEqual([]);
  },
  "nearly-equal-times": async ({ given, made, run }) => {
    const { stderr } = await run("train", given("in.csv"), "--out", made("m"), "--epochs", "1");
    expect(stderr).toContain("finer than the model can tell");
  },
  "point-masses-printed-rounded": async ({ given, made, run }) => {
    await run("train", given("in.csv"), "--out", made("m"), "--epochs", "40", "--seed", "1");
    const { stdout } = await run("density", made("m"), "--of", "zip");
    expect(stdout).toMatch(/\b501\b.*\b1234\b.*\b10001\b.*\b90210\b/s);
    expect(stdout).not.toMatch(/\b(500|1200|10000|90200)\b/);
  },
  "sentinel-not-hinted": async ({ given, made, run }) => {
    const { stderr } = await run("train", given("in.csv"), "--out", made("m"), "--epochs", "2");
    expect(stderr).toMatch(/are -9999, .*a code for missing\? Then say so: --missing -9999/);
    const { stdout } = await run("density", made("m"), "--of", "plx");
    expect(stdout).not.toContain("-10000");
  },
  "thousands-currency-percent": async ({ given, made, run }) => {
    const { stderr } = await run("train", given("in.csv"), "--out", made("m"), "--epochs", "1");
    expect(stderr).toMatch(/price +number .*\nshare +number .*\narea +integer /);
    expect(stderr).toMatch(/"\$[\d.]+" is read as/);
    const asked = ["--given", "price=$12.50", "--given", "share=40 %"];
    const { stdout } = await run("density", made("m"), "--of", "area", ...asked);
    expect(stdout).toContain("area given price = 12.5, share = 40");
  },
  "flag-written-otherwise": async ({ given, made, run }) => {
    await run("train", given("in.csv"), "--out", made("m"), "--epochs", "2");
    await run("predict", made("m"), given("new.csv"), "--of", "y", "--out", made("p.csv"));
    expect(lines(made("p.csv"))).toHaveLength(3);
  },
  "four-values-answered-otherwise": async ({ given, made, run }) => {
    await run("train", given("in.csv"), "--out", made("m"), "--epochs", "40", "--seed", "1");
    await run("sample", made("m"), "--of", "zip", "--size", "20000", "--out", made("s.csv"));
    const drawn = new Set(lines(made("s.csv")).slice(1));
    expect([...drawn].map(Number).sort((a, b) => a - b)).toEqual([501, 1234, 10001, 90210]);
  },
  "given-code-with-zero": async ({ given, made, run, mistake }) => {
    await run("train", given("in.csv"), "--out", made("m"), "--epochs", "2", "--categories", "zip");
    await run("density", made("m"), "--of", "y", "--given", "zip=01234");
    expect(await mistake("density", made("m"), "--of", "y", "--given", "zip=1234")).toContain('"01234"');
  },
  "given-huge-is-nan": async ({ given, made, run }) => {
    await run("train", given("in.csv"), "--out", made("m"), "--epochs", "2");
    const { stdout, stderr } = await run("density", made("m"), "--of", "x", "--given", "y=1e39");
    expect(stdout).toMatch(/median \d/);
    expect(stdout).not.toContain("NaN");
    expect(stderr).toContain("outside what training has seen");
  },
  "impute-extra-text": async ({ given, made, run }) => {
    await run("train", given("train.csv"), "--out", made("m"), "--epochs", "2");
    const before = lines(given("new.csv"));
    for (const more of [[], ["--columns", "x,y"]]) {
      await run(
        "impute",
        made("m"),
        given("new.csv"),
        "--out",
        made("filled.csv"),
        "--interval",
        "0",
        ...more,
      );
      const after = lines(made("filled.csv"));
      expect(after).toHaveLength(before.length);
      before.forEach((line, row) => {
        if (line.endsWith(",")) expect(after[row]).toMatch(new RegExp(`^${line}-?[0-9.]+$`));
        else expect(after[row]).toBe(line);
      });
    }
  },
  "impute-rewrites-known-cells": async ({ given, made, run, mistake }) => {
    await run("train", given("in.csv"), "--out", made("m"), "--epochs", "2");
    copyFileSync(given("in.csv"), made("in.csv"));
    const before = lines(made("in.csv"));
    expect(await mistake("impute", made("m"), made("in.csv"), "--out", made("in.csv"))).toContain(
      "--overwrite",
    );
    expect(lines(made("in.csv"))).toEqual(before);
    const words = ["--out", made("in.csv"), "--overwrite", "--interval", "0"];
    await run("impute", made("m"), made("in.csv"), ...words);
    lines(made("in.csv")).forEach((line, row) => {
      if (before[row].endsWith(","))
        expect(line).toMatch(new RegExp(`^${before[row].replaceAll("+", "\\+")}\\d+$`));
      else expect(line).toBe(before[row]);
    });
  },
  "library-table-not-checked": async () => {
    const x = Float64Array.from({ length: 120 }, (_, i) => Math.sin(i));
    const trained = (...columns: Column[]) => train({ source: "hand", rows: 120, columns }, { epochs: 1 });
    const short = { name: "y", values: x.slice(0, 50) };
    await expect(trained({ name: "x", values: x }, short)).rejects.toThrow('120 and 50 rows ("x", "y")');
    const twin = { name: "x", values: x.map((value) => -value) };
    await expect(trained({ name: "x", values: x }, twin)).rejects.toThrow('Two columns are named "x"');
    const options = { epochs: 1, minutes: 3 } as TrainOptions;
    const table = {
      source: "hand",
      rows: 120,
      columns: [
        { name: "x", values: x },
        { ...twin, name: "y" },
      ],
    };
    await expect(train(table, options)).rejects.toThrow('no option "minutes"');
  },
  "name-with-comma": async ({ given, made, run }) => {
    await run("train", given("in.csv"), "--out", made("m"), "--epochs", "1");
    const { stdout } = await run("density", made("m"), "--of", "width, cm", "--given", "kind, code=1");
    expect(stdout).toContain("width, cm given kind, code = 1\n");
  },
  "png-crash-point-masses": async ({ given, made, run }) => {
    await run("train", given("in.csv"), "--out", made("m"), "--epochs", "12", "--seed", "1");
    const words = ["plot", "marginals", made("m"), given("in.csv"), "--of", "year", "--out"];
    await run(...words, made("p.png"));
    expect(readFileSync(made("p.png")).subarray(1, 4).toString()).toBe("PNG");
    await run(...words, made("p.svg"));
    const svg = readFileSync(made("p.svg"), "utf8");
    for (const year of ["2007", "2008", "2009"]) expect(svg).toContain(`>${year}<`);
    expect(svg).toContain("probability");
  },
  "two-rows": async ({ given, made, run }) => {
    const { stderr } = await run("train", given("in.csv"), "--out", made("m"), "--epochs", "2");
    expect(stderr).toContain("2 rows tell next to nothing");
    expect(stderr).toContain("No row is held out");
  },
  "unseen-category-stops-all": async ({ given, made, run, mistake }) => {
    await run("train", given("in.csv"), "--out", made("m"), "--epochs", "2");
    const words = ["predict", made("m"), given("new.csv"), "--of", "y", "--out", made("p.csv")];
    expect(await mistake(...words)).toContain("--unseen missing");
    const { stderr } = await run(...words, "--unseen", "missing");
    expect(stderr).toContain(
      'grade: 1 cell has a category that training has not seen ("c"); taken as not given.',
    );
    expect(lines(made("p.csv"))).toHaveLength(lines(given("new.csv")).length);
  },
  "backslash-quotes": async ({ given, made, run }) => {
    const { stderr } = await run("train", given("in.csv"), "--out", made("m"), "--epochs", "1");
    expect(stderr).toContain("a backslash stands before quotes");
    expect(await categoriesOf(run, made("m"), "item")).toEqual(["a", 'b "x"']);
  },
  "blanks-between-columns": async ({ given, made, run }) => {
    const { stderr } = await run("train", given("in.txt"), "--out", made("m"), "--epochs", "1");
    expect(stderr).toContain("cells are parted by blanks; if not, say --separator");
    expect(await kindsOf(run, made("m"))).toEqual({ x: "number", y: "number", kind: "category" });
  },
  "comment-lines": async ({ given, made, run }) => {
    const { stderr } = await run("train", given("in.csv"), "--out", made("m"), "--epochs", "1");
    expect(stderr).toMatch(/3 lines that are remarks are left out .* say --comment/);
    expect(Object.keys(await kindsOf(run, made("m")))).toEqual(["x", "y"]);
    await run("score", made("m"), given("in.csv"), "--comment", "#", "--out", made("s.csv"));
  },
  "decimal-comma": async ({ given, made, run }) => {
    const { stderr } = await run("train", given("in.csv"), "--out", made("m"), "--epochs", "1");
    expect(stderr).toContain("numbers have decimal commas (laenge, masse)");
    expect(await kindsOf(run, made("m"))).toEqual({ laenge: "number", masse: "number", art: "category" });
    await run(
      "predict",
      made("m"),
      given("in.csv"),
      "--of",
      "masse",
      "--decimal",
      ",",
      "--out",
      made("p.csv"),
    );
    expect(lines(made("p.csv"))).toHaveLength(lines(given("in.csv")).length);
  },
  "error-rule-cannot-be-left": async ({ given, made, run, mistake }) => {
    const words = ["train", given("in.csv"), "--epochs", "1", "--out"];
    for (const more of [[], ["--errors", "none"], ["--measurement-errors", "ignore"]]) {
      await run(...words, made(`m${more.length}${more[1] ?? ""}`), ...more);
    }
    expect(Object.keys(await kindsOf(run, made("m0")))).toEqual(["name", "name_err", "y"]);
    // The rule of names, where the column is one of numbers.
    writeFileSync(
      made("numbers.csv"),
      readFileSync(given("in.csv"), "utf8").replaceAll("\na,", "\n1,").replaceAll("\nb,", "\n2,"),
    );
    const numbers = ["train", made("numbers.csv"), "--epochs", "1", "--out"];
    expect(await mistake(...numbers, made("n"))).toContain("--errors none");
    await run(...numbers, made("n"), "--measurement-errors", "ignore");
    await run(...numbers, made("o"), "--errors", "none");
  },
  "header-of-data": async ({ given, made, run, mistake }) => {
    const words = ["train", given("in.csv"), "--out", made("m"), "--epochs", "1"];
    expect(await mistake(...words)).toMatch(
      /no header line: its first line is data \(6.8, 3.0, red\).*--header none/,
    );
    await run(...words, "--header", "length,width,colour");
    expect(await kindsOf(run, made("m"))).toEqual({ length: "number", width: "number", colour: "category" });
    await run("score", made("m"), given("in.csv"), "--header", "length,width,colour", "--out", made("s.csv"));
    expect(lines(made("s.csv"))).toHaveLength(lines(given("in.csv")).length + 1);
  },
  "ids-called-the-same": async ({ given, made, run }) => {
    const { stderr } = await run("train", given("in.csv"), "--out", made("m"), "--epochs", "1");
    expect(stderr).toMatch(/"source_id" is left out, as its whole numbers are longer than a number can hold/);
    expect(stderr).not.toMatch(/same value/);
    expect(Object.keys(await kindsOf(run, made("m")))).toEqual(["x"]);
  },
  latin1: async ({ given, made, run }) => {
    const { stderr } = await run("train", given("in.csv"), "--out", made("m"), "--epochs", "1");
    expect(stderr).toContain("is no UTF-8 and is read as windows-1252");
    expect(await categoriesOf(run, made("m"), "town")).toEqual(["Bonn", "Köln", "Zürich"]);
    await run("score", made("m"), given("in.csv"), "--encoding", "latin1", "--out", made("s.csv"));
  },
  "missing-inf": async ({ given, made, run, mistake }) => {
    const words = ["train", given("in.csv"), "--out", made("m"), "--epochs", "1"];
    expect(await mistake(...words)).toContain("say --missing inf");
    await run(...words, "--missing", "inf");
  },
  "missing-words": async ({ given, made, run }) => {
    const words = ["train", given("in.csv"), "--epochs", "1", "--out"];
    const { stderr } = await run(...words, made("m"));
    expect(stderr).toContain('hp: "?" in 4 cells taken for missing');
    await run(...words, made("n"), "--missing", "?", "--", "-", "#N/A");
    for (const word of ["--", "#N/A", "unknown"]) {
      writeFileSync(made("other.csv"), readFileSync(given("in.csv"), "utf8").replaceAll("?", word));
      await run("score", made("m"), made("other.csv"), "--missing", word, "--out", made("s.csv"));
    }
  },
  "mixed-line-ends": async ({ given, made, run }) => {
    await run("train", given("in.csv"), "--out", made("m"), "--epochs", "1");
    expect(await kindsOf(run, made("m"))).toEqual({ x: "number", y: "number" });
  },
  "na-is-a-country": async ({ given, made, run }) => {
    const { stderr } = await run(
      "train",
      given("in.csv"),
      "--out",
      made("m"),
      "--epochs",
      "60",
      "--seed",
      "1",
    );
    expect(stderr).toMatch(/country: "NA" in 63 cells taken for a category, as .* say --missing NA/);
    const { stdout } = await run("density", made("m"), "--of", "country");
    expect(stdout).toMatch(/NA/);
    await run("impute", made("m"), given("in.csv"), "--out", made("filled.csv"), "--interval", "0");
    expect(lines(made("filled.csv"))).toEqual(lines(given("in.csv")));
    await run("train", given("in.csv"), "--out", made("n"), "--epochs", "1", "--missing", "NA");
    expect(await categoriesOf(run, made("n"), "country")).toEqual(["DE", "FR"]);
  },
  "unnamed-first-column": async ({ given, made, run }) => {
    const { stderr } = await run("train", given("in.csv"), "--out", made("m"), "--epochs", "1");
    expect(stderr).toContain('column "column 1" is left out, as it has no name and is the row index');
    expect(Object.keys(await kindsOf(run, made("m")))).toEqual(["x", "y"]);
  },
};

describe.skipIf(!existsSync(CASES))(`cases of ${CASES} (skipped where that folder is not there)`, () => {
  test.each(Object.entries(ENTRIES))("%s", async (name, right) => right(caseOf(name)), 120_000);
});
