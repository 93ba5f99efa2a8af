import { defineConfig, type UserConfig } from "tsdown";

const both: UserConfig = {
  external: [/^onnxruntime-web/],
  format: "esm",
  platform: "node",
  target: "node20",
  sourcemap: false,
  outExtensions: () => ({ js: ".js", dts: ".d.ts" }),
  // `prepare` builds during `npm ci` and `npm pack`: what they print is theirs.
  logLevel: "warn",
  checks: { pluginTimings: false },
};

const node = defineConfig({
  ...both,
  entry: {
    index: "src/index.ts",
    diffusion: "src/diffusion/index.ts",
    plot: "src/plot/index.ts",
    server: "src/server/index.ts",
    cli: "src/cli/main.ts",
  },
  dts: {
    entry: ["index", "diffusion/index", "plot/index", "server/index"].map((name) => `src/${name}.ts`),
  },
  // Inter (SIL Open Font License), for pictures.
  copy: ["400Regular/Inter_400Regular.ttf", "600SemiBold/Inter_600SemiBold.ttf", "LICENSE_FONT"].map(
    (file) => ({
      from: `node_modules/@expo-google-fonts/inter/${file}`,
      to: "fonts",
    }),
  ),
});

/**
 * The types alone: the code is bundled for pages by scripts/build-browser.mjs. By themselves, because where entries share all
 * their types, the bundler makes values of what is exported as a type.
 */
const browser = defineConfig({
  ...both,
  entry: { browser: "src/browser/index.ts" },
  dts: { emitDtsOnly: true },
  clean: false,
});

export default [node, browser];
