/** @file How many of a row's other columns a target is given: the chances of each number, and drawing by them. */

import { type LogRarity, logBinomials } from "../parts/context-weights.ts";

/** Which numbers are more likely than others. */
export interface GivenShares {
  /** Share of the targets that are given as much as there is. */
  readonly allGiven: number;
  /** Share, of the others, that are given few columns more often than many. */
  readonly fewGiven: number;
}

/**
 * A target may be given any number of the row's other columns from the fewest to the most. A share of the targets has the
 * most: all others given is what a model is asked first and most, and drawn evenly it would be one target among many in a
 * wide table. The others have each number with the same chance, except a share of them, for which n has probability
 * proportional to ln((n + 2) / (n + 1)), counted from the fewest: otherwise questions with few given columns would almost
 * never occur in training on a wide table.
 */
export class GivenCounts {
  readonly #fewest: number;
  readonly #most: number;
  readonly #shares: GivenShares;
  /** By how many numbers there are to choose from: the chance of each or a smaller one. */
  readonly #cumulative = new Map<number, Float64Array>();

  constructor([fewest, most]: readonly [number, number], shares: GivenShares) {
    this.#fewest = fewest;
    this.#most = most;
    this.#shares = shares;
  }

  /** @returns how many of a row's other columns, of `present` ones in all, are given at this share (0 .. 1) of the targets, in ascending order. */
  at(present: number, share: number): number {
    const [lowest, highest] = this.#range(present);
    if (highest <= lowest) return Math.max(0, lowest);
    const cumulative = this.#chances(highest - lowest + 1);
    let level = 0;
    while (level < highest - lowest && cumulative[level] <= share) level++;
    return lowest + level;
  }

  /** The chance that a target of a row with so many present columns is given so many of them. */
  chance(present: number, given: number): number {
    const [lowest, highest] = this.#range(present);
    if (given < lowest || given > highest) return 0;
    const cumulative = this.#chances(highest - lowest + 1);
    const level = given - lowest;
    return level === 0 ? cumulative[0] : cumulative[level] - cumulative[level - 1];
  }

  #range(present: number): [lowest: number, highest: number] {
    const highest = Math.min(this.#most, present - 1);
    return [Math.min(this.#fewest, highest), highest];
  }

  #chances(levels: number): Float64Array {
    const known = this.#cumulative.get(levels);
    if (known) return known;
    const { allGiven, fewGiven } = this.#shares;
    const even = ((1 - allGiven) * (1 - fewGiven)) / levels;
    const logStep = ((1 - allGiven) * fewGiven) / Math.log1p(levels);
    const cumulative = Float64Array.from(
      { length: levels },
      (_, level) => even * (level + 1) + logStep * Math.log(level + 2),
    );
    cumulative[levels - 1] = 1;
    this.#cumulative.set(levels, cumulative);
    return cumulative;
  }
}

/**
 * How rarely a row draws a set T of n given columns for a target: T is drawn evenly from the other p - 1 present columns with
 * chance c(n) / C(p - 1, n), where c(n) is the chance of n given columns, and the row's weight is shared out among its a targets.
 * @param columns of the table.
 */
export function rarityOfDraws(givenCounts: GivenCounts, columns: number): LogRarity {
  const logChoose = logBinomials(columns);
  return ({ present, askable }, n) => {
    const chance = askable === 0 ? 0 : givenCounts.chance(present, n);
    if (chance === 0) return Number.POSITIVE_INFINITY;
    return Math.log(askable / chance) + logChoose(present - 1, n);
  };
}
