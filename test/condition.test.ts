/** @file The condition of a question depends on what is given, not on how it is laid out. */
import { beforeAll, describe, expect, test } from "vitest";
import { ConditionEncoder } from "../src/networks/leung-bovy/conditions.ts";
import type { Questions } from "../src/networks/leung-bovy/context-layout.ts";
import { networkParameters } from "../src/networks/leung-bovy/parameters.ts";
import { leungBovyConfig } from "../src/networks/leung-bovy/plan.ts";
import { initialise, parameterCount } from "../src/networks/parts/parameter-layout.ts";
import { generator } from "../src/numeric/generator.ts";
import { settingsOf } from "../src/training/presets.ts";

const network = leungBovyConfig(
  9,
  settingsOf("paper", { embeddingDim: 16, heads: 4, ffnDim: 24, encoderLayers: 3, headDim: 8 }),
);

interface Asked {
  readonly request: number;
  readonly given: readonly (readonly [token: number, value: number])[];
}

/** Questions with room for `width` given cells each. */
function laidOut(asked: readonly Asked[], width: number): Questions {
  const tokens = new Int32Array(asked.length * width);
  const values = new Float32Array(asked.length * width);
  asked.forEach(({ given }, row) => {
    given.forEach(([token, value], i) => {
      tokens[row * width + i] = token;
      values[row * width + i] = value;
    });
  });
  const given = Int32Array.from(asked, (question) => question.given.length);
  return { tokens, values, given, request: Int32Array.from(asked, ({ request }) => request) };
}

let encoder: ConditionEncoder;
beforeAll(async () => {
  const parameters = networkParameters(network);
  const weights = new Float32Array(parameterCount(parameters));
  initialise(parameters, weights, 3);
  // Start values have no bias in the attention: make every weight count.
  const random = generator(3, "biases");
  for (let i = 0; i < weights.length; i++) weights[i] += 0.1 * random.normal();
  encoder = await ConditionEncoder.load(network, weights, {});
});

const question: Asked = {
  request: 4,
  given: [
    [2, 0.7],
    [9, -1.2],
    [4, 0.3],
    [1, 2.1],
  ],
};
const longest: Asked = { request: 1, given: Array.from({ length: 9 }, (_, i) => [i + 1, 0.2 * i] as const) };

async function conditionOf(asked: Asked, others: readonly Asked[] = [], width = 9): Promise<Float32Array> {
  const all = await encoder.encode(laidOut([asked, ...others], width), 1 + others.length);
  return all.subarray(0, network.embeddingDim);
}

function expectSame(found: Float32Array, expected: Float32Array): void {
  const off = Math.hypot(...found.map((entry, i) => entry - expected[i]));
  expect(off / Math.hypot(...expected)).toBeLessThan(1e-6);
}

describe("a condition is the same, to 1e-6,", () => {
  test("padded to the length of a longer question beside it", async () => {
    expectSame(await conditionOf(question, [longest]), await conditionOf(question, [], 4));
    const nothing = { request: 4, given: [] };
    expectSame(await conditionOf(nothing, [longest]), await conditionOf(nothing, [], 1));
  });

  test("with the given columns in another order", async () => {
    const reversed = { ...question, given: question.given.toReversed() };
    expectSame(await conditionOf(reversed), await conditionOf(question));
  });

  test("among so many questions that they are run in parts", async () => {
    const many = Array.from({ length: 500 }, () => longest);
    const all = await encoder.encode(laidOut([...many, question], 9), 501);
    expectSame(all.subarray(500 * network.embeddingDim), await conditionOf(question));
  });
});

test("a condition depends on every value, on each column and on what is asked", async () => {
  const condition = await conditionOf(question);
  const distance = async (asked: Asked) =>
    Math.hypot(...(await conditionOf(asked)).map((entry, i) => entry - condition[i]));
  for (let i = 0; i < question.given.length; i++) {
    const [token, value] = question.given[i];
    expect(
      await distance({ ...question, given: question.given.with(i, [token, value + 0.5]) }),
    ).toBeGreaterThan(1e-3);
    expect(await distance({ ...question, given: question.given.with(i, [8, value]) })).toBeGreaterThan(1e-3);
    expect(await distance({ ...question, given: question.given.toSpliced(i, 1) })).toBeGreaterThan(1e-3);
  }
  expect(await distance({ ...question, request: 5 })).toBeGreaterThan(1e-3);
});
