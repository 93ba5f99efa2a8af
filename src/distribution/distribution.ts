/** @file What a model answers: the distribution of one column in one row. */

/** Distinguished by `kind`. */
export type Distribution = NumberDistribution | CategoryDistribution;

/**
 * The distribution of a number (or a date: days since 1970-01-01) in data units.
 *
 * It has a continuous part and, where the column has values that many rows share exactly, point masses.
 * Of a column of integers the continuous part is a density spread over [k - 1/2, k + 1/2) for each k.
 */
export interface NumberDistribution {
  readonly kind: "number";
  /**
   * Of a circular column (an angle, an hour), after how much a value is the same again. Values are then in [0, period),
   * an interval is an arc [low, high] that goes over the origin if low > high, mean and standard deviation are the
   * circular ones (Mardia & Jupp 2000), cdf and quantiles count from the origin, and distances (mad, crps) go along the
   * circle.
   */
  readonly period?: number;
  /** The column. */
  readonly name: string;
  /** The density per data unit of the continuous part, times its weight; what is in a point mass is not in it. */
  pdf(x: number): number;
  logPdf(x: number): number;
  /** P(X <= x); jumps at a point mass, is a staircase for integers. */
  cdf(x: number): number;
  /** The least x with P(X <= x) >= p. Throws InputError unless p is in [0, 1]. */
  quantile(p: number): number;
  /** P(X = x): the mass of a point mass or an integer, else 0. */
  probability(x: number): number;
  /** The log of `probability` at a point mass or in a column of integers, else `logPdf`. */
  logLikelihood(x: number): number;
  mean(): number;
  std(): number;
  median(): number;
  /** 1.4826 times the median distance from the median: the standard deviation of a normal distribution. */
  mad(): number;
  /** The values with (1 - mass) / 2 of the probability on either side. */
  interval(mass: number): [low: number, high: number];
  /** The smallest set of values with the given probability, as disjoint ascending intervals; [x, x] at a point mass. */
  highestDensity(mass: number): [low: number, high: number][];
  /** The peaks of the density, ascending; without ripples, with the point masses. */
  modes(): number[];
  /** In nats; differential (per data unit) unless the column is of integers. */
  entropy(): number;
  /** The continuous ranked probability score of a value, in data units; smaller is better. */
  crps(x: number): number;
  /** Independent values, the same for the same seed. `stream` separates answers that share a seed. */
  sample(size: number, seed: number, stream?: readonly (string | number)[]): Float64Array;
  toJSON(): NumberJson;
}

/** What scores ask besides. */
export interface NumericRow extends NumberDistribution {
  /** The probability integral transform: P(X < x) and the part `share` of P(X = x). */
  pit(x: number, share: number): number;
  /** The probability of a value at least as far out, on either side; with half of P(X = x). */
  tail(x: number): number;
}

/** The distribution of a category or of a truth value ("false", "true"). */
export interface CategoryDistribution {
  readonly kind: "category";
  /** The column. */
  readonly name: string;
  readonly categories: readonly string[];
  /** One for each category, in their order. */
  readonly probabilities: Float64Array;
  /** The most probable category. */
  readonly mode: string;
  /** Throws InputError for a category there isn't. */
  probability(category: string): number;
  /** In nats. */
  entropy(): number;
  sample(size: number, seed: number, stream?: readonly (string | number)[]): string[];
  toJSON(): CategoryJson;
}

export interface NumberJson {
  readonly kind: "number";
  readonly name: string;
  /** Of a circular column. */
  readonly period?: number;
  readonly mean: number;
  readonly std: number;
  readonly median: number;
  readonly mad: number;
  /** By probability, as text: "0.025", "0.16", "0.25", "0.5", "0.75", "0.84", "0.975". */
  readonly quantiles: Readonly<Record<string, number>>;
  readonly modes: readonly number[];
  /** Point masses; empty if there are none. */
  readonly pointMasses: readonly { readonly value: number; readonly probability: number }[];
}

export interface CategoryJson {
  readonly kind: "category";
  readonly name: string;
  readonly mode: string;
  readonly probabilities: Readonly<Record<string, number>>;
}

export type DistributionJson = NumberJson | CategoryJson;
