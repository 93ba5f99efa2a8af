import { describe, expect, test } from "vitest";
import type { HeadConfig } from "../networks/leung-bovy/config.ts";
import { diffusion } from "../sampling/ddpm-schedule.ts";
import { NoisyBatches } from "./noisy-batches.ts";

const head: HeadConfig = {
  dimension: 2,
  conditionDimension: 1,
  width: 4,
  layers: 1,
  steps: 20,
  schedule: "sigmoid",
  betaStart: 1e-5,
  betaEnd: 0.1,
};
const { alphaBar } = diffusion("sigmoid", 20, 1e-5, 0.1);

/** Rows whose numbers say which row they are: [i, -i] given [i]. */
function numberedRows(count: number) {
  const rows = Float64Array.from({ length: count }, (_, i) => i);
  const points = Float64Array.from({ length: 2 * count }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i >> 1));
  return { points, conditions: rows };
}

/** What is drawn in an epoch, row by row. */
function drawn(batches: NoisyBatches, seed: number, epoch: number) {
  const rows: { batch: number; row: number; step: number; noise: number[]; noisy: number[] }[] = [];
  let batch = 0;
  for (const _ of batches.epoch(seed, epoch)) {
    const { noisy, noise, step, condition } = batches.feeds;
    for (let i = 0; i < batches.size; i++) {
      const own = (cells: Float32Array | Int32Array) => [cells[2 * i], cells[2 * i + 1]];
      rows.push({
        batch,
        row: condition[i],
        step: step[i],
        noise: own(noise as Float32Array),
        noisy: own(noisy as Float32Array),
      });
    }
    batch++;
  }
  return rows;
}

describe("the batches of an epoch", () => {
  test("hold each row once, the remainder left out, in another order in each epoch", () => {
    const batches = new NoisyBatches(head, numberedRows(107), 10);
    const [first, second] = [0, 1].map((epoch) => drawn(batches, 1, epoch).map(({ row }) => row));
    expect(first).toHaveLength(100);
    expect(new Set(first).size).toBe(100);
    expect(first).not.toEqual(second);
    expect(new Set([...first, ...second]).size).toBeGreaterThan(100);
  });

  test("have noise of each row's own step, and the condition of the same row", () => {
    for (const { row, step, noise, noisy } of drawn(new NoisyBatches(head, numberedRows(60), 20), 1, 0)) {
      [row, -row].forEach((value, i) => {
        const expected = Math.sqrt(alphaBar[step]) * value + Math.sqrt(1 - alphaBar[step]) * noise[i];
        expect(noisy[i]).toBeCloseTo(expected, 4);
      });
    }
  });

  test("draw the steps of the first half and one more, and mirror them for the rest", () => {
    const rows = drawn(new NoisyBatches(head, numberedRows(5000), 50), 1, 0);
    for (let batch = 0; batch < 100; batch++) {
      const steps = rows.filter((each) => each.batch === batch).map(({ step }) => step);
      for (let i = 26; i < 50; i++) expect(steps[i]).toBe(19 - steps[i - 26]);
    }
    const seen = Array.from({ length: 20 }, (_, t) => rows.filter(({ step }) => step === t).length);
    // Multinomial, about 250 each; mirroring widens it: 5 standard deviations of 250 pairs.
    for (const count of seen) expect(Math.abs(count - 250)).toBeLessThan(5 * Math.sqrt(2 * 250));
  });

  test("have standard normal noise", () => {
    const noise = drawn(new NoisyBatches(head, numberedRows(20_000), 100), 1, 0).flatMap(
      (each) => each.noise,
    );
    const mean = noise.reduce((sum, z) => sum + z, 0) / noise.length;
    const square = noise.reduce((sum, z) => sum + z * z, 0) / noise.length;
    expect(Math.abs(mean)).toBeLessThan(4.5 / Math.sqrt(noise.length));
    expect(Math.abs(square - 1)).toBeLessThan(4.5 * Math.sqrt(2 / noise.length));
  });

  test("follow from seed and epoch alone", () => {
    const batches = new NoisyBatches(head, numberedRows(40), 10);
    const third = drawn(batches, 7, 3);
    drawn(batches, 7, 4);
    expect(drawn(batches, 7, 3)).toEqual(third);
    expect(drawn(new NoisyBatches(head, numberedRows(40), 10), 7, 3)).toEqual(third);
    expect(drawn(batches, 8, 3)).not.toEqual(third);
  });

  test("of fewer rows than a batch are one batch of them all", () => {
    const batches = new NoisyBatches(head, numberedRows(3), 128);
    expect(
      drawn(batches, 1, 0)
        .map(({ row }) => row)
        .sort(),
    ).toEqual([0, 1, 2]);
    expect(batches.feeds.weight[0]).toBeCloseTo(1 / 6, 6);
  });
});
