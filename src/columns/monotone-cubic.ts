/** @file A smooth increasing curve through given points, with its inverse: cubic between them, straight beyond. */

/** An increasing curve y(x) with a continuous slope. */
export interface MonotoneCubic {
  value(x: number): number;
  /** dy/dx, > 0 everywhere. */
  slope(x: number): number;
  /** The x with y(x) = `y`, to about 1e-14 of the piece it lies in. */
  inverse(y: number): number;
}

/**
 * The monotone cubic Hermite curve through (x_k, y_k), both strictly increasing, at least two points.
 *
 * The slope at an inner point is the harmonic mean of the two chords beside it, so at most twice the smaller:
 * no piece can overshoot, and the slope inside a piece never vanishes. At the two ends it is the chord's, and
 * the curve goes on straight with it.
 *
 * @see Fritsch, F. N. and Butland, J. (1984), A method for constructing local monotone piecewise cubic
 * interpolants, SIAM J. Sci. Stat. Comput. 5, 300-304, https://doi.org/10.1137/0905021
 */
export function monotoneCubic(xs: readonly number[], ys: readonly number[]): MonotoneCubic {
  const x = Float64Array.from(xs);
  const y = Float64Array.from(ys);
  const last = x.length - 1;
  const slopes = slopesAt(x, y);

  function value(at: number): number {
    if (at <= x[0]) return y[0] + (at - x[0]) * slopes[0];
    if (at >= x[last]) return y[last] + (at - x[last]) * slopes[last];
    const k = pieceOf(x, at);
    const width = x[k + 1] - x[k];
    const rise = y[k + 1] - y[k];
    const t = (at - x[k]) / width;
    return y[k] + rise * share(t, (slopes[k] * width) / rise, (slopes[k + 1] * width) / rise);
  }

  function slope(at: number): number {
    if (at <= x[0]) return slopes[0];
    if (at >= x[last]) return slopes[last];
    const k = pieceOf(x, at);
    const width = x[k + 1] - x[k];
    const chord = (y[k + 1] - y[k]) / width;
    return chord * shareSlope((at - x[k]) / width, slopes[k] / chord, slopes[k + 1] / chord);
  }

  function inverse(of: number): number {
    if (of <= y[0]) return x[0] + (of - y[0]) / slopes[0];
    if (of >= y[last]) return x[last] + (of - y[last]) / slopes[last];
    const k = pieceOf(y, of);
    const width = x[k + 1] - x[k];
    const rise = y[k + 1] - y[k];
    const begin = (slopes[k] * width) / rise;
    const end = (slopes[k + 1] * width) / rise;
    return x[k] + width * shareInverse((of - y[k]) / rise, begin, end);
  }

  return { value, slope, inverse };
}

function slopesAt(x: Float64Array, y: Float64Array): Float64Array {
  const last = x.length - 1;
  const chord = (k: number) => (y[k + 1] - y[k]) / (x[k + 1] - x[k]);
  return x.map((_, k) => {
    if (k === 0) return chord(0);
    if (k === last) return chord(last - 1);
    return 2 / (1 / chord(k - 1) + 1 / chord(k)); // not 2ab/(a+b), whose product can overflow
  });
}

/** The k with knots[k] <= at < knots[k + 1]; `at` lies inside. */
function pieceOf(knots: Float64Array, at: number): number {
  let low = 0;
  let high = knots.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (knots[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}

/** Which part of a piece's rise is done at the part t of its width; `begin` and `end`: slopes over the chord's. */
function share(t: number, begin: number, end: number): number {
  return t * (begin + t * (3 - 2 * begin - end + t * (begin + end - 2)));
}

function shareSlope(t: number, begin: number, end: number): number {
  return begin + t * (2 * (3 - 2 * begin - end) + 3 * t * (begin + end - 2));
}

/** Newton's method, with a halving of the bracket wherever it would step out of it. */
function shareInverse(wanted: number, begin: number, end: number): number {
  let low = 0;
  let high = 1;
  let t = wanted;
  for (let round = 0; round < 60; round++) {
    const off = share(t, begin, end) - wanted;
    if (off === 0) return t;
    if (off > 0) high = t;
    else low = t;
    const newton = t - off / shareSlope(t, begin, end);
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - t) < 1e-12) return next;
    t = next;
  }
  return t;
}
