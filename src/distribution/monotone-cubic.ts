/** @file Increasing curves through many rows of points that share their abscissae, all in one array. */

/**
 * The slopes du/dz at the nodes of one row, for a curve that rises everywhere: at inner nodes the weighted harmonic
 * mean of the two chords, at the ends the three-point formula held within a factor of 2 of the end chord.
 *
 * @param z N abscissae, strictly increasing, N >= 2
 * @param u nodes of many rows; the row's begin at `offset` and increase strictly
 * @param slopes written at the same places
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

/** The end slope of the parabola through the last three points: the curve goes on with it, so it has to be sane. */
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
