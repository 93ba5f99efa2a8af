/** @file The interval of a share holds the true share as often as it says. */
import { expect, test } from "vitest";
import { reliabilityFigure, wilson } from "./reliability-figure.ts";

test.each([
  [0.1, 30],
  [0.5, 12],
  [0.9, 200],
])("a share of %d among %d is held by 95 %% of the intervals, summed over the binomial", (share, count) => {
  let held = 0;
  let chance = (1 - share) ** count;
  for (let found = 0; found <= count; found++) {
    const [low, high] = wilson(found / count, count);
    if (low <= share && share <= high) held += chance;
    chance *= ((count - found) / (found + 1)) * (share / (1 - share));
  }
  expect(held).toBeGreaterThan(0.92);
  expect(held).toBeLessThan(0.99);
});

test("it stays within 0 and 1, and no column is no picture", () => {
  expect(wilson(0, 5)[0]).toBe(0);
  expect(wilson(1, 5)[1]).toBe(1);
  expect(() => reliabilityFigure([])).toThrow("at least one column");
});
