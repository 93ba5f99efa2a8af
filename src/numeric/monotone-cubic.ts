/**
 * @file Smooth increasing curves through given points, with their inverses: cubic between the points, straight beyond.
 * {@link monotoneCubic} is one curve, for the map between a column's units; {@link writeSlopes} and the pieces after it
 * are many curves over the same abscissae in one array, for answers. Their slopes at the points differ, and trained
 * models hold what the first gives: the two are not to be exchanged.
 */

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
 * the curve continues straight with it.
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
    const k = pieceOf(x, at, 0);
    const width = x[k + 1] - x[k];
    const rise = y[k + 1] - y[k];
    const t = (at - x[k]) / width;
    return y[k] + rise * share(t, (slopes[k] * width) / rise, (slopes[k + 1] * width) / rise);
  }

  function slope(at: number): number {
    if (at <= x[0]) return slopes[0];
    if (at >= x[last]) return slopes[last];
    const k = pieceOf(x, at, 0);
    const width = x[k + 1] - x[k];
    const chord = (y[k + 1] - y[k]) / width;
    return chord * shareSlope((at - x[k]) / width, slopes[k] / chord, slopes[k + 1] / chord);
  }

  function inverse(of: number): number {
    if (of <= y[0]) return x[0] + (of - y[0]) / slopes[0];
    if (of >= y[last]) return x[last] + (of - y[last]) / slopes[last];
    const k = pieceOf(y, of, 0);
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

/**
 * The slopes du/dz at the nodes of one row, for a curve that rises everywhere: at inner nodes the weighted harmonic
 * mean of the two chords, at the ends the three-point formula held within a factor of 2 of the end chord.
 *
 * @param z N abscissae, strictly increasing, N >= 2
 * @param u nodes of many rows; the row's begin at `offset` and increase strictly
 * @param slopes written at the same indices
 * @see Fritsch, F. N. and Butland, J. (1984), A method for constructing local monotone piecewise cubic
 * interpolants, SIAM J. Sci. Stat. Comput. 5, 300-304, https://doi.org/10.1137/0905021; its form for uneven steps
 * is that of PCHIP (Fritsch and Carlson 1980, https://doi.org/10.1137/0717021).
 */
export function writeSlopes(z: Float64Array, u: Float64Array, offset: number, slopes: Float64Array): void {
  const last = z.length - 1;
  const chord = (k: number) => (u[offset + k + 1] - u[offset + k]) / (z[k + 1] - z[k]);
  let before = chord(0);
  for (let k = 1; k < last; k++) {
    const after = chord(k);
    const left = 2 * (z[k + 1] - z[k]) + (z[k] - z[k - 1]);
    const right = z[k + 1] - z[k] + 2 * (z[k] - z[k - 1]);
    slopes[offset + k] = (left + right) / (left / before + right / after);
    before = after;
  }
  if (last === 1) {
    slopes[offset] = slopes[offset + 1] = before;
    return;
  }
  slopes[offset] = endSlope(z[1] - z[0], z[2] - z[1], chord(0), chord(1));
  slopes[offset + last] = endSlope(z[last] - z[last - 1], z[last - 1] - z[last - 2], before, chord(last - 2));
}

/** The end slope of the parabola through the last three points: the curve continues with it, so it has to be sane. */
function endSlope(width: number, nextWidth: number, chord: number, nextChord: number): number {
  const parabola = ((2 * width + nextWidth) * chord - width * nextChord) / (width + nextWidth);
  return Math.min(2 * chord, Math.max(chord / 2, parabola));
}

/** The height at the part t of a piece's width, above its beginning. `begin`, `end`: slopes at its two ends. */
export function pieceValue(t: number, width: number, rise: number, begin: number, end: number): number {
  const first = begin * width;
  const last = end * width;
  return t * (first + t * (3 * rise - 2 * first - last + t * (first + last - 2 * rise)));
}

/** The slope at the part t of a piece's width. */
export function pieceSlope(t: number, width: number, rise: number, begin: number, end: number): number {
  const chord = rise / width;
  return begin + t * (2 * (3 * chord - 2 * begin - end) + 3 * t * (begin + end - 2 * chord));
}

/**
 * The part t of a piece's width at which it has risen by `wanted`, to about 1e-15: Newton's method, with a halving
 * of the bracket wherever it would step out of it.
 */
export function pieceInverse(
  wanted: number,
  width: number,
  rise: number,
  begin: number,
  end: number,
): number {
  let low = 0;
  let high = 1;
  let t = wanted / rise;
  for (let round = 0; round < 60; round++) {
    const off = pieceValue(t, width, rise, begin, end) - wanted;
    if (off > 0) high = t;
    else low = t;
    const newton = t - off / (width * pieceSlope(t, width, rise, begin, end));
    const next = newton >= low && newton <= high ? newton : (low + high) / 2;
    if (Math.abs(next - t) < 1e-15) return next;
    t = next;
  }
  return t;
}

/**
 * The k with knots[offset + k] <= at < knots[offset + k + 1], counted from `offset`; -1 below the first of them and
 * `last` from the last on.
 */
export function pieceOf(knots: Float64Array, at: number, offset: number, last = knots.length - 1): number {
  if (at < knots[offset]) return -1;
  if (at >= knots[offset + last]) return last;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (knots[offset + middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}
