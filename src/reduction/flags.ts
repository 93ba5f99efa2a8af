/**
 * @file Flags: whole numbers of 64 bits, of which each bit says something. JavaScript's & works on 32 of them, so these
 * are bigints.
 * @see https://www.sdss4.org/dr17/irspec/apogee-bitmasks/ for the bits' names.
 */

/** A mask with these bits set. */
export function bits(...places: readonly number[]): bigint {
  return places.reduce((mask, place) => mask | (1n << BigInt(place)), 0n);
}

/** Whether any of the mask's bits is set in the flag. */
export function hasAny(flag: bigint, mask: bigint): boolean {
  return (flag & mask) !== 0n;
}

/** STARFLAG: a neighbour that is over 10 times (BRIGHT_NEIGHBOR) or 100 times as bright (VERY_BRIGHT_NEIGHBOR). */
export const BRIGHT_NEIGHBOUR = bits(2, 3);

/** ASPCAPFLAG: M_H_BAD, and STAR_BAD, by which the other labels are no better. */
export const BAD_LABELS = bits(19, 23);
