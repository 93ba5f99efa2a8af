/** @file Bundles anygiven/browser and its two workers for pages, with onnxruntime-web's own code but without its WebAssembly. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Of package.json a page needs the version, not the names of what Node depends on. */
const versionAlone = {
  name: "version alone",
  setup({ onLoad }) {
    onLoad({ filter: /\/package\.json$/ }, ({ path }) => {
      const { name, version } = JSON.parse(readFileSync(path, "utf8"));
      return { contents: JSON.stringify({ name, version }), loader: "json" };
    });
  },
};

/** @param folder where browser.js, browser-worker.js and browser-training.js are written. */
export default async function buildBrowser(folder = `${root}dist`) {
  await build({
    entryPoints: {
      browser: `${root}src/browser/index.ts`,
      "browser-worker": `${root}src/runtime/web/session-worker.ts`,
      "browser-training": `${root}src/browser/training-worker.ts`,
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
    plugins: [versionAlone],
    logLevel: "error",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildBrowser();
