/** @file Answers made on several threads are those of one. */
import { availableParallelism } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evenLevels } from "../../distribution/levels.ts";
import { generator } from "../../numeric/generator.ts";
import { nodeThreads } from "../../runtime/node/worker-thread.ts";
import type { Answerer } from "../../runtime/worker-pool.ts";
import type { EncodedTable } from "../encoded-table.ts";
import { initialise, parameterCount } from "../parts/parameter-layout.ts";
import { AnswerPool } from "./answer-pool.ts";
import type { QueryConfig } from "./config.ts";
import type { DenoiserConfig } from "./heads/diffusion/config.ts";
import { diffusionHead } from "./heads/diffusion/diffusion-head.ts";
import { queryParameters } from "./parameters.ts";
import { type EncodedAnswer, type EncodedQuestion, loadAnswerer, type Wanted } from "./row-answers.ts";

const network: QueryConfig<DenoiserConfig> = {
  kind: "query",
  columns: 3,
  classes: [0, 0, 3],
  errors: true,
  embeddingDim: 16,
  heads: 2,
  ffnDim: 16,
  encoderLayers: 1,
  dropout: 0,
  frequencies: 4,
  head: { width: 48, blocks: 2, frequencies: 8, highestFrequency: 20, sigmaMin: 0.005, sigmaMax: 10 },
};
const head = diffusionHead(network.head);
/** Enough work to start threads. */
const ROWS = 200;
const random = generator(1, "rows");
const numbers = () => Float32Array.from({ length: ROWS }, () => random.normal());
const given: EncodedTable = {
  rows: ROWS,
  columns: [
    {
      index: 0,
      values: numbers(),
      errors: new Float32Array(ROWS).fill(0.1),
    },
    {
      index: 2,
      values: numbers().map((x) => (x > 0 ? x : Number.NaN)),
      classes: Int32Array.from({ length: ROWS }, (_, row) => (row % 2 === 0 ? -1 : 1)),
      isMixed: true,
    },
  ],
};

let pool: AnswerPool;
let one: Answerer<EncodedQuestion, EncodedAnswer[]>;
beforeAll(async () => {
  const parameters = queryParameters(network, head);
  const weights = new SharedArrayBuffer(4 * parameterCount(parameters));
  const flat = new Float32Array(weights);
  initialise(parameters, flat, 1);
  for (let i = 0; i < flat.length; i++) flat[i] += 0.05 * random.normal();
  const setup = { network, weights, device: "cpu", threads: 1, flow: {} } as const;
  pool = await AnswerPool.open(setup, head, nodeThreads);
  one = await loadAnswerer(setup, head);
});
afterAll(async () => {
  await pool.dispose();
  await one.dispose();
});

const WANTED: readonly Wanted[] = [
  { kind: "levels", levels: evenLevels(101, 4) },
  { kind: "own levels", levels: Float32Array.from({ length: 2 * ROWS }, () => random.normal()) },
  {
    kind: "samples",
    size: 3,
    seed: 7,
    streams: Array.from({ length: ROWS }, (_, row) => [row, ROWS + row]),
  },
  { kind: "log density", values: numbers() },
];

describe.skipIf(availableParallelism() < 2)("on several threads", () => {
  test.each(WANTED.map((wanted) => [wanted.kind, wanted] as const))(
    "%s are those of one",
    async (_, wanted) => {
      const targets = wanted.kind === "levels" || wanted.kind === "samples" ? [1, 2] : [1];
      const question = { given, targets, wanted };
      const found = await pool.ask(question);
      const expected = await one.answer(question);
      expect(found.length).toBe(targets.length);
      expected.forEach(({ answer, probabilities }, which) => {
        const [right, numbers] = [answer, found[which].answer] as Float32Array[];
        expect(numbers.length).toBe(right.length);
        right.forEach((value, i) => {
          expect(Math.abs(numbers[i] - value)).toBeLessThan(1e-3 * (1 + Math.abs(value)));
        });
        expect(found[which].probabilities?.length).toBe(probabilities?.length);
        probabilities?.forEach((value, i) => {
          expect(found[which].probabilities![i]).toBeCloseTo(value, 5);
        });
      });
    },
  );

  test("a question after one that failed is answered", async () => {
    const bad = {
      given,
      targets: [1],
      wanted: { kind: "levels", levels: new Float64Array(0) },
    } as const;
    await expect(
      pool.ask({ ...bad, given: { ...given, columns: [{ ...given.columns[0], index: 99 }] } }),
    ).rejects.toThrow();
    const again = await pool.ask({ given, targets: [1], wanted: WANTED[0] });
    expect(again[0].answer).toHaveLength(101 * ROWS);
  });
});
