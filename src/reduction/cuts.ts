/** @file Which stars' spectra are good: cuts of brightness, colour, astrometry and neighbours, and outlying coefficients. */
import { quantileOfSorted } from "../numeric/statistics.ts";
import { BRIGHT_NEIGHBOUR, hasAny } from "./flags.ts";
import { COEFFICIENTS } from "./spectra.ts";
import type { StarRecords } from "./star-records.ts";

/** What of a star its spectrum's quality is judged by. Where Gaia has no row, RUWE and the excess factor are 99. */
export interface SpectrumQuality {
  readonly g: number;
  readonly bpRp: number;
  readonly ruwe: number;
  readonly excessFactor: number;
  readonly starFlag: bigint;
}

/** Number 99, where Gaia tells no RUWE or excess factor: none of the cuts lets it pass. */
export const NOT_TOLD = 99;

/** A comparison with NaN is false: a star of which something is not known does not pass. */
export function passesCuts({ g, bpRp, ruwe, excessFactor, starFlag }: SpectrumQuality): boolean {
  const isBright = g > 6 && g < 17.5;
  const isStar = bpRp > 0 && bpRp < 4 && ruwe < 1.4 && excessFactor < 2;
  return isBright && isStar && !hasAny(starFlag, BRIGHT_NEIGHBOUR);
}

/** For each coefficient, divided by the flux in G, the values that it must lie between. */
export interface CoefficientLimits {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

const LOW_SHARE = 0.002;
const HIGH_SHARE = 0.998;
/** Numbers that are sorted in memory at once: 128 MB. */
const AT_ONCE = 2 ** 24;

/**
 * The quantiles 0.2 % and 99.8 % of each coefficient.
 * @param fluxes of the star whose record is at a place; NaN where it does not count.
 * @param isMissing coefficients that do not count.
 */
export async function coefficientLimits(
  records: StarRecords,
  fluxes: Float64Array,
  isMissing: (coefficient: number) => boolean,
): Promise<CoefficientLimits> {
  const stars = fluxes.reduce((count, flux) => count + (Number.isNaN(flux) ? 0 : 1), 0);
  const [low, high] = [new Float64Array(COEFFICIENTS), new Float64Array(COEFFICIENTS)];
  const atOnce = Math.min(COEFFICIENTS, Math.max(1, Math.floor(AT_ONCE / Math.max(1, stars))));
  for (let from = 0; from < COEFFICIENTS; from += atOnce) {
    const to = Math.min(COEFFICIENTS, from + atOnce);
    const columns = Array.from({ length: to - from }, () => ({ values: new Float64Array(stars), count: 0 }));
    await records.each((place, numbers) => {
      if (Number.isNaN(fluxes[place])) return;
      for (const [i, column] of columns.entries()) {
        const coefficient = numbers[from + i];
        if (isMissing(coefficient)) continue;
        column.values[column.count++] = coefficient / fluxes[place];
      }
    });
    for (const [i, { values, count }] of columns.entries()) {
      const sorted = values.subarray(0, count).sort();
      low[from + i] = quantileOfSorted(sorted, LOW_SHARE);
      high[from + i] = quantileOfSorted(sorted, HIGH_SHARE);
    }
  }
  return { low, high };
}

/** Whether all coefficients, divided by the flux, lie strictly between the limits. */
export function isWithin(
  { low, high }: CoefficientLimits,
  coefficients: Float64Array,
  flux: number,
): boolean {
  for (let i = 0; i < COEFFICIENTS; i++) {
    const normalised = coefficients[i] / flux;
    if (!(normalised > low[i] && normalised < high[i])) return false;
  }
  return true;
}
