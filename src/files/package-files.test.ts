import { join } from "node:path";
import { expect, test } from "vitest";
import { CODE, packageFile, placeOfCode } from "./package-files.ts";

test("code is where it says, unless a bundler has made that up: then where the process runs", () => {
  expect(placeOfCode(CODE)).toBe(CODE);
  expect(placeOfCode("/ROOT/node_modules/anygiven/dist/index.js")).toBe(join(process.cwd(), "bundle.js"));
});

test("a file of the package is found, and one that there is none of is named", () => {
  expect(packageFile("models/survey/config.json")).toMatch(/config\.json$/);
  expect(() => packageFile("models/none/config.json")).toThrow(
    "The file models/none/config.json of the package",
  );
});
