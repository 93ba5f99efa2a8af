/** @file How many stars are born with each mass: the initial mass function of Kroupa (2001). */

/** The lightest and heaviest primaries of the survey, solar masses: 0.1 is where the published tracks begin. */
export const MASS_RANGE = [0.1, 2.6] as const;

/** Kroupa (2001) gives the slope 1.3 below this mass and 2.3 above it (solar masses). */
const SLOPE_CHANGE = 0.5;

/**
 * The number of stars born per unit of mass, dN/dm, up to a constant factor; `mass` in solar masses.
 * Source: Kroupa 2001, MNRAS 322, 231, eq. 2, for 0.08 solar masses and up.
 */
export function initialMassFunction(mass: number): number {
  return mass < SLOPE_CHANGE ? (mass / SLOPE_CHANGE) ** -1.3 : (mass / SLOPE_CHANGE) ** -2.3;
}
