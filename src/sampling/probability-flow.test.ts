import { describe, expect, test } from "vitest";
import { evenLevels } from "../distribution/levels.ts";
import { normalCdf } from "../numeric/normal-cdf.ts";
import { flow, flowOnLevels, levelInterpolation } from "./probability-flow.ts";
import { mixtureCdf as cdf, exactField, type Peak } from "./testing/exact-field.ts";

const QUESTIONS: readonly (readonly Peak[])[] = [
  [[1, 0.3, 0.8]],
  [
    [0.3, -1.2, 0.25],
    [0.7, 0.9, 0.3],
  ],
];
const LEVELS = evenLevels(101, 2.5);

describe("the flow through an exact denoiser gives the quantiles of each question", () => {
  test.each([
    ["multistep", 20, 0.012],
    ["multistep", 40, 0.004],
    ["heun", 30, 0.006],
    ["euler", 100, 0.008],
  ] as const)("%s in %i steps, to %d of probability", async (solver, steps, tolerance) => {
    const nodes = await flowOnLevels(exactField(QUESTIONS), LEVELS, { solver, steps, stages: [] });
    QUESTIONS.forEach((peaks, question) => {
      LEVELS.forEach((z, k) => {
        const found = cdf(peaks, nodes[question * LEVELS.length + k]);
        expect(Math.abs(found - normalCdf(z))).toBeLessThan(tolerance);
      });
    });
  });

  test("and about the same where few levels are followed through the high noise", async () => {
    const all = await flowOnLevels(exactField(QUESTIONS), LEVELS, { stages: [] });
    const staged = await flowOnLevels(exactField(QUESTIONS), LEVELS);
    QUESTIONS.forEach((peaks, question) => {
      LEVELS.forEach((_, k) => {
        const at = question * LEVELS.length + k;
        expect(Math.abs(cdf(peaks, staged[at]) - cdf(peaks, all[at]))).toBeLessThan(0.004);
      });
    });
  });

  test("at levels of each question's own as at levels of all", async () => {
    const all = await flowOnLevels(exactField(QUESTIONS), LEVELS, { stages: [] });
    const own = Float32Array.of(LEVELS[10], LEVELS[50], LEVELS[70], LEVELS[100]);
    const some = await flow(exactField(QUESTIONS), own);
    [10, 50, 101 + 70, 101 + 100].forEach((at, i) => {
      expect(some[i]).toBeCloseTo(all[at], 5);
    });
  });
});

test("levels are filled in exactly where values are a cubic of the level", () => {
  const [from, to] = [evenLevels(9, 4), evenLevels(41, 4)];
  const cubic = (z: number) => 1 - 2 * z + 0.3 * z ** 2 + 0.1 * z ** 3;
  const filled = levelInterpolation(from, to)(Float32Array.from([...from, ...from].map(cubic)), 2);
  filled.forEach((value, i) => {
    expect(value).toBeCloseTo(cubic(to[i % 41]), 4);
  });
});
