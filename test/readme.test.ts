/** @file The README's programs and command lines do what they say, and print what it shows. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSurvey } from "../src/datasets/survey.ts";
import { load } from "../src/index.ts";
import { generator } from "../src/numeric/generator.ts";
import { readTable } from "../src/table/files/read.ts";
import { writeTable } from "../src/table/files/write.ts";
import { chosenRows } from "../src/table/table.ts";
import { anygivenHere } from "./cli-here.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(repository, "README.md"), "utf8");
/** Enough for ten epochs to learn from. */
const ROWS = 1000;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "anygiven-readme-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(repository, join(folder, "node_modules", "anygiven"));
  await writeTable({ columns: houses(ROWS) }, join(folder, "houses.csv"));
  await writeTable({ columns: houses(20) }, join(folder, "new.csv"));
  await writeTable({ columns: houses(100) }, join(folder, "few.csv"));
  await writeTable(
    chosenRows(
      await readSurvey(),
      Uint32Array.from({ length: 50 }, (_, row) => row),
    ),
    join(folder, "stars.parquet"),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Made-up houses with the columns of the README: the value grows with the income. */
function houses(rows: number) {
  const random = generator(rows, "houses");
  const draw = (of: () => number) => Float64Array.from({ length: rows }, of);
  const income = draw(() => Math.exp(1.2 + 0.5 * random.normal()));
  return [
    { name: "MedInc", values: income },
    { name: "HouseAge", values: draw(() => 1 + random.integer(52)) },
    { name: "Latitude", values: draw(() => 32 + 9 * random.uniform()) },
    { name: "Longitude", values: draw(() => -124 + 9 * random.uniform()) },
    { name: "HouseValue", values: income.map((x) => 0.5 * x + 0.2 * random.normal()) },
  ];
}

/** The contents of the README's fenced blocks in a language, in their order. */
const blocks = (language: string) =>
  Array.from(
    readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm")),
    ([, text]) => text,
  );

function program(about: RegExp): string {
  const found = blocks("ts").filter((text) => about.test(text));
  expect(found).toHaveLength(1);
  writeFileSync(join(folder, "program.mjs"), found[0]);
  return execFileSync("node", ["program.mjs"], { cwd: folder, encoding: "utf8" });
}

const anygiven = (words: readonly string[]) =>
  execFileSync("node", [join(repository, "dist/cli.js"), ...words], {
    cwd: folder,
    stdio: "pipe",
    encoding: "utf8",
  });

/** What is behind each "$ npx anygiven" of the README, and the lines printed below it. */
const shown = blocks("console").flatMap((block) =>
  block.split(/^\$ /m).flatMap((part) => {
    const [line, ...output] = part.trimEnd().split("\n");
    const words = line.replace(/ #.*/, "").trim().split(/\s+/);
    return words[0] === "npx" ? [{ words: words.slice(2), output }] : [];
  }),
);

const commands = Array.from(readme.matchAll(/^\| `anygiven ([^`]+)` \|/gm), ([, line]) => line.split(" "));

test("the library example runs as printed", () => {
  // A list of many modes is printed on several lines.
  const lines = program(/readTable/)
    .replace(/\[[^\]]*\]/g, "[]")
    .trim()
    .split("\n");
  expect(lines.length).toBe(3);
  expect(Number.isFinite(Number.parseFloat(lines[0]))).toBe(true);
  expect(lines[1]).toMatch(new RegExp(`^${ROWS} `));
  expect(lines[2]).toMatch(/^1000 \d/);
});

test("the program for long tables runs as printed", async () => {
  program(/tableBlocks/);
  expect((await readTable(join(folder, "logg.parquet"), { errorNames: false })).rows).toBe(50);
});

test("the first question needs no training, and its answer is the one printed", () => {
  const { words, output } = shown[0];
  const printed = anygiven(words).trimEnd().split("\n");
  expect(printed.length).toBe(output.length);
  // Without the bars, whose last step and place may be rounded otherwise on another processor.
  const described = (lines: readonly string[]) => lines.filter((line) => !/[▁-█]/.test(line)).join("\n");
  const numbers = (lines: readonly string[]) =>
    described(lines)
      .match(/-?\d+(\.\d+)?/g)!
      .map(Number);
  expect(described(printed).replace(/[\d.]+/g, "")).toBe(described(output).replace(/[\d.]+/g, ""));
  const [here, there] = [numbers(printed), numbers(output)];
  for (const [i, value] of here.entries()) expect(Math.abs(value - there[i])).toBeLessThan(0.02);
});

test("the picture's program draws what the command draws", () => {
  anygiven([...shown[0].words, "--plot", "kiel.svg"]);
  const asked = readFileSync(join(folder, "kiel.svg"), "utf8");
  rmSync(join(folder, "kiel.svg"));
  program(/densityFigure/);
  const drawn = readFileSync(join(folder, "kiel.svg"), "utf8");
  // The same curve; only the words around it differ.
  const curve = (svg: string) => /<path d="M[^"]{2000,}"/.exec(svg)![0];
  expect(curve(drawn)).toBe(curve(asked));
});

test("the command lines run as printed", async () => {
  expect(commands.map(([name]) => name)).toEqual([
    "train",
    "train",
    "density",
    "density",
    "density",
    "sample",
    "predict",
    "impute",
    "synthesize",
    "score",
    "advise",
    "evaluate",
    "plot",
    "plot",
    "explore",
    "serve",
    "info",
    "import",
  ]);
  rmSync(join(folder, "houses"), { recursive: true, force: true });
  const here = process.cwd();
  process.chdir(folder);
  try {
    for (const words of commands) {
      // A published model is not at hand everywhere; test/published-*.test.ts import one.
      if (words[0] === "import") continue;
      if (words[0] === "serve") continue; // it goes on until it is told to end: test/serve.test.ts
      const { code, stderr } = await anygivenHere(...words);
      expect(code, stderr).toBe(0);
    }
  } finally {
    process.chdir(here);
  }
  const values = await readTable(join(folder, "values.csv"), { errorNames: false });
  expect(values.columns.map(({ name }) => name)).toEqual(["row", "HouseValue", "HouseValue_sd"]);
  expect(values.rows).toBe(20);
  const model = await load(join(folder, "houses"));
  const rich = await model.density({ of: "HouseValue", given: { MedInc: 8 } });
  const all = await model.density({ of: "HouseValue" });
  if (rich.kind !== "number" || all.kind !== "number") throw new Error("HouseValue is no number");
  expect(rich.median()).toBeGreaterThan(all.median() + 0.5);
});

test("what is shown with its output is among the commands that run here", () => {
  const run = commands.map((words) => words.join(" "));
  const others = shown.slice(1).map(({ words }) => words.join(" "));
  expect(others.filter((line) => !run.some((each) => each.startsWith(line)))).toEqual([
    "datasets get california --out houses.csv",
  ]);
});
