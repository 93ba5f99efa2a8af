import { expect, test } from "vitest";
import { generator } from "../../../src/numeric/generator.ts";
import { pick, takeInProportion } from "./sampling.ts";

test("taking in proportion takes the asked number, none twice, each as often as its weight says", () => {
  const weights = [0, 1, 2, 3, 4, 100, 2];
  const counts = weights.map(() => 0);
  const rounds = 4000;
  const random = generator(5, "taking");
  for (let round = 0; round < rounds; round++) {
    const taken = takeInProportion(random, weights, 3);
    expect(taken).toHaveLength(3);
    expect(new Set(taken).size).toBe(3);
    for (const index of taken) counts[index]++;
  }
  // The heavy one is always in, so the others share the two places left: weight / 12 * 2.
  const expected = [0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 1, 2 / 6];
  for (const [i, chance] of expected.entries())
    expect(Math.abs(counts[i] / rounds - chance)).toBeLessThan(0.04);
});

test("picking follows the shares", () => {
  const random = generator(6, "picking");
  const counts = [0, 0, 0];
  for (let i = 0; i < 20_000; i++) counts[pick(random, [0.2, 0.7, 0.1])]++;
  expect(counts.map((count) => count / 20_000)).toEqual([
    expect.closeTo(0.2, 1),
    expect.closeTo(0.7, 1),
    expect.closeTo(0.1, 1),
  ]);
});
