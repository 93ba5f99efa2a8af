/**
 * @file The explorer in headless Chromium, as a person uses it: a drag gives a value and all columns answer as Node does, an address
 * restores what was found, keys do what the mouse does, nothing is fetched from elsewhere, and it opens without a network.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommandLine } from "../src/cli/program.ts";
import { readSurvey } from "../src/datasets/survey.ts";
import type { SampledRows, SiteList } from "../src/explorer/site-format.ts";
import { packageFile } from "../src/files/package-files.ts";
import { Model } from "../src/model/model.ts";
import type { Given } from "../src/model/question-table.ts";
import { readModelConfig } from "../src/model/trained-model.ts";
import { serve } from "../src/server/serve.ts";
import { readTable } from "../src/table/files/read.ts";
import { tableColumn } from "../src/table/table.ts";
import { chromium } from "./browser/chromium.ts";
import { DrivenPage } from "./browser/driven.ts";
import { type SiteServer, servedFolder } from "./browser/site-server.ts";

if (!chromium)
  console.warn(
    "test/explorer.test.ts is skipped in part: there is no Chromium here (Debian: apt-get install chromium).",
  );

const folder = mkdtempSync(join(tmpdir(), "anygiven-explorer-"));
const site = join(folder, "site");
let model: Model;

beforeAll(async () => {
  expect(await runCommandLine(["explore", "survey", "--out", site])).toBe(0);
  model = await Model.load("survey");
});
afterAll(async () => {
  await model.dispose();
  rmSync(folder, { recursive: true, force: true });
});

test("a site holds the model, and a sample of the table's own rows", async () => {
  const list = JSON.parse(readFileSync(join(site, "site.json"), "utf8"));
  expect(list.models).toEqual([
    {
      name: "survey",
      folder: "models/survey",
      rows: "models/survey/rows.json",
      command: { model: "survey" },
    },
  ]);
  const sampled = JSON.parse(readFileSync(join(site, "models/survey/rows.json"), "utf8")) as SampledRows;
  expect([sampled.rows, sampled.numbers.length]).toEqual([20_000, 4000]);
  const survey = await readSurvey();
  for (const { name, values } of sampled.columns) {
    const own = survey.columns.find((each) => each.name === name)!.values;
    for (const i of [0, 1234, 3999]) {
      const cell = own[sampled.numbers[i] - 1];
      expect(values[i]).toBe(Number.isNaN(cell) ? null : Number(cell.toPrecision(7)));
    }
  }
});

test("without a model named a site has the three of the package, with their tables", async () => {
  const all = join(folder, "all");
  expect(await runCommandLine(["explore", "--out", all])).toBe(0);
  const list = JSON.parse(readFileSync(join(all, "site.json"), "utf8")) as SiteList;
  expect(list.models.map(({ name }) => name)).toEqual(["survey", "penguins", "moons"]);
  const rows = JSON.parse(readFileSync(join(all, list.models[1].rows!), "utf8")) as SampledRows;
  const penguins = await readTable(packageFile("data/penguins.csv"));
  expect([rows.rows, rows.numbers.length, rows.source]).toEqual([344, 344, "penguins"]);
  const species = tableColumn(penguins, "species");
  const { encoding } = (await readModelConfig(join(all, "models/penguins"))).columns.find(
    ({ name }) => name === "species",
  )!;
  const names = rows.columns
    .find(({ name }) => name === "species")!
    .values.map((index) => encoding.categories[index!]);
  expect(names).toEqual(Array.from(species.values, (index) => species.categories![index]));
});

test("the page names nothing that lies elsewhere", () => {
  for (const file of ["index.html", "explorer.css", "explorer.js", "answer-worker.js", "service-worker.js"]) {
    const text = readFileSync(join(site, file), "utf8");
    // Names of XML, which nothing is fetched from, and addresses in ONNX Runtime's messages.
    const addresses = text.match(/https?:\/\/[\w.-]+/g) ?? [];
    const others = addresses.filter(
      (each) =>
        !/www\.w3\.org|github\.com|web\.dev|crbug\.com|onnxruntime\.ai|developer\.mozilla\.org/.test(each),
    );
    expect(others, file).toEqual([]);
  }
});

const slider = (name: string) => `.line[data-name="${name}"] [role="slider"]`;
const isAnswered = (name: string) => `document.querySelector('.line[data-name="${name}"] .density')`;

describe.skipIf(!chromium)("in headless Chromium", () => {
  let server: SiteServer;
  let page: DrivenPage;
  const number = (name: string) =>
    page.value<number>(`Number(document.querySelector('${slider(name)}').getAttribute("aria-valuenow"))`);
  const given = async () => {
    await new Promise((resolve) => setTimeout(resolve, 400)); // the address follows a moment later
    const words = new URLSearchParams((await page.value<string>("location.hash")).slice(1));
    return Object.fromEntries(words.getAll("g").map((text) => text.split("=")));
  };
  const sentence = () => page.value<string>(`document.querySelector("#answer").textContent`);
  /** To 1e-4 of the spread; waits for the answer, which comes a few milliseconds after the value. */
  const expectNodesAnswer = async (of: string, known: Given) => {
    const truth = await model.density({ of, given: known });
    if (truth.kind !== "number") throw new Error(`${of} is no number`);
    const [median, near] = [truth.median(), 1e-4 * truth.std()];
    await page.until(
      `Math.abs(document.querySelector('${slider(of)}').getAttribute("aria-valuenow") - ${median}) < ${near}`,
      60,
    );
  };
  const opened = async (hash = "") => {
    await page.open(server.address + hash);
    await page.until(isAnswered("m_h"));
  };

  beforeAll(async () => {
    server = await servedFolder(site);
    page = await DrivenPage.start({ width: 1440, height: 900, still: true });
  });
  afterAll(async () => {
    await page?.close();
    await server?.close();
  });

  test("a drag on a strip gives a value, and the others answer as Node does", async () => {
    await opened();
    await expectNodesAnswer("logg", {});
    await page.drag(await page.placeIn(slider("teff"), 0.3), await page.placeIn(slider("teff"), 0.22));
    const teff = Number((await given()).teff);
    expect(teff).toBeGreaterThan(3500);
    expect(await number("teff")).toBe(teff);
    for (const of of ["logg", "m_h", "parallax"]) await expectNodesAnswer(of, { teff });
    expect(await sentence()).toMatch(new RegExp(`^Given teff ${teff} K, logg is `));
  });

  test("a click on the marker lets go", async () => {
    const at = await page.placeIn(slider("teff"), 0.22);
    await page.click(at);
    await page.until(`!document.querySelector('.line[data-name="teff"] .marker')`);
    await expectNodesAnswer("logg", {});
  });

  test("an edge dragged gives an error, and a range has both ends", async () => {
    await page.click(await page.placeIn(slider("teff"), 0.3));
    const { x, y } = await page.placeIn(slider("teff"), 0.3, 0.4);
    await page.drag({ x: x + 15, y }, { x: x + 75, y });
    const [value, error] = (await given()).teff.split("+-").map(Number);
    expect(error).toBeGreaterThan(100);
    await expectNodesAnswer("logg", { teff: { value, error } });
    await page.value(`document.querySelector('.line[data-name="teff"] .readout button').click()`);
    const [lower, upper] = (await given()).teff.split("..").map(Number);
    expect(upper - lower).toBeCloseTo(2 * error, 6);
    await expectNodesAnswer("logg", { teff: { lower, upper } });
  });

  test("keys give, move, widen and let go, and say so", async () => {
    await opened("#of=logg");
    await page.value(`document.querySelector('${slider("jk")}').focus()`);
    const text = () => page.value<string>(`document.activeElement.getAttribute("aria-valuetext")`);
    expect(await text()).toMatch(/^about .* mag, 90 percent between/);
    await page.key("ArrowRight");
    const first = Number((await given()).jk);
    await page.key("ArrowRight");
    const second = Number((await given()).jk);
    expect(second).toBeGreaterThan(first);
    await expectNodesAnswer("teff", { jk: second });
    expect(await text()).toBe(`given as ${second} mag`);
    await page.key("+");
    expect((await given()).jk).toMatch(new RegExp(`^${second}\\+-0\\.01`));
    await page.key("Delete");
    expect(await given()).toEqual({});
    expect(await page.value(`document.activeElement.getAttribute("role")`)).toBe("slider");
  });

  test("an address restores what was found, and two questions compared", async () => {
    const hash = "#g=teff%3D4700%2B-50&g=jk%3D0.6..0.75&with=logg%3D4.5&of=m_h&x=m_h&y=logg";
    await opened(hash);
    expect(await given()).toEqual({ teff: "4700+-50", jk: "0.6..0.75" });
    const known = { teff: { value: 4700, error: 50 }, jk: { lower: 0.6, upper: 0.75 } };
    await expectNodesAnswer("m_h", known);
    await page.until(`document.querySelector('.line[data-name="m_h"] .other')`);
    await page.until(
      `document.querySelector(".contours.density path") && document.querySelector(".contours.other path")`,
    );
    expect(
      await page.value("[...document.querySelectorAll('.pair select')].map((each) => each.value)"),
    ).toEqual(["m_h", "logg"]);
    await page.value(`document.querySelector("header .compared").click()`);
    expect(await given()).toEqual({ logg: "4.5" });
    await expectNodesAnswer("m_h", { logg: 4.5 });
  });

  test("says what to measure next, how unusual the question is, and which rows are near", async () => {
    await opened("#g=teff%3D3500&g=logg%3D1&g=jk%3D0.1&of=m_h");
    await page.until(`/No row is like this/.test(document.querySelector(".sentence").textContent)`);
    expect(await page.value("document.querySelectorAll('table.rows tbody tr').length")).toBe(6);
    await opened("#g=teff%3D4700&of=logg");
    await page.until(`/Like the data/.test(document.querySelector(".sentence").textContent)`);
    await page.value("document.querySelectorAll('[role=tab]')[1].click()");
    await page.until("document.querySelectorAll('.next li').length === 8");
    const [best] = await model.advise({ of: "logg", given: { teff: 4700 } });
    expect(await page.value("document.querySelector('.next .name').textContent")).toBe(best.column);
    await page.value("document.querySelectorAll('[role=tab]')[2].click()");
    const code = await page.value<string>("document.querySelector('pre').textContent");
    expect(code).toBe("npx anygiven density survey --of logg \\\n  --given teff=4700");
  });

  test("a click on a name gives it, and another model can be chosen", async () => {
    const all = await servedFolder(join(folder, "all"));
    await page.open(`${all.address}#model=moons&of=y`);
    await page.until(isAnswered("y"));
    await page.value(
      `(() => { const choice = document.querySelector("header select"); choice.value = "penguins"; choice.dispatchEvent(new Event("change")); })()`,
    );
    await page.until(isAnswered("body_mass"));
    await page.click(await page.placeIn('.line[data-name="species"] button[aria-label^="Gentoo"]', 0.5));
    expect(await given()).toEqual({ species: "Gentoo" });
    const penguins = await Model.load("penguins");
    const truth = await penguins.density({ of: "body_mass", given: { species: "Gentoo" } });
    await penguins.dispose();
    if (truth.kind !== "number") throw new Error("a mass is a number");
    await page.until(
      `Math.abs(document.querySelector('${slider("body_mass")}').getAttribute("aria-valuenow") - ${truth.median()}) < 1`,
    );
    await page.click(await page.placeIn('.line[data-name="species"] button[aria-label^="Gentoo"]', 0.5));
    expect(await given()).toEqual({});
    await page.open("about:blank");
    await all.close();
  });

  test("fits a phone, in the dark", async () => {
    await page.look({ width: 390, height: 844, dark: true, still: true });
    await opened("#g=teff%3D4700&of=logg");
    expect(await page.value("document.documentElement.scrollWidth")).toBe(390);
    expect(await page.value("document.documentElement.dataset.theme")).toBe("dark");
    await page.look({ width: 1440, height: 900, still: true });
  });

  test("moves a value by itself until somebody takes over", async () => {
    await page.look({ width: 1440, height: 900 });
    await page.open(server.address);
    await page.until(`document.querySelector('.line[data-name="teff"] .marker')`);
    await page.click(await page.placeIn(slider("logg"), 0.5));
    expect(Object.keys(await given())).toEqual(["logg"]);
    await page.look({ width: 1440, height: 900, still: true });
  });

  test("complains of nothing, and fetched nothing from elsewhere", () => {
    expect(page.complaints).toEqual([]);
    expect(page.requests.length).toBeGreaterThan(10);
    const others = page.requests.filter(
      (each) => !/^http:\/\/127\.0\.0\.1:/.test(each) && !/^(data|blob|about):/.test(each),
    );
    expect(others).toEqual([]);
  });

  test("opens without a network once it was opened", async () => {
    await opened();
    await page.until("navigator.serviceWorker.controller");
    await page.until(
      `caches.keys().then(async ([name]) => (await (await caches.open(name)).keys()).length >= 12)`,
    );
    await server.close();
    await opened("#g=teff%3D5000&of=logg");
    await expectNodesAnswer("logg", { teff: 5000 });
    server = await servedFolder(site);
  });

  test("works in a page that is isolated from other sites, too", async () => {
    const isolated = await servedFolder(site, true);
    await page.open(`${isolated.address}#g=teff%3D5000&of=logg`);
    await page.until(isAnswered("logg"));
    expect(await page.value("crossOriginIsolated")).toBe(true);
    await expectNodesAnswer("logg", { teff: 5000 });
    await isolated.close();
  });

  test("is a page of the server, for the models that are served", async () => {
    const running = await serve(["survey"], { port: 0, log: () => {} });
    await page.open(`${running.url}/explore#g=teff%3D5000&of=logg`);
    await page.until(isAnswered("logg"));
    await expectNodesAnswer("logg", { teff: 5000 });
    expect((await fetch(`${running.url}/explore/models/survey/metrics.csv`)).status).toBe(404);
    await page.open("about:blank");
    await running.close();
  });
});
