/** @file One distribution as JSON: what it says of itself, intervals, entropy, and the curve of its density. */
import { checkFields, FUNCTION, oneOf } from "../base/checked.ts";
import { normalCdf } from "../numeric/normal-cdf.ts";
import type { CategoryJson, Distribution, NumberDistribution, NumberJson } from "./distribution.ts";

/** The intervals that are reported, by their probability. */
export const REPORTED_MASSES = [0.68, 0.9];

/**
 * The curve's points: so many quantiles at even normal levels up to the farthest one, and so many even steps between.
 */
const CURVE = { farthest: 3.5, quantiles: 141, steps: 100 };

/** What point masses that are all there is may lack of 1. */
const ROUNDING = 1e-6;

/** Ends of an interval, in data units. */
export type Interval = readonly [low: number, high: number];

/** A density to draw: one number for each point. */
export interface CurveJson {
  /**
   * Ascending, in data units (dates in days since 1970), from the quantile of 0.0002 to that of 0.9998; of a circular
   * column from 0 to just below its period.
   */
  readonly x: readonly number[];
  /**
   * The density per data unit of the continuous part, times its weight: what `pdf` gives. Point masses stand in
   * `pointMasses`; of integers the probability of k is spread over [k - 1/2, k + 1/2).
   */
  readonly pdf: readonly number[];
  /** P(X <= x), point masses included. */
  readonly cdf: readonly number[];
}

export interface NumberDensityJson extends NumberJson {
  /** Of a column that has few values and no others: the probability of each. */
  readonly probabilities?: Readonly<Record<string, number>>;
  /**
   * Central intervals by their probability, as text: "0.68", "0.9". In the column's data units, dates in days since
   * 1970.
   */
  readonly intervals: Readonly<Record<string, Interval>>;
  /** The smallest sets of values with that probability, as disjoint ascending intervals. */
  readonly highestDensity: Readonly<Record<string, readonly Interval[]>>;
  /** In nats. */
  readonly entropy: number;
  readonly curve: CurveJson;
}

export interface CategoryDensityJson extends CategoryJson {
  /** In nats. */
  readonly entropy: number;
}

/** A distribution as `anygiven density --json` prints it. */
export type DensityJson = NumberDensityJson | CategoryDensityJson;

/**
 * What a distribution's own JSON has, and intervals, highest density intervals, entropy and, of a number, the curve.
 * @example
 * const model = await load("survey");
 * console.log(JSON.stringify(densityJson(await model.density({ of: "logg", given: { teff: 4700 } }))));
 */
export function densityJson(distribution: Distribution): DensityJson {
  checkFields("the distribution", distribution, {
    needed: { kind: oneOf(["number", "category"]), entropy: FUNCTION, toJSON: FUNCTION },
  });
  const entropy = distribution.entropy();
  if (distribution.kind === "category") return { ...distribution.toJSON(), entropy };
  const by = <Answer>(answer: (mass: number) => Answer) =>
    Object.fromEntries(REPORTED_MASSES.map((mass) => [String(mass), answer(mass)]));
  const own = distribution.toJSON();
  const probabilities = own.pointMasses.map(
    ({ value, probability }) => [String(value), probability] as const,
  );
  const sum = probabilities.reduce((total, [, probability]) => total + probability, 0);
  return {
    ...own,
    ...(sum > 1 - ROUNDING && { probabilities: Object.fromEntries(probabilities) }),
    intervals: by((mass) => distribution.interval(mass)),
    highestDensity: by((mass) => distribution.highestDensity(mass)),
    entropy,
    curve: curveJson(distribution),
  };
}

/** Quantiles are near each other where the density is high, even steps show what lies in between and far out. */
function curveJson(distribution: NumberDistribution): CurveJson {
  const { farthest, quantiles, steps } = CURVE;
  const middle = Array.from({ length: quantiles }, (_, i) =>
    distribution.quantile(normalCdf(farthest * ((2 * i) / (quantiles - 1) - 1))),
  );
  const { period } = distribution;
  const [low, high] = period === undefined ? [middle[0], middle[quantiles - 1]] : [0, period];
  const even = Array.from({ length: steps }, (_, i) => low + ((high - low) * i) / steps);
  const x = [...new Set([...middle, ...even])].sort((a, b) => a - b);
  return { x, pdf: x.map((each) => distribution.pdf(each)), cdf: x.map((each) => distribution.cdf(each)) };
}
