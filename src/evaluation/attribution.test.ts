import { describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import type { Table } from "../table/table.ts";
import { type Attribution, evaluateAttribution } from "./attribution.ts";
import { type Normal, normalDistributions, normalModel } from "./normal-fixture.ts";
import type { ScoredModel } from "./scored-distributions.ts";

/** y = 2 a + b + e, all four standard normal; z tells nothing. */
const WEIGHTS: Readonly<Record<string, number>> = { a: 2, b: 1 };
const VARIANCE = 6;

function rows(count: number, missing = 0): Table {
  const random = generator(1, "attributed");
  const draw = () => Float64Array.from({ length: count }, () => random.normal());
  const [a, b, z, e] = [draw(), draw(), draw(), draw()];
  const y = e.map((each, row) => 2 * a[row] + b[row] + each);
  const holed = z.map((value, row) => (row < missing * count ? Number.NaN : value));
  const columns = Object.entries({ a, b, z: holed, y }).map(([name, values]) => ({ name, values }));
  return { source: "rows", rows: count, columns };
}

function truth(of: string, given: Readonly<Record<string, number>>): Normal {
  if (of !== "y") return { mean: 0, sd: 1 };
  let mean = 0;
  let variance = VARIANCE;
  for (const [name, value] of Object.entries(given)) {
    mean += (WEIGHTS[name] ?? 0) * value;
    variance -= (WEIGHTS[name] ?? 0) ** 2;
  }
  return { mean, sd: Math.sqrt(variance) };
}

const model = normalModel(["a", "b", "z", "y"], truth);
const asked = (table: Table, bootstrap = 200) =>
  evaluateAttribution(model, table, { of: ["y"], bootstrap, seed: 3 });
const of = ({ columns }: Attribution, name: string) =>
  columns[0].given.find(({ column }) => column === name) ?? expect.fail(`no ${name}`);

describe("what each given column tells of a normal one", () => {
  const count = 4000;

  test("is the conditional mutual information, and the CRPS rises by what the widths rise", async () => {
    const found = await asked(rows(count));
    expect(found.columns[0].given.map(({ column }) => column)).toEqual(["a", "b", "z"]);
    // Without a the variance is 5, without b 2, with both 1; alone 2 and 5 are left of 6.
    const expected = { a: [5, 1, 6, 2], b: [2, 1, 6, 5], z: [1, 1, 6, 6] };
    for (const [name, [without, all, nothing, alone]] of Object.entries(expected)) {
      const { rise, alone: own, rows: known } = of(found, name);
      expect(known).toBe(count);
      const near = (value: number, wanted: number, sd: number) =>
        expect(Math.abs(value - wanted)).toBeLessThan(4 * (sd / Math.sqrt(count)) + 1e-12);
      near(rise.logScore.value, Math.log(without / all) / 2, without / all - 1);
      near(own.logScore.value, Math.log(nothing / alone) / 2, nothing / alone - 1);
      const crps = (variance: number) => Math.sqrt(variance / Math.PI);
      near(rise.crps?.value ?? Number.NaN, crps(without) - crps(all), Math.sqrt(without) - Math.sqrt(all));
      near(own.crps?.value ?? Number.NaN, crps(nothing) - crps(alone), Math.sqrt(nothing) - Math.sqrt(alone));
    }
    const { scores, scoresOfNothing, questions } = found.columns[0];
    expect(questions).toBe(count);
    expect(scores.logScore.value).toBeCloseTo(0.5 * Math.log(2 * Math.PI * Math.E), 1);
    expect(scoresOfNothing.logScore.value - scores.logScore.value).toBeCloseTo(0.5 * Math.log(6), 1);
  });

  test("has intervals as wide as the standard error of the rows' differences", async () => {
    const { lower, upper } = of(await asked(rows(count)), "b").rise.logScore;
    // log p(y|a,b) - log p(y|a) = log(2)/2 - e^2/2 + (b+e)^2/4; its variance, from the moments of normals, is 1/2.
    expect((upper - lower) / 2 / 1.96).toBeGreaterThan(0.85 * Math.sqrt(0.5 / count));
    expect((upper - lower) / 2 / 1.96).toBeLessThan(1.15 * Math.sqrt(0.5 / count));
  });

  test("counts the rows that have a value, and needs no other rows", async () => {
    const found = await asked(rows(400, 0.25), 0);
    expect(of(found, "z").rows).toBe(300);
    expect(of(found, "a").rows).toBe(400);
    expect(of(found, "z").rise.logScore).toEqual({ value: 0, lower: Number.NaN, upper: Number.NaN });
  });
});

test("a column whose noise the model takes for news has a rise below 0", async () => {
  const learntByHeart = normalModel(["a", "b", "z", "y"], (name, given) => {
    const { mean, sd } = truth(name, given);
    return { mean: mean + 0.5 * (given.z ?? 0), sd };
  });
  const { columns } = await evaluateAttribution(learntByHeart, rows(2000), { of: ["y"] });
  const z = columns[0].given.find(({ column }) => column === "z");
  expect(z?.rise.logScore.upper).toBeLessThan(0);
});

test("of categories there is a log score and no CRPS; what is held impossible takes no part", async () => {
  const values = Float64Array.of(0, 1, 1, 0, 2);
  const x = Float64Array.of(0, 1, 1, 1, 0);
  const table: Table = {
    source: "test",
    rows: 5,
    columns: [
      { name: "c", kind: "category", values, categories: ["no", "yes", "other"] },
      { name: "x", values: x },
    ],
  };
  const classes: ScoredModel = {
    columns: ["c", "x"],
    density: async ({ rows, columns }, { given }) => ({
      ...normalDistributions(new Array<Normal>(rows).fill({ mean: 0, sd: 1 })),
      encoding: { kind: "category", categories: ["no", "yes"] },
      probability: (row, index) => {
        const yes = given.includes("x") ? 0.2 + 0.6 * columns[0].values[row] : 0.5;
        return index === 1 ? yes : 1 - yes;
      },
    }),
  };
  const { columns } = await evaluateAttribution(classes, table, { of: ["c"], bootstrap: 0 });
  const [{ questions, impossible, kind, given }] = columns;
  expect({ questions, impossible, kind }).toEqual({ questions: 4, impossible: 1, kind: "category" });
  expect(given[0].rise.crps).toBeUndefined();
  const expected = (3 * Math.log(0.8) + Math.log(0.2)) / 4 - Math.log(0.5);
  expect(given[0].rise.logScore.value).toBeCloseTo(expected, 12);
  expect(given[0].alone.logScore.value).toBeCloseTo(expected, 12);
});

test("progress counts every question, and a signal ends the work", async () => {
  const told: [number, number][] = [];
  const onProgress = (...done: [number, number]) => told.push(done);
  await evaluateAttribution(model, rows(100, 0.5), { of: ["y", "a"], bootstrap: 0, onProgress });
  const [done, all] = told.at(-1) ?? [0, 1];
  expect(done).toBe(all);
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(evaluateAttribution(model, rows(10), { signal })).rejects.toThrow("enough");
  await expect(evaluateAttribution(model, rows(10), { of: ["w"] })).rejects.toThrow('no column "w"');
});
