/** @file The distribution of a category: a probability for each name. */

import { InputError } from "../base/errors.ts";
import type { ColumnEncoding } from "../columns/encoding.ts";
import { noCategory } from "../columns/encoding.ts";
import { type Generator, generator } from "../numeric/generator.ts";
import { indexOfMax } from "../numeric/statistics.ts";
import type { CategoryDistribution } from "./distribution.ts";
import { shannonEntropy } from "./moments.ts";

/**
 * @param probabilities one for each of the encoding's categories, summing to 1
 * @param row names the stream of random numbers, unless another is named
 */
export function categoryDistribution(
  name: string,
  encoding: ColumnEncoding,
  probabilities: Float64Array,
  row: number,
): CategoryDistribution {
  const { categories } = encoding;
  const mode = categories[indexOfMax(probabilities)];
  return {
    kind: "category",
    name,
    categories,
    probabilities,
    mode,
    probability: (category) => probabilities[categoryIndex(name, encoding, category)],
    entropy: () => shannonEntropy(probabilities),
    sample(size, seed, stream = ["density", row]) {
      const random = generator(seed, ...stream);
      return Array.from({ length: size }, () => categories[drawIndex(random, probabilities)]);
    },
    toJSON: () => ({
      kind: "category",
      name,
      mode,
      probabilities: Object.fromEntries(categories.map((category, k) => [category, probabilities[k]])),
    }),
  };
}

/** The index of a category, given by its name or already as its index, in the encoding's list. */
export function categoryIndex(name: string, encoding: ColumnEncoding, category: string | number): number {
  const { categories } = encoding;
  const index = typeof category === "number" ? category : categories.indexOf(category);
  if (index in categories) return index;
  throw new InputError(`Column "${name}": ${noCategory(category, encoding)}.`);
}

/** An index drawn with the given probabilities. */
export function drawIndex(random: Generator, probabilities: Float64Array): number {
  let left = random.uniform();
  let last = 0; // rounding can leave a little: then the last one that is possible
  for (let index = 0; index < probabilities.length; index++) {
    if (probabilities[index] <= 0) continue;
    if (left < probabilities[index]) return index;
    left -= probabilities[index];
    last = index;
  }
  return last;
}
