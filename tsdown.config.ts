import { defineConfig } from "tsdown";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    diffusion: "src/diffusion/index.ts",
    plot: "src/plot/index.ts",
    server: "src/server/index.ts",
    // Its types; its code is bundled for pages by scripts/build-browser.mjs.
    browser: "src/browser/index.ts",
    cli: "src/cli/main.ts",
  },
  external: [/^onnxruntime-web/],
  format: "esm",
  platform: "node",
  target: "node20",
  dts: {
    entry: ["index", "browser/index", "diffusion/index", "plot/index", "server/index"].map(
      (name) => `src/${name}.ts`,
    ),
  },
  sourcemap: false,
  // Inter (SIL Open Font License), for pictures.
  copy: ["400Regular/Inter_400Regular.ttf", "600SemiBold/Inter_600SemiBold.ttf", "LICENSE_FONT"].map(
    (file) => ({
      from: `node_modules/@expo-google-fonts/inter/${file}`,
      to: "fonts",
    }),
  ),
  outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
  // `prepare` builds during `npm ci` and `npm pack`: what they print is theirs.
  logLevel: "warn",
  checks: { pluginTimings: false },
});
