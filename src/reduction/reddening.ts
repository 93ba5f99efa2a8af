/**
 * @file The reddening of a star by a map of dust: the map is asked at distances that are drawn from the star's parallax
 * and its error, and what it answers makes a median and a spread.
 */
import { generator } from "../numeric/generator.ts";
import { MAD_TO_STANDARD_DEVIATION, medianOfSorted } from "../numeric/statistics.ts";
import type { Sightline } from "./dust/dust-map.ts";

/** Distances that are drawn for a star. */
const DRAWS = 1000;

/** Standard normal numbers for a star, by its id: 1,000 of them, in an array that may be used again. */
export type NormalDraws = (id: bigint) => ArrayLike<number>;

/** A star's own draws, the same whichever other stars there are. */
export function seededDraws(seed: number): NormalDraws {
  const draws = new Float64Array(DRAWS);
  return (id) => {
    const random = generator(seed, "parallax", String(id));
    for (let k = 0; k < DRAWS; k++) draws[k] = random.normal();
    return draws;
  };
}

/** What is known of a star's distance. */
export interface Parallax {
  /** Milliarcseconds, corrected for its zero-point. */
  readonly value: number;
  readonly error: number;
  /** Whether it is so small that the star is behind all dust. */
  readonly isBehindAll: boolean;
}

/** Kiloparsecs that are behind all dust. */
const BEHIND_ALL = 99;
/** A reddening above this is none, and one that is not positive is e^-7. */
const MOST = 10;
const LEAST_LOGARITHM = -7;

export interface LogReddening {
  /** The natural logarithm of E(B-V); NaN where the map tells nothing. */
  readonly value: number;
  /** One standard deviation; NaN where the map does not depend on the distance. */
  readonly error: number;
}

/** Asks the map at the drawn distances. A draw of a negative parallax is none. */
export function logReddening(
  along: Sightline,
  { value, error, isBehindAll }: Parallax,
  draws: ArrayLike<number>,
): LogReddening {
  const found = new Float64Array(draws.length);
  let count = 0;
  for (let k = 0; k < draws.length; k++) {
    const distance = isBehindAll ? BEHIND_ALL : 1 / (value + error * draws[k]);
    if (!(distance >= 0)) continue;
    const logarithm = logOf(along(distance, k));
    if (Number.isFinite(logarithm)) found[count++] = logarithm;
  }
  const sorted = found.subarray(0, count).sort();
  const median = medianOfSorted(sorted);
  const distances = sorted.map((each) => Math.abs(each - median)).sort();
  return { value: median, error: MAD_TO_STANDARD_DEVIATION * medianOfSorted(distances) };
}

/** The same of a reddening that is known as a number. */
export function logOfReddening(reddening: number): LogReddening {
  return { value: logOf(reddening), error: Number.NaN };
}

function logOf(reddening: number): number {
  if (reddening > MOST) return Number.NaN;
  return reddening <= 0 ? LEAST_LOGARITHM : Math.log(reddening);
}
