/** @file Bundles anygiven/browser and its worker for pages, with onnxruntime-web's own code but without its WebAssembly. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** @param folder where browser.js and browser-worker.js are written. */
export default async function buildBrowser(folder = `${root}dist`) {
  await build({
    entryPoints: {
      browser: `${root}src/browser/index.ts`,
      "browser-worker": `${root}src/runtime/web/session-worker.ts`,
    },
    outdir: folder,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "none",
    // With its WebAssembly in the bundle its threads hang.
    conditions: ["onnxruntime-web-use-extern-wasm"],
    logLevel: "error",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildBrowser();
