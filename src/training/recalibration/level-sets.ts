/**
 * @file Where held-out values lie in the answers about them, as normal levels: one level where that is known, several with
 * weights where it is known only in part: of a whole number within its interval, of a measured value given its error, of an
 * angle on any of its turns. By what the map T multiplies the value's likelihood is then the weighted mean over its levels of
 * T'(z) phi(T(z)) / phi(z), exactly but for the number of levels.
 */
import type { ContinuousParts } from "../../distribution/quantile-curves.ts";
import { normalCdf } from "../../numeric/normal-cdf.ts";
import { normalQuantile } from "../../numeric/normal-quantile.ts";

/** Those of value number i are `starts[i]` .. `starts[i + 1] - 1`; the weights of a value add up to 1. */
export interface LevelSets {
  readonly starts: Uint32Array;
  readonly levels: Float64Array;
  readonly weights: Float64Array;
}

/** What is known of a held-out number, in standardised units. */
export interface ObservedNumber {
  readonly value: number;
  /** Its measurement error, where answers are of true values; 0 for none. */
  readonly error: number;
  /** Of a whole number: the ends of its interval. */
  readonly ends?: readonly [low: number, high: number];
  /** How much further along the line a value lies again; [0] but on a circle. */
  readonly turns: readonly number[];
}

/** Further out levels are not exact. */
const FARTHEST = 8;
/** What counts less beside the heaviest is left out. */
const NEGLIGIBLE = 2e-3;
/** A whole number whose interval has less probability than this is as good as a point; others are cut into this many parts. */
const POINT_MASS = 0.01;
const PARTS = 4;
/** In units of a measurement error: where the true value may be. */
const STEPS = Float64Array.from({ length: 7 }, (_, i) => i - 3);
/** Levels of an answer that is narrow beside the error. */
const LEVELS = Float64Array.from({ length: 27 }, (_, i) => (i - 13) / 3);
/** An error below this is none; above this part of the answer's spread the answer counts as narrow. */
const SMALLEST_ERROR = 1e-4;
const NARROW = 0.5;

/** The levels of numbers, put together one by one. */
export class LevelSetsDraft {
  readonly #starts: number[] = [0];
  readonly #levels: number[] = [];
  readonly #weights: number[] = [];

  /** How many levels there are, of all numbers. */
  get size(): number {
    return this.#levels.length;
  }

  /** @returns false if the answer leaves no place for the number: it is not taken. */
  add(curves: ContinuousParts, row: number, observed: ObservedNumber): boolean {
    const found = levelsOf(curves, row, observed);
    const heaviest = found.reduce((most, { log }) => Math.max(most, log), Number.NEGATIVE_INFINITY);
    if (!Number.isFinite(heaviest)) return false;
    const kept = found.flatMap(({ level, log }) => {
      const weight = Math.exp(log - heaviest);
      return weight > NEGLIGIBLE ? [{ level, weight }] : [];
    });
    const sum = kept.reduce((total, { weight }) => total + weight, 0);
    for (const { level, weight } of kept) {
      this.#levels.push(Math.max(-FARTHEST, Math.min(FARTHEST, level)));
      this.#weights.push(weight / sum);
    }
    this.#starts.push(this.#levels.length);
    return true;
  }

  made(): LevelSets {
    return {
      starts: Uint32Array.from(this.#starts),
      levels: Float64Array.from(this.#levels),
      weights: Float64Array.from(this.#weights),
    };
  }
}

interface WeighedLevel {
  readonly level: number;
  readonly log: number;
}

function levelsOf(
  curves: ContinuousParts,
  row: number,
  { value, error, ends, turns }: ObservedNumber,
): WeighedLevel[] {
  if (error > SMALLEST_ERROR) return turns.flatMap((turn) => trueLevels(curves, row, value + turn, error));
  if (!ends)
    return turns.map((turn) => ({
      level: curves.level(row, value + turn),
      log: turns.length === 1 ? 0 : curves.logPdf(row, value + turn),
    }));
  const [low, high] = ends.map((end) => curves.level(row, end));
  const mass = low > 0 ? normalCdf(-low) - normalCdf(-high) : normalCdf(high) - normalCdf(low);
  if (mass < POINT_MASS) return [{ level: curves.level(row, value), log: 0 }];
  return Array.from({ length: PARTS }, (_, part) => ({
    level: levelBetween(low, high, (part + 0.5) / PARTS),
    log: 0,
  }));
}

/** What is known of the true value when a measured one is: the answer times the error's density. */
function trueLevels(curves: ContinuousParts, row: number, measured: number, error: number): WeighedLevel[] {
  const spread = (curves.value(row, 1) - curves.value(row, -1)) / 2;
  if (error < NARROW * spread) {
    return Array.from(STEPS, (step) => {
      const value = measured + step * error;
      return { level: curves.level(row, value), log: curves.logPdf(row, value) - (step * step) / 2 };
    });
  }
  return Array.from(LEVELS, (level) => ({
    level,
    log: -(level * level + ((measured - curves.value(row, level)) / error) ** 2) / 2,
  }));
}

/** The level at a share of the probability between two levels. */
function levelBetween(low: number, high: number, share: number): number {
  if (low > 0) return -levelBetween(-high, -low, 1 - share);
  const [from, to] = [normalCdf(low), normalCdf(high)];
  return normalQuantile(from + share * (to - from));
}
