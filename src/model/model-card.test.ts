/** @file A model's card tells what its config holds, weaknesses by the numbers, and the same words everywhere. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { packageFile } from "../files/package-files.ts";
import { decodeModelConfig, encodeModelConfig, type ModelConfig } from "../networks/model-config.ts";
import type { TrainingReport } from "../networks/training-report.ts";
import { cardText, modelCard } from "./model-card.ts";
import { calibrationLines, weaknesses } from "./model-weaknesses.ts";

const survey = decodeModelConfig(
  readFileSync(packageFile("models/survey/config.json"), "utf8"),
  "config.json",
);
const report = survey.report as TrainingReport;
const made = {
  at: "2026-11-27T20:13Z",
  seconds: 5400,
  trainedRows: 120,
  heldOutRows: 14,
  versions: { anygiven: "0.1.0", node: "v22.1.0" },
  licence: "CC-BY-4.0",
};
const weak: ModelConfig = {
  ...survey,
  made,
  report: {
    ...report,
    heldOutRows: 14,
    columns: [
      { name: "teff", rows: 14, own: 1, gain: 0.1, error: 0.09, linearGain: 0.05 },
      { name: "logg", rows: 14, own: 1, gain: 0.5, error: 0.05, linearGain: 0.7 },
    ],
  },
};

test("the card has columns with units, what was done, versions and licence", () => {
  const card = modelCard(weak);
  for (const text of [
    "## Columns",
    "11290.57 K",
    "120 rows trained on, 14 held out",
    "2026-11-27T20:13Z after 90 minutes",
    "anygiven 0.1.0, node 22.1.0",
    "## Licence\n\nCC-BY-4.0",
    "--out MODEL",
  ])
    expect(card).toContain(text);
  expect(card.match(/```/g)?.length).toBeGreaterThan(3);
});

test("the card says how rows were held out, where not by chance", () => {
  const split = (splitBy: string) => modelCard({ ...weak, training: { ...survey.training, splitBy } });
  expect(split("star")).toContain("Held out are whole groups of rows with the same star:");
  expect(split("last:epoch")).toContain("Held out are the last rows by epoch:");
  expect(split("")).not.toContain("Held out are");
});

test("info says the same sentences, of the folder that it was asked about", () => {
  const text = cardText(weak, "mine");
  const sentences = modelCard(weak)
    .split("\n")
    .filter((line) => /^[A-Z1-9].*[a-z.]$/.test(line) && !line.includes("MODEL") && !line.includes("("));
  expect(sentences.length).toBeGreaterThan(6);
  for (const sentence of sentences.filter((line) => !line.startsWith("One model")))
    expect(text).toContain(sentence);
  expect(text).toContain("--out mine");
});

test("what is kept of the making is read again, and an older model has none", () => {
  expect(decodeModelConfig(encodeModelConfig(weak), "config.json").made).toEqual(made);
  const { made: _, ...older } = survey;
  expect(decodeModelConfig(encodeModelConfig(older), "config.json").made).toBeUndefined();
  expect(modelCard(older)).toContain("not known: an older anygiven made it");
  expect(modelCard(older)).toContain("none stated");
});

describe("weaknesses", () => {
  test("few rows, few held out, nothing learnt, a better linear model", () => {
    const said = weaknesses(weak).join("\n");
    expect(said).toContain("on 120 rows");
    expect(said).toContain("Only 14 rows");
    expect(said).toContain("Nothing was learnt of teff from");
    expect(said).toContain("answers better about logg");
  });

  test("are not said where the numbers don't", () => {
    expect(weaknesses(survey)).toHaveLength(2); // what holds of every model
  });

  test("columns that are mostly missing are named", () => {
    const [first, ...others] = survey.inspection?.columns ?? [];
    const inspection = {
      source: "t.csv",
      rows: 100,
      measured: 100,
      columns: [{ ...first, present: 40, missing: 60 }, ...others],
    };
    expect(weaknesses({ ...survey, inspection }).join("\n")).toContain("teff (60 %)");
  });
});

describe("calibration in words", () => {
  const lineOf = (of68: number, of95: number, heldOutRows: number, kept = false) => {
    const numbers = { kept, rows: 100, gain: 0.01, error: 0.001 };
    const recalibration = [
      { name: "x", coverage: { questions: 1000, of68, of95 }, sizes: [{ most: 0, numbers }] },
    ];
    return calibrationLines({ ...report, heldOutRows, recalibration }).at(-1) ?? "";
  };
  test.each([
    [0.68, 0.95, 1000, "as they should"],
    [0.6, 0.95, 1000, "too narrow"],
    [0.6, 0.95, 60, "as they should"], // so few rows tell no more
    [0.69, 0.9, 1000, "too narrow"],
    [0.8, 0.96, 1000, "too wide"],
  ])("%d and %d among %d rows: %s", (of68, of95, rows, words) => {
    expect(lineOf(of68, of95, rows)).toContain(words);
    expect(lineOf(of68, of95, rows)).not.toContain("since");
    expect(lineOf(of68, of95, rows, true)).toContain(`${words}, recalibrated since`);
  });

  test("where nothing was measured that is said", () => {
    expect(calibrationLines(undefined).join()).toContain("Not measured");
  });
});
