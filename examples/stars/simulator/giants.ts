/** @file Stars after the main sequence: giant branch, red clump and asymptotic giants. */
import { clamp, smoothStep } from "./curves.ts";
import { type MainSequence, timeToGiantBranch } from "./main-sequence.ts";
import { polynomial, TIP_LUMINOSITY } from "./track-coefficients.ts";

/** The giant branch of one metallicity. */
export interface GiantBranch {
  /** [M/H] in dex. */
  readonly metallicity: number;
  /** log10(Z / 0.02), within the range of the tracks. */
  readonly zeta: number;
  /** b9 .. b13 of Hurley, Pols & Tout 2000, appendix A (index = number). */
  readonly b: Float64Array;
  /** Stars above this mass ignite helium quietly, below it in a flash (solar masses; eq. 2). */
  readonly flashMass: number;
  /** The radius of a giant over that of a solar-metallicity giant of the same mass and luminosity. */
  readonly radiusFactor: number;
}

/**
 * The tracks' solar giants are cooler than observed ones, as their mixing length is the sun's; this
 * factor on the temperature puts the branch of 1.1 suns at log g 2.5 on the observed 4607 K
 * (Bovy et al. 2014, ApJ 790, 127).
 */
const SOLAR_GIANT_TEMPERATURE = 1.071;

/** Luminosity of the end of the asymptotic giants that are followed, log10 of suns. */
const ASYMPTOTIC_END = 3.3;

export function giantBranch(metallicity: number, zeta: number): GiantBranch {
  const b = new Float64Array(14);
  for (const index of [9, 10, 11, 12, 13] as const) b[index] = polynomial(TIP_LUMINOSITY[index], zeta);
  b[11] = b[11] ** 2;
  b[13] = b[13] ** 2;
  const temperature = SOLAR_GIANT_TEMPERATURE * 10 ** -giantCooling(metallicity);
  const flashMass = 1.995 + 0.25 * zeta + 0.087 * zeta ** 2;
  return { metallicity, zeta, b, flashMass, radiusFactor: temperature ** -2 };
}

/**
 * How much cooler metals make a giant of a given luminosity, in dex of temperature. At a given gravity this is
 * the observed -382.5 K per dex at 4607 K (Bovy et al. 2014), down to [M/H] = -1; a third of it below, where
 * metals are too few to matter (the spacing of the globular clusters' branches, Alonso 1999, A&AS 140, 261).
 * The radius fits of Hurley et al. (b1 to b7) aren't used: they put [M/H] = -1 redward of -0.5.
 */
function giantCooling(metallicity: number): number {
  return 0.044 * Math.max(metallicity, -1) + 0.015 * Math.min(0, metallicity + 1);
}

/**
 * Radius in suns of a giant of that mass and luminosity (suns): eq. 47 of Hurley, Pols & Tout 2000 for the
 * solar metallicity, shifted to the observed branch of the star's own.
 */
export function giantRadius({ radiusFactor }: GiantBranch, mass: number, luminosity: number): number {
  return radiusFactor * 1.1 * mass ** -0.3 * (luminosity ** 0.4 + 0.383 * luminosity ** 0.76);
}

/** Luminosity in suns at the base of the giant branch (eq. 10). */
export function baseLuminosity({ a }: MainSequence, m: number): number {
  return (a[27] * m ** a[31] + a[28] * m ** 9.301992) / (a[29] + a[30] * m ** 4.637345 + m ** a[32]);
}

/** Luminosity in suns at the tip, where helium ignites (eq. 49, joined smoothly over the flash mass). */
function tipLuminosity({ b, flashMass }: GiantBranch, mass: number): number {
  const quiet = (b[11] + b[12] * mass ** 3.8) / (b[13] + mass ** 2);
  const flash = b[9] * mass ** b[10];
  const share = 1 / (1 + Math.exp(15 * (mass - flashMass + 0.1)));
  return flash * share + quiet * (1 - share);
}

/** How a giant's core, and with it its luminosity, grows: L = min(B Mc^q, D Mc^p) (eqs 31 to 38). */
interface CoreGrowth {
  /** Rate of hydrogen burning, solar masses per sun and Gyr. */
  readonly rate: number;
  readonly low: { readonly factor: number; readonly power: number };
  readonly high: { readonly factor: number; readonly power: number };
  /** Luminosity at which the second law takes over. */
  readonly change: number;
}

