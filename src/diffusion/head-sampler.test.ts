import { describe, expect, test } from "vitest";
import type { HeadConfig } from "../networks/leung-bovy/config.ts";
import { HeadWeights } from "../networks/leung-bovy/head-weights.ts";
import { headParameters } from "../networks/leung-bovy/parameters.ts";
import { parameterCount } from "../networks/parts/parameter-layout.ts";
import { HeadSampler } from "./head-sampler.ts";

const head: HeadConfig = {
  dimension: 3,
  conditionDimension: 0,
  width: 8,
  layers: 1,
  steps: 10,
  schedule: "sigmoid",
  betaStart: 1e-3,
  betaEnd: 0.3,
};
/** A head that sees no noise in anything: all weights 0. */
const weights = HeadWeights.alone(head, new Float32Array(parameterCount(headParameters(head))));
const { beta, alphaBar } = weights.levels;
const POINTS = 20_000;

async function squares(method: "ancestral" | "flow") {
  const sampler = await HeadSampler.load(weights);
  const found: number[] = Array(11).fill(0);
  await sampler.sample({
    points: POINTS,
    conditions: undefined,
    method,
    seed: 1,
    onState: (step, _first, x) => {
      for (const each of x) found[step] += (each * each) / (3 * POINTS);
    },
  });
  await sampler.dispose();
  return found;
}
/** Of the mean square of 3 POINTS normals, relative to the variance. */
const STANDARD_ERROR = Math.sqrt(2 / (3 * POINTS));

describe("the steps back where no noise is seen", () => {
  test("ancestral: each step divides by sqrt(1 - beta) and adds beta of variance, the last one too", async () => {
    const found = await squares("ancestral");
    let variance = 1;
    expect(Math.abs(found[10] - 1)).toBeLessThan(4.5 * STANDARD_ERROR);
    for (let t = 9; t >= 0; t--) {
      variance = variance / (1 - beta[t]) + beta[t];
      expect(Math.abs(found[t] / variance - 1), `step ${t}`).toBeLessThan(4.5 * STANDARD_ERROR);
    }
  });

  test("along the flow: each step divides by sqrt(1 - beta), and that is all", async () => {
    const found = await squares("flow");
    for (let t = 9; t >= 0; t--) {
      const growth = (t > 0 ? alphaBar[t - 1] : 1) / alphaBar[9];
      expect(found[t] / found[10] / growth, `step ${t}`).toBeCloseTo(1, 5);
    }
  });
});
