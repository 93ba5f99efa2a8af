import { describe, expect, test } from "vitest";
import { generator } from "../numeric/generator.ts";
import { energyScore } from "./energy-score.ts";
import { normalCrps } from "./normal-fixture.ts";

function normalSamples(count: number, columns: readonly { mean: number; sd: number }[], seed: number) {
  const random = generator(seed, "samples");
  const samples = new Float64Array(count * columns.length);
  for (let i = 0; i < samples.length; i++) {
    const { mean, sd } = columns[i % columns.length];
    samples[i] = mean + sd * random.normal();
  }
  return samples;
}

describe("the energy score", () => {
  test.each([-2, 0, 0.7, 5])("in one dimension is the CRPS (truth %d)", (truth) => {
    const normal = { mean: 0.5, sd: 2 };
    const score = energyScore(normalSamples(200_000, [normal], 3), [truth], [1]);
    // Standard errors: each mean's terms have sd below 2.
    expect(Math.abs(score - normalCrps(normal, truth))).toBeLessThan(4 * (2 / Math.sqrt(200_000)) * 1.5);
  });

  test("of a standard normal in three dimensions at its centre is sqrt(8/pi) (1 - sqrt(1/2))", () => {
    // |X| has mean sqrt(2) gamma(2) / gamma(3/2) = sqrt(8/pi), and X - X' is sqrt(2) times as long.
    const standard = { mean: 0, sd: 1 };
    const samples = normalSamples(100_000, [standard, standard, standard], 5);
    const expected = Math.sqrt(8 / Math.PI) * (1 - Math.SQRT1_2);
    expect(Math.abs(energyScore(samples, [0, 0, 0], [1, 1, 1]) - expected)).toBeLessThan(0.012);
  });

  test("is unbiased for two samples: the mean over many pairs is the CRPS", () => {
    const normal = { mean: 0, sd: 1 };
    const samples = normalSamples(200_000, [normal], 7);
    let sum = 0;
    for (let i = 0; i < 100_000; i++) sum += energyScore(samples.subarray(2 * i, 2 * i + 2), [1], [1]);
    expect(Math.abs(sum / 100_000 - normalCrps(normal, 1))).toBeLessThan(4 * (1 / Math.sqrt(100_000)));
  });

  test("by hand: two samples in two dimensions", () => {
    // Distances to (0, 0): 5 and 0; between: 5.
    expect(energyScore([3, 4, 0, 0], [0, 0], [1, 1])).toBeCloseTo(2.5 - 2.5, 14);
    // Distances to (3, 0): 4 and 3; between: 5.
    expect(energyScore([3, 4, 0, 0], [3, 0], [1, 1])).toBeCloseTo(3.5 - 2.5, 14);
    // Neighbours only: |1 - 2|, |2 - 4|.
    expect(energyScore([1, 2, 4], [1], [1])).toBeCloseTo(4 / 3 - 1.5 / 2, 14);
  });

  test("doesn't depend on the columns' units", () => {
    const scores = [1, 1000].map((unit) =>
      energyScore([1, 2 * unit, 3, 5 * unit, 0, unit], [2, unit], [1, 3 * unit]),
    );
    expect(scores[1]).toBeCloseTo(scores[0], 12);
  });

  test("is least for the right distribution", () => {
    const truths = normalSamples(4000, [{ mean: 0, sd: 1 }], 1);
    const meanScore = (sd: number) => {
      const samples = normalSamples(400, [{ mean: 0, sd }], 2);
      return truths.reduce((sum, truth) => sum + energyScore(samples, [truth], [1]), 0) / truths.length;
    };
    expect(meanScore(1)).toBeLessThan(meanScore(0.4));
    expect(meanScore(1)).toBeLessThan(meanScore(2.5));
  });

  test("leaves out a column whose truth is missing", () => {
    expect(energyScore([1, 9, 2, -9, 4, 0], [1, Number.NaN], [1, 1])).toBeCloseTo(4 / 3 - 1.5 / 2, 14);
    expect(energyScore([1, 2], [Number.NaN], [1])).toBeNaN();
  });

  test("says what is wrong with its input", () => {
    expect(() => energyScore([1, 2], [1, 2], [1, 1])).toThrow("at least two samples; there are 1");
    expect(() => energyScore([1, 2, 3], [1, 2], [1, 1])).toThrow("whole rows");
    expect(() => energyScore([1, 2, 3, 4], [1, 2], [1, 0])).toThrow("column 2 of 2 is 0");
    expect(() => energyScore([1, 2, 3, 4], [1, 2], [1])).toThrow("column 2 of 2 is undefined");
  });
});
