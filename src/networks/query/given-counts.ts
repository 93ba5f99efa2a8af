/** @file How many of a row's columns are given: the chances of each number, and drawing by them. */

/**
 * The numbers that a row may have are from the fewest to the most, and at least one of its columns is a target. All
 * numbers are equally likely, except in a share of the rows, where n has probability proportional to
 * ln((n + 2) / (n + 1)), counted from the fewest: otherwise questions with few given columns would almost never occur
 * in training on a wide table.
 */
export class GivenCounts {
  readonly #fewest: number;
  readonly #most: number;
  readonly #logEven: number;
  /** By how many numbers there are to choose from: the chance of each or a smaller one. */
  readonly #cumulative = new Map<number, Float64Array>();

  /** @param logEven The share of the rows. */
  constructor([fewest, most]: readonly [number, number], logEven: number) {
    this.#fewest = fewest;
    this.#most = most;
    this.#logEven = logEven;
  }

  /** @returns how many of a row's `present` columns are given at this share (0 .. 1) of the rows, in ascending order. */
  at(present: number, share: number): number {
    const [lowest, highest] = this.#range(present);
    if (highest <= lowest) return Math.max(0, lowest);
    const cumulative = this.#chances(highest - lowest + 1);
    let level = 0;
    while (level < highest - lowest && cumulative[level] <= share) level++;
    return lowest + level;
  }

  /** The chance that a number of columns is given of a row with a number of present ones. */
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
    const even = (1 - this.#logEven) / levels;
    const logStep = this.#logEven / Math.log1p(levels);
    const cumulative = Float64Array.from(
      { length: levels },
      (_, level) => even * (level + 1) + logStep * Math.log(level + 2),
    );
    const many = Number(globalThis.process?.env.MANY ?? 0.4);
    for (let level = 0; level < levels - 1; level++) cumulative[level] *= 1 - many;
    cumulative[levels - 1] = 1;
    this.#cumulative.set(levels, cumulative);
    return cumulative;
  }
}
