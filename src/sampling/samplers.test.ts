/** @file What each sampler makes of a denoiser that is exact: samples and densities of known mixtures. */
import { describe, expect, test } from "vitest";
import { ancestralSamples } from "./ancestral-sampling.ts";
import { inParts } from "./denoising-field.ts";
import { logDensities } from "./log-density.ts";
import { exactField, mixtureCdf, mixturePdf, type Peak } from "./testing/exact-field.ts";

const QUESTIONS: readonly (readonly Peak[])[] = [
  [[1, 0.3, 0.8]],
  [
    [0.3, -1.2, 0.25],
    [0.7, 0.9, 0.3],
  ],
];

test("log densities are those of the mixture", async () => {
  const values = [-1.3, -0.4, 0.2, 0.9, 1.4];
  const questions = values.flatMap(() => QUESTIONS);
  const asked = Float32Array.from(questions, (_, i) => values[i >> 1]);
  const found = await logDensities(exactField(questions), asked);
  questions.forEach((peaks, i) => {
    expect(Math.abs(found[i] - Math.log(mixturePdf(peaks, asked[i]))), `at ${asked[i]}`).toBeLessThan(0.03);
  });
});

test("no density is told of a value that is not there", async () => {
  expect(await logDensities(exactField([QUESTIONS[0]]), Float32Array.of(Number.NaN))).toEqual(
    Float64Array.of(Number.NaN),
  );
});

describe("ancestral samples", () => {
  test("have the mixture's distribution", async () => {
    const size = 2000;
    const samples = await ancestralSamples(exactField(QUESTIONS), size, 1, (question) => question);
    QUESTIONS.forEach((peaks, question) => {
      const sorted = samples.slice(question * size, (question + 1) * size).sort();
      const furthest = sorted.reduce(
        (most, x, k) => Math.max(most, Math.abs(mixtureCdf(peaks, x) - (k + 0.5) / size)),
        0,
      );
      // 1.95 / sqrt(size) is passed once in a thousand times (Kolmogorov), and a hundred steps add a little.
      expect(furthest).toBeLessThan(1.95 / Math.sqrt(size) + 0.005);
    });
  });

  test("of a question depend on its stream, not on the questions beside it", async () => {
    const all = await ancestralSamples(exactField(QUESTIONS), 3, 7, (question) => 10 + question);
    const second = await ancestralSamples(exactField([QUESTIONS[1]]), 3, 7, () => 11);
    expect(second).toEqual(all.slice(3));
  });
});

test("parts cover every question once, in order", async () => {
  const questions = Array.from({ length: 10 }, () => QUESTIONS[0]);
  // 1,500 nodes of width 64: two questions at once.
  const sizes: number[] = [];
  const starts = await inParts(exactField(questions), 1500, async (part, start) => {
    sizes.push(part.questions);
    return new Float32Array(part.questions * 1500).fill(start);
  });
  expect(sizes).toEqual([2, 2, 2, 2, 2]);
  expect(Array.from({ length: 10 }, (_, question) => starts[question * 1500])).toEqual([
    0, 0, 2, 2, 4, 4, 6, 6, 8, 8,
  ]);
});
