/** @file `anygiven plot`, `density --plot` and `evaluate --report`, asked of the model that comes with the package. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, test } from "vitest";
import { simulateSurvey } from "../examples/stars/simulator/survey.ts";
import { folderToAsk } from "../src/files/model-files.ts";
import { load } from "../src/index.ts";
import { writeTable } from "../src/table/files/write.ts";
import { temporaryFolder } from "./cli.ts";
import { anygivenHere } from "./cli-here.ts";

const folder = temporaryFolder("plot-commands");
const at = (file: string) => join(folder, file);

beforeAll(async () => {
  await writeTable(simulateSurvey({ rows: 400, seed: 7 }), at("stars.csv"));
});

test.each([
  ["density", ["survey", "--of", "logg", "--given", "teff=4700"], ["logg [dex]", "teff = 4700"]],
  [
    "density beside rows",
    ["survey", "--of", "logg", "--given", "teff=4700", "--data", "STARS", "--within", "teff=400"],
    ["rows with teff 4700 ± 400"],
  ],
  [
    "density of several questions beside rows",
    [
      "survey",
      "--of",
      "logg",
      "--given",
      "teff=4700",
      "--compare",
      "m_h=0",
      "--compare",
      "m_h=-1",
      "--data",
      "STARS",
      "--within",
      "teff=500",
    ],
    ["rows with teff 4700 ± 500"],
  ],
  [
    "density of several questions",
    ["survey", "--of", "logg", "--compare", "teff=3700,m_h=0", "--compare", "teff=5700"],
    ["teff = 3700, m_h = 0", "teff = 5700"],
  ],
  ["marginals", ["survey", "STARS", "--of", "teff,logg"], ["teff [K]", "KS 0."]],
  [
    "joint",
    ["survey", "--of", "teff,logg", "--reverse", "teff", "--size", "300"],
    ["teff [K]", "logg [dex]"],
  ],
  ["corner", ["survey", "--of", "teff,logg,m_h", "--size", "200", "--data", "STARS"], ["m_h [dex]", " rows"]],
  [
    "corner of a row",
    ["survey", "STARS", "--row", "3", "--of", "teff,logg", "--given", "bprp=1.1", "--size", "500"],
    ["true: teff ", "contours hold 39, 68 and 95\u00a0% of 500 samples"],
  ],
  [
    "joint with masses, a truth, a logarithm and a range",
    [
      "survey",
      ...["--of", "parallax,logg", "--size", "400", "--masses", "0.5,0.9", "--truth", "logg=4.4"],
      ...["--log", "parallax", "--range", "logg=1..5"],
    ],
    ["contours hold 50 and 90\u00a0% of 400 samples", "true: logg 4.4", "parallax [mas]", "outside the axes"],
  ],
  ["predictions", ["survey", "STARS", "--of", "teff", "--given", "bprp"], ["given bprp", "scatter"]],
  [
    "density of rows",
    ["survey", "STARS", "--row", "1,2", "--of", "logg"],
    ["row 1 (true: logg ", "row 2 (true: logg "],
  ],
  [
    "profile",
    ["survey", "--of", "logg", "--over", "teff", "--given", "m_h=0"],
    ["68 %", "logg [dex]", "teff [K]"],
  ],
  [
    "profile of a row",
    ["survey", "STARS", "--row", "2", "--of", "logg", "--over", "parallax", "--log", "parallax"],
    ["in row 2", "parallax [mas]"],
  ],
  ["calibration", ["survey", "STARS", "--of", "teff", "--given", "bprp"], ["KS distance", "promised share"]],
])("plot %s", async (name, words, texts) => {
  const out = at(`${name.replaceAll(" ", "-")}.svg`);
  const given = words.map((word) => (word === "STARS" ? at("stars.csv") : word));
  const { code: status, stderr } = await anygivenHere(
    "plot",
    name.split(" ")[0],
    ...given,
    "--out",
    out,
    "--theme",
    "dark",
  );
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const svg = readFileSync(out, "utf8");
  for (const text of texts) expect(svg).toContain(text);
  expect(svg).toContain("#12161d"); // the dark background
});

test("plot training draws metrics.csv, and says where there is none", async () => {
  mkdirSync(at("run"));
  const lines = [
    "epoch,step,seconds,loss,validation_loss,learning_rate,rows_per_second",
    "1,10,1,0.9,0.8,0.003,100",
    "2,20,2,0.7,0.75,0.002,100",
  ];
  writeFileSync(join(at("run"), "metrics.csv"), `${lines.join("\n")}\n`);
  expect((await anygivenHere("plot", "training", at("run"), "--out", at("losses.png"))).code).toBe(0);
  expect([...readFileSync(at("losses.png")).subarray(1, 4)]).toEqual(
    [..."PNG"].map((letter) => letter.charCodeAt(0)),
  );
  const { code: status, stderr } = await anygivenHere("plot", "training", folder, "--out", at("losses.svg"));
  expect(status).toBe(2);
  expect(stderr).toContain("has no metrics.csv");
});

test("a PDF and an SVG need no typeface, unless its text is to be text", async () => {
  const asked = ["plot", "density", "survey", "--of", "logg", "--out"];
  expect((await anygivenHere(...asked, at("logg.pdf"))).code).toBe(0);
  expect(readFileSync(at("logg.pdf"), "latin1")).toMatch(/^%PDF-1\.4\n[\s\S]*%%EOF\n$/);
  expect((await anygivenHere(...asked, at("outlined.svg"))).code).toBe(0);
  const outlined = readFileSync(at("outlined.svg"), "utf8");
  expect(outlined).not.toContain("<text");
  expect(outlined).toContain("<title>logg [dex]</title>");
  expect((await anygivenHere(...asked, at("text.svg"), "--text")).code).toBe(0);
  expect(readFileSync(at("text.svg"), "utf8")).toContain("<text");
});

test("density --plot draws the very distribution that is printed", async () => {
  const { code: status, stdout } = await anygivenHere(
    "density",
    "survey",
    "--of",
    "logg",
    "--given",
    "teff=4700",
    "--plot",
    at("kiel.svg"),
  );
  expect(status).toBe(0);
  expect(stdout).toContain("highest at");
  const same = await anygivenHere(
    "plot",
    "density",
    "survey",
    "--of",
    "logg",
    "--given",
    "teff=4700",
    "--out",
    at("same.svg"),
  );
  expect(same.code).toBe(0);
  expect(readFileSync(at("kiel.svg"), "utf8")).toBe(readFileSync(at("same.svg"), "utf8"));
});

test("evaluate --report leaves a page that needs nothing else, and the numbers it shows", async () => {
  const { code: status } = await anygivenHere(
    "evaluate",
    "survey",
    at("stars.csv"),
    "--of",
    "teff,logg",
    "--bootstrap",
    "20",
    "--attribution",
    "--report",
    at("report"),
  );
  expect(status).toBe(0);
  const page = readFileSync(join(at("report"), "index.html"), "utf8");
  const { document } = parseHTML(page);
  expect(document.querySelectorAll("figure > svg").length).toBe(9); // all columns, marginals, training; of teff and logg predictions, attribution, calibration
  // It begins with what it says in words, each number of which is below.
  const [verdict, ...others] = [...document.querySelectorAll("p.verdict, li")].map(
    (each) => each.textContent,
  );
  expect(verdict).toMatch(/as sure as/);
  expect(others).toHaveLength(2);
  expect(others[1]).toMatch(
    /^logg: 68 % intervals hold \d+ %, 90 % intervals hold \d+ %: .*; CRPS \d+ % below/,
  );
  const headings = [...document.querySelectorAll("h2")].map((each) => each.textContent);
  expect(headings).toEqual([
    "Predicted against true",
    "What each given column tells",
    "Column by column",
    "How the training went",
    "How it was trained",
  ]);
  expect(page).not.toMatch(/(src|href)="/);
  const numbers = JSON.parse(readFileSync(join(at("report"), "evaluation.json"), "utf8"));
  const rows = [...document.querySelectorAll("tr")]
    .map((row) => row.textContent)
    .filter((row) => row.startsWith("teff"));
  expect(rows.length).toBeGreaterThanOrEqual(2); // accuracy and calibration, then attribution
  expect(rows[0]).toContain(String(numbers.columns[0].questions));
  expect(rows[1]).toContain(numbers.columns[0].ks.value.toFixed(3));
  expect(existsSync(join(at("report"), "calibration.svg"))).toBe(true);
});

describe("mistakes are told in one sentence, and no file is left", () => {
  test.each([
    ["an unknown column", ["density", "survey", "--of", "teffs"], 'did you mean "teff"'],
    [
      "an ending that is no picture's",
      ["density", "survey", "--of", "teff", "--out", "x.jpg"],
      ".svg, .pdf or .png",
    ],
    [
      "a window without a table",
      ["density", "survey", "--of", "teff", "--within", "logg=1"],
      "name a table with it",
    ],
    [
      "a window of what is not given",
      ["density", "survey", "--of", "teff", "--data", "STARS", "--within", "logg=1"],
      "not given",
    ],
    [
      "no row like the question",
      ["density", "survey", "--of", "logg", "--given", "teff=99999", "--data", "STARS"],
      "widen the windows",
    ],
    ["one column together", ["joint", "survey", "--of", "teff"], "name 2 with --of, not 1"],
    ["an axis that is not asked", ["joint", "survey", "--of", "teff,logg", "--reverse", "m_h"], "not asked"],
    [
      "a unit of an unknown column",
      ["density", "survey", "--of", "teff", "--units", "tef=K"],
      'did you mean "teff"',
    ],
    ["a column that runs itself", ["profile", "survey", "--of", "teff", "--over", "teff"], "runs itself"],
    [
      "what runs given",
      ["profile", "survey", "--of", "teff", "--over", "logg", "--given", "logg=4"],
      "can't be given",
    ],
    ["a truth that is not asked", ["joint", "survey", "--of", "teff,logg", "--truth", "m_h=0"], "not asked"],
    ["a logarithm that is not drawn", ["density", "survey", "--of", "teff", "--log", "logg"], "is not drawn"],
    ["a range without a top", ["density", "survey", "--of", "teff", "--range", "teff=3000.."], "LOW..HIGH"],
    ["a range that descends", ["density", "survey", "--of", "teff", "--range", "teff=9..3"], "not ascend"],
    ["a size that is no picture's", ["density", "survey", "--of", "teff", "--width", "3"], "100 to 5000"],
    [
      "asked and given",
      ["density", "survey", "--of", "teff", "--given", "teff=5000"],
      "both asked and given",
    ],
  ])("%s", async (_, words, message) => {
    const given = words.map((word) => (word === "STARS" ? at("stars.csv") : word));
    const out = words.includes("--out") ? [] : ["--out", at("never.svg")];
    const { code: status, stderr } = await anygivenHere("plot", ...given, ...out);
    expect(stderr).toContain(message);
    // A given value that training has not seen the like of is told before.
    const lines = stderr.trim().split("\n");
    expect(lines.filter((line) => !line.endsWith("the answer is a guess."))).toHaveLength(1);
    expect(status).toBe(2);
    expect(existsSync(at("never.svg"))).toBe(false);
  });
});

describe("the model that comes with the package", () => {
  test("is small, knows its units, and has both kinds of stars at 4700 K", async () => {
    const model = await load("survey");
    expect(model.config.columns.find(({ name }) => name === "teff")!.unit).toBe("K");
    const logg = await model.density({ of: "logg", given: { teff: 4700 } });
    if (logg.kind !== "number") throw new Error("a category");
    // Of the simulated stars within 30 K of it 0.76 are giants; shares move by 0.1 between trainings.
    expect(logg.cdf(3.5)).toBeGreaterThan(0.6);
    expect(logg.cdf(3.5)).toBeLessThan(0.9);
    await model.dispose();
    const bytes = ["config.json", "metrics.csv", "weights.safetensors"].map(
      (file) => readFileSync(new URL(`../models/survey/${file}`, import.meta.url)).length,
    );
    expect(bytes.reduce((a, b) => a + b)).toBeLessThan(1_000_000);
  });

  test("makes way for one's own folder of that name", () => {
    mkdirSync(at("survey"));
    writeFileSync(join(at("survey"), "config.json"), "{}");
    const here = process.cwd();
    process.chdir(folder); // names of models are paths: relative to where one is
    try {
      expect(folderToAsk("survey")).toBe("survey");
    } finally {
      process.chdir(here);
    }
    expect(folderToAsk("survey")).toMatch(/models.survey$/);
    expect(folderToAsk("surveys")).toBe("surveys");
  });
});
