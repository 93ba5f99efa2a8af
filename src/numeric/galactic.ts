/** @file Right ascension and declination (ICRS) as Galactic longitude and latitude. */

/**
 * Rows are the directions of the Galactic axes in ICRS.
 * @see Hipparcos catalogue (ESA SP-1200, 1997), volume 1, section 1.5.3, equation 1.5.11 (its transpose).
 */
const AXES = [
  [-0.0548755604, -0.8734370902, -0.4838350155],
  [0.4941094279, -0.44482963, 0.7469822445],
  [-0.867666149, -0.1980763734, 0.4559837762],
] as const;

/** All in degrees; the longitude in [0, 360). */
export function galacticOf(ra: number, dec: number): readonly [longitude: number, latitude: number] {
  const [a, d] = [(ra * Math.PI) / 180, (dec * Math.PI) / 180];
  const icrs = [Math.cos(d) * Math.cos(a), Math.cos(d) * Math.sin(a), Math.sin(d)];
  return directionOf(AXES.map((axis) => axis[0] * icrs[0] + axis[1] * icrs[1] + axis[2] * icrs[2]));
}

/** The other way round. */
export function equatorialOf(longitude: number, latitude: number): readonly [ra: number, dec: number] {
  const [l, b] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180];
  const galactic = [Math.cos(b) * Math.cos(l), Math.cos(b) * Math.sin(l), Math.sin(b)];
  return directionOf(
    [0, 1, 2].map((i) => AXES[0][i] * galactic[0] + AXES[1][i] * galactic[1] + AXES[2][i] * galactic[2]),
  );
}

function directionOf([x, y, z]: readonly number[]): readonly [number, number] {
  const longitude = (Math.atan2(y, x) * 180) / Math.PI;
  return [(longitude + 360) % 360, (Math.atan2(z, Math.hypot(x, y)) * 180) / Math.PI];
}
