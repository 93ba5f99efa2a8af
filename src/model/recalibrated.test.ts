/** @file A recalibrated model: every way to ask it gives the same distributions, and those of its network, mapped. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Recalibration } from "../columns/recalibration.ts";
import { decodeModelConfig, encodeModelConfig } from "../networks/model-config.ts";
import { generator } from "../numeric/generator.ts";
import { normalCdf } from "../numeric/normal-cdf.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import type { Table } from "../table/table.ts";
import { trainTable } from "../training/train-table.ts";
import { Model } from "./model.ts";
import type { TrainedModel } from "./trained-model.ts";

const ROWS = 400;
const random = generator(1, "recalibrated table");
const of = (make: () => number) => Float64Array.from({ length: ROWS }, make);
const table: Table = {
  source: "recalibrated",
  rows: ROWS,
  columns: [
    { name: "x", values: of(() => random.normal()) },
    { name: "y", values: of(() => random.normal()) },
    { name: "price", values: of(() => -Math.log(1 - random.uniform())) },
    { name: "people", values: of(() => Math.round(40 * random.uniform() + 5 * random.normal())) },
    { name: "rain", values: of(() => Math.max(0, random.normal())) },
    { name: "sky", values: of(() => random.integer(2)), kind: "category", categories: ["blue", "grey"] },
  ],
};
const GIVEN = { x: 0.4 };

/** T(z) = z / 1.25 + 0.1 where 1 column is given; nothing is changed where none is, and it is wider where 2 are. */
const map = (slope: number, shift: number) => ({
  from: [-5, 0, 5],
  to: [-5, 0, 5].map((z) => slope * z + shift),
});
const one = map(0.8, 0.1);
const more = map(0.5, -0.2);
const numbers: Recalibration = [{ most: 0 }, { most: 1, levels: one }, { most: 5, levels: more }];
const classes = (levels: boolean): Recalibration => [
  { most: 0 },
  {
    most: 5,
    ...(levels && { levels: one }),
    classes: { trust: 0.5, shares: levels ? [0.8, 0.2] : [0.3, 0.7] },
  },
];
const RECALIBRATION: Readonly<Record<string, Recalibration>> = {
  y: numbers,
  price: numbers,
  people: numbers,
  rain: classes(true),
  sky: classes(false),
};

let plain: Model;
let model: Model;
let trained: TrainedModel;
beforeAll(async () => {
  ({ model: trained } = await trainTable(table, {
    epochs: 2,
    workers: 1,
    systemInfo: false,
    recalibrate: false,
  }));
  const columns = trained.config.columns.map((column) => {
    const recalibration = RECALIBRATION[column.name];
    return recalibration ? { ...column, recalibration } : column;
  });
  plain = new Model(trained);
  model = new Model({ ...trained, config: { ...trained.config, columns } });
});
afterAll(async () => {
  await plain?.dispose();
  await model?.dispose();
});

async function number(of: Model, name: string, given: Record<string, number>) {
  const answer = await of.density({ of: name, given });
  if (answer.kind !== "number") throw new Error("a category");
  return answer;
}

describe("a distribution", () => {
  test("is the network's, mapped by how many columns are given", async () => {
    const asked = [
      [{}, undefined],
      [GIVEN, one],
      [{ x: 0.4, price: 1 }, more],
    ] as const;
    for (const [given, levels] of asked) {
      const [before, after] = [await number(plain, "y", given), await number(model, "y", given)];
      const at = (z: number) => (levels ? levels.to[1] + ((levels.to[2] - levels.to[1]) / 5) * z : z);
      for (const value of [-1, 0, 0.7, 2])
        expect(after.cdf(value)).toBeCloseTo(normalCdf(at(normalQuantile(before.cdf(value)))), 6);
    }
  });

  test("of a category is trusted half", async () => {
    const [before, after] = await Promise.all(
      [plain, model].map(async (each) => {
        const answer = await each.density({ of: "sky", given: GIVEN });
        if (answer.kind !== "category") throw new Error("a number");
        return answer.probabilities;
      }),
    );
    const odds = Math.log(0.3 / 0.7) + 0.5 * (Math.log(before[0] / before[1]) - Math.log(0.3 / 0.7));
    expect(Math.log(after[0] / after[1])).toBeCloseTo(odds, 6);
  });

  test("and its JSON say the same", async () => {
    const answer = await number(model, "price", GIVEN);
    const { median, quantiles } = answer.toJSON();
    expect(answer.cdf(median)).toBeCloseTo(0.5, 6);
    expect(answer.cdf(quantiles["0.84"])).toBeCloseTo(0.84, 6);
  });
});

