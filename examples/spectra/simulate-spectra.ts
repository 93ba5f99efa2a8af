/**
 * @file A table of the published stellar model's shape: 110 spectral coefficients and eight labels of simulated stars.
 *
 * Gaia publishes low-resolution spectra as coefficients of smooth functions, 55 in the blue (bp) and 55 in the red (rp); high
 * orders are small, and for most stars nothing but noise: "irrelevant", which here as there means missing. These
 * coefficients are made up, but of that kind: smooth functions of temperature, gravity, metallicity and reddening, of amplitudes
 * that fall with the order, with noise that grows as stars get fainter.
 */
import type { Column, Table } from "../../src/index.ts";
import { generator } from "../../src/numeric/generator.ts";
import { simulateSurvey } from "../stars/simulator/survey.ts";

const LABELS = ["bprp", "jh", "jk", "teff", "logg", "m_h", "logebv", "g_fakemag"] as const;
export const ORDERS = 55;
export const COEFFICIENTS: readonly string[] = ["bp", "rp"].flatMap((band) =>
  Array.from({ length: ORDERS }, (_, order) => `${band}${order}`),
);

/** Orders over which the amplitude falls by e, and the smooth terms that each coefficient is made of. */
const FALL = 14;
const TERMS = 4;
/** Noise of a coefficient at G = 13, in the unit of the first one's amplitude. */
const NOISE = 0.02;
/** A coefficient is relevant if its amplitude is above so many times the noise. */
const RELEVANT = 2;

export interface SpectraOptions {
  readonly stars: number;
  readonly seed: number;
}

/** 118 columns: bp0 .. bp54, rp0 .. rp54 with their errors, and the labels. A star's irrelevant coefficients are missing. */
export function simulateSpectra({ stars, seed }: SpectraOptions): Table {
  const survey = simulateSurvey({ rows: stars, seed });
  const of = (name: string) => survey.columns.find((column) => column.name === name)!;
  const physics = ["teff", "logg", "m_h", "logebv"].map((name) => of(name).values);
  const magnitudes = of("g_mag").values;
  const random = generator(seed, "spectra");
  const coefficients = COEFFICIENTS.map(
    (name): Column => ({ name, values: new Float32Array(stars), errors: new Float32Array(stars) }),
  );
  const shapes = COEFFICIENTS.map((name) => shapeOf(name));
  for (let row = 0; row < stars; row++) {
    const star = standardised(physics.map((values) => values[row]));
    const noise = NOISE * 10 ** (0.2 * (magnitudeOf(magnitudes[row]) - 13));
    // The last relevant order differs from star to star, also at one magnitude.
    const last = Math.floor(FALL * Math.log(1 / (RELEVANT * noise)) * (0.9 + 0.2 * random.uniform()));
    coefficients.forEach(({ values, errors }, i) => {
      const order = i % ORDERS;
      const draw = random.normal(); // drawn for irrelevant ones as well: a star's cut changes no other's noise
      values[row] = order > last ? Number.NaN : Math.exp(-order / FALL) * shapes[i](star) + noise * draw;
      errors![row] = order > last ? Number.NaN : noise;
    });
  }
  return { source: "simulated spectra", rows: stars, columns: [...coefficients, ...LABELS.map(of)] };
}

/** A missing magnitude counts as a usual one, a missing label as the usual star's: spectra are there all the same. */
const magnitudeOf = (g: number) => (Number.isNaN(g) ? 15 : g);

function standardised([teff, logg, metallicity, logebv]: readonly number[]): readonly number[] {
  const or = (value: number, usual: number) => (Number.isNaN(value) ? usual : value);
  return [
    Math.log(or(teff, 5500) / 5500) * 4,
    (or(logg, 4) - 4) / 1.2,
    or(metallicity, 0) / 0.4,
    or(logebv, -3) + 3,
  ];
}

/** A smooth function of the standardised physics, always the same for a coefficient: temperature matters most. */
function shapeOf(name: string): (star: readonly number[]) => number {
  const random = generator(118, "shape of", name);
  const terms = Array.from({ length: TERMS }, () => ({
    weights: [1, 0.3, 0.25, 0.35].map((importance) => importance * random.normal()),
    offset: random.normal(),
    size: random.normal() / Math.sqrt(TERMS),
  }));
  return (star) =>
    terms.reduce((sum, { weights, offset, size }) => {
      const along = weights.reduce((all, weight, i) => all + weight * star[i], offset);
      return sum + size * Math.tanh(along);
    }, 0);
}
