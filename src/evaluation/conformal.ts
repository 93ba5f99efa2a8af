/**
 * @file Split conformal prediction (Vovk, Gammerman & Shafer 2005; Lei et al. 2018, JASA 113, 1094): which central interval to
 * ask for so that it holds a true value with at least a given probability, whatever the model is like.
 */
import { geometryOf } from "../columns/kinds.ts";
import { ascending } from "../numeric/statistics.ts";
import type { ScoredDistributions } from "./scored-distributions.ts";

/** The least mass whose central interval holds the value; on a circle, whose arc around the median does. */
export function massThatHolds(of: ScoredDistributions, row: number, value: number, median: number): number {
  const own = of.probability(row, value);
  const upTo = of.cdf(row, value);
  const { period } = geometryOf(of.encoding);
  if (period === undefined) return Math.max(0, 1 - 2 * upTo, 2 * (upTo - own) - 1);
  const middle = of.cdf(row, median) - of.probability(row, median) / 2;
  const way = upTo - own / 2 - middle;
  return Math.max(0, 2 * Math.abs(way - Math.round(way)) - own);
}

/** An interval needs some mass. */
const LEAST = 1e-6;

/**
 * The mass to ask for: that which holds ceil((n + 1) mass) of the n values. A further value, exchangeable with these, then lies
 * inside with a probability of at least `mass`, and of at most 1 / (n + 1) more where no two values need the same.
 * @param masses that hold each of the values. @returns undefined where there are too few, or where no interval is wide enough.
 */
export function conformalMass(masses: Float64Array, mass: number): number | undefined {
  const count = Math.ceil((masses.length + 1) * mass);
  if (!(count <= masses.length)) return undefined;
  const found = masses[ascending(masses)[count - 1]];
  return found < 1 ? Math.max(LEAST, found) : undefined;
}
