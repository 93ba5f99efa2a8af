/** @file One error for two: what is made of the errors of a value towards higher and towards lower ones. */
import { arrayFor, type Numbers } from "./column-cells.ts";

/**
 * The root of the mean square of two errors, sqrt((a^2 + b^2) / 2), of whichever sign; where one is unknown, the other.
 *
 * If the true value lies on either side of the reported one with equal probability, on each as half a normal with
 * that side's error (the dimidiated Gaussian of Barlow 2003, "Asymmetric systematic errors", arXiv:physics/0306138), this is
 * exactly the root of its mean squared distance from the reported value. The value itself stays as it is reported, so
 * an answer is about numbers as the file has them. What is left of the asymmetry is a bias of the true value, 0.4 (a - b)
 * in the mean, which only sums up where the longer side is always the same.
 *
 * @param upper, lower an error for each cell, in the units of the values; NaN where unknown.
 */
export function twoSidedError(upper: Numbers, lower: Numbers): Numbers {
  const isDouble = upper instanceof Float64Array || lower instanceof Float64Array;
  const made = arrayFor(upper.length, isDouble ? "float64" : "float32");
  for (let row = 0; row < made.length; row++) {
    const [a, b] = [Math.abs(upper[row]), Math.abs(lower[row])];
    made[row] = Number.isNaN(a) ? b : Number.isNaN(b) ? a : Math.hypot(a, b) * Math.SQRT1_2;
  }
  return made;
}
