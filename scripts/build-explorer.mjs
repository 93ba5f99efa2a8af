/**
 * @file Builds the explorer's page into dist/explorer: its scripts bundled as anygiven/browser's are, its style, and ONNX Runtime's
 * WebAssembly, so that a site is a copy of this folder and needs nothing from elsewhere.
 */
import { copyFileSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = `${root}src/explorer/page`;

/** @param folder where the site's files are written. */
export default async function buildExplorer(folder = `${root}dist/explorer`) {
  await build({
    entryPoints: {
      explorer: `${page}/main.tsx`,
      "answer-worker": `${page}/answer-worker.ts`,
      "service-worker": `${page}/service-worker.ts`,
    },
    outdir: folder,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    legalComments: "none",
    // As in scripts/build-browser.mjs.
    conditions: ["onnxruntime-web-use-extern-wasm"],
    logLevel: "error",
  });
  for (const file of ["index.html", "explorer.css", "icon.svg"])
    copyFileSync(`${page}/${file}`, `${folder}/${file}`);
  mkdirSync(`${folder}/ort`, { recursive: true });
  for (const file of ["ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"])
    copyFileSync(`${root}node_modules/onnxruntime-web/dist/${file}`, `${folder}/ort/${file}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildExplorer();
