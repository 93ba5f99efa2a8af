/** @file Scores of single predictions against what was found: likelihood, distance, categories. */

import { type Geometry, LINE } from "../columns/geometry.ts";
import { measureScaling } from "../columns/scaling.ts";
import { summarise } from "../numeric/samples.ts";
import { meanOf, type Statistic } from "../numeric/statistics.ts";
import type { Column } from "../table/table.ts";
import type { ScoredDistributions } from "./scored-distributions.ts";

/**
 * The mean over the rows that weren't held impossible. A row whose value had density 0 has Infinity for its
 * negative log-likelihood, and so has the plain mean: that is what such a model earns, and it is reported.
 * This mean stands beside it, with the number of impossible rows, to see whether the rest is any good.
 */
export function meanOfPossible(nll: Float64Array): Statistic {
  const possible = Uint32Array.from(nll.keys()).filter((row) => nll[row] !== Number.POSITIVE_INFINITY);
  const mean = meanOf(Float64Array.from(possible, (row) => nll[row]));
  const theirs = new Int32Array(possible.length);
  return (weights) => {
    for (let i = 0; i < possible.length; i++) theirs[i] = weights[possible[i]];
    return mean(theirs);
  };
}

/** A difference of distribution functions below this has lost its digits: the density is taken instead. */
const SMALLEST_MASS = 1e-10;

/**
 * The common ground of models with and without point masses: minus the log of the mean density around x,
 * P(x - d/2 < X <= x + d/2) / d. A point mass counts as if spread over d, so that being sure of it earns
 * log(d); its likelihood couldn't be set against that of a density at all. Finite for every model that has
 * some density at x.
 *
 * @param width d, in the units of x; the same for every model that is compared.
 * @returns nats, of a density per unit of x.
 */
export function intervalNll(
  distributions: Pick<ScoredDistributions, "cdf" | "logPdf">,
  row: number,
  x: number,
  width: number,
  { period }: Geometry = LINE,
): number {
  const rise = distributions.cdf(row, x + width / 2) - distributions.cdf(row, x - width / 2);
  // On a circle, where the distribution function begins anew at the origin.
  const mass = rise < 0 && period !== undefined ? rise + 1 : rise;
  const byMass = Math.log(width) - Math.log(Math.max(0, mass));
  if (mass > SMALLEST_MASS) return byMass;
  const byDensity = -distributions.logPdf(row, x);
  return Number.isFinite(byDensity) ? byDensity : byMass;
}

/**
 * The Brier score of one row: the sum over all categories of (probability - 1 if it was this one, else 0)^2,
 * from 0 (sure and right) to 2 (sure and wrong).
 *
 * @param found the index of the category found; -1 for one that the model doesn't know.
 * @see Brier, G. W. (1950), Monthly Weather Review 78, 1-3, eq. 2.
 */
export function brierScore(probabilities: ArrayLike<number>, found: number): number {
  let score = found < 0 ? 1 : 0;
  for (let k = 0; k < probabilities.length; k++) score += (probabilities[k] - Number(k === found)) ** 2;
  return score;
}

/** What answers are worth, one number per question; lower is better. */
export interface Losses {
  /** Minus the log of the probability, or of the density per data unit, of what was found: nats. */
  readonly logScores: Float64Array;
  /** Of numbers. */
  readonly crps?: Float64Array;
}

/** Minus the log of the probability of what was found, in nats; Infinity for a category held impossible. */
export function logScore(probabilities: ArrayLike<number>, found: number): number {
  return found < 0 ? Number.POSITIVE_INFINITY : -Math.log(probabilities[found]);
}

/**
 * The unit in which errors about a column are counted, so that columns can be put together: 1.4826 MAD of the column
 * (along the circle where its values lie on one), its standard deviation if that is 0, 1 if it is constant.
 */
export function columnScale(column: Column, source: string, { period }: Geometry): number {
  const present = column.values.filter((value: number) => !Number.isNaN(value));
  const constant = present.every((value: number) => value === present[0]);
  if (!constant && period !== undefined)
    return summarise(Float64Array.from(present), { period }).mad || period;
  return constant ? 1 : measureScaling(column, source).scale;
}
