/** @file Everything of `anygiven/plot`, given seeded values of wrong types. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as library from "../src/index.ts";
import * as plot from "../src/plot/index.ts";
import { temporaryFolder } from "./cli.ts";
import { expectRefusals, type RightCall } from "./wrong-values.ts";

const folder = temporaryFolder("wrong-types-of-plots");
const model = await library.load("survey");
const logg = await model.density({ of: "logg", given: { teff: 4700 } });
const stars = library.chosenRows(await library.readSurvey({ columns: ["teff", "logg"] }), [0, 1, 2, 3]);
const evaluation = await library.evaluate(model, stars, { of: ["logg"], given: ["teff"], bootstrap: 0 });
const { numbers } = evaluation.overall;
const options = { theme: "light", width: 500, height: 300, title: "title", subtitle: "below" };
const column = { name: "logg", unit: "dex", kind: "number" };
const theme = plot.themeOf("light");
const size = { width: 300, height: 200 };
const samples = [1, 2, 2, 3];
const epochs = [{ epoch: 1, loss: 1, validationLoss: 1, learningRate: 1e-3 }];
const figure = plot.trainingFigure(epochs);

const classes = {
  name: "kind",
  questions: 4,
  categories: ["a", "b"],
  calibrationError: 0.1,
  reliability: [{ from: 0, to: 0.1, answers: 4, probability: 0.05, share: 0 }],
  accuracy: { value: 0.5, lower: 0.4, upper: 0.6 },
  auc: { value: 0.5, lower: 0.4, upper: 0.6 },
  confusion: [
    [1, 1],
    [2, 0],
  ],
};
/** What pictures of reliability look at. */
const { accuracy: _, auc: __, confusion: ___, ...reliable } = classes;
const losses = { logScore: { value: 0.1, lower: 0, upper: 0.2 } };
const attribution = {
  name: "kind",
  questions: 4,
  given: [{ column: "x", rows: 4, rise: losses, alone: losses }],
};
const ends = [1, 2, 3];
const bands = { kind: "bands", median: ends, inner: [ends, ends], outer: [ends, ends] };

const calls: Readonly<Record<string, RightCall>> = {
  axisLabel: { call: plot.axisLabel, args: () => [column] },
  plottedOf: { call: plot.plottedOf, args: () => [model, "logg", { logg: "dex" }] },
  calibrationFigure: {
    call: plot.calibrationFigure,
    args: () => [numbers, { ...options, classes: [reliable] }],
    anything: /^0\./,
  },
  classesFigure: { call: plot.classesFigure, args: () => [classes, options], anything: /^0\./ },
  attributionFigure: { call: plot.attributionFigure, args: () => [attribution, options], anything: /^0\./ },
  reliabilityFigure: { call: plot.reliabilityFigure, args: () => [[reliable], options] },
  profileOf: {
    call: plot.profileOf,
    args: () => [
      model,
      { of: "logg", over: "teff", given: { m_h: 0 }, range: [4000, 5000], spacing: "even" },
    ],
    anything: /^1\.given/,
  },
  profileFigure: {
    call: plot.profileFigure,
    args: () => [
      { of: "logg", over: "teff", values: [1, 2, 3], answers: bands },
      column,
      { name: "teff" },
      { ...options, data: { x: samples, y: samples, label: "data" }, truth: [1, 2] },
    ],
  },
  cornerFigure: {
    call: plot.cornerFigure,
    args: () => [
      [
        { ...column, samples, data: samples },
        { ...column, samples, data: samples },
      ],
      { ...options, dataLabel: "data" },
    ],
  },
  densityFigure: {
    call: plot.densityFigure,
    args: () => [
      {
        column,
        answers: [{ label: "a", distribution: logg }],
        data: { label: "data", values: samples },
        range: [0, 5],
      },
      options,
    ],
  },
  densityPanel: {
    call: plot.densityPanel,
    args: () => [theme, size, { column, answers: [logg], data: samples, range: [0, 5], note: "note" }],
  },
  evaluationPage: {
    call: plot.evaluationPage,
    args: () => [evaluation, { theme: "light", model: "survey", figures: [figure] }],
    anything: /^0\./,
  },
  figureOf: {
    call: plot.figureOf,
    args: () => [
      theme,
      { title: "title", subtitle: "below", key: [{ label: "a", colour: "#000000", mark: "dot" }] },
      [[{ svg: "<svg></svg>", ...size }]],
    ],
  },
  jointFigure: {
    call: plot.jointFigure,
    args: () => [
      {
        columns: [column, column],
        samples: { x: samples, y: samples },
        data: { x: samples, y: samples, label: "data" },
        reverse: { x: true, y: false },
      },
      { ...options, style: "contours" },
    ],
  },
  marginalsOf: {
    call: plot.marginalsOf,
    args: () => [model, stars, { ...options, of: ["logg"], units: { logg: "dex" }, columns: 1, seed: 1 }],
  },
  measuredMarginals: {
    call: plot.measuredMarginals,
    args: () => [model, stars, { of: ["logg"], columns: 1 }],
  },
  predictionFigure: {
    call: plot.predictionFigure,
    args: () => [{ column, truth: samples, median: samples, sigma: samples }, options],
  },
  predictionsOf: {
    call: plot.predictionsOf,
    args: () => [model, stars, { of: "logg", given: ["teff"], units: { logg: "dex" } }],
  },
  skyFigure: {
    call: plot.skyFigure,
    args: () => [
      {
        longitude: samples,
        latitude: samples,
        frame: "equatorial",
        colour: { name: "ebv", unit: "mag", values: samples },
      },
      { ...options, frame: "galactic", order: 2 },
    ],
  },
  scatterOf: { call: plot.scatterOf, args: () => [{ truth: samples, median: samples }] },
  themeOf: { call: plot.themeOf, args: () => ["light"] },
  answerColour: { call: plot.answerColour, args: () => [theme, 0] },
  trainingFigure: { call: plot.trainingFigure, args: () => [epochs, options] },
  outlinedSvg: { call: plot.outlinedSvg, args: () => [figure], anything: /^0\.(title|width|height)/ },
  figurePdf: { call: plot.figurePdf, args: () => [figure] },
  figurePng: { call: plot.figurePng, args: () => [figure, 1] },
  writeFigure: {
    call: plot.writeFigure,
    args: () => [figure, join(folder, "figure.svg"), { text: false }],
    anything: /^0\.title/,
  },
};

test.each(Object.entries(calls))("%s refuses wrong types with an InputError", async (_, call) => {
  await expectRefusals(call, 100);
  expect(["figure.svg"]).toEqual(expect.arrayContaining(readdirSync(folder)));
});

test("every function of anygiven/plot is tried", () => {
  const functions = Object.entries(plot).filter(([, value]) => typeof value === "function");
  expect(Object.keys(calls).sort()).toEqual(functions.map(([name]) => name).sort());
});
