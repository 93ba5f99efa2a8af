/** @file A quantile curve blurred: that of a number plus normal noise, from that of the number itself. */
import { normalCdf, normalCdfIntegral, normalMass } from "../numeric/normal-cdf.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";

/** The curve is followed this much beyond its own levels, in this many steps. */
const BEYOND = 3;
const STEPS_BEYOND = 4;
/** Where the blurred distribution function is worked out: at every third quantile, and errors away from there. */
const EVERY = 3;
const OFFSETS = [-3, -1.5, 0, 1.5, 3];
/** In units of the error: a cell this narrow is as good as a point, and beyond this many the integral is straight. */
const NARROW = 1e-3;
const FAR = 9;

/**
 * Quantiles of y = x + error n, n standard normal, at the same normal levels as those of x. The distribution of x is
 * cut at its quantiles into cells, even inside each, so that P(y <= t) is a sum of integrals of the normal
 * distribution function, exact for such cells; its normal level is then inverted between about 200 values of t.
 */
export class Blur {
  readonly #levels: Float64Array;
  readonly #edgeLevels: Float64Array;
  readonly #masses: Float64Array;
  readonly #total: number;

  /** @param levels of the quantiles, ascending */
  constructor(levels: Float64Array) {
    const steps = Array.from({ length: STEPS_BEYOND }, (_, i) => (BEYOND * (i + 1)) / STEPS_BEYOND);
    this.#levels = levels;
    this.#edgeLevels = Float64Array.of(
      ...steps.map((step) => levels[0] - step).reverse(),
      ...levels,
      ...steps.map((step) => levels[levels.length - 1] + step),
    );
    this.#masses = this.#edgeLevels.slice(1).map((level, k) => normalMass(this.#edgeLevels[k], level));
    this.#total = this.#masses.reduce((sum, mass) => sum + mass, 0);
  }

  /**
   * @param curve the quantile of x at a normal level, not falling
   * @param error one standard deviation, above 0, in the units of x
   * @returns the quantile of y at each of the levels
   */
  nodes(curve: (level: number) => number, error: number): Float64Array {
    const edges = this.#edgeLevels.map(curve);
    const points: number[] = [];
    for (let k = 0; k < edges.length; k += EVERY) {
      for (const offset of OFFSETS) points.push(edges[k] + offset * error);
    }
    const values = Float64Array.from(points).sort();
    const found = values.map((value) => normalQuantile(this.#cdf(edges, value, error)));
    return inverted(values, found, this.#levels);
  }

  /** P(y <= value). */
  #cdf(edges: Float64Array, value: number, error: number): number {
    let sum = 0;
    let to = (value - edges[0]) / error;
    let areaTo = area(to);
    for (let k = 0; k < this.#masses.length; k++) {
      const from = (value - edges[k + 1]) / error;
      const areaFrom = area(from);
      const width = to - from;
      sum += this.#masses[k] * (width < NARROW ? normalCdf((from + to) / 2) : (areaTo - areaFrom) / width);
      to = from;
      areaTo = areaFrom;
    }
    return Math.min(1, sum / this.#total);
  }
}

/** The integral of the normal distribution function up to y; straight far out. */
function area(y: number): number {
  if (y > FAR) return y;
  return y < -FAR ? 0 : normalCdfIntegral(y);
}

/** The value at each of `levels`, both ascending, between neighbours linearly. */
function inverted(values: Float64Array, found: Float64Array, levels: Float64Array): Float64Array {
  let k = 0;
  return levels.map((level) => {
    while (k + 2 < found.length && found[k + 1] < level) k++;
    const [low, high] = [found[k], found[k + 1]];
    // Where the function does not rise, or to infinity, the values are what is left to go by.
    const share = high > low && Number.isFinite(high - low) ? (level - low) / (high - low) : 0.5;
    return values[k] + Math.min(1, Math.max(0, share)) * (values[k + 1] - values[k]);
  });
}
