/** @file The mixture head trained and asked: what it is fed with, what it tells of its loss, what it answers. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generator } from "../../../../numeric/generator.ts";
import { NormalMixtures } from "../../../../numeric/normal-mixtures.ts";
import { Executable } from "../../../../runtime/executable.ts";
import { initialise, laidOut, NamedWeights, parameterCount } from "../../../parts/parameter-layout.ts";
import type { Predictor } from "../../../predictor.ts";
import type { QueryConfig } from "../../config.ts";
import { queryNetwork } from "../../network.ts";
import {
  LINEAR_COLUMNS,
  LINEAR_NETWORK,
  LINEAR_QUESTIONS,
  linearQuestion,
  trainedOnLinear,
} from "../testing/linear-table.ts";
import type { MixtureConfig } from "./config.ts";
import { mixtureHead } from "./mixture-head.ts";

const SIZES: MixtureConfig = { kind: "mixture", width: 16, layers: 1, free: 8, fixed: 16, intervals: true };
const network = queryNetwork({ ...LINEAR_NETWORK, head: SIZES } as QueryConfig);

describe("trained by its exact likelihood", () => {
  let predictor: Predictor;
  beforeAll(async () => {
    const weights = await trainedOnLinear(network, 10_000, 600);
    predictor = await network.openPredictor(LINEAR_COLUMNS, weights, { device: "cpu", threads: 1, flow: {} });
  });
  afterAll(() => predictor.dispose());

  const mixtureOf = async (given: Readonly<Record<string, number>>, target: number) => {
    const [answer] = await predictor.curves(linearQuestion(given), [target], Float64Array.of(0));
    if (!("normals" in answer)) throw new Error("the answer is no mixture");
    return new NormalMixtures(answer.normals);
  };

  test.each(LINEAR_QUESTIONS)("column $target given $given", async ({ given, target, mean, sd }) => {
    const mixture = await mixtureOf(given, target);
    const [low, middle, high] = [-1, 0, 1].map((z) => {
      const found = new Float64Array(1);
      mixture.quantiles(0, [z], found);
      return found[0];
    });
    expect(Math.abs(middle - mean)).toBeLessThan(0.1);
    expect(Math.abs((high - low) / 2 / sd - 1)).toBeLessThan(0.1);
  });

  test("levels of its own, samples and log densities are those of the same mixture", async () => {
    const rows = linearQuestion({ x: 1 });
    const mixture = await mixtureOf({ x: 1 }, 1);
    const own = await predictor.curvesAt(rows, 1, Float32Array.of(-2, 0.5));
    expect(mixture.level(0, own.nodes[0])).toBeCloseTo(-2, 4);
    expect(mixture.level(0, own.nodes[1])).toBeCloseTo(0.5, 4);
    const [density] = await predictor.logDensities(rows, 1, Float32Array.of(0.7));
    expect(density).toBeCloseTo(mixture.logPdf(0, Math.fround(0.7)), 6);
    const [samples] = await predictor.ancestral(rows, [1], { size: 4000, seed: 1, streams: () => [0] });
    const below = samples.nodes.filter((value) => mixture.level(0, value) < 0).length;
    expect(Math.abs(below - 2000)).toBeLessThan(4 * Math.sqrt(1000));
  });
});

test("the loss that training tells is the loss of the held-out rows: without the aid", async () => {
  const [training, evaluation] = [network.lossProgram(true), network.lossProgram(false)];
  const parameters = laidOut(training.parameters);
  const flat = new Float32Array(parameterCount(parameters));
  initialise(parameters, flat, 1);
  const weights = new NamedWeights(parameters, flat);
  const sizes = { batch: 3, sequence: 2, requests: 2 };
  const random = generator(1, "feeds");
  const given = (count: number) => Float32Array.from({ length: count }, () => random.normal());
  const ones = new Float32Array(6).fill(1);
  const feeds = {
    tokens: Int32Array.of(0, 0, 0, 1, 1, 1),
    values: given(6),
    keyMask: new Float32Array(12),
    targets: Int32Array.of(2, 2, 2, 3, 3, 3),
    number: given(6),
    width: new Float32Array(6),
    isInterval: new Float32Array(6),
    weight: ones,
    centerWeight: ones,
  };
  const losses = [];
  for (const { program } of [training, evaluation]) {
    const executable = await Executable.load(program);
    losses.push((await executable.run({ ...weights.feeds(program), ...feeds }, sizes)).loss[0]);
    await executable.dispose();
  }
  expect(losses[0]).toBeCloseTo(losses[1], 4);
});

test("the aid fades with the steps, counts little where an error is large, and nothing on a circle", () => {
  const targets = {
    values: Float32Array.of(0.5, 0.5, Number.NaN, 0.1),
    errors: Float32Array.of(0, 3, 0, 0),
    widths: Float32Array.of(0, 0.5, 0, 0.001),
    rates: Float64Array.of(0, 0, 0, 1),
    weights: Float32Array.of(0.25, 0.25, 0, 0.25),
  };
  const fed = (step: number) =>
    mixtureHead(SIZES).lossFeeds(targets, { copies: 1, step }, generator(1, "aid")) as Record<
      string,
      Float32Array
    >;
  const [first, late] = [fed(0), fed(9000)];
  expect(Array.from(first.number.slice(0, 3))).toEqual([0.5, 0.5, 0]);
  expect(Array.from(first.isInterval)).toEqual([0, 1, 0, 0]);
  expect(late.centerWeight[0]).toBeCloseTo(first.centerWeight[0] / 10, 6);
  expect(first.centerWeight[1]).toBeCloseTo(first.centerWeight[0] / 10, 6);
  expect([first.centerWeight[2], first.centerWeight[3]]).toEqual([0, 0]);
});
