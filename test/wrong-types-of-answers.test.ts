/** @file Public functions that train, answer, score, import and download, given seeded values of wrong types. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Diffusion, nearestNeighbourKl } from "../src/diffusion/index.ts";
import { writePublishedExample } from "../src/import/pytorch/torch-fixture.ts";
import * as library from "../src/index.ts";
import { temporaryFolder } from "./cli.ts";
import { expectRefusals, type RightCall } from "./wrong-values.ts";

const folder = temporaryFolder("wrong-types-of-answers");
const published = join(folder, "published");
writePublishedExample(published);
const model = await library.load("survey");
const logg = await model.density({ of: "logg", given: { teff: 4700 } });
const points = [[0], [1], [2]];
const diffusion = new Diffusion({ dimension: 1, width: 4, steps: 2 });
await diffusion.fit(points, { epochs: 1 });
const signal = new AbortController().signal;
const work = { signal, onProgress: () => undefined };
const table = () => ({
  source: "test",
  rows: 3,
  columns: [
    { name: "teff", values: new Float64Array([4700, 4800, 5000]), unit: "K" },
    { name: "logg", values: new Float64Array([2.5, 2.6, 3]), kind: "number" },
  ],
});
const columns = () => ({ teff: [4700, null], e_teff: [50, 60] });
const naming = { source: "test", units: { teff: "K" }, errors: { teff: "e_teff" } };
const flow = { steps: 15, solver: "heun", thirdOrder: 0.75, stages: [{ above: 1, levels: 17 }] };
const asking = { device: "cpu", threads: 1, flow, levels: new Float64Array([-1, 0, 1]) };
const training = {
  epochs: 1,
  batchSize: 32,
  learningRate: 1e-3,
  preset: "default",
  outputs: ["logg"],
  workers: 1,
  seed: 1,
  ...work,
  onEpoch: () => undefined,
};

/** Cells of several types are right, and of several targets one may be named. */
const GIVEN = /^0\.given\.|^0\.of$/;

