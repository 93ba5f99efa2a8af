/** @file Drawing with unequal chances: one of a few, or many out of many. */
import type { Generator } from "../../../src/numeric/generator.ts";

/** An index drawn with the given probabilities, which sum to 1. */
export function pick(random: Generator, shares: readonly number[]): number {
  let left = random.uniform();
  let index = 0;
  while (index < shares.length - 1 && left >= shares[index]) left -= shares[index++];
  return index;
}

/**
 * Exactly `count` indices in ascending order, each at most once, index i with probability min(1, c weights[i]) for
 * one c: systematic sampling. Needs more than `count` weights above 0.
 */
export function takeInProportion(random: Generator, weights: readonly number[], count: number): number[] {
  const scale = inclusionScale(weights, count);
  const taken: number[] = [];
  let sum = random.uniform();
  for (let i = 0; i < weights.length && taken.length < count; i++) {
    sum += Math.min(1, scale * weights[i]);
    if (sum < 1) continue;
    sum -= 1;
    taken.push(i);
  }
  // The probabilities sum to `count` only to 12 digits, so once in a blue moon one is left to take.
  if (taken.length < count) taken.push(weights.findLastIndex((_, i) => !taken.includes(i)));
  return taken;
}

/** The c for which the sum of min(1, c weight) is `count`, by bisection. */
function inclusionScale(weights: readonly number[], count: number): number {
  const expected = (scale: number) => {
    let sum = 0;
    for (const weight of weights) sum += Math.min(1, scale * weight);
    return sum;
  };
  let low = 0;
  let high = count / weights.reduce((sum, weight) => sum + weight, 0);
  while (expected(high) < count) high *= 2;
  for (let step = 0; step < 40; step++) {
    const middle = 0.5 * (low + high);
    if (expected(middle) < count) low = middle;
    else high = middle;
  }
  return high;
}
