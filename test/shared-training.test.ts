/** @file Training the preset "default", with either head: resumed bit for bit, and measurement errors taken out. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { Model } from "../src/model/model.ts";
import { HEAD_NAMES } from "../src/networks/query/heads/registry.ts";
import { generator } from "../src/numeric/generator.ts";
import type { Table } from "../src/table/table.ts";
import type { TrainOptions } from "../src/training/options.ts";
import { sizeSettings } from "../src/training/presets.ts";
import { trainTable } from "../src/training/train-table.ts";
import type { QueryTrainingSettings } from "../src/training/training-settings.ts";

const folder = mkdtempSync(join(tmpdir(), "anygiven-shared-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SMALL: TrainOptions = {
  preset: "default",
  embeddingDim: 16,
  heads: 2,
  ffnDim: 32,
  encoderLayers: 1,
  headDim: 32,
  headLayers: 1,
  frequencies: 4,
  pointMasses: false,
  transform: "none",
  dropout: 0,
  workers: 1,
  systemInfo: false,
};

/** Enough for a table of some thousand rows and few columns. */
const BRIEF = { epochs: 6, learningRate: 5e-3 };

/** x = truth + error, both standard normal; y follows the truth. */
function measured(rows: number): Table {
  const random = generator(1, "measured");
  const [x, y, errors] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows).fill(1)];
  for (let row = 0; row < rows; row++) {
    const truth = random.normal();
    x[row] = truth + random.normal();
    y[row] = truth + 0.5 * random.normal();
  }
  return {
    source: "measured",
    rows,
    columns: [
      { name: "x", values: x, errors },
      { name: "y", values: y },
    ],
  };
}

test.each(HEAD_NAMES)(
  "head %s: a run that is stopped and gone on with gives the weights of one that was not, bit for bit",
  async (head) => {
    const table = measured(300);
    const [whole, halves] = [join(folder, `whole-${head}`), join(folder, `halves-${head}`)];
    const weights = (path: string) => readFileSync(join(path, "weights.safetensors"));
    const options = {
      ...SMALL,
      head,
      dropout: 0.1,
      batchSize: 64,
      workers: 2,
      keepBest: false,
      averaging: 0,
    };
    await trainTable(table, { ...options, epochs: 4, out: whole });
    await trainTable(table, { ...options, epochs: 1, out: halves });
    const halfway = weights(halves);
    await trainTable(table, { ...options, epochs: 4, out: halves, resume: true });
    expect(weights(halves).equals(weights(whole))).toBe(true);
    expect(weights(halves).equals(halfway)).toBe(false);
  },
);

test("a limit of time alone lifts that of epochs, for a fresh run and one gone on with", async () => {
  const table = measured(200);
  const out = join(folder, "timed");
  const fresh = await trainTable(table, { ...SMALL, batchSize: 32, epochs: 1, out });
  expect(fresh.why).toBe("finished");
  const timed = await trainTable(table, { seconds: 0.2, out, resume: true });
  expect(timed.why).toBe("out of time"); // not "finished", as it is after the one epoch
  const other = await trainTable(table, { ...SMALL, batchSize: 32, seconds: 0.2 });
  expect(other.why).toBe("out of time");
});

test("a model keeps its size when its training goes on", async () => {
  const table = measured(200);
  const out = join(folder, "sized");
  await trainTable(table, { ...SMALL, batchSize: 32, epochs: 1, out });
  await expect(trainTable(table, { size: "large", out, resume: true })).rejects.toThrow("leave `size` out");
});

test("a size suits the table, and long tables are gone through less often", () => {
  const of = (rows: number, columns: number) => sizeSettings("default", undefined, { rows, columns });
  expect(of(20_000, 9).embeddingDim).toBe(32);
  expect(of(500_000, 9).embeddingDim).toBeUndefined();
  expect(of(20_000, 118).embeddingDim).toBe(128);
  expect(of(100, 4).batchSize).toBe(8);
  expect(of(20_000, 9).epochs).toBe(200);
  expect([of(4000, 9).dropout, of(20_000, 9).dropout]).toEqual([0.1, 0]);
  expect(of(10_000_000, 9).epochs).toBe(2);
  expect([of(20_000, 10).fewGiven, of(20_000, 11).fewGiven]).toEqual([0, 0.5]);
  expect([of(20_000, 15).counted, of(20_000, 16).counted]).toEqual([false, undefined]);
  expect([of(2999, 9).members, of(3000, 9).members]).toEqual([4, undefined]);
  expect([of(4999, 9).fixedNormals, of(5000, 9).fixedNormals]).toEqual([0, undefined]);
  // Only mixtures have normals, and can be averaged.
  const few = { rows: 100, columns: 3, head: "diffusion" } as const;
  const { members, fixedNormals } = sizeSettings("default", undefined, few);
  expect([members, fixedNormals]).toEqual([undefined, undefined]);
});