function coreGrowth({ zeta, flashMass }: GiantBranch, mass: number): CoreGrowth {
  const logD0 = 5.37 + 0.135 * zeta;
  const share = clamp((mass - flashMass) / (2.5 - flashMass), 0, 1);
  const logD = logD0 + share * (Math.max(-1, 0.975 * logD0 - 0.45, 0.5 * logD0 - 0.15) - logD0);
  const [p, q] = [6 - share, 3 - share];
  const D = 10 ** logD;
  const B = Math.max(3e4, 500 + 1.75e4 * mass ** 0.6);
  const logRate = Math.max(-4.8, Math.min(-5.7 + 0.8 * mass, -4.1 + 0.14 * mass));
  const change = D * (B / D) ** (p / (p - q));
  return {
    rate: 1000 * 10 ** logRate,
    low: { factor: D, power: p },
    high: { factor: B, power: q },
    change,
  };
}

/** Time in Gyr, within one of the two laws, to the moment at which its luminosity would be infinite. */
function timeLeft(rate: number, law: CoreGrowth["low"], luminosity: number): number {
  const n = (law.power - 1) / law.power;
  return (law.factor / luminosity) ** n / ((law.power - 1) * rate * law.factor);
}

/** The luminosity that has `time` Gyr left: the inverse of {@link timeLeft}. */
function luminosityAt(rate: number, law: CoreGrowth["low"], time: number): number {
  const n = (law.power - 1) / law.power;
  return law.factor * (time * (law.power - 1) * rate * law.factor) ** (-1 / n);
}

/** The ascent of the giant branch of one star: how long it takes, and the luminosity (suns) on the way. */
export function giantAscent(
  sequence: MainSequence,
  branch: GiantBranch,
  mass: number,
): { duration: number; luminosity(elapsed: number): number } {
  const { rate, low, high, change } = coreGrowth(branch, mass);
  const base = baseLuminosity(sequence, mass);
  const tip = Math.max(tipLuminosity(branch, mass), 1.2 * base);
  const span = (law: CoreGrowth["low"], from: number, to: number) =>
    to > from ? timeLeft(rate, law, from) - timeLeft(rate, law, to) : 0;
  const slow = span(low, base, Math.min(tip, change));
  const turn = Math.max(base, change);
  const fast = span(high, turn, tip);
  return {
    duration: slow + fast,
    luminosity(elapsed) {
      if (elapsed <= slow || fast === 0) return luminosityAt(rate, low, timeLeft(rate, low, base) - elapsed);
      return luminosityAt(rate, high, timeLeft(rate, high, turn) - (elapsed - slow));
    },
  };
}

/**
 * How long a star burns helium in its core, in Gyr: 0.1 after a flash (Girardi 2016, ARA&A 54, 95),
 * a quarter of its whole life before it above the flash mass (Hurley, Pols & Tout 2000).
 */
export function heliumBurningTime(sequence: MainSequence, branch: GiantBranch, mass: number): number {
  const quiet = smoothStep(mass, branch.flashMass - 0.15, branch.flashMass + 0.1);
  return 0.1 * (1 - quiet) + 0.25 * timeToGiantBranch(sequence, mass) * quiet;
}

/** How long the asymptotic giants are followed, in Gyr: about a tenth of the red clump (same sources). */
export const ASYMPTOTIC_TIME = 0.012;

/**
 * Luminosity (log10 of suns) of a star that burns helium, after the fraction `phase` of that time.
 * A low-mass star sits in the red clump: log L 1.70 to 1.82, M_K -1.6 (Girardi 2016), 0.06 dex brighter per
 * dex of missing metals; just above the flash mass lies the secondary clump, 0.4 mag fainter, and beyond it
 * the luminosity climbs with the mass (Girardi 1999, MNRAS 308, 818).
 */
export function clumpLuminosity(
  { flashMass, metallicity }: GiantBranch,
  mass: number,
  phase: number,
): number {
  const quiet = smoothStep(mass, flashMass - 0.2, flashMass + 0.05);
  const level = 1.7 + quiet * (-0.2 + 3.5 * Math.log10(Math.max(1, mass / flashMass)));
  return level + 0.12 * phase ** 2 - 0.06 * metallicity;
}

/**
 * How much hotter than a giant of the same luminosity a star with a burning helium core is.
 * About 150 K in the clump (Bovy et al. 2014); more and more for metal-poor stars, whose clump
 * turns into a horizontal branch.
 */
export function clumpHeat({ metallicity }: GiantBranch): number {
  return 1.035 + 0.1 * Math.max(0, -0.8 - metallicity) ** 1.5;
}

/** Luminosity (log10 of suns) of an asymptotic giant, from the clump's end to log L 3.3. */
export function asymptoticLuminosity(from: number, phase: number): number {
  return from + (ASYMPTOTIC_END - from) * phase ** 1.4;
}
