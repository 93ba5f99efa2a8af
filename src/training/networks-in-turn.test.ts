/** @file Networks in turn by themselves: each starts from other values, and their weights stand one behind the other. */
import { expect, test } from "vitest";
import { single } from "../networks/query/testing/ensemble.ts";
import { networkOf } from "../networks/registry.ts";
import { networkTogether, weightsOfAnother, weightsTogether } from "./networks-in-turn.ts";

test("each network starts from values of its own, by the seed", () => {
  const starts = [1, 2, 3].map((finished) => weightsOfAnother(single, 7, finished));
  const texts = starts.map((weights) => weights.join());
  expect(new Set(texts).size).toBe(3);
  expect(weightsOfAnother(single, 7, 2).join()).toBe(texts[1]);
  expect(weightsOfAnother(single, 8, 2).join()).not.toBe(texts[1]);
});

test("what they are together has the weights of each, in their order", () => {
  const [first, second] = [1, 2].map((finished) => weightsOfAnother(single, 7, finished));
  const together = weightsTogether([first, second]);
  expect([...together]).toEqual([...first, ...second]);
  expect(weightsTogether([first])).toBe(first);
  expect(networkOf(networkTogether(single, 2)).members).toBe(2);
  const four = networkTogether(single, 4);
  expect(networkOf(networkTogether(four, 2)).members).toBe(8);
});
