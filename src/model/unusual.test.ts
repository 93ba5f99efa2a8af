/** @file How unusual values are together, against the chi-squared distribution of a normal's distance. */
import { expect, test } from "vitest";
import { normalModel } from "./testing/answering-model.ts";
import { unusual } from "./unusual.ts";

const MEANS = [1, -2];
const CORRELATION = 0.9;
const model = normalModel(
  ["x", "y"],
  MEANS,
  [
    [1, CORRELATION],
    [CORRELATION, 1],
  ],
  true,
);
/** The square of the distance from the middle, in standard deviations (Mahalanobis 1936). */
function squaredDistance(x: number, y: number): number {
  const [a, b] = [x - MEANS[0], y - MEANS[1]];
  return (a * a - 2 * CORRELATION * a * b + b * b) / (1 - CORRELATION ** 2);
}

test.each([
  { x: 1.2, y: -1.9 },
  { x: 2, y: -1 },
  // Each by itself is nothing special.
  { x: 1.6, y: -2.2 },
  { x: 2, y: -3 },
])("of a normal in two columns at $x, $y is exp(-d^2 / 2)", async (given) => {
  const size = 2000;
  const found = await unusual(model, { given, size });
  const share = Math.exp(-squaredDistance(given.x, given.y) / 2);
  const noise = Math.sqrt((share * (1 - share)) / size);
  expect(Math.abs((found?.share ?? Number.NaN) - share)).toBeLessThan(4 * noise + 1e-3);
});

test("of one column alone is the chance of both tails", async () => {
  const found = await unusual(model, { given: { x: 1 + 1.96 }, size: 4000 });
  expect(Math.abs((found?.share ?? Number.NaN) - 0.05)).toBeLessThan(0.015);
});

test("of nothing that the model answers for there is no number", async () => {
  expect(await unusual(model, { given: {} })).toBeUndefined();
});
