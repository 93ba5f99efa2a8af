/** @file Luminosities: from absolute magnitudes, and their distribution from that of g_fakemag. */
import type { DrawnDistribution } from "../../src/plot/index.ts";

/** The Sun's absolute magnitude in Gaia's G band. */
const SUN = 4.67;

/**
 * log10 of the luminosity in G, in solar units, from g_fakemag F = parallax [mas] * 10^(G / 5): the absolute magnitude is
 * M = 5 log10(F) - 10 and log L = (4.67 - M) / 2.5. NaN where F is not positive (a negative parallax).
 */
export function logLuminosity(fakemag: number): number {
  return fakemag > 0 ? (SUN - (5 * Math.log10(fakemag) - 10)) / 2.5 : Number.NaN;
}

/** The opposite. */
export function fakemagOf(logL: number): number {
  return 10 ** ((SUN - 2.5 * logL + 10) / 5);
}

/** The distribution of log L that that of F implies, of stars with a positive F. Falls as F rises: quantiles turn round. */
export function luminosityDistribution(fakemag: DrawnDistribution): DrawnDistribution {
  const negative = fakemag.cdf(0);
  const cdf = (logL: number) => (1 - fakemag.cdf(fakemagOf(logL))) / (1 - negative);
  return {
    cdf,
    quantile: (p) => logLuminosity(fakemag.quantile(1 - p * (1 - negative))),
    pdf: (logL) => (fakemag.pdf(fakemagOf(logL)) * fakemagOf(logL) * Math.LN10) / 2 / (1 - negative),
    toJSON: () => ({ ...fakemag.toJSON(), pointMasses: [] }),
  };
}
