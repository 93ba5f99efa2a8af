/** @file The normal levels at which a quantile map is known. */

/** Levels from -4 to 4 (0.00003 of the probability is left on either side), 0.08 apart: see docs/lab-notebook.md. */
export const DEFAULT_LEVELS = evenLevels(101, 4);

/** `count` levels evenly spaced from -end to end. */
export function evenLevels(count: number, end: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => -end + (2 * end * i) / (count - 1));
}

/**
 * Puts each row's values in ascending order, in place. The exact map ascends; where a network's does not, the
 * sorted values are never further from the true quantiles (Chernozhukov, Fernandez-Val & Galichon 2010,
 * "Quantile and probability curves without crossing", prop. 4).
 */
export function rearrange(nodes: Float32Array, count: number): void {
  for (let start = 0; start < nodes.length; start += count) {
    const row = nodes.subarray(start, start + count);
    for (let i = 1; i < count; i++) {
      if (row[i] < row[i - 1]) {
        row.sort();
        break;
      }
    }
  }
}
