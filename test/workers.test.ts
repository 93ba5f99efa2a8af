/** @file Any number of worker threads trains the same model: gradients are summed exactly, dropout goes by rows. */
import { availableParallelism } from "node:os";
import { describe, expect, test } from "vitest";
import { cells, initialise, parameterCount } from "../src/networks/parts/parameter-layout.ts";
import { networkOf } from "../src/networks/registry.ts";
import { generator } from "../src/numeric/generator.ts";
import type { Table } from "../src/table/table.ts";
import type { TrainOptions } from "../src/training/options.ts";
import { trainTable } from "../src/training/train-table.ts";

/** Eight columns that depend on one another, a fifth of the cells missing: rows of many lengths. */
function gappyTable(rows: number): Table {
  const random = generator(1, "gappy table");
  const columns = Array.from({ length: 8 }, () => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    const common = random.normal();
    for (const values of columns) {
      const value = common + random.normal();
      values[row] = random.uniform() < 0.2 ? Number.NaN : value;
    }
  }
  return {
    source: "gappy table",
    rows,
    columns: columns.map((values, index) => ({ name: `c${index}`, values })),
  };
}

const SEED = 3;
const STEPS = 12;
/** So many that the batches of both networks are cut into more parts than there are workers. */
const BATCH = 256;
const table = gappyTable(STEPS * BATCH);

const RUN: TrainOptions = {
  epochs: 1,
  batchSize: BATCH,
  validation: 0,
  seed: SEED,
  embeddingDim: 16,
  heads: 2,
  ffnDim: 32,
  encoderLayers: 2,
  headDim: 16,
  headLayers: 2,
  warmupSteps: 0,
  averaging: 0,
  keepBest: false,
  systemInfo: false,
};

/** The weights after the run, and how far they have come from their start, all as one vector. */
async function weightsAfter(preset: "paper" | "default", dropout: number, workers: number) {
  const { model, steps } = await trainTable(table, { ...RUN, preset, dropout, workers });
  expect(steps).toBe(STEPS);
  const { parameters } = networkOf(model.config.network);
  const start = new Float32Array(parameterCount(parameters));
  initialise(parameters, start, SEED);
  const weights = Float32Array.from(model.weights);
  // The same is added to all of a query's scores: nothing depends on these, and their gradients are rounding alone.
  for (const parameter of parameters.filter(({ name }) => name.endsWith("key.bias"))) {
    cells(weights, parameter).fill(0);
    cells(start, parameter).fill(0);
  }
  return { weights, change: distance(weights, start) };
}

function distance(a: Float32Array, b: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += (a[i] - b[i]) ** 2;
  return Math.sqrt(squares);
}

/** Of the way that the weights have come. Found: 4e-7 to 1.2e-6; with other masks, or a gradient left out, 0.1 and more. */
const ROUNDING = 1e-5;

describe.each(["paper", "default"] as const)("with the preset %s,", (preset) => {
  test.each([0, 0.2])("1, 2 and 3 workers train the same weights, with dropout %d", async (dropout) => {
    const one = await weightsAfter(preset, dropout, 1);
    expect(one.change).toBeGreaterThan(0.5);
    for (const workers of [2, 3]) {
      const more = await weightsAfter(preset, dropout, workers);
      expect(distance(more.weights, one.weights) / one.change, `${workers} workers`).toBeLessThan(ROUNDING);
    }
  });
});

test("another seed trains other weights", async () => {
  const one = await weightsAfter("default", 0.2, 1);
  const { model } = await trainTable(table, { ...RUN, preset: "default", dropout: 0.2, workers: 1, seed: 4 });
  expect(distance(model.weights, one.weights) / one.change).toBeGreaterThan(0.1);
});

test("more threads than could work at once are not started, and that is told", async () => {
  const told: string[] = [];
  const { model } = await trainTable(table, {
    ...RUN,
    preset: "paper",
    workers: 1000,
    onNotice: (sentence) => void told.push(sentence),
  });
  const { workers } = model.config.training as { readonly workers: number };
  expect(workers).toBe(Math.max(8, 4 * availableParallelism()));
  expect(told.join()).toContain(`${workers} worker threads instead of 1000`);
});
