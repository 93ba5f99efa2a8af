/** @file Questions that wait are one run, with the answers that each would have alone; a wrong one is refused alone. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Model } from "../model/model.ts";
import { generator } from "../numeric/generator.ts";
import { trainTable } from "../training/train-table.ts";
import { QuestionBatches } from "./question-batches.ts";

const TINY = {
  ...{ workers: 1, embeddingDim: 8, heads: 1, ffnDim: 8, encoderLayers: 1, headDim: 8, headLayers: 1 },
  ...{ members: 1, fixedNormals: 8, freeNormals: 4, epochs: 2, seed: 1 },
} as const;
let model: Model;

beforeAll(async () => {
  const random = generator(1, "batches");
  const x = Float64Array.from({ length: 200 }, () => random.normal());
  const columns = [
    { name: "x", values: x },
    { name: "y", values: x.map((value) => value + random.normal()) },
    {
      name: "kind",
      kind: "category" as const,
      categories: ["a", "b"],
      values: x.map((value) => Number(value > 0)),
    },
  ];
  const run = await trainTable({ source: "rows", rows: 200, columns }, TINY);
  model = new Model(run.model);
});

afterAll(() => model.dispose());

test("those with the same names are one run, in the order in which they came", async () => {
  const runs: number[] = [];
  const batches = new QuestionBatches(model, (questions) => runs.push(questions));
  const questions = Array.from({ length: 40 }, (_, i) => ({ x: i / 20 - 1, kind: i % 2 === 0 ? "a" : "b" }));
  const others = Array.from({ length: 5 }, (_, i) => ({ x: i }));
  const answers = await Promise.all([...questions, ...others].map((given) => batches.density(["y"], given)));
  expect(runs).toEqual([1, 39, 5]);
  for (const [i, given] of [...questions, ...others].entries()) {
    const expected = await model.density({ of: "y", given });
    const { y } = answers[i];
    if (y.kind !== "number" || expected.kind !== "number") return expect.fail("no number");
    expect(y.median()).toBeCloseTo(expected.median(), 5);
    expect(y.interval(0.9)[1]).toBeCloseTo(expected.interval(0.9)[1], 5);
  }
});

test("nothing given, limits and errors are asked alone, with the library's own answer", async () => {
  const batches = new QuestionBatches(model);
  const questions = [{}, { x: { above: 0 } }, { x: { value: 0.5, error: 0.1 } }, { x: null }];
  const answers = await Promise.all(questions.map((given) => batches.density(["y"], given)));
  for (const [i, given] of questions.entries())
    expect(answers[i].y.toJSON()).toEqual((await model.density({ of: "y", given })).toJSON());
});

test("one with a value that its column can't have is refused alone", async () => {
  const batches = new QuestionBatches(model);
  const questions = [{ kind: "a" }, { kind: "b" }, { kind: "c" }, { kind: "a" }];
  const answers = await Promise.allSettled(questions.map((given) => batches.density(["y"], given)));
  expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
  await expect(batches.density(["z"], {})).rejects.toThrow(/no column "z"/);
  await expect(batches.density(["y"], { z: 1 })).rejects.toThrow(/no column "z"/);
});
