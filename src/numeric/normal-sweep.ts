/** @file The distribution function of one mixture of normals, asked at many places from the left to the right. */
import { normalCdf, normalPdf } from "./normal-cdf.ts";
import { normalQuantile } from "./normal-quantile.ts";

/** Normals that count less are left out of quantiles. */
const NEGLIGIBLE = 1e-8;
/** Beyond so many standard deviations a normal's distribution function is 0 or 1 to 10^-23. */
const FAR = 10;

/** The distribution function of one mixture, asked from the left to the right: what is passed and what is to come costs nothing. */
export class NormalSweep {
  readonly #share: Float64Array;
  readonly #mean: Float64Array;
  readonly #inverse: Float64Array;
  /** Where each normal begins and ends; all arrays are in the order of the beginnings. */
  readonly #begin: Float64Array;
  readonly #end: Float64Array;
  readonly #order: Int32Array;
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
    this.#share = floats();
    this.#mean = floats();
    this.#inverse = floats();
    this.#begin = floats();
    this.#end = floats();
    this.#order = new Int32Array(count);
    this.#active = new Int32Array(count);
  }

  /** From now on this mixture is asked about. */
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
      tail += shares[i] * cdfAt(z);
    }
    return tail;
  }

  /** The lowest and the highest of the normals' own quantiles at a level: the mixture's lies between. */
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
      tail += share * cdfAt(z);
      density += share * inverse * pdfAt(z);
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

/** Between the table's points the cubics that have its values and slopes. @param z within FAR of 0. */
function cdfAt(z: number): number {
  const place = z * STEPS + OFFSET;
  const k = place | 0;
  const t = place - k;
  const u = (t * (1 - t)) / STEPS;
  return CDF[k] + t * t * (3 - 2 * t) * (CDF[k + 1] - CDF[k]) + u * ((1 - t) * PDF[k] - t * PDF[k + 1]);
}

function pdfAt(z: number): number {
  const place = z * STEPS + OFFSET;
  const k = place | 0;
  const t = place - k;
  const u = (t * (1 - t)) / STEPS;
  return PDF[k] + t * t * (3 - 2 * t) * (PDF[k + 1] - PDF[k]) + u * ((1 - t) * BEND[k] - t * BEND[k + 1]);
}
