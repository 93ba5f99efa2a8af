/**
 * @file The page "From Python" does what it says, with the real pandas. pandas and pyarrow are not installed from here; .ci/run
 * does it, and names their Python in ANYGIVEN_PYTHON.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./cli.ts";
import { pythonWith } from "./python.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = readFileSync(join(root, "docs/from-python.md"), "utf8");
const [definition, ...examples] = Array.from(
  page.matchAll(/^```python\n([\s\S]*?)^```/gm),
  ([, text]) => text,
);

const python = pythonWith("pandas, pyarrow", "test/from-python.test.ts");

const folder = temporaryFolder("from-python");
const command = join(folder, "anygiven");
writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${join(root, "dist/cli.js")}" "$@"\n`);
chmodSync(command, 0o755);

/** Runs the function's definition and what follows, and gives back what that prints. */
function run(program: string): string {
  // Some versions of pyarrow abort now and then when Python ends and their threads still run.
  const end = "import os, sys\nsys.stdout.flush()\nos._exit(0)\n";
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` };
  const options = { cwd: folder, env, encoding: "utf8" } as const;
  return execFileSync(python ?? "", ["-c", `${definition}\n${program}\n${end}`], options);
}

test("the page shows one function, and what is done with it", () => {
  expect(definition).toMatch(/^def anygiven\(/m);
  expect(examples.length).toBeGreaterThan(1);
});

describe.skipIf(!python)("with pandas", () => {
  test("the page's examples run as they stand, and print tables", () => {
    const printed = run(examples.join("\n"));
    for (const part of [
      "4611686018427387905",
      "logg_q05",
      "teff_low",
      "log_density",
      "logg_tail",
      "teff_q50",
    ])
      expect(printed).toContain(part);
  }, 240_000);

  test("all types and values of a frame come back as they were, beside the answers", () => {
    const program = `
frame = pandas.DataFrame({
    "teff": [4700.0, None, 5800.0],
    "id": pandas.array([2**62 + 1, None, 3], dtype="Int64"),
    "small": pandas.array([1, 2, 3], dtype="uint8"),
    "narrow": pandas.array([0.1, 0.2, 0.3], dtype="float32"),
    "kind": pandas.Categorical(["a", None, "b"], categories=["b", "a", "c"], ordered=True),
    "ok": [True, False, True],
    "perhaps": pandas.array([True, None, False], dtype="boolean"),
    "zip": ["01234", None, "90210"],
    "day": pandas.to_datetime(["2020-01-01", None, "2021-06-30"]),
    "moment": pandas.to_datetime(["2020-01-01 10:00", "2020-07-01 10:00", None]).tz_localize("Europe/Berlin"),
    "words": ["NA", "", "None"],
}, index=["x", "y", "z"])
answer = anygiven("predict", "survey", frame, of="logg", keep="all")
pandas.testing.assert_frame_equal(answer[frame.columns], frame)
filled = anygiven("impute", "survey", frame, fill="teff", interval=0)
pandas.testing.assert_frame_equal(filled[frame.columns[1:]], frame.iloc[:, 1:])
print(filled.teff.notna().all(), filled.teff["x"], answer.logg.notna().all(), answer.row.tolist())
`;
    expect(run(program).trim()).toBe("True 4700.0 True [1, 2, 3]");
  }, 60_000);

  test("a mistake is the command's sentence", () => {
    const program = `
try:
    anygiven("sample", "survey", of="loggg", size=3)
except ValueError as error:
    print(error)
`;
    expect(run(program)).toMatch(/did you mean "logg"/);
  });
});
