/** @file Dust between us and a star: how much there is, and how it dims and reddens. */

/**
 * Extinction in magnitudes per magnitude of E(B-V).
 * Gaia: Casagrande & VandenBerg 2018, MNRAS 479, L102; 2MASS: Yuan, Liu & Xiang 2013, MNRAS 430, 2188.
 */
export const EXTINCTION = { g: 2.74, bp: 3.374, rp: 2.035, j: 0.72, h: 0.46, ks: 0.306 } as const;

/**
 * E(B-V) of a kiloparsec of dust in the plane near the sun, magnitudes (the textbook 0.9 mag of visual
 * extinction), and the height in kpc over which the dust thins out by e (Marshall et al. 2006, A&A 453, 635).
 */
const DUST_PER_KPC = 0.3;
const DUST_HEIGHT = 0.125;

/** The dust is patchy: the natural logarithm of a column scatters by this much around its mean. */
const PATCHINESS = 0.6;

/**
 * The mean E(B-V) in magnitudes to a star at `distance` kpc at galactic latitude b, `sinLatitude` = sin |b|,
 * through a layer whose density falls exponentially with height.
 */
export function meanReddening(distance: number, sinLatitude: number): number {
  const scale = DUST_HEIGHT / sinLatitude;
  return DUST_PER_KPC * scale * (1 - Math.exp(-distance / scale));
}

/** E(B-V) of one line of sight: the mean times a log-normal factor of mean 1 that the standard normal `z` picks. */
export function patchyReddening(distance: number, sinLatitude: number, z: number): number {
  return meanReddening(distance, sinLatitude) * Math.exp(PATCHINESS * z - PATCHINESS ** 2 / 2);
}
