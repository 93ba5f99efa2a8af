/**
 * @file Random intervals that known values are hidden behind in training, so that given intervals are learnt. The line is cut
 * without regard to the value, and the piece that holds it is told: then, given the piece, the value is spread in it as the
 * column is (coarsening at random: Heitjan & Rubin 1991, https://doi.org/10.1214/aos/1176348396).
 */
import { BESIDE_POINT_MASS } from "../../columns/limits.ts";
import type { Generator } from "../../numeric/generator.ts";

/** Half of the cuts are one threshold, which leaves an open end; the others are pieces of one width. */
const ONE_SIDED = 0.5;
/** In a column with point masses so many thresholds are just beside one, so that "more than 0" and "at least 0" are learnt. */
const AT_MASS = 0.3;
/** Thresholds are normal, half of them with each of these spreads; widths are even in the logarithm between these. */
const THRESHOLD_SPREADS = [1, 2] as const;
const [NARROWEST, WIDEST] = [0.02, 8];

/**
 * The piece, of a random cut of the line, that holds all from `low` to `high` (a value, where they are the same); that
 * interval itself where the cut goes through it. All in standardised units, infinite at open ends.
 * @param masses where the column's point masses lie.
 */
export function randomInterval(
  low: number,
  high: number,
  masses: readonly number[],
  random: Generator,
): readonly [low: number, high: number] {
  const [from, to] = random.uniform() < ONE_SIDED ? sideOf(low, masses, random) : pieceAround(low, random);
  const [lower, upper] = [besideMass(from, masses), besideMass(to, masses)];
  return lower <= low && high <= upper ? [lower, upper] : [low, high];
}

function sideOf(value: number, masses: readonly number[], random: Generator): readonly [number, number] {
  const cut = threshold(masses, random);
  return value > cut ? [cut, Number.POSITIVE_INFINITY] : [Number.NEGATIVE_INFINITY, cut];
}

function threshold(masses: readonly number[], random: Generator): number {
  if (masses.length > 0 && random.uniform() < AT_MASS) {
    const mass = masses[Math.floor(random.uniform() * masses.length)];
    return mass + (random.uniform() < 0.5 ? BESIDE_POINT_MASS : -BESIDE_POINT_MASS);
  }
  return random.normal() * THRESHOLD_SPREADS[random.uniform() < 0.5 ? 0 : 1];
}

function pieceAround(value: number, random: Generator): readonly [number, number] {
  const width = NARROWEST * (WIDEST / NARROWEST) ** random.uniform();
  const start = Number.isFinite(value) ? value - width * random.uniform() : value;
  return [start, start + width];
}

/** As far from a point mass as limits that are given are kept. */
function besideMass(cut: number, masses: readonly number[]): number {
  const near = masses.find((mass) => Math.abs(mass - cut) < BESIDE_POINT_MASS);
  if (near === undefined) return cut;
  return near + (cut > near ? BESIDE_POINT_MASS : -BESIDE_POINT_MASS);
}
