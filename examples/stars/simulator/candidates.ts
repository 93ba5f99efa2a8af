/** @file Stars without a place yet: who is born, with what mass and metals, and how far along in life. */
import type { Generator } from "../../../src/numeric/generator.ts";
import {
  STAGES,
  type Stage,
  type StarState,
  stageState,
  stageTimes,
  type Tracks,
  tracks,
} from "./evolution.ts";
import { METALLICITY_RANGE, POPULATIONS, type Population } from "./galaxy.ts";
import { initialMassFunction, MASS_RANGE } from "./masses.ts";
import { pick } from "./sampling.ts";

/** The tracks of a metallicity [M/H], to the hundredth of a dex: half of that is 3 K, below any measurement error. */
export type TrackGrid = (metallicity: number) => Tracks;

/** Tracks that are made when first asked for, and kept. */
export function trackGrid(): TrackGrid {
  const made = new Map<number, Tracks>();
  return (metallicity) => {
    const key = Math.round(metallicity * 100);
    const known = made.get(key) ?? tracks(key / 100);
    made.set(key, known);
    return known;
  };
}

/**
 * How candidates are shared out among the stages, in the order of STAGES, whatever nature does: rare but luminous
 * stages would hardly occur among stars drawn at random, yet fill the survey. Each candidate carries the weight
 * that undoes this.
 */
const STAGE_SHARES = [0.5, 0.14, 0.2, 0.13, 0.03] as const;
/** The same for populations, in the order of POPULATIONS. */
const POPULATION_SHARES = [0.72, 0.2, 0.08] as const;

/** Every lighter star is still on the main sequence, solar masses. */
const LIGHTEST_EVOLVED = 0.75;
/** Every heavier star of a population older than 5 Gyr has died, solar masses. */
const HEAVIEST_OLD = 1.2;

/** A star without a place. */
export interface Candidate {
  readonly mass: number;
  readonly age: number;
  readonly metallicity: number;
  readonly stage: Stage;
  readonly state: StarState;
  readonly population: Population;
  /** How many stars a unit of volume near the sun holds for each candidate drawn like this, up to a constant. */
  readonly weight: number;
}

/** A value with the inverse of the density it was drawn with: its weight. */
interface Drawn {
  readonly value: number;
  readonly weight: number;
}

/**
 * Draws one candidate: population, stage, mass and metals first, then an age at which the star is in that stage.
 * Undefined if the Galaxy has no such star.
 */
export function drawCandidate(random: Generator, trackOf: TrackGrid): Candidate | undefined {
  const which = pick(random, POPULATION_SHARES);
  const population = POPULATIONS[which];
  const [youngest, oldest] = population.ages;
  const stageIndex = pick(random, STAGE_SHARES);
  const stage = STAGES[stageIndex];
  const mass = drawMass(random, stage, youngest);
  // Metals come before the age, so they are drawn with a wide scatter; the weight makes them fit the age.
  const wide = population.metallicity(0.5 * (youngest + oldest));
  const wideScatter = 1.3 * wide.scatter;
  const metallicity = wide.mean + wideScatter * random.normal();
  if (metallicity < METALLICITY_RANGE[0] || metallicity > METALLICITY_RANGE[1]) return undefined;

  const track = trackOf(metallicity);
  const { start, duration } = stageTimes(track, mass.value, stage);
  const elapsed = drawElapsed(random, stage, Math.min(duration, oldest));
  const age = start + elapsed.value;
  if (age < youngest || age > oldest) return undefined;

  const { mean, scatter } = population.metallicity(age);
  const metals = gauss(metallicity, mean, scatter) / gauss(metallicity, wide.mean, wideScatter);
  // A constant rate of births per area of disc is a rate per volume that falls as the layer thickens.
  const births =
    (population.density / (oldest - youngest)) * (population.height(oldest) / population.height(age));
  const share = STAGE_SHARES[stageIndex] * POPULATION_SHARES[which];
  return {
    mass: mass.value,
    age,
    metallicity,
    stage,
    state: stageState(track, mass.value, stage, elapsed.value / duration),
    population,
    weight: (births * mass.weight * elapsed.weight * metals) / share,
  };
}

/** A mass in suns, uniform in its logarithm over those that can be in that stage; weighted with the births. */
function drawMass(random: Generator, stage: Stage, youngest: number): Drawn {
  const lightest = stage === "main sequence" ? MASS_RANGE[0] : LIGHTEST_EVOLVED;
  const heaviest = youngest > 5 ? HEAVIEST_OLD : MASS_RANGE[1];
  const span = Math.log(heaviest / lightest);
  const value = lightest * Math.exp(random.uniform() * span);
  return { value, weight: initialMassFunction(value) * value * span };
}

/** The time (Gyr) since a stage of that length began; giants are drawn more often late, when they are bright. */
function drawElapsed(random: Generator, stage: Stage, longest: number): Drawn {
  const lateness = stage === "red giant" ? 3 : 1;
  const u = random.uniform();
  return { value: longest * (1 - u ** lateness), weight: longest * lateness * u ** (lateness - 1) };
}

/** The normal density, up to a constant. */
const gauss = (x: number, mean: number, scatter: number) =>
  Math.exp(-0.5 * ((x - mean) / scatter) ** 2) / scatter;
