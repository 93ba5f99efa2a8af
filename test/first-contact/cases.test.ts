/**
 * @file Inputs of strangers that once went wrong, as they lie in ../shared/cases: a folder each, with the table, the command and
 * what is right. An entry here for each; skipped where that folder is not there.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
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

/** By the name of the folder; independent of each other. */
const ENTRIES: Readonly<Record<string, (of: Case) => Promise<void>>> = {
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
  "name-with-comma": async ({ given, made, run }) => {
    await run("train", given("in.csv"), "--out", made("m"), "--epochs", "1");
    const { stdout } = await run("density", made("m"), "--of", "width, cm", "--given", "kind, code=1");
    expect(stdout).toContain("width, cm given kind, code = 1\n");
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
};

describe.skipIf(!existsSync(CASES))(`cases of ${CASES} (skipped where that folder is not there)`, () => {
  test.each(Object.entries(ENTRIES))("%s", async (name, right) => right(caseOf(name)), 120_000);
});
