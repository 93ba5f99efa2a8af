/** @file Answers for a true value, made answers for what is observed of it: convolved with each row's error. */
import type { ColumnDistributions } from "../../src/density/distribution/column-distributions.ts";
import { normalCdf, normalPdf } from "../../src/random/normal-cdf.ts";

/** What is needed of the answers for the true values. */
export type TrueAnswers = Pick<ColumnDistributions, "rows" | "quantiles" | "cdf" | "crps">;

/** Answers for observed values; `row` as in the answers that they were made of. */
export interface ObservedAnswers {
  /** P(observed value <= x). */
  cdf(row: number, x: number): number;
  /** Continuous ranked probability score of an observed value, in own units. */
  crps(row: number, x: number): number;
}

/**
 * A model that takes measurement errors out answers for the true value, while held-out values are observed ones:
 * each row's answer is convolved with N(0, error of the row). With the quantiles q_i at (i + 1/2) / nodes,
 * F(x) = mean of Phi((x - q_i) / error), and the CRPS is that of this Gaussian mixture
 * (Grimit et al. 2006, https://doi.org/10.1256/qj.05.235, eq. 5).
 * A row without a positive error keeps its answer.
 *
 * @param errors one standard deviation per row, in own units; NaN where unknown.
 */
export function withNoise(answers: TrueAnswers, errors: ArrayLike<number>, nodes = 200): ObservedAnswers {
  const levels = Array.from({ length: nodes }, (_, i) => answers.quantiles((i + 0.5) / nodes));
  const mean = (of: (node: number) => number, row: number) =>
    levels.reduce((sum, quantiles) => sum + of(quantiles[row]!), 0) / nodes;
  return {
    cdf: (row, x) => {
      const error = errors[row]!;
      return error > 0 ? mean((node) => normalCdf((x - node) / error), row) : answers.cdf(row, x);
    },
    crps: (row, x) => {
      const error = errors[row]!;
      if (!(error > 0)) return answers.crps(row, x);
      const centres = levels.map((quantiles) => quantiles[row]!);
      const distance = mean((node) => meanDistance(x - node, error), row);
      return distance - meanPairDistance(centres, error * Math.SQRT2) / 2;
    },
  };
}

/** E|m + s Z| for a standard normal Z. */
function meanDistance(m: number, s: number): number {
  return m * (2 * normalCdf(m / s) - 1) + 2 * s * normalPdf(m / s);
}

/** The mean of {@link meanDistance} over all pairs of centres. */
function meanPairDistance(centres: readonly number[], s: number): number {
  let sum = centres.length * meanDistance(0, s);
  for (const [i, centre] of centres.entries()) {
    for (let j = 0; j < i; j++) sum += 2 * meanDistance(centre - centres[j]!, s);
  }
  return sum / centres.length ** 2;
}
