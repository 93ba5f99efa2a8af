/** @file Mixtures of normals, one for each of many rows: density, distribution function, quantiles, samples. */
import type { Generator } from "./generator.ts";
import { normalCdf, normalLogPdf, normalPdf } from "./normal-cdf.ts";
import { normalQuantile } from "./normal-quantile.ts";

/** Normals that count less are left out of quantiles. */
const NEGLIGIBLE = 1e-8;
/** Beyond so many standard deviations a normal's distribution function is 0 or 1 to 10^-23. */
const FAR = 10;
/** Newton's last step is that from a normal level so near: the next would be by about its square. */
const NEAR = 2e-4;
const MAX_ROUNDS = 80;

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

export class NormalMixtures {
  readonly rows: number;
  readonly #shares: Float32Array;
  readonly #means: Float32Array;
  readonly #widths: Float32Array;
  readonly #count: number;
  readonly #sweep: Sweep;
  /** Whose mixture the sweep has. */
  #row = -1;

  constructor({ rows, shares, means, widths }: Normals) {
    this.rows = rows;
    this.#shares = shares;
    this.#means = means;
    this.#widths = widths;
    this.#count = shares.length / rows;
    this.#sweep = new Sweep(this.#count);
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

  /** The standard normal level z with Phi(z) = P(X < x), from the smaller of the two tails; NaN for NaN. */
  level(row: number, x: number): number {
    if (Number.isNaN(x)) return Number.NaN;
    const sweep = this.#at(row);
    const below = sweep.tail(x, 1);
    return below <= 0.5 ? normalQuantile(below) : -normalQuantile(sweep.tail(x, -1));
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
  #at(row: number): Sweep {
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

/** Newton's method on the normal level of the distribution function, between bounds. */
function levelInverse(sweep: Sweep, level: number, from: number, to: number, start: number): number {
  const side = level > 0 ? -1 : 1;
  let [low, high] = [from, to];
  let x = start > low && start < high ? start : low;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const short = level - sweep.level(x, side);
    if (short > 0) low = x;
    else high = x;
    const next = x + short / sweep.levelSlope;
    if (Math.abs(short) < NEAR) return Math.min(Math.max(next, from), to);
    // A spike or a gap in the way would hold Newton's steps up: every third one halves what is left.
    const isInside = next > low && next < high && round % 3 < 2;
    const moved = isInside ? next : (low + high) / 2;
    if (moved === x) return x;
    x = moved;
  }
  return x;
}

/** The distribution function of one mixture, asked from the left to the right: what is passed and what is to come costs nothing. */
class Sweep {
  readonly #share: Float64Array;
  readonly #mean: Float64Array;
  readonly #inverse: Float64Array;
  /** Where each normal begins and ends; all arrays are in the order of the beginnings. */
  readonly #begin: Float64Array;
  readonly #end: Float64Array;
  readonly #order: Float64Array;
  #used = 0;
  /** The normals that have begun and are not passed: the first `activeCount` of these. */
  readonly #active: Int32Array;
  #activeCount = 0;
  #next = 0;
  #passed = 0;
  /** How fast the level rises at the place that was asked about last. */
  levelSlope = 0;

  constructor(count: number) {
    const floats = () => new Float64Array(count);
    [this.#share, this.#mean, this.#inverse, this.#begin, this.#end, this.#order] = [
      floats(),
      floats(),
      floats(),
      floats(),
      floats(),
      floats(),
    ];
    this.#active = new Int32Array(count);
  }

  take(shares: Float32Array, means: Float32Array, widths: Float32Array): void {
    this.#used = 0;
    let all = 0;
    for (let k = 0; k < shares.length; k++) {
      if (!(shares[k] > NEGLIGIBLE)) continue;
      all += shares[k];
      this.#insert(k, means[k] - FAR * widths[k]);
    }
    for (let i = 0; i < this.#used; i++) {
      const k = this.#order[i];
      this.#share[i] = shares[k] / all;
      this.#mean[i] = means[k];
      this.#inverse[i] = 1 / widths[k];
      this.#end[i] = means[k] + FAR * widths[k];
    }
  }

  /** From the far left again. */
  begin(): void {
    this.#activeCount = 0;
    this.#next = 0;
    this.#passed = 0;
  }

  /** The probability below x (side 1) or above it (side -1), anywhere. */
  tail(x: number, side: 1 | -1): number {
    let tail = 0;
    const [shares, means, inverses, used] = [this.#share, this.#mean, this.#inverse, this.#used];
    for (let i = 0; i < used; i++) {
      const z = side * (x - means[i]) * inverses[i];
      if (z <= -FAR) continue;
      if (z >= FAR) {
        tail += shares[i];
        continue;
      }
      const place = z * STEPS + OFFSET;
      const k = place | 0;
      const t = place - k;
      const u = (t * (1 - t)) / STEPS;
      const cdf = CDF[k] + t * t * (3 - 2 * t) * (CDF[k + 1] - CDF[k]);
      tail += shares[i] * (cdf + u * ((1 - t) * PDF[k] - t * PDF[k + 1]));
    }
    return tail;
  }

  least(level: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#used; i++) least = Math.min(least, this.#mean[i] + level / this.#inverse[i]);
    return least;
  }

  greatest(level: number): number {
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < this.#used; i++) most = Math.max(most, this.#mean[i] + level / this.#inverse[i]);
    return most;
  }

  /** The normal level at x, worked out from the probability below it (side 1) or above it (side -1), the smaller one. */
  level(x: number, side: 1 | -1): number {
    while (this.#next < this.#used && this.#begin[this.#next] < x)
      this.#active[this.#activeCount++] = this.#next++;
    let tail = side > 0 ? this.#passed : 0;
    let density = 0;
    const [active, count] = [this.#active, this.#activeCount];
    const [shares, means, inverses] = [this.#share, this.#mean, this.#inverse];
    for (let a = 0; a < count; a++) {
      const i = active[a];
      const inverse = inverses[i];
      const z = side * (x - means[i]) * inverse;
      if (z <= -FAR) continue;
      const share = shares[i];
      if (z >= FAR) {
        tail += share;
        continue;
      }
      // Between the table's points the cubics that have its values and slopes.
      const place = z * STEPS + OFFSET;
      const k = place | 0;
      const t = place - k;
      const s = t * t * (3 - 2 * t);
      const u = (t * (1 - t)) / STEPS;
      const before = u * (1 - t);
      const after = u * t;
      const cdf = CDF[k];
      const pdf = PDF[k];
      const nextPdf = PDF[k + 1];
      tail += share * (cdf + s * (CDF[k + 1] - cdf) + before * pdf - after * nextPdf);
      density += share * inverse * (pdf + s * (nextPdf - pdf) + before * BEND[k] - after * BEND[k + 1]);
    }
    if (side < 0) for (let i = this.#next; i < this.#used; i++) tail += this.#share[i];
    const level = normalQuantile(Math.min(tail, 1));
    this.levelSlope = density / normalPdf(level);
    return side * level;
  }

  /** Nothing left of x will be asked about any more. */
  pass(x: number): void {
    for (let a = 0; a < this.#activeCount; ) {
      const i = this.#active[a];
      if (this.#end[i] > x) a++;
      else {
        this.#passed += this.#share[i];
        this.#active[a] = this.#active[--this.#activeCount];
      }
    }
  }

  /** Into the order of beginnings; most of a mixture's normals come in it already. */
  #insert(k: number, begin: number): void {
    let at = this.#used++;
    for (; at > 0 && this.#begin[at - 1] > begin; at--) {
      this.#begin[at] = this.#begin[at - 1];
      this.#order[at] = this.#order[at - 1];
    }
    this.#begin[at] = begin;
    this.#order[at] = k;
  }
}

/** The standard normal distribution at even steps from -FAR to FAR, one beyond: values, densities and their slopes. */
const STEPS = 32;
const OFFSET = FAR * STEPS;
const POINTS = Float64Array.from({ length: 2 * OFFSET + 2 }, (_, k) => (k - OFFSET) / STEPS);
const CDF = POINTS.map(normalCdf);
const PDF = POINTS.map(normalPdf);
const BEND = POINTS.map((z) => -z * normalPdf(z));
