/** @file Makes one text of src/worker.ts and all that it imports, and embeds it in a module: for the build, and before the tests. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = `${root}src/runtime/node/generated`;
const file = `${folder}/worker-source.ts`;

/** The text cannot hold itself: a thread is told it when it starts. */
const itself = {
  name: "itself",
  setup({ onLoad }) {
    onLoad({ filter: /generated[\\/]worker-source\.ts$/ }, () => ({
      contents:
        'import { workerData } from "node:worker_threads"; export const WORKER_SOURCE = workerData?.source ?? "";',
    }));
  },
};

/** Packages with files beside their code, which no text can hold: a thread loads them from where this package is installed. */
const installed = {
  name: "installed",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^@duckdb\/node-api$/ }, ({ path }) => ({ path, namespace: "installed" }));
    onLoad({ filter: /./, namespace: "installed" }, ({ path }) => ({
      contents: `module.exports = require("node:module").createRequire(globalThis.__filename)(${JSON.stringify(path)});`,
    }));
    // This one has no door for require(): it is imported by the path of its file.
    onLoad({ filter: /hdf5[\\/]h5wasm\.ts$/ }, () => ({
      contents: `import { existsSync } from "node:fs";
        import { createRequire } from "node:module";
        import { join } from "node:path";
        import { pathToFileURL } from "node:url";
        export const importH5wasm = () => {
          const folders = createRequire(globalThis.__filename).resolve.paths("h5wasm");
          const file = folders.map((folder) => join(folder, "h5wasm/dist/node/hdf5_hl.js")).find(existsSync);
          if (file === undefined) throw new Error("the package h5wasm is not installed where anygiven is");
          return import(pathToFileURL(file).href);
        };`,
    }));
  },
};

export default async function buildWorker() {
  mkdirSync(folder, { recursive: true });
  // The import is resolved before it is replaced.
  if (!existsSync(file)) writeFileSync(file, 'export const WORKER_SOURCE = "";\n');
  const { outputFiles } = await build({
    entryPoints: [`${root}src/worker.ts`],
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    write: false,
    logLevel: "error",
    // CommonJS has __filename instead, which is looked at first.
    logOverride: { "empty-import-meta": "silent" },
    plugins: [itself, installed],
  });
  const text =
    "/** @file Made by scripts/build-worker.mjs: src/worker.ts and all that it imports. */\n" +
    `export const WORKER_SOURCE: string =\n  ${JSON.stringify(outputFiles[0].text)};\n`;
  if (readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildWorker();
