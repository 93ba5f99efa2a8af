/** @file The average of the weights over the steps: what a model is made of instead of its last step. */

/**
 * How much of the newest weights goes into the average: average += rate * (weights - average).
 * Weights of step s count as s^g, so that the average's width stays the same share of all steps so far
 * (Karras et al. 2024, "Analyzing and improving the training dynamics of diffusion models", eq. 1-3).
 *
 * @param step 1 for the first; @param width the standard deviation of the steps that count, as a share of all.
 */
export function averageRate(step: number, width: number): number {
  return 1 - (1 - 1 / step) ** (exponent(width) + 1);
}

const exponents = new Map<number, number>();

/** The g with (g + 1) / ((g + 2)^2 (g + 3)) = width^2, by bisection: it falls with g. */
export function exponent(width: number): number {
  const known = exponents.get(width);
  if (known !== undefined) return known;
  let [low, high] = [0, 1e6];
  for (let i = 0; i < 100; i++) {
    const g = (low + high) / 2;
    if ((g + 1) / ((g + 2) ** 2 * (g + 3)) > width * width) low = g;
    else high = g;
  }
  exponents.set(width, low);
  return low;
}
