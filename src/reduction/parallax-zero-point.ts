/**
 * @file The zero-point of Gaia's parallaxes (EDR3 and DR3): what to take from a parallax by the star's brightness, colour
 * and place.
 * @see Lindegren, L. et al. (2021), A&A 649, A4, tables 9 and 10, and equations A.3 to A.5: all numbers here are theirs.
 * @see Leung, H. W., Bovy, J. et al. (2023), MNRAS 519, 948: the amount for faint stars.
 */

/** Gaia's word for solutions with five parameters (the colour was known) and six (a pseudocolour was fitted, too). */
export const FIVE_PARAMETERS = 31;
export const SIX_PARAMETERS = 95;

/** What a zero-point depends on. */
export interface AstrometricSolution {
  /** `astrometric_params_solved`: 31 or 95; any other has no zero-point. */
  readonly solved: number;
  readonly g: number;
  /** `nu_eff_used_in_astrometry`, per micrometre; for five parameters. */
  readonly nuEff: number;
  /** Per micrometre; for six parameters. */
  readonly pseudocolour: number;
  /** The sine of the ecliptic latitude. */
  readonly sinBeta: number;
}

/**
 * The zero-point in milliarcseconds, rounded to six decimals: NaN outside 6 < G < 21 and the colours that it was
 * measured for (1.1 < nu_eff < 1.9, 1.24 < pseudocolour < 1.72), and for a solution of neither kind.
 */
export function zeroPoint({ solved, g, nuEff, pseudocolour, sinBeta }: AstrometricSolution): number {
  const table = solved === FIVE_PARAMETERS ? FIVE : solved === SIX_PARAMETERS ? SIX : undefined;
  if (table === undefined) return Number.NaN;
  const colour = table === FIVE ? nuEff : pseudocolour;
  const [bluest, reddest] = table.colours;
  if (!(g > 6 && g < 21 && colour > bluest && colour < reddest && !Number.isNaN(sinBeta))) return Number.NaN;
  const c = [
    1,
    Math.min(0.24, Math.max(-0.24, colour - 1.48)),
    Math.min(0.24, Math.max(0, 1.48 - colour)) ** 3,
    Math.min(0, colour - 1.24),
    Math.max(0, colour - 1.72),
  ];
  const b = [1, sinBeta, sinBeta ** 2 - 1 / 3];
  const after = G_NODES.findIndex((node) => node > g);
  const share = (g - G_NODES[after - 1]) / (G_NODES[after] - G_NODES[after - 1]);
  const [low, high] = [table.q[after - 1], table.q[after]];
  const microarcseconds = table.terms.reduce((sum, [j, k], m) => {
    const q = low[m] + share * (high[m] - low[m]);
    return sum + q * c[j] * b[k];
  }, 0);
  return Math.round(1000 * microarcseconds) / 1e6;
}

/** What {@link zeroPoint} lacks for faint stars, mas: nothing to G = 13, then 0.005 a magnitude to G = 17. */
export function faintStarsTerm(g: number): number {
  return 0.005 * Math.min(4, Math.max(0, g - 13));
}

/** The equator's tilt against the ecliptic, and where Gaia's frame has their crossing (radians). */
const OBLIQUITY = 0.4090926248412669;
const EQUINOX = 2.686837420709048e-7;

/** The sine of the ecliptic latitude of a direction in degrees; of Gaia's `ecl_lat` it differs by less than 1e-12. */
export function sinEclipticLatitude(rightAscension: number, declination: number): number {
  const radian = Math.PI / 180;
  const a = rightAscension * radian + EQUINOX;
  const d = declination * radian;
  return Math.sin(d) * Math.cos(OBLIQUITY) - Math.cos(d) * Math.sin(OBLIQUITY) * Math.sin(a);
}

/** Magnitudes G between which the coefficients are linear. */
const G_NODES = [6, 10.8, 11.2, 11.8, 12.2, 12.9, 13.1, 15.9, 16.1, 17.5, 19, 20, 21];

interface Coefficients {
  readonly colours: readonly [bluest: number, reddest: number];
  /** Which function of the colour, and which of the latitude, each column of `q` is multiplied by. */
  readonly terms: readonly (readonly [colour: number, latitude: number])[];
  /** Microarcseconds; a row for each node of G. */
  readonly q: readonly (readonly number[])[];
}

/** Table 9. */
const FIVE: Coefficients = {
  colours: [1.1, 1.9],
  terms: [
    ...([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [2, 0],
      [3, 0],
      [4, 0],
    ] as const),
  ],
  q: [
    [-26.98, -9.62, 27.4, -25.1, 0, -1257, 0, 0],
    [-27.23, -3.07, 23.04, 35.3, 15.7, -1257, 0, 0],
    [-30.33, -9.23, 9.08, -88.4, -11.8, -1257, 0, 0],
    [-33.54, -10.08, 13.28, -126.7, 11.6, -1257, 0, 0],
    [-13.65, -0.07, 9.35, -111.4, 40.6, -1257, 0, 0],
    [-19.53, -1.64, 15.86, -66.8, 20.6, -1257, 0, 0],
    [-37.99, 2.63, 16.14, -5.7, 14, -1257, 107.9, 104.3],
    [-38.33, 5.61, 15.42, 0, 18.7, -1189, 243.8, 155.2],
    [-31.05, 2.83, 8.59, 0, 15.5, -1404, 105.5, 170.7],
    [-29.18, -0.09, 2.41, 0, 24.5, -1165, 189.7, 325],
    [-18.4, 5.98, -6.46, 0, 5.5, 0, 0, 276.6],
    [-12.65, -4.57, -7.46, 0, 97.9, 0, 0, 0],
    [-18.22, -15.24, -18.54, 0, 128.2, 0, 0, 0],
  ],
};

/** Table 10. */
const SIX: Coefficients = {
  colours: [1.24, 1.72],
  terms: [
    ...([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
      [2, 0],
    ] as const),
  ],
  q: [
    [-27.85, -7.78, 27.47, -32.1, 14.4, 9.5, -67],
    [-28.91, -3.57, 22.92, 7.7, 12.6, 1.6, -572],
    [-26.72, -8.74, 9.36, -30.3, 5.6, 17.2, -1104],
    [-29.04, -9.69, 13.63, -49.4, 36.3, 17.7, -1129],
    [-12.39, -2.16, 10.23, -92.6, 19.8, 27.6, -365],
    [-18.99, -1.93, 15.9, -57.2, -8, 19.9, -554],
    [-38.29, 2.59, 16.2, -10.5, 1.4, 0.4, -960],
    [-36.83, 4.2, 15.76, 22.3, 11.1, 10, -1367],
    [-28.37, 1.99, 9.28, 50.4, 17.2, 13.7, -1351],
    [-24.68, -1.37, 3.52, 86.8, 19.8, 21.3, -1380],
    [-15.32, 4.01, -6.03, 29.2, 14.1, 0.4, -563],
    [-13.73, -10.92, -8.3, -74.4, 196.4, -42, 536],
    [-29.53, -20.34, -18.74, -39.5, 326.8, -262.3, 1598],
  ],
};