test("the best weights are kept, also where a run is gone on with after them", async () => {
  // Two columns of noise: there is nothing to learn, so that the held-out score is best early and then falls.
  const random = generator(1, "noise");
  const columns = ["x", "y"].map((name) => ({
    name,
    values: Float64Array.from({ length: 100 }, () => random.normal()),
  }));
  const table: Table = { source: "noise", rows: 100, columns };
  const options: TrainOptions = {
    ...SMALL,
    batchSize: 16,
    validation: 0.3,
    learningRate: 0.01,
    warmupSteps: 20,
    schedule: "constant",
    epochs: 400,
  };
  const weights = (name: string) => readFileSync(join(folder, name, "weights.safetensors"));
  const { steps, model } = await trainTable(table, { ...options, out: join(folder, "overfit") });
  const { keptStep = steps } = model.config.report ?? {};
  expect(keptStep).toBeLessThan(steps / 2);
  const stop = new AbortController();
  const onCheck: TrainOptions["onCheck"] = ({ step }) => {
    if (step === keptStep) stop.abort();
  };
  const ended = await trainTable(table, {
    ...options,
    onCheck,
    signal: stop.signal,
    out: join(folder, "best"),
  });
  expect(ended.steps).toBe(keptStep);
  expect(weights("overfit").equals(weights("best"))).toBe(true);
  await trainTable(table, { ...options, epochs: 250, out: join(folder, "on") });
  await trainTable(table, { ...options, out: join(folder, "on"), resume: true });
  expect(weights("on").equals(weights("best"))).toBe(true);
});

describe.each(HEAD_NAMES)(
  "of a normal measured with an error as wide as itself, the head %s finds",
  (head) => {
    const width = async (measurementErrors: QueryTrainingSettings["measurementErrors"]) => {
      const run = await trainTable(measured(12_000), { ...SMALL, ...BRIEF, head, measurementErrors });
      const model = new Model(run.model);
      const answer = await model.density({ of: "x" });
      await model.dispose();
      if (answer.kind !== "number") throw new Error("x is not a number");
      return answer.std();
    };

    // So short a training is off by a few percent, more with one seed than with another (`bench/densities/deconvolution.ts`).
    test("about the truth's width, when errors are taken out", async () => {
      expect(Math.abs((await width("deconvolve")) - 1)).toBeLessThan(0.1);
    });

    test("one 1.41 times as wide, when they are ignored", async () => {
      expect(Math.abs((await width("ignore")) / Math.SQRT2 - 1)).toBeLessThan(0.05);
    });
  },
);

test.each([false, true])(
  "the share of each of two kinds of rows is right, although one lacks most of its other columns; recalibrated: %s",
  async (recalibrate) => {
    // x is near -1 in a quarter of the rows, which have nothing else but y, and near 1 in the others.
    const random = generator(6, "kinds");
    const rows = 5000;
    const column = (name: string, cell: (row: number) => number) => ({
      name,
      values: Float64Array.from({ length: rows }, (_, row) => cell(row)),
    });
    const isFirst = (row: number) => row % 4 === 0;
    const table: Table = {
      source: "two kinds",
      rows,
      columns: [
        column("x", (row) => (isFirst(row) ? -1 : 1) + 0.2 * random.normal()),
        column("y", () => random.normal()),
        ...["a", "b", "c"].map((name) =>
          column(name, (row) => (isFirst(row) ? Number.NaN : random.normal())),
        ),
      ],
    };
    const run = await trainTable(table, { ...SMALL, ...BRIEF, epochs: 12, recalibrate });
    const model = new Model(run.model);
    const shareOf = async (given: Record<string, number>) => {
      const answer = await model.density({ of: "x", given });
      if (answer.kind !== "number") throw new Error("x is not a number");
      return answer.cdf(0);
    };
    const shares = [await shareOf({}), await shareOf({ y: 0.5 })];
    await model.dispose();
    for (const share of shares) expect(Math.abs(share - 0.25)).toBeLessThan(0.03);
  },
);
