/** @file The README's library example and command lines do what they say. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { load } from "../src/index.ts";
import { generator } from "../src/numeric/generator.ts";
import { readTable } from "../src/table/files/read.ts";
import { writeTable } from "../src/table/files/write.ts";

const repository = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(repository, "README.md"), "utf8");
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "anygiven-readme-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(repository, join(folder, "node_modules", "anygiven"));
  await writeTable({ columns: houses(600) }, join(folder, "houses.csv"));
  await writeTable({ columns: houses(20) }, join(folder, "new.csv"));
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

test("the library example runs as printed", () => {
  const example = /```ts\n([\s\S]*?)```/.exec(readme)![1];
  writeFileSync(join(folder, "example.mjs"), example);
  const output = execFileSync("node", ["example.mjs"], { cwd: folder, encoding: "utf8" });
  const lines = output.trim().split("\n");
  expect(lines.length).toBe(3);
  expect(Number.isFinite(Number.parseFloat(lines[0]))).toBe(true);
  expect(lines[1]).toMatch(/^600 /);
  expect(lines[2]).toMatch(/^1000 \d/);
});

test("the first question needs no training, and the picture's program runs as printed", () => {
  const question = /npx (anygiven density survey .*)\n/.exec(readme)![1];
  execFileSync("node", [join(repository, "dist/cli.js"), ...question.split(" ").slice(1)], {
    cwd: folder,
    stdio: "pipe",
  });
  const asked = readFileSync(join(folder, "kiel.svg"), "utf8");
  rmSync(join(folder, "kiel.svg"));
  writeFileSync(join(folder, "picture.mjs"), /```typescript\n([\s\S]*?)```/.exec(readme)![1]);
  execFileSync("node", ["picture.mjs"], { cwd: folder });
  const drawn = readFileSync(join(folder, "kiel.svg"), "utf8");
  // The same curve; only the words around it differ.
  const curve = (svg: string) => /<path d="M[^"]{2000,}"/.exec(svg)![0];
  expect(curve(drawn)).toBe(curve(asked));
});

test("the command lines run as printed", async () => {
  const block = /## On the command line\n\n```sh\n([\s\S]*?)```/.exec(readme)![1];
  const commands = block
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
  expect(commands.map((line) => line.split(" ")[1])).toEqual([
    "train",
    "density",
    "density",
    "sample",
    "predict",
    "impute",
    "score",
    "advise",
    "evaluate",
    "plot",
    "plot",
    "import",
    "info",
  ]);
  rmSync(join(folder, "houses"), { recursive: true, force: true });
  for (const command of commands) {
    // A published model is not at hand everywhere; test/published-*.test.ts import one.
    if (command.includes(" import ")) continue;
    const [, ...args] = command.split(/\s+/);
    execFileSync("node", [join(repository, "dist/cli.js"), ...args], { cwd: folder, stdio: "pipe" });
  }
  const values = await readTable(join(folder, "values.csv"), { errorNames: false });
  expect(values.columns.map(({ name }) => name)).toEqual(["HouseValue", "HouseValue_error"]);
  expect(values.rows).toBe(20);
  const model = await load(join(folder, "houses"));
  const { HouseValue } = await model.summary({ of: "HouseValue", given: { MedInc: 8 }, size: 2000 });
  const marginal = await model.summary({ of: "HouseValue", size: 2000 });
  expect(HouseValue.median).toBeGreaterThan(marginal.HouseValue.median + 0.5);
});
