import { defineConfig } from "tsdown";

export default defineConfig({
  entry: {
    index: "src/index.ts",
    diffusion: "src/diffusion/index.ts",
    plot: "src/plot/index.ts",
    server: "src/server/index.ts",
    cli: "src/cli/main.ts",
  },
  format: "esm",
  platform: "node",
  target: "node20",
  dts: { entry: ["src/index.ts", "src/diffusion/index.ts", "src/plot/index.ts", "src/server/index.ts"] },
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
