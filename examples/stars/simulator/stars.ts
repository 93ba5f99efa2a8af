/** @file The true properties of the survey's stars: where they are, and who is bright enough to be seen. */
import { type Generator, generator } from "../../../src/numeric/generator.ts";
import { type Candidate, drawCandidate, type TrackGrid, trackGrid } from "./candidates.ts";
import { type Colours, colours } from "./colours.ts";
import { blend, drawCompanionMass, type Light } from "./companions.ts";
import { EXTINCTION, meanReddening, patchyReddening } from "./dust.ts";
import { type Stage, type StarState, stageState, stageTimes } from "./evolution.ts";
import { drawDistance, layerVolume, type Population, radialDensity } from "./galaxy.ts";
import { takeInProportion } from "./sampling.ts";

/** One star as it is, before anyone measures it. */
export interface Star extends StarState {
  /** Solar masses. */
  readonly mass: number;
  /** Gyr. */
  readonly age: number;
  /** [M/H], dex. */
  readonly metallicity: number;
  readonly population: Population["name"];
  readonly stage: Stage;
  /** kpc. */
  readonly distance: number;
  /** E(B-V), mag. */
  readonly reddening: number;
  /** Absolute G magnitude without dust, of the star and its companion together. */
  readonly absoluteG: number;
  /** Apparent G magnitude of both, dimmed by distance and dust. */
  readonly g: number;
  /** Colours of both without dust. */
  readonly intrinsic: Colours;
  /** The mass of a companion too close to be told apart, solar masses. */
  readonly companionMass?: number;
}

/** The survey takes stars with G between these, at galactic latitudes above 8 degrees. */
const MAGNITUDE_LIMITS = [9, 17.5] as const;
const MIN_SIN_LATITUDE = Math.sin((8 * Math.PI) / 180);
/** Bright stars are easier to take spectra of: half of the stars of this G magnitude are taken ... */
const HALF_TAKEN = 14.5;
/** ... and the share falls by e for each of these beyond, mag. */
const TAKEN_FALL = 0.7;

/** The absolute bolometric magnitude of the sun: IAU 2015 resolution B2. */
const SUN_BOLOMETRIC = 4.74;

/** Puts a candidate somewhere in the sky where the survey could see it, and dims it with the dust on the way. */
function place(random: Generator, candidate: Candidate): { star: Star; weight: number } | undefined {
  const { population, mass, age, metallicity, stage } = candidate;
  const { teff, logg, logLuminosity } = candidate.state;
  const { absoluteG, colours: intrinsic } = light(candidate.state, metallicity);
  const sinLatitude = MIN_SIN_LATITUDE + random.uniform() * (1 - MIN_SIN_LATITUDE);
  const height = population.height(age);
  const near = distanceAt(MAGNITUDE_LIMITS[0] - absoluteG);
  const far = farthest(absoluteG, sinLatitude);
  if (near >= far) return undefined;
  const distance = drawDistance(random, [near, far], sinLatitude, height);
  const volume = layerVolume(far, sinLatitude, height) - layerVolume(near, sinLatitude, height);

  const reddening = patchyReddening(distance, sinLatitude, random.normal());
  const g = absoluteG + distanceModulus(distance) + EXTINCTION.g * reddening;
  if (g < MAGNITUDE_LIMITS[0] || g > MAGNITUDE_LIMITS[1]) return undefined;
  const cosLongitude = Math.cos(2 * Math.PI * random.uniform());
  const cosLatitude = Math.sqrt(1 - sinLatitude ** 2);
  const density = population.name === "halo" ? 1 : radialDensity(distance, cosLatitude, cosLongitude);
  const taken = 1 / (1 + Math.exp((g - HALF_TAKEN) / TAKEN_FALL));
  const star: Star = {
    mass,
    age,
    metallicity,
    population: population.name,
    stage,
    teff,
    logg,
    logLuminosity,
    distance,
    reddening,
    absoluteG,
    g,
    intrinsic,
  };
  return { star, weight: candidate.weight * volume * density * taken };
}

/** 5 log10(distance / 10 pc), the distance in kpc. */
const distanceModulus = (distance: number) => 5 * Math.log10(distance) + 10;
const distanceAt = (modulus: number) => 10 ** ((modulus - 10) / 5);

/** The distance (kpc) where a star fades out of the survey behind a quarter of the usual dust: no patch is thinner by much. */
function farthest(absoluteG: number, sinLatitude: number): number {
  const modulus = MAGNITUDE_LIMITS[1] - absoluteG;
  const clear = distanceAt(modulus);
  return distanceAt(modulus - 0.25 * EXTINCTION.g * meanReddening(clear, sinLatitude));
}

/** How many placed candidates are drawn for each star of the survey, and the fewest drawn for any survey. */
const CANDIDATES_PER_STAR = 4;
const FEWEST_CANDIDATES = 5_000;

/**
 * The true properties of `count` stars that a magnitude-limited survey sees from the sun's place in the Galaxy.
 * Candidates are drawn with weights, then taken with a probability in proportion to the weight (no star twice).
 */
export function simulateStars(count: number, seed: number): readonly Star[] {
  const random = generator(seed, "simulated survey", "stars");
  const trackOf = trackGrid();
  const wanted = Math.max(FEWEST_CANDIDATES, CANDIDATES_PER_STAR * count);
  const stars: Star[] = [];
  const weights: number[] = [];
  while (stars.length < wanted) {
    const candidate = drawCandidate(random, trackOf);
    const placed = candidate && place(random, candidate);
    if (!placed) continue;
    stars.push(placed.star);
    weights.push(placed.weight);
  }
  return takeInProportion(random, weights, count).map((index) => pair(random, stars[index], trackOf));
}

/** Adds the light of a companion, if there is one and it still shines: of the same age, on the main sequence. */
function pair(random: Generator, star: Star, trackOf: TrackGrid): Star {
  const companionMass = drawCompanionMass(random, star.mass);
  if (companionMass === undefined) return star;
  const track = trackOf(star.metallicity);
  const { duration } = stageTimes(track, companionMass, "main sequence");
  const phase = Math.min(1, star.age / duration);
  const companion = stageState(track, companionMass, "main sequence", phase);
  const { absoluteG, colours: intrinsic } = blend(
    { absoluteG: star.absoluteG, colours: star.intrinsic },
    light(companion, star.metallicity),
  );
  return { ...star, absoluteG, g: star.g + absoluteG - star.absoluteG, intrinsic, companionMass };
}

/** The light of one star without dust. */
function light({ teff, logg, logLuminosity }: StarState, metallicity: number): Light {
  const seen = colours(teff, logg, metallicity);
  return { absoluteG: SUN_BOLOMETRIC - 2.5 * logLuminosity - seen.bolometricCorrection, colours: seen };
}
