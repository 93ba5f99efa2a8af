/** @file The whole life of a star: which stage at which age, and its temperature, gravity and luminosity there. */
import { clamp } from "./curves.ts";
import {
  ASYMPTOTIC_TIME,
  asymptoticLuminosity,
  baseLuminosity,
  clumpHeat,
  clumpLuminosity,
  type GiantBranch,
  giantAscent,
  giantBranch,
  giantRadius,
  heliumBurningTime,
} from "./giants.ts";
import {
  type MainSequence,
  mainSequence,
  mainSequenceState,
  mainSequenceTimes,
  timeToGiantBranch,
} from "./main-sequence.ts";

export const STAGES = ["main sequence", "subgiant", "red giant", "red clump", "asymptotic giant"] as const;
export type Stage = (typeof STAGES)[number];

/** The tracks of one metallicity. */
export interface Tracks {
  /** [M/H] in dex; 0 is the sun's. */
  readonly metallicity: number;
  readonly sequence: MainSequence;
  readonly branch: GiantBranch;
}

export interface StarState {
  /** Effective temperature, K. */
  readonly teff: number;
  /** log10 of the surface gravity in cm/s^2. */
  readonly logg: number;
  /** log10 of the luminosity in suns. */
  readonly logLuminosity: number;
}

/** Effective temperature (K) and log g (cgs) of the sun: IAU 2015 resolution B3. */
export const SUN = { teff: 5772, logg: 4.438 } as const;

/** The tracks' range of zeta, Z = 0.0001 to 0.03. */
const ZETA_RANGE = [-2.3, 0.176] as const;
/**
 * Beyond the metal-rich end of the tracks, a dwarf's temperature falls by this many dex per dex of metals, as it does
 * on the tracks from [M/H] = 0 to 0.17.
 */
const COOLING_PER_DEX = 0.06;

/** The tracks of metallicity [M/H] (dex), -2.3 to 0.5. */
export function tracks(metallicity: number): Tracks {
  const zeta = clamp(metallicity, ZETA_RANGE[0], ZETA_RANGE[1]);
  return { metallicity, sequence: mainSequence(zeta), branch: giantBranch(metallicity, zeta) };
}

/** When (Gyr after birth) a star of that mass (suns) enters a stage, and how long it stays. */
export function stageTimes(
  { sequence, branch }: Tracks,
  mass: number,
  stage: Stage,
): { start: number; duration: number } {
  const { end } = mainSequenceTimes(sequence, mass);
  if (stage === "main sequence") return { start: 0, duration: end };
  const giant = timeToGiantBranch(sequence, mass);
  if (stage === "subgiant") return { start: end, duration: giant - end };
  const { duration } = giantAscent(sequence, branch, mass);
  if (stage === "red giant") return { start: giant, duration };
  const clump = heliumBurningTime(sequence, branch, mass);
  if (stage === "red clump") return { start: giant + duration, duration: clump };
  return { start: giant + duration + clump, duration: ASYMPTOTIC_TIME };
}

/** Temperature, gravity and luminosity of a star after the fraction `phase` (0 to 1) of a stage. */
export function stageState(tracks: Tracks, mass: number, stage: Stage, phase: number): StarState {
  const { sequence, branch } = tracks;
  if (stage === "main sequence") {
    const { luminosity, radius } = dwarf(tracks, mass, phase);
    return starState(mass, luminosity, radius);
  }
  if (stage === "subgiant") {
    // Straight in log L and log R from the main sequence to the giant branch (Hurley et al. 2000, eqs 26, 27).
    const from = dwarf(tracks, mass, 1);
    const base = baseLuminosity(sequence, mass);
    const radius = giantRadius(branch, mass, base);
    return starState(
      mass,
      from.luminosity * (base / from.luminosity) ** phase,
      from.radius * (radius / from.radius) ** phase,
    );
  }
  if (stage === "red giant") {
    const { duration, luminosity } = giantAscent(sequence, branch, mass);
    const L = luminosity(phase * duration);
    return starState(mass, L, giantRadius(branch, mass, L));
  }
  const clump = clumpLuminosity(branch, mass, stage === "red clump" ? phase : 1);
  const L = 10 ** (stage === "red clump" ? clump : asymptoticLuminosity(clump, phase));
  const heat = stage === "red clump" ? clumpHeat(branch) : 1 + (clumpHeat(branch) - 1) * (1 - phase) ** 3;
  return starState(mass, L, giantRadius(branch, mass, L) / heat ** 2);
}

/** The stage of a star of that mass (suns) and age (Gyr) and how far it is through it; undefined once it has died. */
export function stageAt(
  tracks: Tracks,
  mass: number,
  age: number,
): { stage: Stage; phase: number } | undefined {
  for (const stage of STAGES) {
    const { start, duration } = stageTimes(tracks, mass, stage);
    if (age < start + duration) return { stage, phase: (age - start) / duration };
  }
  return undefined;
}

/** Luminosity and radius (suns) on the main sequence, with the metal-rich end of the tracks carried on. */
function dwarf({ metallicity, sequence }: Tracks, mass: number, phase: number) {
  const { luminosity, radius } = mainSequenceState(sequence, mass, phase);
  const cooling = COOLING_PER_DEX * Math.max(0, metallicity - ZETA_RANGE[1]);
  return { luminosity, radius: radius * 10 ** (2 * cooling) };
}

function starState(mass: number, luminosity: number, radius: number): StarState {
  const logT = 0.25 * Math.log10(luminosity) - 0.5 * Math.log10(radius);
  return {
    teff: SUN.teff * 10 ** logT,
    logg: SUN.logg + Math.log10(mass) - 2 * Math.log10(radius),
    logLuminosity: Math.log10(luminosity),
  };
}
