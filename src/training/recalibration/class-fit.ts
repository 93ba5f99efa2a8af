/** @file How far class probabilities are to be trusted: the power of their ratio to the average answer that held-out classes fit best. */

/** What was said of some held-out cells' classes, and which they had. */
export interface ClassAnswers {
  /** (cells, classes). */
  readonly probabilities: Float64Array;
  readonly classes: Int32Array;
}

/** The logarithm of the power; 0 leaves answers as they are. */
export type LogTrust = number;

/** Beforehand, its standard deviation; of a size of the given set, from that of all sizes, half as much. */
const PRIOR = 0.3;
const TIGHT = 0.5;
const FARTHEST = Math.log(4);
/** A probability that is rounded to 0 counts as this. */
const LEAST = 1e-12;
const ROUNDS = 40;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export class ClassFits {
  /** By class, what the answers say on average. */
  readonly shares: Float64Array;
  readonly #count: number;
  /** (cells, classes): log (p / share). */
  readonly #evidence: Float64Array;
  readonly #classes: Int32Array;

  constructor({ probabilities, classes }: ClassAnswers) {
    const count = probabilities.length / classes.length;
    this.#count = count;
    this.#classes = classes;
    this.shares = new Float64Array(count);
    probabilities.forEach((p, i) => {
      this.shares[i % count] += p / classes.length;
    });
    this.#evidence = probabilities.map((p, i) =>
      this.shares[i % count] > 0 ? Math.log(Math.max(LEAST, p) / this.shares[i % count]) : 0,
    );
  }

  fit(chosen: Uint32Array, weights: Float64Array, around: LogTrust, isTight: boolean): LogTrust {
    const deviation = PRIOR * (isTight ? TIGHT : 1);
    const objective = (log: LogTrust) =>
      this.gains(chosen, log).reduce((sum, gain, which) => sum + weights[which] * gain, 0) -
      ((log - around) / deviation) ** 2 / 2;
    // The likelihood of a power is concave in it, and so nearly in its logarithm: one maximum.
    return goldenMaximum(objective, -FARTHEST, FARTHEST);
  }

  gains(chosen: Uint32Array, log: LogTrust): Float64Array {
    const trust = Math.exp(log);
    return Float64Array.from(chosen, (cell) => this.#log(cell, trust) - this.#log(cell, 1));
  }

  /** The log probability of a cell's class. */
  #log(cell: number, trust: number): number {
    const from = cell * this.#count;
    let sum = 0;
    for (let k = 0; k < this.#count; k++) sum += this.shares[k] * Math.exp(trust * this.#evidence[from + k]);
    const own = this.#classes[cell];
    return Math.log(this.shares[own]) + trust * this.#evidence[from + own] - Math.log(sum);
  }
}

/** Of a function with one maximum between two ends. */
function goldenMaximum(of: (x: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [of(left), of(right)];
  for (let round = 0; round < ROUNDS && high - low > 1e-4; round++) {
    if (atLeft > atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = of(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = of(right);
    }
  }
  return (low + high) / 2;
}
