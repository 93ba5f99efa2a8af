/** @file Ways to get from one value to another: limits, straight lines, tables and smooth steps. */

/** `x`, but no less than `low` and no more than `high`. */
export const clamp = (x: number, low: number, high: number) => Math.max(low, Math.min(high, x));

/** The value at `x` of the straight line through (x0, y0) and (x1, y1). */
export const line = (x: number, x0: number, y0: number, x1: number, y1: number) =>
  y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);

/** Straight lines between the points of a table with ascending `xs`; the first and last are carried on. */
export function interpolate(xs: readonly number[], ys: readonly number[], x: number): number {
  let i = 1;
  while (i < xs.length - 1 && x > xs[i]) i++;
  return line(x, xs[i - 1], ys[i - 1], xs[i], ys[i]);
}

/** Rises smoothly from 0 at `low` to 1 at `high`, and stays there. */
export function smoothStep(x: number, low: number, high: number): number {
  const t = clamp((x - low) / (high - low), 0, 1);
  return t * t * (3 - 2 * t);
}
