/** @file Mixtures of normals, one for each of many rows: density, distribution function, quantiles, samples. */
import type { Generator } from "./generator.ts";
import { normalCdf, normalLogPdf, normalPdf } from "./normal-cdf.ts";

/** Normals that count less are left out of a distribution function: less than its quantiles' own precision. */
const NEGLIGIBLE = 1e-9;
/** Beyond so many standard deviations a normal's distribution function is 0 or 1 to 10^-14. */
const FAR = 7.5;
/** A quantile is found when the probability beside it is right to this part of itself. */
const PRECISION = 1e-7;
const MAX_ROUNDS = 60;

/** K normals in each row: (rows, K) shares, means and standard deviations; the shares of a row add up to 1. */
export class NormalMixtures {
  readonly #shares: Float32Array;
  readonly #means: Float32Array;
  readonly #widths: Float32Array;
  readonly #count: number;
  /** Of the row that was asked last: the normals that count. */
  readonly #share: Float64Array;
  readonly #mean: Float64Array;
  readonly #width: Float64Array;
  #used = 0;

  constructor(shares: Float32Array, means: Float32Array, widths: Float32Array, rows: number) {
    this.#shares = shares;
    this.#means = means;
    this.#widths = widths;
    this.#count = shares.length / rows;
    this.#share = new Float64Array(this.#count);
    this.#mean = new Float64Array(this.#count);
    this.#width = new Float64Array(this.#count);
  }

  /** The log density at x; NaN for NaN. */
  logPdf(row: number, x: number): number {
    if (Number.isNaN(x)) return Number.NaN;
    const from = row * this.#count;
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

  /** A number out of the mixture. */
  draw(row: number, random: Generator): number {
    const from = row * this.#count;
    let left = random.uniform();
    let k = from;
    while (k < from + this.#count - 1 && left >= this.#shares[k]) left -= this.#shares[k++];
    return this.#means[k] + this.#widths[k] * random.normal();
  }

  /**
   * The values at standard normal levels z: those below which the probability is Phi(z).
   * @param levels ascending. @param into one value for each.
   */
  quantiles(row: number, levels: Float64Array, into: Float32Array): void {
    this.#use(row);
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let k = 0; k < this.#used; k++) {
      // The mixture's quantile lies between the normals' own.
      const [mean, width] = [this.#mean[k], this.#width[k]];
      least = Math.min(least, mean + width * levels[0]);
      most = Math.max(most, mean + width * levels[levels.length - 1]);
    }
    let start = this.#mean[0];
    let low = least;
    for (let i = 0; i < levels.length; i++) {
      const found = this.#quantile(levels[i], low, most, Math.max(start, low));
      into[i] = found.x;
      low = found.x;
      // Where the next one would be if the density went on as here.
      const step = i + 1 < levels.length ? levels[i + 1] - levels[i] : 0;
      start =
        found.density > 0 ? found.x + (step * normalPdf(levels[i] + step / 2)) / found.density : found.x;
    }
  }

  /** Newton's method between bounds, on the side of the distribution that has less probability. */
  #quantile(level: number, low: number, high: number, start: number): { x: number; density: number } {
    const side = level > 0 ? -1 : 1;
    const wanted = normalCdf(-Math.abs(level));
    let x = Math.min(Math.max(start, low), high);
    let density = 0;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      let tail = 0;
      density = 0;
      for (let k = 0; k < this.#used; k++) {
        const z = (side * (x - this.#mean[k])) / this.#width[k];
        if (z < -FAR) continue;
        if (z > FAR) {
          tail += this.#share[k];
          continue;
        }
        tail += this.#share[k] * normalCdf(z);
        density += (this.#share[k] / this.#width[k]) * normalPdf(z);
      }
      const excess = side * (tail - wanted);
      if (Math.abs(excess) <= PRECISION * wanted) break;
      if (excess > 0) high = x;
      else low = x;
      const next = x - excess / density;
      // A spike in the way would hold Newton's steps up: every third one halves what is left.
      const isInside = next > low && next < high && round % 3 < 2;
      const moved = isInside ? next : (low + high) / 2;
      if (Math.abs(moved - x) <= 1e-9 * (1 + Math.abs(x))) return { x: moved, density };
      x = moved;
    }
    return { x, density };
  }

  #use(row: number): void {
    const from = row * this.#count;
    this.#used = 0;
    for (let k = from; k < from + this.#count; k++) {
      if (!(this.#shares[k] > NEGLIGIBLE)) continue;
      this.#share[this.#used] = this.#shares[k];
      this.#mean[this.#used] = this.#means[k];
      this.#width[this.#used++] = this.#widths[k];
    }
    let sum = 0;
    for (let k = 0; k < this.#used; k++) sum += this.#share[k];
    for (let k = 0; k < this.#used; k++) this.#share[k] /= sum;
  }
}
