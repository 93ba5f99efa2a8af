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
    plugins: [itself],
  });
  const text =
    "/** @file Made by scripts/build-worker.mjs: src/worker.ts and all that it imports. */\n" +
    `export const WORKER_SOURCE: string =\n  ${JSON.stringify(outputFiles[0].text)};\n`;
  if (readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildWorker();