describe("whichever way it is asked", () => {
  test("many rows at once, each by how many cells it has", async () => {
    const rows = [
      { x: 0.4, price: Number.NaN },
      { x: 0.4, price: 1 },
      { x: Number.NaN, price: Number.NaN },
    ];
    const { y } = await model.density(rows, { of: ["y"], given: ["x", "price"] });
    const one = await number(model, "y", GIVEN);
    const two = await number(model, "y", { x: 0.4, price: 1 });
    const none = await number(plain, "y", {});
    expect([0, 1, 2].map((row) => y.cdf(row, 0.3))).toEqual(
      [one, two, none].map((answer) => expect.closeTo(answer.cdf(0.3), 6)),
    );
  });

  test.each(["y", "price"])("log densities of %s", async (name) => {
    const values = [0.2, 0.9, 2.5];
    const logs = await model.logPdf(
      values.map((value) => ({ x: 0.4, [name]: value })),
      { of: name, given: ["x"] },
    );
    const answer = await number(model, name, GIVEN);
    expect(Array.from(logs)).toEqual(values.map((value) => expect.closeTo(answer.logPdf(value), 4)));
    const before = await plain.logPdf([{ x: 0.4, [name]: 0.9 }], { of: name, given: ["x"] });
    expect(Math.abs(before[0] - logs[1])).toBeGreaterThan(0.01);
  });

  test("joint samples have the joint density that rows have, and each column's own distribution", async () => {
    const size = 600;
    const order = ["people", "price", "sky", "rain", "y"];
    const { samples, logPdf } = await model.sample({ of: order, given: GIVEN, joint: true, size });
    const rows = Array.from({ length: 20 }, (_, i) => ({
      ...GIVEN,
      ...Object.fromEntries(order.map((name) => [name, samples[name][i]])),
      sky: ["blue", "grey"][samples.sky[i]],
    }));
    const logs = await model.logPdf(rows, { of: order, given: ["x"], joint: true });
    logs.forEach((log, i) => {
      expect(log).toBeCloseTo(logPdf![i], 3);
    });
    // The first of the chain is given x alone.
    const people = await number(model, "people", GIVEN);
    for (const k of [5, 20, 35]) {
      const share = samples.people.filter((value) => value <= k).length / size;
      expect(Math.abs(share - people.cdf(k))).toBeLessThan(0.08);
    }
  });

  test("joint samples of rows in which a cell is missing: it does not count as given", async () => {
    const row = { x: 0.4, people: Number.NaN };
    const of = ["y", "price"];
    const y = await number(model, "y", GIVEN);
    const asked = { of, given: ["x", "people"], joint: true, size: 5 } as const;
    for await (const { samples, logPdf } of model.sample([row], asked)) {
      for (let i = 0; i < 5; i++) {
        const price = await number(model, "price", { x: 0.4, y: samples.y[i] });
        expect(logPdf?.[i]).toBeCloseTo(y.logPdf(samples.y[i]) + price.logPdf(samples.price[i]), 4);
      }
    }
  });

  test.each(["flow", "ancestral"] as const)("samples by %s", async (method) => {
    const size = 600;
    const { samples } = await model.sample({ of: ["y", "rain", "sky"], given: GIVEN, size, method });
    for (const name of ["y", "rain"]) {
      const answer = await number(model, name, GIVEN);
      for (const value of [0, 0.5, 1.5]) {
        const share = samples[name].filter((each) => each <= value).length / size;
        expect(Math.abs(share - answer.cdf(value))).toBeLessThan(0.08);
      }
    }
    const sky = await model.density({ of: "sky", given: GIVEN });
    if (sky.kind !== "category") throw new Error("a number");
    expect(
      Math.abs(samples.sky.filter((each) => each === 0).length / size - sky.probabilities[0]),
    ).toBeLessThan(0.08);
  });

  test("within limits: cut after it is mapped", async () => {
    const cut = await model.density({ of: "y", given: { x: 0.4, y: { lower: 0, upper: 1 } } });
    const whole = await number(model, "y", GIVEN);
    if (cut.kind !== "number") throw new Error("a category");
    const share = (whole.cdf(0.6) - whole.cdf(0)) / (whole.cdf(1) - whole.cdf(0));
    expect(cut.cdf(0.6)).toBeCloseTo(share, 6);
  });

  test("but not in a training that starts from it: other weights have other errors", async () => {
    const run = await trainTable(table, {
      from: model,
      epochs: 1,
      workers: 1,
      systemInfo: false,
      recalibrate: false,
    });
    expect(run.model.config.columns.map(({ recalibration }) => recalibration)).toEqual(
      Array(6).fill(undefined),
    );
    expect(run.model.config.report?.recalibration).toBeUndefined();
  });

  test("after its config was written and read", async () => {
    const { config } = model;
    expect(decodeModelConfig(encodeModelConfig(config), "config.json").columns).toEqual(config.columns);
  });
});
