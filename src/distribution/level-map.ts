/** @file A smooth map of normal levels, and what it does to a density. */
import type { LevelPoints } from "../columns/recalibration.ts";
import { type MonotoneCubic, monotoneCubic } from "../numeric/monotone-cubic.ts";

/** T of a distribution whose levels z become T(z): F' = Phi(T(z)), z = Phi^-1(F). */
export interface LevelMap extends MonotoneCubic {
  /** The logarithm of what the density is multiplied by at a level: log T'(z) + log phi(T(z)) - log phi(z). */
  logRatio(z: number): number;
}

/** A map is wanted for row after row. */
const known = new WeakMap<LevelPoints, LevelMap>();

/** A monotone cubic through the points, straight beyond them. */
export function levelMap(points: LevelPoints): LevelMap {
  const found = known.get(points) ?? mapThrough(points);
  known.set(points, found);
  return found;
}

function mapThrough({ from, to }: LevelPoints): LevelMap {
  const curve = monotoneCubic(from, to);
  return {
    ...curve,
    logRatio: (z) => Math.log(curve.slope(z)) + (z * z - curve.value(z) ** 2) / 2,
  };
}
