/** @file What would be observed of a number that is measured with an error: its distribution, blurred. */

import type { ColumnDistributions } from "../distribution/column-distributions.ts";
import { evenLevels } from "../distribution/levels.ts";
import { normalCdf, normalCdfIntegral, normalMass, normalPdf } from "../numeric/normal-cdf.ts";

/** The distribution is cut at its quantiles at these normal levels into cells. */
const LEVELS = evenLevels(141, 7);
const PROBABILITIES = LEVELS.map(normalCdf);
const MASSES = LEVELS.slice(1).map((level, k) => normalMass(LEVELS[k], level));
const BEYOND = normalCdf(LEVELS[0]);
/** In units of the error: a cell so narrow is as good as a point, one so far away as good as infinitely far. */
const NARROW = 1e-3;
const FAR = 9;

export interface Observed {
  /** Per data unit. */
  readonly logDensity: number;
  /** The probability that less is observed. */
  readonly cdf: number;
}

/**
 * The density of x + noise, noise normal with standard deviation `error`, at an observed value: the sum over 140
 * cells of quantiles, a .. b with mass m, each tilted towards its neighbours (van Leer 1974,
 * https://doi.org/10.1016/0021-9991(74)90019-9), so that an error far below a cell's width is no trouble either.
 * Point masses are blurred too. The 10^-12 of either end is left as it is, so that a value far out keeps a density.
 */
export function observedAt(of: ColumnDistributions, row: number, value: number, error: number): Observed {
  const edges = PROBABILITIES.map((p) => of.quantile(row, p));
  const heights = MASSES.map((mass, k) => mass / (edges[k + 1] - edges[k]));
  let density = 0;
  let cdf = 0;
  for (let k = 0; k < MASSES.length; k++) {
    const [from, to] = [(value - edges[k + 1]) / error, (value - edges[k]) / error];
    const even = evenCell(from, to);
    density += (MASSES[k] * even.density) / error;
    cdf += MASSES[k] * even.cdf;
    const rise = tilt(heights[k] - heights[k - 1], heights[k + 1] - heights[k]);
    if (rise === 0 || isPoint(from, to) || from > FAR || to < -FAR) continue;
    const tilted = tiltedCell(from, to);
    density += rise * tilted.density;
    cdf += rise * error * tilted.cdf;
  }
  const below = of.cdf(row, value);
  if (value < edges[0] || value > edges[MASSES.length]) density += of.pdf(row, value);
  cdf += Math.min(below, BEYOND) + Math.max(0, below - (1 - BEYOND));
  return { logDensity: density > 0 ? Math.log(density) : of.logPdf(row, value), cdf };
}

/** The harmonic mean of two rises of the same sign; 0 at a peak, in a gap, at the ends and beside a point mass. */
function tilt(before: number, after: number): number {
  return before * after > 0 && Number.isFinite(before * after) ? (2 * before * after) / (before + after) : 0;
}

function isPoint(from: number, to: number): boolean {
  return to - from < NARROW;
}

/** Density and distribution function at 0 of a standard normal number plus one even on -to .. -from. */
function evenCell(from: number, to: number): { readonly density: number; readonly cdf: number } {
  if (from > FAR) return { density: 0, cdf: 1 };
  if (to < -FAR) return { density: 0, cdf: 0 };
  if (isPoint(from, to)) {
    const middle = (from + to) / 2;
    return { density: normalPdf(middle), cdf: normalCdf(middle) };
  }
  const width = to - from;
  return {
    density: normalMass(from, to) / width,
    cdf: (normalCdfIntegral(to) - normalCdfIntegral(from)) / width,
  };
}

/** What a density adds to these that rises by 1 from -1/2 to 1/2 over the cell. */
function tiltedCell(from: number, to: number): { readonly density: number; readonly cdf: number } {
  const middle = (from + to) / 2;
  const width = to - from;
  const cdf = middle * (normalCdfIntegral(to) - normalCdfIntegral(from)) - (moment(to) - moment(from));
  return {
    density: (middle * normalMass(from, to) + normalPdf(to) - normalPdf(from)) / width,
    cdf: cdf / width,
  };
}

/** The integral of y Phi(y) up to y. */
function moment(y: number): number {
  return ((y * y - 1) * normalCdf(y) + y * normalPdf(y)) / 2;
}
