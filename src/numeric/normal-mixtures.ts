/** @file Mixtures of normals, one for each of many rows: density, distribution function, quantiles, samples. */
import { normalLogPdf } from "./normal-cdf.ts";
import { normalQuantile } from "./normal-quantile.ts";
import { NormalSweep } from "./normal-sweep.ts";

/**
 * Newton's last step is that from a normal level so near, as the next would be by about its square: if the step is short
 * beside the one before and the way from the last quantile. At the brink of a gap or of a spike it would go anywhere.
 */
const NEAR = 2e-4;
const SHORT = 0.1;
/** A level so near needs no further step. */
const THERE = 1e-9;
const MAX_ROUNDS = 80;
/** A sum of densities below this is not exact. */
const SMALLEST_DENSITY = 1e-280;

/** K normals in each row: (rows, K) shares, means and standard deviations; the shares of a row add up to 1. */
export interface Normals {
  readonly rows: number;
  readonly shares: Float32Array;
  readonly means: Float32Array;
  readonly widths: Float32Array;
}

/** The mixtures of a number plus normal noise. @param error standard deviation by row; none where it is not above 0. */
export function widenedNormals(normals: Normals, error: (row: number) => number): Normals {
  const count = normals.widths.length / normals.rows;
  const widths = normals.widths.map((width, i) => {
    const noise = error(Math.floor(i / count));
    return noise > 0 ? Math.hypot(width, noise) : width;
  });
  return { ...normals, widths };
}

/** One row's mixture for several rows. */
export function repeatedNormals({ shares, means, widths }: Normals, rows: number): Normals {
  const times = (cells: Float32Array) => {
    const all = new Float32Array(cells.length * rows);
    for (let row = 0; row < rows; row++) all.set(cells, row * cells.length);
    return all;
  };
  return { rows, shares: times(shares), means: times(means), widths: times(widths) };
}

/**
 * What is asked about these mixtures. Probabilities are worked out where the nearest normal is within 10 standard deviations;
 * further out, where there is less than 10^-22, they are 0. The log density has no such end.
 */
export class NormalMixtures {
  readonly rows: number;
  readonly #shares: Float32Array;
  readonly #means: Float32Array;
  readonly #widths: Float32Array;
  readonly #count: number;
  readonly #sweep: NormalSweep;
  /** Whose mixture the sweep has. */
  #row = -1;

  constructor({ rows, shares, means, widths }: Normals) {
    this.rows = rows;
    this.#shares = shares;
    this.#means = means;
    this.#widths = widths;
    this.#count = shares.length / rows;
    this.#sweep = new NormalSweep(this.#count);
  }

  /** The log density at x; NaN for NaN. */
  logPdf(row: number, x: number): number {
    if (Number.isNaN(x)) return Number.NaN;
    const from = row * this.#count;
    let density = 0;
    for (let k = from; k < from + this.#count; k++) {
      const z = (x - this.#means[k]) / this.#widths[k];
      density += (this.#shares[k] / this.#widths[k]) * Math.exp(-0.5 * z * z);
    }
    if (density > SMALLEST_DENSITY) return Math.log(density) + normalLogPdf(0);
    return this.#farLogPdf(from, x);
  }

  /** Far out, where every normal's density is too small a number: sums of logarithms. */
  #farLogPdf(from: number, x: number): number {
    let [largest, sum] = [Number.NEGATIVE_INFINITY, 0];
    for (let k = from; k < from + this.#count; k++) {
      const width = this.#widths[k];
      const log = Math.log(this.#shares[k] / width) + normalLogPdf((x - this.#means[k]) / width);
      if (log > largest) {
        sum = sum * Math.exp(largest - log) + 1;
        largest = log;
      } else if (log > Number.NEGATIVE_INFINITY) sum += Math.exp(log - largest);
    }
    return largest + Math.log(sum);
  }

  /** The standard normal level z with Phi(z) = P(X < x), from the smaller of the two tails; NaN for NaN. */
  level(row: number, x: number): number {
    if (Number.isNaN(x)) return Number.NaN;
    const sweep = this.#at(row);
    const below = sweep.tail(x, 1);
    return below <= 0.5 ? normalQuantile(below) : -normalQuantile(sweep.tail(x, -1));
  }

  /** A number out of the mixture. @param uniform chooses the normal. @param normal a standard normal number. */
  draw(row: number, uniform: number, normal: number): number {
    const from = row * this.#count;
    let left = uniform;
    let k = from;
    while (k < from + this.#count - 1 && left >= this.#shares[k]) left -= this.#shares[k++];
    return this.#means[k] + this.#widths[k] * normal;
  }

  /**
   * The values at standard normal levels z: those below which the probability is Phi(z).
   * @param levels ascending. @param into one value for each.
   */
  quantiles(row: number, levels: ArrayLike<number>, into: Float32Array | Float64Array): void {
    const sweep = this.#at(row);
    sweep.begin();
    // A mixture's quantile lies between those of its normals.
    let low = sweep.least(levels[0]);
    const high = sweep.greatest(levels[levels.length - 1]);
    let [start, before] = [low, 0];
    for (let i = 0; i < levels.length; i++) {
      low = levelInverse(sweep, levels[i], low, high, start);
      into[i] = low;
      sweep.pass(low);
      // Where the next one is if the value goes on rising by the level as it has begun to.
      const rise = 1 / sweep.levelSlope;
      const bend = i === 0 ? 0 : (rise - before) / 2;
      start = i + 1 < levels.length ? low + (levels[i + 1] - levels[i]) * (rise + bend) : low;
      before = rise;
    }
  }

  /** The sweep over a row's mixture. */
  #at(row: number): NormalSweep {
    if (row === this.#row) return this.#sweep;
    const [from, to] = [row * this.#count, (row + 1) * this.#count];
    this.#sweep.take(
      this.#shares.subarray(from, to),
      this.#means.subarray(from, to),
      this.#widths.subarray(from, to),
    );
    this.#row = row;
    return this.#sweep;
  }
}

/** Newton's method on the normal level of the distribution function, between bounds (rtsafe of Press et al. 2007, Numerical Recipes, sec. 9.4). */
function levelInverse(sweep: NormalSweep, level: number, from: number, to: number, start: number): number {
  const side = level > 0 ? -1 : 1;
  let [low, high] = [from, to];
  let x = start > low && start < high ? start : low;
  let step = Number.POSITIVE_INFINITY;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const short = level - sweep.level(x, side);
    if (short > 0) low = x;
    else high = x;
    const next = x + short / sweep.levelSlope;
    if (Math.abs(short) < THERE) return x;
    if (Math.abs(short) < NEAR && Math.abs(next - x) <= SHORT * Math.min(x - from, step)) return next;
    const isInside = next > low && next < high;
    // A spike or a gap holds Newton's steps up: where they don't halve, the bounds are halved.
    const moved = isInside && Math.abs(next - x) < step / 2 ? next : (low + high) / 2;
    if (moved === x) return x;
    step = Math.abs(moved - x);
    x = moved;
  }
  return x;
}
