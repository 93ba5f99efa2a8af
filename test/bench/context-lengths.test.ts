/** @file Context lengths of the timed steps are drawn as the published trainer draws them. */
import { expect, test } from "vitest";
import { contextLengths } from "../../bench/suite/context-lengths.ts";

test("few steps have the mean that many have", () => {
  for (const [steps, most] of [
    [2, 64],
    [100, 9],
  ] as const) {
    const lengths = contextLengths(steps, most, 1, 0);
    expect(lengths).toHaveLength(steps);
    expect(lengths.reduce((sum, length) => sum + length, 0) / steps).toBe(most / 2);
  }
});

test("over many rounds every length from none to the most is as likely", () => {
  const most = 9;
  const rounds = 5000;
  const times = new Float64Array(most + 1);
  for (let round = 0; round < rounds; round++) {
    for (const length of contextLengths(2, most, 7, round)) times[length]++;
  }
  const expected = (2 * rounds) / (most + 1);
  // Pairs count twice at once: the variance of a count is below twice the Poisson one; 5 standard errors.
  for (const count of times) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(2 * expected));
});

test("another round or seed draws others, the same ones the same", () => {
  const lengths = contextLengths(20, 64, 1, 0);
  expect(contextLengths(20, 64, 1, 0)).toEqual(lengths);
  expect(contextLengths(20, 64, 1, 1)).not.toEqual(lengths);
  expect(contextLengths(20, 64, 2, 0)).not.toEqual(lengths);
});
