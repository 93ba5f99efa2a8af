/** @file A model trained on a table whose densities are known answers with these densities. */
import { beforeAll, describe, expect, test } from "vitest";
import { InputError, Model, type Table, withUnits } from "../src/index.ts";
import { generator } from "../src/numeric/generator.ts";
import type { TrainedRun } from "../src/training/prepared-training.ts";
import { trainTable } from "../src/training/train-table.ts";

/**
 * x ~ N(10, 2), y = x + N(0, 1), z = y + N(0, 1), a third of z missing: all densities are normal, in
 * closed form.
 */
function normalTable(rows: number, seed: number): Table {
  const random = generator(seed, "normal table");
  const [x, y, z] = Array.from({ length: 3 }, () => new Float64Array(rows)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let row = 0; row < rows; row++) {
    x[row] = 10 + 2 * random.normal();
    y[row] = x[row] + random.normal();
    z[row] = y[row] + random.normal();
    if (random.uniform() < 1 / 3) z[row] = Number.NaN;
  }
  const columns = Object.entries({ x, y, z }).map(([name, values]) => ({ name, values }));
  return { source: "normal table", rows, columns };
}

let run: TrainedRun;
let model: Model;
beforeAll(async () => {
  run = await trainTable(normalTable(4000, 1), {
    preset: "paper",
    epochs: 100,
    batchSize: 128,
    learningRate: 5e-3,
    learningRateMin: 1e-5,
    schedule: "cosine",
    embeddingDim: 16,
    heads: 2,
    ffnDim: 32,
    encoderLayers: 1,
    dropout: 0,
    headDim: 32,
    headLayers: 2,
    steps: 100,
    outputs: ["x", "y"],
    workers: 1,
  });
  model = new Model(run.model);
});

test("the validation loss falls, and is given for every epoch", () => {
  const losses = run.metrics.map((epoch) => epoch.validationLoss);
  expect(losses).toHaveLength(100);
  const mean = (part: number[]) => part.reduce((a, b) => a + b) / part.length;
  expect(mean(losses.slice(-5))).toBeLessThan(0.8 * mean(losses.slice(0, 2)));
});

describe("the answer has the median and the width of the truth:", () => {
  // About twice what this short training misses by. The widths in the table differ by far more.
  test.each([
    ["y with nothing given", "y", {}, 10, Math.sqrt(5)],
    ["x with nothing given", "x", {}, 10, 2],
    ["y given x = 7", "y", { x: 7 }, 7, 1],
    ["y given x = 10", "y", { x: 10 }, 10, 1],
    ["y given x = 13", "y", { x: 13 }, 13, 1],
    ["y given z = 13", "y", { z: 13 }, 10 + (5 / 6) * 3, Math.sqrt(5 / 6)],
    ["y given x = 9 and z = 12", "y", { x: 9, z: 12 }, 10.5, Math.SQRT1_2],
    ["y given x = 13 and a missing z", "y", { x: 13, z: Number.NaN }, 13, 1],
  ])("%s", async (_, of, given, median, mad) => {
    const { [of]: answer } = await model.density({ of: [of], given });
    if (answer.kind !== "number") throw new Error(`${of} is no number`);
    expect(Math.abs(answer.median() - median)).toBeLessThan(0.4);
    expect(Math.abs(answer.mad() / mad - 1)).toBeLessThan(0.3);
  });
});

test("a column that is only given can't be asked", async () => {
  const asked = model.sample({ of: "z", given: { x: 7 } });
  await expect(asked).rejects.toThrow(InputError);
  await expect(asked).rejects.toThrow('takes "z" as given only; it was trained to answer for x, y');
});

describe("samples", () => {
  const question = { of: "y", given: { x: 7 }, size: 500 };

  test("are the same for the same seed, others for another", async () => {
    const {
      samples: { y: first },
    } = await model.sample({ ...question, seed: 3 });
    const {
      samples: { y: again },
    } = await model.sample({ ...question, seed: 3 });
    const {
      samples: { y: other },
    } = await model.sample({ ...question, seed: 4 });
    expect(again).toEqual(first);
    expect(other.filter((sample, i) => sample === first[i])).toHaveLength(0);
  });

  test("of a column do not change when another is asked with it", async () => {
    const {
      samples: { y: alone },
    } = await model.sample(question);
    const {
      samples: { y: together },
    } = await model.sample({ ...question, of: ["x", "y"] });
    together.forEach((sample, i) => {
      expect(sample).toBeCloseTo(alone[i], 4);
    });
  });

  test("of the first row of a table are those of the row alone, whatever rows follow", async () => {
    const {
      samples: { y: alone },
    } = await model.sample(question);
    for (const rows of [1, 5, 40]) {
      const x = Float64Array.from({ length: rows }, (_, row) => 7 + 0.01 * row);
      const table = { source: "test", rows, columns: [{ name: "x", values: x }] };
      for await (const batch of model.sample(table, { of: "y", size: 500 })) {
        if (batch.start > 0) continue;
        batch.samples.y.subarray(0, 500).forEach((sample, i) => {
          expect(sample).toBeCloseTo(alone[i], 4);
        });
      }
    }
  });

  test("of rows with equal values differ from row to row", async () => {
    const table = { source: "test", rows: 2, columns: [{ name: "x", values: Float64Array.of(7, 7) }] };
    for await (const { samples } of model.sample(table, { of: "y", size: 500 })) {
      const [first, second] = [samples.y.subarray(0, 500), samples.y.subarray(500)];
      expect(first.filter((sample, i) => sample === second[i])).toHaveLength(0);
    }
  });
});

test("predictions for a table are the answers for its rows, missing cells not given", async () => {
  const [x, z] = [Float64Array.of(7, 9, Number.NaN, 12), Float64Array.of(Number.NaN, 12, 8, 13)];
  const columns = [
    { name: "z", values: z },
    { name: "x", values: x },
    { name: "unknown", values: new Float64Array(4) },
  ];
  const size = 4000;
  const table = { source: "test", rows: 4, columns };
  const answers = await model.predict(table, { of: "y", given: ["x", "z"], size });
  const byDefault = await model.predict(table, { of: "y", size });
  byDefault.columns.forEach(({ values }, i) => {
    expect(Math.hypot(...values.map((value, row) => value - answers.columns[i].values[row]))).toBeLessThan(
      1e-3,
    );
  });
  expect(answers.columns.map(({ name }) => name)).toEqual(["y", "y_sd"]);
  const [median, mad] = answers.columns.map(({ values }) => values) as [Float64Array, Float64Array];
  for (let row = 0; row < 4; row++) {
    const y = await model.density({ of: "y", given: { x: x[row], z: z[row] } });
    if (y.kind !== "number") throw new Error("y is no number");
    if (row === 0) expect(median[0]).toBeCloseTo(y.median(), 4);
    // Other rows have other noise: a median of n samples scatters by 1.25 sd / sqrt(n), the MAD a little less.
    const scatter = 1.25 * y.mad() * Math.sqrt(2 / size);
    expect(Math.abs(median[row] - y.median())).toBeLessThan(4.5 * scatter);
    expect(Math.abs(mad[row] - y.mad())).toBeLessThan(4.5 * scatter);
  }
});

test.each(["paper", "default"] as const)("units stay with the model (preset %s)", async (preset) => {
  const table = withUnits(normalTable(200, 2), { x: "K" });
  const { model: small } = await trainTable(table, {
    preset,
    epochs: 1,
    batchSize: 50,
    embeddingDim: 8,
    heads: 2,
  });
  expect(small.config.columns.map(({ unit }) => unit)).toEqual(["K", undefined, undefined]);
});
