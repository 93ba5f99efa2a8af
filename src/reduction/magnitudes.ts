/**
 * @file Magnitudes, fluxes and colours of Gaia and 2MASS: formulas for one star.
 * @see Riello, M. et al. (2021), A&A 649, A3: Gaia's zero-points (Vega system) and the uncertainties of them.
 * @see Leung, H. W. and Bovy, J. (2019), MNRAS 489, 2079, section 3.2: the fake magnitude.
 */

/** The magnitude of one photo-electron a second in G. */
const ZERO_POINT_G = 25.6873668671;
/** Uncertainties of the zero-points of BP and RP (mag), which every star's magnitude shares. */
const ZERO_POINT_ERROR_BP = 0.00279017;
const ZERO_POINT_ERROR_RP = 0.0037793818;
/** Magnitudes are codes of missing ones below this: -99, -9999. */
const LEAST_MAGNITUDE = -90;

/** Flux in G of a magnitude, in photo-electrons a second. */
export function fluxOfG(magnitude: number): number {
  return 10 ** ((ZERO_POINT_G - magnitude) / 2.5);
}

/** {@link fluxOfG} with every step rounded to single precision, as NumPy computes it of float32. */
export function singleFluxOfG(magnitude: number): number {
  const { fround } = Math;
  return fround(10 ** fround(fround(ZERO_POINT_G / 2.5) - fround(fround(magnitude) / fround(2.5))));
}

/**
 * The error of BP - RP (mag) by the fluxes' ratios to their errors (`phot_bp_mean_flux_over_error`), the zero-points'
 * uncertainties included.
 */
export function errorOfBpRp(bpFluxOverError: number, rpFluxOverError: number): number {
  const bp = 2.5 / Math.LN10 / bpFluxOverError;
  const rp = 2.5 / Math.LN10 / rpFluxOverError;
  return Math.sqrt(bp ** 2 + ZERO_POINT_ERROR_BP ** 2 + rp ** 2 + ZERO_POINT_ERROR_RP ** 2);
}

/**
 * A luminosity that is linear in the parallax, so that a negative parallax has one: parallax * 10^(G / 5), which is
 * 10^(M / 5 + 2) of the absolute magnitude M.
 *
 * @param parallax Milliarcseconds.
 */
export function fakeMagnitude(parallax: number, magnitude: number): number {
  return magnitude < LEAST_MAGNITUDE ? Number.NaN : parallax * 10 ** (0.2 * magnitude);
}

/** The error of {@link fakeMagnitude} by that of the parallax. The magnitude's, which is far smaller, is not in it. */
export function fakeMagnitudeError(parallax: number, parallaxError: number, magnitude: number): number {
  return Math.abs((parallaxError / parallax) * fakeMagnitude(parallax, magnitude));
}
