/** @file A head that no file of the network knows is trained and asked by its interface alone. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Curves, Predictor } from "../../../../predictor.ts";
import type { QueryConfig } from "../../../config.ts";
import { queryNetwork } from "../../../network.ts";
import {
  LINEAR_COLUMNS,
  LINEAR_NETWORK,
  LINEAR_QUESTIONS,
  linearQuestion,
  trainedOnLinear,
} from "../linear-table.ts";
import { gaussianHead } from "./gaussian-head.ts";

const config: QueryConfig = { ...LINEAR_NETWORK, head: { kind: "gaussian" } };

describe("a normal for each target, linear in the condition, finds the normals of a linear table", () => {
  let predictor: Predictor;
  beforeAll(async () => {
    const network = queryNetwork(config, gaussianHead);
    const weights = await trainedOnLinear(network, 10_000, 400);
    predictor = await network.openPredictor(LINEAR_COLUMNS, weights, { device: "cpu", threads: 1, flow: {} });
  });
  afterAll(() => predictor.dispose());

  test.each(LINEAR_QUESTIONS)("column $target given $given", async ({ given, target, mean, sd }) => {
    const rows = linearQuestion(given);
    const [{ nodes }] = (await predictor.curves(rows, [target], Float64Array.of(-1, 0, 1))) as Curves[];
    expect(Math.abs(nodes[1] - mean)).toBeLessThan(0.1);
    expect(Math.abs((nodes[2] - nodes[0]) / 2 / sd - 1)).toBeLessThan(0.1);
  });

  test("levels of its own, samples and log densities are those of the same normal", async () => {
    const rows = linearQuestion({ x: 1 });
    const [{ nodes }] = (await predictor.curves(rows, [1], Float64Array.of(0, 1))) as Curves[];
    const [mean, sd] = [nodes[0], nodes[1] - nodes[0]];
    const own = await predictor.curvesAt(rows, 1, Float32Array.of(-2, 0.5));
    expect(own.nodes[0]).toBeCloseTo(mean - 2 * sd, 5);
    expect(own.nodes[1]).toBeCloseTo(mean + 0.5 * sd, 5);
    const [density] = await predictor.logDensities(rows, 1, Float32Array.of(mean + sd));
    expect(density).toBeCloseTo(-0.5 - 0.5 * Math.log(2 * Math.PI) - Math.log(sd), 5);
    const request = { size: 4000, seed: 1, streams: () => [0] };
    const [samples] = await predictor.ancestral(rows, [1], request);
    const average = samples.nodes.reduce((sum, value) => sum + value, 0) / 4000;
    expect(Math.abs(average - mean)).toBeLessThan((4 * sd) / Math.sqrt(4000));
  });
});

test("a config that names this head without its being there is refused in a sentence", () => {
  expect(() => queryNetwork(config)).toThrow('does not know a head "gaussian"');
});
