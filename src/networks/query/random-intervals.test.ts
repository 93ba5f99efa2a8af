/** @file Random intervals tell nothing of where in them the value is: given one, the value is spread as its column is. */
import { expect, test } from "vitest";
import { BESIDE_POINT_MASS } from "../../columns/limits.ts";
import { generator } from "../../numeric/generator.ts";
import { normalMass } from "../../numeric/normal-cdf.ts";
import { randomInterval } from "./random-intervals.ts";

test("the interval holds the value, and within it the value is as probable as without it", () => {
  const random = generator(1, "intervals");
  let [both, lower, squares, expected, count] = [0, 0, 0, 0, 0];
  for (let i = 0; i < 40_000; i++) {
    const value = random.normal();
    const [low, high] = randomInterval(value, value, [], random);
    expect(low <= value && value <= high).toBe(true);
    both += Number(Number.isFinite(low) && Number.isFinite(high));
    lower += Number(Number.isFinite(low) && !Number.isFinite(high));
    // The probability integral transform of the value within its interval is uniform.
    const pit = normalMass(low, value) / normalMass(low, high);
    expected += pit;
    squares += pit * pit;
    count++;
  }
  expect(both / count).toBeCloseTo(0.5, 1);
  expect(lower / count).toBeCloseTo(0.25, 1);
  // Standard errors 0.0014 and 0.0015.
  expect(Math.abs(expected / count - 1 / 2)).toBeLessThan(0.006);
  expect(Math.abs(squares / count - 1 / 3)).toBeLessThan(0.006);
});

test("what is known only as an interval is told as a wider one or as itself", () => {
  const random = generator(2, "intervals");
  for (let i = 0; i < 2000; i++) {
    const [low, high] = randomInterval(0.5, Number.POSITIVE_INFINITY, [], random);
    expect([low <= 0.5, high]).toEqual([true, Number.POSITIVE_INFINITY]);
  }
});

test("no end is so near a point mass that it is not clear on which side", () => {
  const random = generator(3, "intervals");
  for (let i = 0; i < 5000; i++) {
    const ends = randomInterval(0, 0, [0, 1], random).filter(Number.isFinite);
    for (const end of ends)
      for (const mass of [0, 1]) expect(Math.abs(end - mass)).toBeGreaterThan(BESIDE_POINT_MASS - 1e-9);
  }
});
