/** @file One distribution as JSON: what it says of itself, intervals, and entropy. */
import { checkFields, FUNCTION, oneOf } from "../base/checked.ts";
import type { CategoryJson, Distribution, NumberJson } from "./distribution.ts";

/** The intervals that are reported, by their probability. */
export const REPORTED_MASSES = [0.68, 0.9];

/** Ends of an interval, in data units. */
export type Interval = readonly [low: number, high: number];

export interface NumberDensityJson extends NumberJson {
  /** Central intervals by their probability, as text: "0.68", "0.9". In the column's data units, dates in days since 1970. */
  readonly intervals: Readonly<Record<string, Interval>>;
  /** The smallest sets of values with that probability, as disjoint ascending intervals. */
  readonly highestDensity: Readonly<Record<string, readonly Interval[]>>;
  /** In nats. */
  readonly entropy: number;
}

export interface CategoryDensityJson extends CategoryJson {
  /** In nats. */
  readonly entropy: number;
}

/** A distribution as `anygiven density --json` prints it. */
export type DensityJson = NumberDensityJson | CategoryDensityJson;

/**
 * What a distribution's own JSON has, and intervals, highest density intervals and entropy.
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
  return {
    ...distribution.toJSON(),
    intervals: by((mass) => distribution.interval(mass)),
    highestDensity: by((mass) => distribution.highestDensity(mass)),
    entropy,
  };
}
