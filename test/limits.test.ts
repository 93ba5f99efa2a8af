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

describe("limits of other columns", () => {
  const hot = { teff: { above: 6000 } } as const;

  test("are averaged over: beside samples of the column within them", async () => {
    const answer = (await model.density({ of: "logg", given: hot })) as NumberDistribution;
    const { samples } = await model.sample({ of: "teff", given: hot, size: 400 });
    const rows = Array.from(samples.teff, (teff) => ({ teff }));
    const each = await model.density(rows, { of: "logg" });
    for (const x of [3.5, 4, 4.3, 4.6]) {
      const mean = rows.reduce((sum, _, row) => sum + each.cdf(row, x), 0) / rows.length;
      expect(Math.abs(answer.cdf(x) - mean)).toBeLessThan(0.02);
    }
  });

  test("tell the same in one question, in rows, and whatever is asked with them", async () => {
    const given = [{ teff: 5000 }, hot, {}, { ...hot, bprp: { lower: 0.4, upper: 0.9 } }];
    const rows = await model.density(given, { of: ["logg", "jk"] });
    for (const [row, each] of given.entries()) {
      const alone = (await model.density({ of: "logg", given: each })) as NumberDistribution;
      for (const p of [0.1, 0.5, 0.9]) expect(rows.logg.quantile(row, p)).toBeCloseTo(alone.quantile(p), 4);
      const { logg } = await model
        .sample({ of: "logg", given: each, size: 3 })
        .then(({ samples }) => samples);
      expect([...logg]).toEqual([...(await model.sample({ of: "logg", given: each, size: 3 })).samples.logg]);
    }
    const predicted = await model.predict(given, { of: ["logg"] });
    const [medians] = predicted.columns.filter(({ name }) => name.startsWith("logg"));
    expect(medians.values[1]).toBeCloseTo(rows.logg.median(1), 4);
  });

  test("serve all verbs, the same twice", async () => {
    const rows = [
      { logg: 4.4, teff: { above: 6000 }, bprp: 0.7 },
      { logg: 2.5, teff: { below: 5000 } },
      { logg: 4.1, teff: 5800, bprp: 0.8 },
    ];
    const twice = async <Made>(make: () => Promise<Made>) => {
      const [first, second] = [await make(), await make()];
      expect(second).toEqual(first);
      return first;
    };
    const scores = await twice(() => model.score(rows, { of: ["logg"] }));
    const densities = await model.density(rows, { of: "logg", given: ["teff", "bprp"] });
    expect(scores.columns[0].values[1]).toBeCloseTo(densities.logLikelihood(1, 2.5), 4);
    const drawn = await twice(() => model.impute(rows, { columns: ["bprp"], method: "draw" }));
    expect(drawn.columns.find(({ name }) => name === "bprp")!.values.every(Number.isFinite)).toBe(true);
    const logs = await twice(() => model.logPdf(rows, { of: "logg", given: ["teff", "bprp"] }));
    expect(logs[0]).toBeCloseTo(densities.logPdf(0, 4.4), 4);
    const joint = () => model.sample({ of: ["logg", "bprp"], given: hot, joint: true, size: 20 });
    const { samples, logPdf } = await twice(joint);
    const [logg, bprp] = [samples.logg[3], samples.bprp[3]];
    const first = (await model.density({ of: "logg", given: hot })) as NumberDistribution;
    const second = (await model.density({ of: "bprp", given: { ...hot, logg } })) as NumberDistribution;
    expect(logPdf[3]).toBeCloseTo(first.logPdf(logg) + second.logPdf(bprp), 3);
    const { columns } = await twice(() => model.evaluate(rows, { of: ["logg"], bootstrap: 0 }));
    expect(columns).toHaveLength(1);
    await twice(() => model.synthesize({ rows: 10, given: hot }));
  });

  test("are refused by the ancestral sampler, and of a column that the model does not answer for if they were not learnt", async () => {
    const ancestral = model.sample({ of: "logg", given: hot, method: "ancestral" });
    await expect(ancestral).rejects.toThrow("The ancestral sampler does not average over");
    const { intervals: _, ...network } = model.config.network as {
      intervals?: true;
    } & typeof model.config.network;
    const columns = model.config.columns.map((each) => ({ ...each, output: each.name !== "teff" }));
    const older = new Model({ config: { ...model.config, network, columns }, weights: model.weights });
    await expect(older.density({ of: "logg", given: hot })).rejects.toThrow(
      '"teff" is given as an interval, but the model does not answer for it, and was trained without intervals: give a value',
    );
  });
});

