/**
 * @file Networks that are trained in turn: the second begins when the first is done, the model is the mean of both, its report
 * is worked out otherwise, and a run that is stopped in between ends as if it had not been.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { heldOutRows, Model, type Table } from "../src/index.ts";
import { networkOf, networkOfMembers } from "../src/networks/registry.ts";
import { generator } from "../src/numeric/generator.ts";
import { newestCheckpoint, readCheckpoint } from "../src/training/checkpoint.ts";
import { weightsOfAnother } from "../src/training/networks-in-turn.ts";
import type { TrainOptions } from "../src/training/options.ts";
import type { TrainedRun } from "../src/training/prepared-training.ts";
import { withoutRecalibration } from "../src/training/recalibration/recalibrate.ts";
import { trainTable } from "../src/training/train-table.ts";
import { temporaryFolder } from "./cli.ts";

const ROWS = 400;
const SEED = 3;

/** y = sin 2x + noise. */
function table(): Table {
  const random = generator(5, "in turn");
  const x = Float64Array.from({ length: ROWS }, () => random.normal());
  const y = x.map((value) => Math.sin(2 * value) + 0.3 * random.normal());
  return {
    source: "sine",
    rows: ROWS,
    columns: [
      { name: "x", values: x },
      { name: "y", values: y },
    ],
  };
}

const SMALL: TrainOptions = {
  seed: SEED,
  members: 1,
  turns: 2,
  embeddingDim: 16,
  heads: 2,
  ffnDim: 32,
  encoderLayers: 1,
  headDim: 16,
  headLayers: 1,
  freeNormals: 8,
  fixedNormals: 8,
  batchSize: 64,
  workers: 1,
  systemInfo: false,
  validation: 0.25,
};
const folder = temporaryFolder("in-turn");
const out = join(folder, "both");

let run: TrainedRun;
let firstEnded = 0;
const notices: string[] = [];
beforeAll(async () => {
  let step = 0;
  run = await trainTable(table(), {
    ...SMALL,
    out,
    onCheck: (check) => {
      step = check.step;
    },
    onNotice: (notice) => {
      if (!notice.startsWith("Network")) return;
      notices.push(notice);
      firstEnded ||= step;
    },
  });
});

test("the second begins when the first learns no more, and the run ends when it does so, too", () => {
  expect(notices).toEqual([
    "Network 1 learns no more: network 2 begins, and their answers will be averaged.",
  ]);
  expect(run.why).toBe("done");
  expect(firstEnded).toBeGreaterThan(500);
  expect(run.steps).toBeGreaterThan(firstEnded + 500);
  const { report, network } = run.model.config;
  expect(report).toMatchObject({ ended: "done", stoppedEarly: false, inTurn: { begun: 2, averaged: 2 } });
  expect(report?.keptStep).toBeGreaterThan(firstEnded);
  expect(networkOf(network).members).toBe(2);
  expect(readFileSync(join(out, "training.log"), "utf8")).toContain(notices[0]);
});

/** The model that each network is alone, none recalibrated; and that which they are together. */
function modelsOf({ model: { config, weights } }: TrainedRun): Model[] {
  const plain = withoutRecalibration(config);
  const half = weights.length / 2;
  const alone = { ...plain, network: networkOfMembers(config.network, 1) };
  return [
    new Model({ config: alone, weights: weights.slice(0, half) }),
    new Model({ config: alone, weights: weights.slice(half) }),
    new Model({ config: plain, weights }),
  ];
}

test("the model's density is the mean of theirs, and they differ", async () => {
  const models = modelsOf(run);
  const [first, second, both] = await Promise.all(
    models.map(async (model) => {
      const answer = await model.density({ of: "y", given: { x: 0.7 } });
      if (answer.kind !== "number") throw new Error("y is no number");
      return [-1, 0, 0.5, 1, 1.5].map((y) => answer.pdf(y));
    }),
  );
  both.forEach((density, i) => {
    const mean = (first[i] + second[i]) / 2;
    expect(Math.abs(density - mean)).toBeLessThan(1e-4 * (1 + mean));
  });
  expect(Math.max(...first.map((density, i) => Math.abs(density - second[i])))).toBeGreaterThan(0.005);
  for (const model of models) await model.dispose();
});

