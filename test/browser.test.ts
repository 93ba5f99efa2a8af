/**
 * @file anygiven in a page, in headless Chromium: the core bundled as it is, and the library for pages as it is shipped, answer what
 * Node answers; programs run in a worker; with threads, too, where the page is isolated.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { Model } from "../src/model/model.ts";
import { chromium, toldBy } from "./browser/chromium.ts";
import { answersOf, LEVELS } from "./browser/questions.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

if (!chromium) {
  console.warn(
    "test/browser.test.ts is skipped: there is no Chromium here (Debian: apt-get install chromium).",
  );
}

type Answers = Readonly<Record<string, readonly number[]>>;

/** Bundled without a shim: an import of Node, or of a library for Node, fails here. */
async function bundled(page: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, "test/browser", page)],
    bundle: true,
    format: "esm",
    platform: "browser",
    external: ["/anygiven/browser.js"],
    conditions: ["onnxruntime-web-use-extern-wasm"],
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0].text;
}

async function truth(): Promise<Answers> {
  const model = await Model.load("survey");
  const answers = await answersOf(model);
  await model.dispose();
  return answers;
}

/** To 1e-5 of the distance of the quartiles. */
function expectSame(told: Answers, known: Answers): void {
  expect(Object.keys(told)).toEqual(Object.keys(known));
  for (const [question, quantiles] of Object.entries(known)) {
    const spread = quantiles[LEVELS.indexOf(0.75)] - quantiles[LEVELS.indexOf(0.25)];
    quantiles.forEach((quantile, i) => {
      const answer = told[question][i];
      const difference = Math.abs(answer - quantile) / spread;
      expect(difference, `${question}: ${answer} for ${quantile}`).toBeLessThan(1e-5);
    });
  }
}

describe.skipIf(!chromium)("in headless Chromium", () => {
  test("the core, bundled as it is, answers as Node does", async () => {
    const told = await toldBy<{ own: Answers; fetched: Answers }>({
      scripts: { "/page.js": await bundled("page.ts") },
    });
    if ("failure" in told) throw new Error(told.failure);
    expectSame(told.own, await truth());
    expect(told.fetched).toEqual(told.own);
  });

  describe.each([
    ["with one thread", false],
    ["isolated, with threads", true],
  ])("anygiven/browser, %s", (_, isolated) => {
    interface Told {
      readonly isolated: boolean;
      readonly ofAddress: Answers;
      readonly ofFiles: Answers;
      readonly inPage: Answers;
      readonly complaints: readonly string[];
      readonly runsInWorker: boolean;
      readonly runsInPage: boolean;
      readonly requests: readonly string[];
    }
    let told: Told;
    beforeAll(async () => {
      const found = await toldBy<Told>({
        scripts: { "/page.js": await bundled("library-page.ts") },
        isolated,
      });
      if ("failure" in found) throw new Error(found.failure);
      told = found;
    });

    test("answers as Node does, from an address or from files, in a worker or in the page", async () => {
      expect(told.isolated).toBe(isolated);
      const known = await truth();
      for (const answers of [told.ofAddress, told.ofFiles, told.inPage]) expectSame(answers, known);
    });

    test("says what is wrong in a sentence", () => {
      const [absent, half] = told.complaints;
      expect(absent).toMatch(/^InputError: There is no model in .*\/nowhere/);
      expect(half).toMatch(/^InputError: There is no weights\.safetensors among the files/);
    });

    test("fetches nothing but the model and its own programs", () => {
      expect(
        told.requests.filter(
          (path) => !/^\/(survey|onnxruntime-web|anygiven|nowhere|page\.js|favicon\.ico)/.test(path),
        ),
      ).toEqual([]);
    });

    test("runs programs in a worker, unless the page is to run them", () => {
      expect([told.runsInWorker, told.runsInPage]).toEqual([true, true]);
    });
  });
});

test("the library for pages is small, and has nothing of Node", () => {
  const files = ["browser.js", "browser-worker.js", "browser-training.js"].map((name) =>
    readFileSync(join(root, "dist", name)),
  );
  const [page, worker, training] = files.map((file) => gzipSync(file).length);
  // Who only asks fetches the first two.
  expect(page + worker).toBeLessThan(250_000);
  expect(page + worker + training).toBeLessThan(600_000);
  for (const file of files)
    expect(file.toString()).not.toMatch(/from ?"node:|require\("node:|onnxruntime-node|duckdb/);
});