/** A network that learns in seconds. */
const SMALL = {
  ...{ embeddingDim: 16, headDim: 32, ffnDim: 32, headLayers: 1, encoderLayers: 1, members: 1 },
  ...{ learningRate: 4e-3, warmupSteps: 20, batchSize: 64, workers: 1, systemInfo: false },
} as const;

test("a small table: the share of a category below a limit is that of the rows", async () => {
  const random = generator(4, "countries");
  const rows = 400;
  const health = Float64Array.from({ length: rows }, () => 70 + 8 * random.normal());
  const isSouth = (value: number) => random.uniform() < 1 / (1 + Math.exp((value - 62) / 2));
  const region = health.map((value) => Number(isSouth(value)));
  const table = {
    source: "countries",
    rows,
    columns: [
      { name: "health", values: health },
      { name: "income", values: health.map((value) => value / 8 + random.normal()) },
      { name: "region", kind: "category" as const, categories: ["north", "south"], values: region },
    ],
  };
  const small = new Model((await trainTable(table, { ...SMALL, epochs: 150 })).model);
  // Nothing is to be learnt of limits, unless a column is given only or has some itself.
  expect(small.config.network).not.toHaveProperty("intervals");
  const only = await trainTable(table, { ...SMALL, epochs: 0, outputs: ["region"] });
  expect(only.model.config.network).toHaveProperty("intervals", true);
  for (const below of [60, 64, 70]) {
    const inside = region.filter((_, row) => health[row] < below);
    const share = inside.reduce((sum, each) => sum + each, 0) / inside.length;
    const answer = await small.density({ of: "region", given: { health: { below } } });
    if (answer.kind !== "category") throw new Error("region has categories");
    expect(Math.abs(answer.probability("south") - share)).toBeLessThan(0.1);
  }
  await small.dispose();
});

test("an interval without an end, or of nothing, is refused", async () => {
  const asked = (teff: object) => model.density({ of: "teff", given: { teff } as never });
  await expect(asked({})).rejects.toThrow('The interval given for "teff" has no end');
  await expect(asked({ lower: 6000, upper: 5000 })).rejects.toThrow("nothing lies within 6000 .. 5000");
});

test("a column that is known beyond a limit only as beyond: how much lies there is not taken from the others", async () => {
  const random = generator(2, "beyond");
  const whole = Float64Array.from({ length: 3000 }, () => random.normal());
  const isBeyond = (value: number) => value > 0.5244; // 3 of 10
  const x = {
    name: "x",
    values: whole.map((value) => (isBeyond(value) ? Number.NaN : value)),
    lower: whole.map((value) => (isBeyond(value) ? 0.5244 : Number.NaN)),
  };
  const y = { name: "y", values: whole.map((value) => 0.8 * value + 0.6 * random.normal()) };
  const table = { source: "a limit", rows: whole.length, columns: [x, y] };
  const limited = new Model((await trainTable(table, { ...SMALL, epochs: 12 })).model);
  expect(limited.config.network).toHaveProperty("intervals", true);
  const answer = (await limited.density({ of: "x" })) as NumberDistribution;
  expect(Math.abs(1 - answer.cdf(0.5244) - 0.3)).toBeLessThan(0.05);
  const evidence = (await limited.density({
    of: "y",
    given: { x: { lower: 0.5244 } },
  })) as NumberDistribution;
  // E(y | x beyond) = 0.8 * 1.159, by what the network was taught of such cells: it has met no value there.
  expect(Math.abs(evidence.median() - 0.93)).toBeLessThan(0.15);
  await limited.dispose();
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
