/** @file The stars around the sun: which populations there are, how old, how metal-rich and how far off the plane. */
import type { Generator } from "../../../src/numeric/generator.ts";

/** A population of the Galaxy. Ages in Gyr, heights in kpc, [M/H] in dex. */
export interface Population {
  readonly name: "thin disc" | "thick disc" | "halo";
  /** Stars per volume at the sun, relative to the thin disc. */
  readonly density: number;
  readonly ages: readonly [number, number];
  /** The mean [M/H] of stars of that age, and its scatter. */
  metallicity(age: number): { readonly mean: number; readonly scatter: number };
  /** The height over which stars of that age thin out by e. */
  height(age: number): number;
}

/**
 * Densities and heights: Bland-Hawthorn & Gerhard 2016, ARA&A 54, 529 (the halo as a very
 * thick layer). The thin disc puffs up with the square root of age; its ages and metals after
 * Casagrande et al. 2011, A&A 530, A138: a flat relation whose scatter grows with age.
 */
export const POPULATIONS: readonly Population[] = [
  {
    name: "thin disc",
    density: 1,
    ages: [0.1, 10],
    metallicity: (age) => ({ mean: 0.05 - 0.022 * age, scatter: 0.12 + 0.012 * age }),
    height: (age) => 0.09 + 0.075 * Math.sqrt(age),
  },
  {
    name: "thick disc",
    density: 0.06,
    ages: [8, 12.5],
    metallicity: () => ({ mean: -0.55, scatter: 0.25 }),
    height: () => 0.9,
  },
  {
    name: "halo",
    density: 0.004,
    ages: [11, 13],
    metallicity: () => ({ mean: -1.5, scatter: 0.4 }),
    height: () => 3,
  },
];

/** [M/H] stays within what the tracks can follow. */
export const METALLICITY_RANGE = [-2.3, 0.5] as const;

/** Distance of the sun from the Galaxy's centre, and the length over which the disc thins out by e, in kpc. */
const SUN_RADIUS = 8.2;
const DISC_LENGTH = 2.6;

/** The density of the disc at that distance (kpc) in the direction of that galactic longitude and latitude, the sun's being 1. */
export function radialDensity(distance: number, cosLatitude: number, cosLongitude: number): number {
  const inPlane = distance * cosLatitude;
  const radius = Math.sqrt(SUN_RADIUS ** 2 + inPlane ** 2 - 2 * SUN_RADIUS * inPlane * cosLongitude);
  return Math.exp((SUN_RADIUS - radius) / DISC_LENGTH);
}

/**
 * The volume (kpc^3 per steradian), weighted with density, out to `distance` kpc through a layer of that
 * height: the integral of x^2 exp(-x sin|b| / height).
 */
export function layerVolume(distance: number, sinLatitude: number, height: number): number {
  const k = sinLatitude / height;
  const x = k * distance;
  // The closed form loses all its digits for small x; its series doesn't.
  if (x < 0.01) return (distance ** 3 / 3) * (1 - 0.75 * x);
  return (2 - Math.exp(-x) * (x * x + 2 * x + 2)) / k ** 3;
}

/** A distance (kpc) between two limits, drawn in proportion to the density of a layer; by bisection. */
export function drawDistance(
  random: Generator,
  limits: readonly [number, number],
  sinLatitude: number,
  height: number,
): number {
  let [near, far] = limits;
  const inner = layerVolume(near, sinLatitude, height);
  const wanted = inner + random.uniform() * (layerVolume(far, sinLatitude, height) - inner);
  for (let step = 0; step < 20; step++) {
    const middle = 0.5 * (near + far);
    if (layerVolume(middle, sinLatitude, height) < wanted) near = middle;
    else far = middle;
  }
  return 0.5 * (near + far);
}
