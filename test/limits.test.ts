/** @file Limits of the asked column itself, through the verbs of a model: the answer is cut, exactly, whatever was learnt. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NumberDistribution } from "../src/distribution/distribution.ts";
import { Model } from "../src/model/model.ts";
import { generator } from "../src/numeric/generator.ts";
import { trainTable } from "../src/training/train-table.ts";

let model: Model;
let free: NumberDistribution;
beforeAll(async () => {
  model = await Model.load("survey");
  free = (await model.density({ of: "teff", given: { logg: 4.4 } })) as NumberDistribution;
});
afterAll(() => model.dispose());

test("density: the distribution cut at the limits and scaled up to 1", async () => {
  const given = { logg: 4.4, teff: { above: 5500, upper: 6000 } };
  const cut = (await model.density({ of: "teff", given })) as NumberDistribution;
  const inside = free.cdf(6000) - free.cdf(5500);
  for (const x of [5600, 5750, 5900]) {
    expect(cut.cdf(x)).toBeCloseTo((free.cdf(x) - free.cdf(5500)) / inside, 5);
    expect(cut.pdf(x) / (free.pdf(x) / inside)).toBeCloseTo(1, 5);
  }
  expect([cut.pdf(5400), cut.pdf(6100), cut.cdf(6000)]).toEqual([0, 0, 1]);
});

test("joint samples stay within, each with the density of the cut", async () => {
  const of = ["teff", "logg"];
  const given = { teff: { lower: 6000 } };
  const { samples, logPdf } = await model.sample({ of, given, joint: true, size: 200 });
  expect(Math.min(...samples.teff)).toBeGreaterThanOrEqual(6000);
  const cut = (await model.density({ of: "teff", given })) as NumberDistribution;
  const second = await model.density([{ teff: samples.teff[0] }], { of: "logg" });
  const expected = cut.logPdf(samples.teff[0]) + second.logPdf(0, samples.logg[0]);
  expect(logPdf[0]).toBeCloseTo(expected, 3);
});

test("a limited cell is filled in within its limits, in rows as objects", async () => {
  const filled = await model.impute([{ logg: 4.4, teff: { lower: 5900 } }], { columns: ["teff"] });
  const [value] = filled.columns.find(({ name }) => name === "teff")!.values;
  const inside = 1 - free.cdf(5900);
  expect((free.cdf(value) - free.cdf(5900)) / inside).toBeCloseTo(0.5, 2);
});

test("a model that has not learnt intervals refuses one about another column, and says how to learn them", async () => {
  const { intervals: _, ...network } = model.config.network as {
    intervals?: true;
  } & typeof model.config.network;
  const older = new Model({ config: { ...model.config, network }, weights: model.weights });
  await expect(older.density({ of: "logg", given: { teff: { above: 6000 } } })).rejects.toThrow(
    '"teff" is given as an interval, but the model was trained without: give a value, or train with `intervals` above 0',
  );
});

test("an interval without an end, or of nothing, is refused", async () => {
  const asked = (teff: object) => model.density({ of: "teff", given: { teff } as never });
  await expect(asked({})).rejects.toThrow('The interval given for "teff" has no end');
  await expect(asked({ lower: 6000, upper: 5000 })).rejects.toThrow("nothing lies within 6000 .. 5000");
});

describe("the diffusion head", () => {
  const random = generator(1, "pair");
  const x = Float64Array.from({ length: 4000 }, () => random.normal());
  const y = x.map((value) => 0.8 * value + 0.6 * random.normal());
  const trained = (lower?: Float64Array) =>
    trainTable(
      {
        source: "a pair",
        rows: x.length,
        columns: [
          {
            name: "x",
            values: lower ? x.map((value) => (value > 1 ? Number.NaN : value)) : x,
            ...(lower && { lower }),
          },
          { name: "y", values: y },
        ],
      },
      {
        ...{ head: "diffusion", embeddingDim: 16, headDim: 32, ffnDim: 32, headLayers: 1, encoderLayers: 1 },
        intervals: 0.5,
        epochs: 8,
        workers: 1,
        systemInfo: false,
      },
    );

  test("answers given an interval", async () => {
    const pair = new Model((await trained()).model);
    const medianGiven = async (given: object) => {
      const answer = await pair.density({ of: "y", given: { x: given } as never });
      return (answer as NumberDistribution).median();
    };
    // E(y | x > 1) = 0.8 phi(1) / P(x > 1) = 1.22, and the median is near it.
    expect(Math.abs((await medianGiven({ above: 1 })) - 1.2)).toBeLessThan(0.35);
    expect(Math.abs(await medianGiven({ lower: -0.5, upper: 0.5 }))).toBeLessThan(0.25);
    await pair.dispose();
  });

  test("can't be trained on cells of which only limits are known, and says so", async () => {
    const lower = x.map((value) => (value > 1 ? 1 : Number.NaN));
    await expect(trained(lower)).rejects.toThrow(
      'Cells of "x" have limits and no value, which the diffusion head',
    );
  });
});
