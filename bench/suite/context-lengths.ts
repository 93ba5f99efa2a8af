/** @file How many columns are given in the steps that are timed. */
import { generator } from "../../src/numeric/generator.ts";

/**
 * Context lengths of so many steps as the published trainer draws them: one for each batch, uniform from 0 to `most`.
 * In pairs of l and `most` - l, in random order: each length is as likely as it should be, and few steps have the mean
 * that many have.
 */
export function contextLengths(steps: number, most: number, seed: number, round: number): number[] {
  const random = generator(seed, "context lengths", round);
  const lengths: number[] = [];
  while (lengths.length < steps) {
    const length = random.integer(most + 1);
    lengths.push(length, most - length);
  }
  lengths.length = steps;
  const order = Int32Array.from(lengths);
  random.shuffle(order);
  return Array.from(order);
}
