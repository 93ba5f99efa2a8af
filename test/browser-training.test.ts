/**
 * @file Training in a page, in headless Chromium: the same losses and answers as in Node, models on the way, an end when it is
 * stopped, a model that the command line opens, and no request.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Model } from "../src/model/model.ts";
import type { TrainingReport } from "../src/networks/training-report.ts";
import { tableFromRows } from "../src/table/from-values.ts";
import { trainTable } from "../src/training/train-table.ts";
import { chromium, toldBy } from "./browser/chromium.ts";
import { SETTINGS, trainingRows } from "./browser/training-table.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "page-training-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

if (!chromium) {
  console.warn(
    "test/browser-training.test.ts is skipped: there is no Chromium here (Debian: apt-get install chromium).",
  );
}

interface Told {
  readonly rows: {
    readonly losses: readonly (readonly [step: number, loss: number])[];
    readonly longest: number;
    readonly isolated: boolean;
    readonly isNewest: boolean;
    readonly answers: readonly number[];
    readonly early: readonly number[];
    readonly again: readonly number[];
    readonly files: readonly number[];
    readonly half: readonly number[];
    readonly zip: readonly number[];
  };
  readonly file: {
    readonly notices: readonly string[];
    readonly inspected: Readonly<Record<string, string>>;
    readonly report: TrainingReport;
    readonly answers: readonly number[];
  };
  readonly complaints: readonly string[];
}

async function bundled(page: string): Promise<string> {
  const { outputFiles } = await build({
    ...{ entryPoints: [join(root, "test/browser", page)], bundle: true, format: "esm", platform: "browser" },
    ...{ external: ["/anygiven/browser.js"], write: false, logLevel: "silent" },
  });
  return outputFiles[0].text;
}

/** The quantiles that the page asks for, in its order. */
async function answersOf(model: Model): Promise<number[]> {
  const mass = await model.density({ of: "mass", given: { size: 0.5, kind: "red" } });
  const size = await model.density({ of: "size", given: { mass: 1 } });
  if (!("quantile" in mass && "quantile" in size)) throw new Error("these are no numbers");
  return [0.05, 0.25, 0.5, 0.75, 0.95].flatMap((level) => [mass.quantile(level), size.quantile(level)]);
}

/** To a part of the distance of the quartiles. */
function expectNear(told: readonly number[], known: readonly number[], part: number): void {
  const spread = known[6] - known[2];
  known.forEach((value, i) => {
    expect(Math.abs(told[i] - value) / spread, `${told[i]} for ${value}`).toBeLessThan(part);
  });
}

let known: { readonly losses: readonly number[]; readonly model: Model };
beforeAll(async () => {
  if (!chromium) return;
  const losses: number[] = [];
  const onStep = ({ loss }: { readonly loss: number }) => losses.push(loss);
  const run = await trainTable(tableFromRows(trainingRows()), { ...SETTINGS, onStep });
  known = { losses, model: new Model(run.model) };
});

describe.skipIf(!chromium).each([
  ["isolated, with threads", true],
  ["with one thread", false],
])("a page that trains, %s", (_, isolated) => {
  const requests: string[] = [];
  let told: Told;
  beforeAll(async () => {
    const scripts = { "/page.js": await bundled("training-page.ts") };
    const found = await toldBy<Told>({ scripts, isolated, onRequest: (request) => requests.push(request) });
    if ("failure" in found) throw new Error(found.failure);
    told = found;
  });

  test("has the losses of Node, step by step, and its answers", async () => {
    expect(told.rows.isolated).toBe(isolated);
    expect(told.rows.losses.length).toBeGreaterThan(3);
    for (const [step, loss] of told.rows.losses)
      expect(Math.abs(loss / known.losses[step - 1] - 1), `step ${step}`).toBeLessThan(1e-4);
    expectNear(told.rows.answers, await answersOf(known.model), 1e-2);
  });

  test("is handed models on the way, and goes on meanwhile", () => {
    expect(told.rows.early).toHaveLength(10);
    expect(told.rows.early).not.toEqual(told.rows.answers);
    expect(told.rows.isNewest).toBe(true);
    // Against standing still for as long as the training takes; machines are busy.
    expect(told.rows.longest).toBeLessThan(3000);
  });

  test("saves a model that it opens again, and that the command line opens with the same answers", async () => {
    expect(told.rows.again).toEqual(told.rows.answers);
    expect(told.rows.files).toEqual(told.rows.answers);
    expect(told.rows.half).not.toEqual(told.rows.answers);
    expectNear(told.rows.half, told.rows.answers, 1e-3);
    const zip = join(folder, `small-${isolated}.zip`);
    writeFileSync(zip, Uint8Array.from(told.rows.zip));
    const opened = await Model.load(zip);
    expectNear(await answersOf(opened), told.rows.answers, 1e-5);
    const asked = ["density", zip, "--of", "mass", "--given", "size=0.5", "kind=red", "--json"];
    const said = execFileSync("node", [join(root, "dist/cli.js"), ...asked], { encoding: "utf8" });
    const { quantiles } = JSON.parse(said).of.mass;
    const [low, median, high] = [0.25, 0.5, 0.75].map((level) => quantiles[level]);
    const [, , own25, , own50, , own75] = told.rows.answers;
    for (const [value, own] of [
      [low, own25],
      [median, own50],
      [high, own75],
    ])
      expect(Math.abs(value - own) / (own75 - own25)).toBeLessThan(1e-5);
  });

  test("reads a file as Node does, and ends with a model when it is stopped", () => {
    const { inspected, notices, report, answers } = told.file;
    expect(inspected).toEqual({
      name: "left out",
      size: "number",
      kind: "category",
      mass: "number",
      age: "number",
    });
    expect(notices.join(" ")).toMatch(/Left out: name/);
    expect(report.ended).toBe("interrupted");
    expect(report.steps).toBeGreaterThanOrEqual(12);
    expect(answers.every(Number.isFinite)).toBe(true);
  });

  test("says what is wrong in the sentences of Node", () => {
    const [word, absent, setting, cancelled] = told.complaints;
    expect(word).toMatch(/^InputError: small\.csv, row 2 \(line 3\), column "y": "b" is not a number/);
    expect(absent).toMatch(/^InputError: .*\/nowhere\.csv can't be fetched \(status 404\)/);
    expect(setting).toMatch(/^InputError: .*epoch/);
    expect(cancelled).toMatch(/^InputError: The training was cancelled/);
  });

  test("asks for nothing but its own programs: no row leaves it", () => {
    const own =
      /^GET \/($|page\.js|favicon\.ico|anygiven\/browser(-worker|-training)?\.js|onnxruntime-web\/[\w.-]+|nowhere\.csv)$/;
    expect(requests.filter((request) => !own.test(request))).toEqual([]);
  });
});