const calls: Readonly<Record<string, RightCall>> = {
  train: {
    call: library.train,
    args: () => [table(), { ...training, ...asking, signal: AbortSignal.abort() }],
    refusal: /3 rows to train/,
  },
  load: { call: library.load, args: () => ["survey", asking] },
  evaluate: {
    call: library.evaluate,
    args: () => [model, table(), { of: ["logg"], given: ["teff"], bootstrap: 0, seed: 1, ...work }],
  },
  crossValidate: {
    call: library.crossValidate,
    args: () => [
      table(),
      { folds: 2, training: { epochs: 1 }, evaluation: {}, ...work, onFold: () => undefined },
    ],
    refusal: /3 rows, too few/,
    anything: /^1\.training\.|^1\.evaluation\./,
  },
  evaluateAttribution: {
    call: library.evaluateAttribution,
    args: () => [model, table(), { of: ["logg"], given: ["teff"], bootstrap: 0, seed: 1, ...work }],
  },
  evaluateAdvice: {
    call: library.evaluateAdvice,
    args: () => [
      model,
      table(),
      { of: "logg", given: [], candidates: ["teff"], bootstrap: 0, seed: 1, ...work },
    ],
  },
  evaluateJoint: {
    call: library.evaluateJoint,
    args: () => [
      model,
      table(),
      { of: ["teff", "logg"], given: [], size: 2, bootstrap: 0, seed: 1, ...work },
    ],
  },
  "Model.density": {
    call: model.density.bind(model),
    args: () => [{ of: "logg", given: { teff: 4700 } }],
    anything: GIVEN,
  },
  "Model.density of rows": {
    call: (rows, question) => model.density(rows, question),
    args: () => [[{ teff: 4700 }], { of: ["logg"], given: ["teff"] }],
    anything: /^0\.0\.|^1\.of$/,
  },
  "Model.density of a table": {
    call: (rows, question) => model.density(rows, question),
    args: () => [table(), { of: ["logg"], given: ["teff"] }],
    anything: /^0$|^1\.of$/,
  },
  "Model.sample": {
    call: model.sample.bind(model),
    args: () => [{ of: ["logg"], given: { teff: 4700 }, size: 2, seed: 1, method: "flow", joint: false }],
    anything: GIVEN,
  },
  "Model.sample, jointly": {
    call: model.sample.bind(model),
    args: () => [{ of: ["logg"], given: { teff: 4700 }, size: 2, seed: 1, order: "given", joint: true }],
    anything: GIVEN,
  },
  "Model.logPdf": {
    call: model.logPdf.bind(model),
    args: () => [[{ teff: 4700, logg: 2 }], { of: "logg", given: ["teff"] }],
    anything: /^0\.0\./,
  },
  "Model.predict": {
    call: (rows, question) => model.predict(rows, question),
    args: () => [table(), { of: ["logg"], given: ["teff"], quantiles: [0.05], ...work }],
    anything: /^0$|^1\.of$/,
  },
  "Model.impute": {
    call: model.impute.bind(model),
    args: () => [table(), { method: "median", interval: 0.9, seed: 1, columns: ["logg"], ...work }],
    anything: /^0$/,
  },
  "Model.synthesize": {
    call: model.synthesize.bind(model),
    args: () => [{ rows: 1, given: { teff: 4700 }, order: ["logg"], seed: 1, complete: true, ...work }],
    anything: GIVEN,
  },
  "Model.synthesizeBlocks": {
    call: (options) => model.synthesizeBlocks(options).next(),
    args: () => [{ rows: 1, order: 1, ...work }],
  },
  "Model.closestRecords": {
    call: model.closestRecords.bind(model),
    args: () => [table(), table()],
    anything: /^\d$/,
  },
  "Model.score": {
    call: model.score.bind(model),
    args: () => [table(), { of: ["logg"], ...work }],
    anything: /^0$/,
  },
  "Model.advise": {
    call: (question) => model.advise(question),
    args: () => [{ of: "logg", given: { teff: 4700 }, candidates: ["m_h"], size: 2, seed: 1 }],
    anything: GIVEN,
  },
  "Model.evaluate": {
    call: model.evaluate.bind(model),
    args: () => [table(), { of: ["logg"], given: ["teff"], bootstrap: 0, seed: 1, ...work }],
    anything: /^0$/,
  },
  "Model.load": { call: library.Model.load, args: () => ["survey", asking] },
  ksDistance: { call: library.ksDistance, args: () => [[0.1, 0.9]] },
  ksOfPerfectModel: { call: library.ksOfPerfectModel, args: () => [9] },
  densityJson: { call: library.densityJson, args: () => [logg] },
  importPublished: {
    call: library.importPublished,
    args: () => [
      published,
      join(folder, "out"),
      { epoch: 3, outputs: ["logg"], ...work, signal: AbortSignal.abort() },
    ],
  },
  getDataset: {
    call: library.getDataset,
    args: () => ["california", { from: "/nowhere", ...work }],
    refusal: /nowhere/,
  },
  "getDataset of one's own": {
    call: library.getDataset,
    args: () => [{ ...library.DATASETS[0], url: "/nowhere" }, {}],
    refusal: /nowhere/,
    anything: /^0\.(name|about|citation|rows|columns)/,
  },
  heldOutRows: {
    call: library.heldOutRows,
    args: () => ["survey", table()],
    refusal: /trained on 100000 rows, but/,
  },
  readSurvey: { call: library.readSurvey, args: () => [{ columns: ["teff"], precision: "auto", ...work }] },
  tableFromRows: {
    call: library.tableFromRows,
    args: () => [[{ teff: 4700, e_teff: 50 }], naming],
    anything: /^0\.\d+\./,
  },
  tableFromColumns: {
    call: library.tableFromColumns,
    args: () => [columns(), naming],
    anything: /^0\.\w+\.\d+$/,
  },
  Diffusion: {
    call: (options) => new Diffusion(options),
    args: () => [
      {
        dimension: 2,
        conditionDimension: 1,
        steps: 9,
        width: 4,
        layers: 1,
        schedule: "linear",
        betaStart: 1e-5,
        betaEnd: 0.1,
        seed: 1,
        standardise: true,
        smoothTime: false,
      },
    ],
  },
  "Diffusion.fit": {
    call: (...args: Parameters<Diffusion["fit"]>) => diffusion.fit(...args),
    args: () => [
      points,
      {
        epochs: 1,
        batchSize: 4,
        learningRate: 1e-3,
        weightDecay: 0,
        schedule: "cosine",
        averaging: 0.1,
        seconds: 1,
        ...work,
        onEpoch: () => undefined,
      },
    ],
  },
  "Diffusion.sample": {
    call: (...args: [{ returnSteps?: false }]) => diffusion.sample(...args),
    args: () => [{ size: 2, seed: 1, method: "flow", returnSteps: false, ...work }],
  },
  "Diffusion.noise": { call: diffusion.noise.bind(diffusion), args: () => [points, { step: 1, seed: 1 }] },
  "Diffusion.logPdf": { call: diffusion.logPdf.bind(diffusion), args: () => [points, work] },
  "Diffusion.save": { call: diffusion.save.bind(diffusion), args: () => [join(folder, "diffusion")] },
  "Diffusion.load": { call: Diffusion.load, args: () => [join(folder, "diffusion")] },
  nearestNeighbourKl: { call: nearestNeighbourKl, args: () => [[[0], [1]], [[2], [4]], { dimension: 1 }] },
};

test.each(Object.entries(calls))("%s refuses wrong types with an InputError", async (_, call) => {
  await expectRefusals(call, 100);
  expect(["published", "diffusion"]).toEqual(expect.arrayContaining(readdirSync(folder)));
});
