/** @file What a survey writes down about a star: measurements with their errors, and the cells it can't fill. */
import { SURVEY_UNITS } from "../../../src/datasets/survey.ts";
import type { Generator } from "../../../src/numeric/generator.ts";
import { EXTINCTION } from "./dust.ts";
import type { Star } from "./stars.ts";

/** The columns of the survey, in order. */
export const COLUMNS = [
  "teff",
  "logg",
  "m_h",
  "logebv",
  "bprp",
  "jh",
  "jk",
  "g_mag",
  "parallax",
  "g_fakemag",
] as const;
export type ColumnName = (typeof COLUMNS)[number];

/** Of each column, as axes show it. */
export const UNITS: Readonly<Record<ColumnName, string>> = SURVEY_UNITS;

/** One number for every column. */
export type Row = Record<ColumnName, number>;

/** The columns that are measured themselves; g_fakemag is computed from two of them. */
type Measured = Exclude<ColumnName, "g_fakemag">;

/** What perfect instruments would measure: reddened colours and magnitudes, but no noise. */
export function trueRow(star: Star): Row {
  const { bprp, jh, jk } = star.intrinsic;
  const parallax = 1 / star.distance;
  return {
    teff: star.teff,
    logg: star.logg,
    m_h: star.metallicity,
    logebv: Math.log(star.reddening),
    bprp: bprp + (EXTINCTION.bp - EXTINCTION.rp) * star.reddening,
    jh: jh + (EXTINCTION.j - EXTINCTION.h) * star.reddening,
    jk: jk + (EXTINCTION.j - EXTINCTION.ks) * star.reddening,
    g_mag: star.g,
    parallax,
    g_fakemag: parallax * 10 ** (star.g / 5),
  };
}

/**
 * The error of a Gaia DR3 parallax in mas: sqrt(40 + 800 z + 30 z^2) microarcseconds, z = 10^(0.4 (G - 15)) but no
 * less than at G = 13 (ESA, Gaia science performance, www.cosmos.esa.int/web/gaia/science-performance).
 */
export function parallaxError(g: number): number {
  const z = 10 ** (0.4 * (Math.max(g, 13) - 15));
  return Math.sqrt(40 + 800 * z + 30 * z * z) / 1000;
}

/**
 * The usual error of each measurement of a star of that brightness. Spectra: a floor plus photon noise, which is
 * 100 signal to noise at G = 13; the sizes are those of LAMOST DR5 and GALAH DR2 labels, larger for hot stars
 * with their few lines. Gaia colours: Riello et al. 2021, A&A 649, A3. 2MASS: Skrutskie et al. 2006, AJ 131, 1163.
 */
function usualErrors(star: Star): Record<Measured, number> {
  const noise = 10 ** (0.2 * (star.g - 13));
  const hot = Math.max(1, star.teff / 5800) ** 2;
  const infrared = Math.SQRT2 * Math.hypot(0.018, 0.035 * 10 ** (0.4 * (jMagnitude(star) - 15)));
  return {
    teff: hot * Math.hypot(18, 22 * noise),
    logg: hot * Math.hypot(0.03, 0.026 * noise),
    m_h: hot * Math.hypot(0.02, 0.022 * noise),
    logebv: Math.min(0.6, Math.hypot(0.08, 0.004 / star.reddening, 0.015 * noise)),
    bprp: Math.hypot(0.004, 0.004 * 10 ** (0.3 * (star.g - 15))),
    jh: infrared,
    jk: 1.1 * infrared,
    g_mag: Math.hypot(0.0028, 0.0006 * 10 ** (0.2 * (star.g - 15))),
    parallax: parallaxError(star.g),
  };
}

/** Apparent J magnitude, with the reddening's share. */
function jMagnitude(star: Star): number {
  return star.g - star.intrinsic.gj - (EXTINCTION.g - EXTINCTION.j) * star.reddening;
}

/** Errors of equally bright stars differ by about this much (natural logarithm): weather, number of visits. */
const ERROR_SCATTER = 0.2;

/** One row as the survey publishes it; NaN, with a NaN error, where a cell is missing. */
export function observe(star: Star, random: Generator): { values: Row; errors: Row } {
  const truth = trueRow(star);
  const usual = usualErrors(star);
  const values = { ...truth };
  const errors = { ...truth };
  for (const name of Object.keys(usual) as Measured[]) {
    errors[name] = usual[name] * Math.exp(ERROR_SCATTER * random.normal());
    values[name] = truth[name] + errors[name] * random.normal();
  }
  const scale = 10 ** (values.g_mag / 5);
  values.g_fakemag = values.parallax * scale;
  errors.g_fakemag = scale * Math.hypot(errors.parallax, ((values.parallax * Math.LN10) / 5) * errors.g_mag);
  for (const name of missingCells(star, random)) {
    values[name] = NaN;
    errors[name] = NaN;
  }
  return { values, errors };
}

/** The chance that rises from 0 for bright stars to 1 for faint ones, one half at `half` mag, over about 4 `width`. */
const faint = (magnitude: number, half: number, width: number) =>
  1 / (1 + Math.exp((half - magnitude) / width));

/** The cells the survey can't fill. Faint stars lose more of them; every cell has some chance, but G is never missing. */
function missingCells(star: Star, random: Generator): ColumnName[] {
  const j = jMagnitude(star);
  const lost = (chance: number) => random.uniform() < chance;
  const missing: ColumnName[] = [];
  // No usable spectrum: all three labels go together.
  if (lost(0.02 + 0.5 * faint(star.g, 16.4, 0.4))) missing.push("teff", "logg", "m_h");
  // Molecules hide the metal lines of the coolest stars.
  if (lost(0.02 + 0.4 * faint(star.g, 17, 0.4) + (star.teff < 3600 ? 0.3 : 0))) missing.push("m_h");
  if (lost(0.06 + 0.1 * faint(star.g, 16.5, 0.4))) missing.push("logebv");
  if (lost(0.005 + 0.1 * faint(star.g, 17, 0.3))) missing.push("bprp");
  // The limits of 2MASS: J 15.8, H 15.1, Ks 14.3; a star not seen at H isn't seen at Ks either.
  const noH = lost(0.02 + 0.9 * faint(j, 15.8, 0.2));
  if (noH) missing.push("jh");
  if (noH || lost(0.01 + 0.6 * faint(j, 15.3, 0.25))) missing.push("jk");
  if (lost(0.008 + 0.04 * faint(star.g, 16.5, 0.4))) missing.push("parallax", "g_fakemag");
  return missing;
}
