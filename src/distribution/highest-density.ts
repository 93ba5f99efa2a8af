/** @file The smallest set of values that has a given probability. */
import { type DensityCells, densityCells } from "./density-cells.ts";
import type { Mixture } from "./mixture.ts";
import { checkMass } from "./spread.ts";

/** A gap whose density nowhere falls below this part of the threshold is a ripple, and closed. */
const RIPPLE = 0.9;

/**
 * The highest density region: disjoint intervals [low, high], ascending, in data units.
 *
 * Point masses have no width, so they come first, the heaviest first, as [x, x] (or inside an interval); then the
 * densest of about a thousand small cells, until `mass` is reached. So the region holds at least `mass` and up to
 * one cell more, or a little more again where a shallow gap (density over 0.9 of the threshold) was closed.
 * Of integers an interval holds low, low + 1, ..., high.
 *
 * @see Hyndman, R. J. (1996), Computing and graphing highest density regions, The American Statistician 50, 120-126,
 * https://doi.org/10.1080/00031305.1996.10474359
 * @throws InputError for a mass that isn't between 0 and 1
 */
export function highestDensity(of: Mixture, row: number, mass: number): [low: number, high: number][] {
  checkMass(mass);
  const merged = mergeOverlapping(densest(densityCells(of, row), mass));
  return of.isInteger ? merged.map(([low, high]) => integerEnds(low, high)) : merged;
}

/**
 * The same for cells around a circle: arcs [low, high], from low on up to high; one that goes over the origin comes
 * last, with low > high.
 */
export function densestArcs(
  cells: DensityCells,
  mass: number,
  period: number,
): [low: number, high: number][] {
  const arcs = mergeOverlapping(densest(cells, mass));
  const [first, last] = [arcs[0], arcs[arcs.length - 1]];
  if (arcs.length < 2 || first[0] > 0 || last[1] < period) return arcs;
  return [...arcs.slice(1, -1), [last[0], first[1]]];
}

function densest(cells: DensityCells, mass: number): [number, number][] {
  let missing = mass;
  const intervals: [number, number][] = [];
  for (const point of [...cells.points].sort((a, b) => b.mass - a.mass)) {
    if (missing <= 0) break;
    intervals.push([point.at, point.at]);
    missing -= point.mass;
  }
  if (missing > 0) intervals.push(...densestRuns(cells, missing));
  return intervals;
}

/** The edges of runs of the densest cells that together have the mass. */
function densestRuns({ edges, masses, densities }: DensityCells, mass: number): [number, number][] {
  const order = Uint32Array.from(masses, (_, k) => k).sort((a, b) => densities[b] - densities[a]);
  const taken = new Uint8Array(masses.length);
  let missing = mass;
  let threshold = 0;
  for (let k = 0; k < order.length && missing > 0; k++) {
    taken[order[k]] = 1;
    missing -= masses[order[k]];
    threshold = densities[order[k]];
  }
  const runs: [number, number][] = [];
  let shallow = false; // since the last run
  for (let k = 0; k < taken.length; k++) {
    if (!taken[k]) {
      shallow &&= densities[k] > RIPPLE * threshold;
      continue;
    }
    if (shallow) runs[runs.length - 1][1] = edges[k + 1];
    else runs.push([edges[k], edges[k + 1]]);
    shallow = true;
  }
  return runs;
}

function mergeOverlapping(intervals: [number, number][]): [number, number][] {
  const merged: [number, number][] = [];
  for (const [low, high] of intervals.sort((a, b) => a[0] - b[0])) {
    const last = merged[merged.length - 1];
    if (last && low <= last[1]) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}

function integerEnds(low: number, high: number): [number, number] {
  const first = Math.ceil(low) + 0; // + 0: not -0
  return [first, Math.max(first, Math.floor(high) + 0)];
}