test("the report tells what both reach together", async () => {
  const [, , both] = modelsOf(run);
  const rows = await heldOutRows(out, table());
  const told = await both.logPdf(rows, { of: "y" });
  const mean = told.reduce((sum, log) => sum + log, 0) / told.length;
  const reached = run.model.config.report?.columns.find(({ name }) => name === "y");
  const scale = run.model.config.columns[1].encoding.scale;
  expect(Math.abs(mean + Math.log(scale) - (reached!.gain - reached!.own))).toBeLessThan(2e-3);
  await both.dispose();
});

test("stopped while the second learns, the model is what is known by then; resumed, it ends as if it had not been", async () => {
  const stopped = join(folder, "stopped");
  const stop = new AbortController();
  const part = await trainTable(table(), {
    ...SMALL,
    out: stopped,
    signal: stop.signal,
    onCheck: ({ step }) => {
      if (step > firstEnded + 200) stop.abort();
    },
  });
  expect(part.why).toBe("interrupted");
  expect(part.model.config.report).toMatchObject({ ended: "interrupted", inTurn: { begun: 2 } });
  const asked = await Model.load(stopped);
  expect(asked.training).toEqual(part.model.config.report);
  await asked.dispose();
  expect(await newestCheckpoint(stopped)).toBeDefined();
  const resumed = await trainTable(table(), { ...SMALL, out: stopped, resume: true });
  expect(resumed.steps).toBe(run.steps);
  expect(resumed.model.config.report).toEqual(run.model.config.report);
  expect(Buffer.from(resumed.model.weights.buffer).equals(Buffer.from(run.model.weights.buffer))).toBe(true);
});

test("a second network that had hardly any time is not averaged, and the report says so", async () => {
  const stop = new AbortController();
  const short = join(folder, "short");
  const part = await trainTable(table(), {
    ...SMALL,
    out: short,
    signal: stop.signal,
    onStep: ({ epoch, stepOfEpoch, stepsPerEpoch }) => {
      if (epoch * stepsPerEpoch + stepOfEpoch >= firstEnded + 2) stop.abort();
    },
  });
  expect(part.steps).toBe(firstEnded + 2);
  const { report, network } = part.model.config;
  expect(report).toMatchObject({ inTurn: { begun: 2, averaged: 1 }, keptStep: firstEnded });
  expect(networkOf(network).members).toBe(1);
  // Its steps are counted from its own beginning: after two, the average of its weights is near them and not near their start.
  const { parameters } = networkOf(network);
  const state = await readCheckpoint((await newestCheckpoint(short)) ?? "", parameters);
  const start = weightsOfAnother(network, SEED, 1);
  const distance = (other: Float32Array) =>
    Math.hypot(...other.map((weight, i) => weight - state.weights[i]));
  expect(distance(start)).toBeGreaterThan(0);
  expect(distance(state.average ?? start)).toBeLessThan(0.3 * distance(start));
});

test("resumed when it is done, it is what it was", async () => {
  const again = await trainTable(table(), { ...SMALL, out, resume: true });
  expect([again.why, again.steps]).toEqual(["done", run.steps]);
  expect(Buffer.from(again.model.weights.buffer).equals(Buffer.from(run.model.weights.buffer))).toBe(true);
});

test("another model may start from both", async () => {
  const started = await trainTable(table(), { from: out, epochs: 2, workers: 1, systemInfo: false });
  expect(networkOf(started.model.config.network).members).toBe(2);
});

afterAll(() => expect(notices.length).toBe(1));
