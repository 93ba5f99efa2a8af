/**
 * @file An application that takes anygiven into its bundle, as users do: built by esbuild into one file, run far from this
 * repository with nothing beside it but the package's models and the libraries that hold machine code, its threads start
 * and its answers are those of the library.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Model } from "../src/model/model.ts";
import { answerMany } from "./bundled/answers.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const NATIVE = ["onnxruntime-node", "@duckdb/node-api", "h5wasm", "@resvg/resvg-js"];

let folder: string;
let here: Awaited<ReturnType<typeof answerMany>>;
beforeAll(async () => {
  const model = await Model.load("survey");
  here = await answerMany(model);
  await model.dispose();
  folder = mkdtempSync(join(tmpdir(), "anygiven-bundle-"));
  cpSync(join(root, "models"), join(folder, "models"), { recursive: true });
  mkdirSync(join(folder, "node_modules/@duckdb"), { recursive: true });
  mkdirSync(join(folder, "node_modules/@resvg"));
  for (const name of NATIVE)
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  ["esm", "application.mjs"],
  ["cjs", "application.cjs"],
] as const)("in a bundle of format %s threads start and answer as here", async (format, file) => {
  await build({
    entryPoints: [join(root, "test/bundled/application.ts")],
    outfile: join(folder, file),
    bundle: true,
    format,
    platform: "node",
    external: NATIVE,
    logLevel: "error",
    logOverride: { "empty-import-meta": "silent" },
  });
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { cwd: folder, encoding: "utf8" });
  expect([stderr, status]).toEqual(["", 0]);
  if (availableParallelism() > 1) expect(here.threads).toBe(availableParallelism());
  expect(JSON.parse(stdout)).toEqual(here);
});
