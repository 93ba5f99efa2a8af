/** @file The package as a stranger gets it: packed once, installed into an empty folder, used there. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("..", import.meta.url));

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

interface LockEntry {
  readonly version: string;
  readonly hasInstallScript?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<
    Record<"." | "./browser" | "./diffusion" | "./plot" | "./server", Readonly<Record<string, string>>>
  >;
  readonly files: readonly string[];
  readonly allowScripts: Readonly<Record<string, boolean>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const manifest: Manifest = JSON.parse(readFileSync(join(repository, "package.json"), "utf8"));

let folder: string;
let packed: Packed;
let tarball: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "anygiven-package-"));
  // Without scripts: `prepare` would rebuild dist/ under the feet of the other tests.
  const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const { stdout } = await run("npm", pack, { cwd: repository });
  packed = firstPacked(JSON.parse(stdout));
  tarball = join(folder, packed.filename);
  // onnxruntime-node's install script would download CUDA libraries; README names the same switch.
  const install = ["install", "--prefer-offline", "--no-audit", "--no-fund", tarball, nodeTypes()];
  await run("npm", install, { cwd: folder, env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" } });
  writeFileSync(join(folder, "line.csv"), lineTable());
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the tarball", () => {
  test("holds the built program, its types and its papers, and nothing else", () => {
    const paths = packed.files.map(({ path }) => path);
    const { bin, exports, files } = manifest;
    const named = [bin, ...Object.values(exports).filter((each) => typeof each === "object")].flatMap(
      (paths) => Object.values<string>(paths),
    );
    const folders = ["dist", "data", "fonts", "models", "docs", "examples", "src/plot/snapshots"];
    const papers = files.filter((path) => !folders.includes(path));
    const model = [
      "config.json",
      "manifest.json",
      "metrics.csv",
      "model-card.md",
      "schema.json",
      "weights.safetensors",
    ];
    const models = ["survey", "penguins", "moons"].flatMap((name) =>
      model.map((file) => `models/${name}/${file}`),
    );
    const shipped = ["data/survey.parquet", "data/penguins.csv", "data/moons.csv", ...models];
    const needed = [...named.map((path) => path.replace("./", "")), ...papers, ...shipped];
    expect(needed.filter((path) => !paths.includes(path))).toEqual([]);
    const fonts = /^fonts\/(Inter_\w+\.ttf|LICENSE_FONT)$/;
    const expected =
      /^(package\.json|LICENSE|README\.md|CHANGELOG\.md|Dockerfile|dist\/[\w-]+\.(js|d\.ts)|dist\/explorer\/.+|(docs|examples|src\/plot\/snapshots)\/.+)$/;
    const others = paths.filter(
      (path) => !expected.test(path) && !fonts.test(path) && !shipped.includes(path),
    );
    expect(others).toEqual([]);
    // ONNX Runtime's WebAssembly, which sites of the explorer have, is half of it; the survey is a sixth, pictures as much.
    expect(packed.size).toBeLessThan(11_000_000);
  });

  test("holds what its pages link to", () => {
    const paths = packed.files.map(({ path }) => path);
    const pages = paths.filter((path) => path.endsWith(".md"));
    const dead = pages.flatMap((page) =>
      Array.from(
        readFileSync(join(repository, page), "utf8").matchAll(/\]\(([^)\s#]+)[^)]*\)/g),
        ([, link]) => link,
      )
        .filter((link) => !/^https?:/.test(link))
        .map((link) => normalize(join(dirname(page), link)).replace(/\/$/, ""))
        .filter((link) => !paths.some((path) => path === link || path.startsWith(`${link}/`)))
        .map((link) => `${page}: ${link}`),
    );
    expect(dead).toEqual([]);
    expect(pages.length).toBeGreaterThan(10);
  });

  test("has no fault that publint knows", async () => {
    const bytes = new Uint8Array(readFileSync(tarball));
    const { messages, pkg } = await publint({ pkgDir: "package", pack: { tarball: bytes.buffer } });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test("has types that every ESM resolution finds", async () => {
    const options = ["--profile", "esm-only", "--format", "json"];
    const { stdout } = await run(inRepository("attw"), [tarball, ...options]).catch(
      ({ stdout }: { stdout: string }) => expect.fail(stdout),
    );
    const { entrypoints } = JSON.parse(stdout).analysis;
    for (const [entry, types] of [
      [".", "index"],
      ["./diffusion", "diffusion"],
      ["./plot", "plot"],
      ["./server", "server"],
    ]) {
      const { fileName } = entrypoints[entry].resolutions["node16-esm"].resolution;
      expect(fileName).toMatch(new RegExp(`dist/${types}\\.d\\.ts$`));
    }
  });
});

describe("the installed command", () => {
  test("teaches with examples", async () => {
    expect((await anygiven("--help")).stdout).toContain("anygiven train houses.csv");
  });

  test("tells what this machine can do", async () => {
    const { system } = JSON.parse((await anygiven("info", "--system", "--json")).stdout);
    expect(system).toMatchObject({ anygiven: manifest.version, node: process.version });
    expect(system.devices[0]).toMatchObject({ device: "cpu", starts: true });
  });

  test("trains on a table and answers from the model", async () => {
    const small = "--embedding-dim 8 --ffn-dim 16 --heads 2 --encoder-layers 1 --head-dim 16";
    const brief = "--epochs 1 --batch-size 64 --seed 1 --workers 2";
    await anygiven("train", "line.csv", "--out", "line", ...small.split(" "), ...brief.split(" "));
    const ask = "sample line --of y --given x=1 --size 50 --out y.csv";
    await anygiven(...ask.split(" "));
    const [header, ...values] = readFileSync(join(folder, "y.csv"), "utf8").trim().split("\n");
    expect(header).toContain("y");
    expect(values).toHaveLength(50);
  });
});

describe("the installed library", () => {
  test("compiles under strict TypeScript against the shipped types, and runs", async () => {
    writeFileSync(join(folder, "consumer.mts"), CONSUMER);
    const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
    // skipLibCheck stays off: the shipped declarations are checked too.
    const resolution = ["--module", "nodenext", "--target", "es2022", "--types", "node"];
    await run(inRepository("tsc"), [...strict, ...resolution, "consumer.mts"], { cwd: folder }).catch(
      ({ stdout }: { stdout: string }) => expect.fail(stdout),
    );
    const { stdout } = await run(process.execPath, ["consumer.mjs"], { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({ rows: 200, samples: 30, finite: true });
  });
});

describe("without the libraries for other platforms, as the README removes them,", () => {
  test("the command still answers", async () => {
    const readme = readFileSync(join(repository, "README.md"), "utf8");
    const [removal] = /^find node_modules.*$/m.exec(readme) ?? expect.fail("the README does not say how");
    await run("sh", ["-c", removal], { cwd: folder });
    const left = readdirSync(join(folder, "node_modules/onnxruntime-node/bin/napi-v6"), { recursive: true });
    const libraries = left.filter(
      (path) => String(path).includes("libonnxruntime") || String(path).endsWith(".node"),
    );
    expect(libraries.length).toBeGreaterThan(0);
    expect(
      libraries.filter((path) => !String(path).startsWith(join(process.platform, process.arch))),
    ).toEqual([]);
    expect((await anygiven("density", "survey", "--of", "logg")).stdout).toContain("median");
  });
});

describe("the lock file", () => {
  const entries: Readonly<Record<string, LockEntry>> = JSON.parse(
    readFileSync(join(repository, "package-lock.json"), "utf8"),
  ).packages;

  // npm leaves out what its registry's mirror does not hold, and npm 11's `npm ci` then refuses the file.
  test("knows the packages of every platform", () => {
    const missing = Object.values(entries)
      .flatMap(({ optionalDependencies = {} }) => Object.entries(optionalDependencies))
      .filter(([name]) => !Object.keys(entries).some((path) => path.endsWith(`node_modules/${name}`)))
      .map(([name, version]) => `${name}@${version}`);
    expect(missing).toEqual([]);
  });

  test("brings no install script that package.json has not decided on", () => {
    const scripted = Object.entries(entries)
      // fsevents: macOS only, optional, and its script only compiles what is compiled already.
      .filter(([path, { hasInstallScript }]) => hasInstallScript && !path.endsWith("/fsevents"))
      .map(([path]) => path.split("node_modules/").at(-1));
    expect(scripted.length).toBeGreaterThan(0);
    expect(scripted.filter((name) => !(name! in manifest.allowScripts))).toEqual([]);
  });
});

const CONSUMER = `
import { InputError, load, type Model, readTable, type Table, train } from "anygiven";
import { Diffusion } from "anygiven/diffusion";

const table: Table = await readTable("line.csv");
const trained: Model = await train(table, { out: "model", epochs: 1, batchSize: 64, seed: 1 });
await trained.dispose();
const model = await load("model");
const { samples: { y } } = await model.sample({ of: "y", given: { x: 1 }, size: 30, seed: 1 });
if (y === undefined) throw new Error("no samples of y");
const refused = await model.sample({ of: "z" }).then(() => false, (error: unknown) => error instanceof InputError);
if (!refused) throw new Error("an unknown column was accepted");
await model.dispose();
const steps: number = new Diffusion({ dimension: 1, steps: 5 }).settings.steps;
if (steps !== 5) throw new Error("Diffusion forgets its settings");
// @ts-expect-error: the types are really there, a table is not a number
const wrong: number = table;
console.log(JSON.stringify({ rows: table.rows, samples: y.length, finite: y.every(Number.isFinite) }));
`;

/** What a TypeScript program for Node has anyway; the shipped types name node:stream. */
function nodeTypes(): string {
  return `@types/node@${manifest.devDependencies["@types/node"]}`;
}

/** npm 12 answers with an object by package name, npm 10 and 11 with a list. */
function firstPacked(answer: readonly Packed[] | Readonly<Record<string, Packed>>): Packed {
  const [first] = Object.values(answer);
  if (!first) throw new Error("npm pack made no package");
  return first;
}

function lineTable(): string {
  const rows = Array.from({ length: 200 }, (_, i) => `${i / 100},${(2 * i) / 100 + Math.sin(7 * i)}`);
  return `x,y\n${rows.join("\n")}\n`;
}

function anygiven(...options: string[]) {
  return run(join(folder, "node_modules/.bin/anygiven"), options, { cwd: folder });
}

function inRepository(command: string): string {
  return join(repository, "node_modules/.bin", command);
}
