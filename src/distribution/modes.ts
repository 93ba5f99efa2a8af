/** @file The peaks of a numeric distribution. */
import { type DensityCells, densityCells } from "./density-cells.ts";
import type { Mixture } from "./mixture.ts";

/** The least excess mass of a peak, and the least mass of a point mass that is one. */
const MIN_MASS = 0.01;

/**
 * Where the density has its maxima, in data units, ascending; point masses of at least 0.01 are modes too.
 *
 * A maximum counts only if at least 0.01 of the probability lies in its hill above the level at which the hill meets
 * a higher one, its "excess mass": so ripples of a curve known at some hundred levels don't. The highest always does.
 * Of integers: the most probable ones, in the same sense.
 *
 * @see Muller, D. W. and Sawitzki, G. (1991), Excess mass estimates and tests for multimodality, JASA 86, 738-746,
 * https://doi.org/10.1080/01621459.1991.10475103
 */
export function modes(of: Mixture, row: number): number[] {
  const found = peaksOf(densityCells(of, row));
  return of.isInteger ? distinct(found.map((at) => Math.round(at) + 0)) : found;
}

/** The same for any cells: the middles of those at the peaks, and the point masses. */
export function peaksOf(cells: DensityCells): number[] {
  const { edges, masses } = cells;
  const heaviest = Math.max(0, ...cells.points.map(({ mass }) => mass));
  const points = cells.points.filter(({ mass }) => mass >= MIN_MASS || mass === heaviest);
  const continuous = masses.reduce((sum, mass) => sum + mass, 0);
  const peaks = continuous < MIN_MASS ? [] : prominentPeaks(cells);
  const middles = peaks.map((k) => (edges[k] + edges[k + 1]) / 2);
  return distinct([...points.map(({ at }) => at), ...middles]);
}

const distinct = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b);

/** A stretch of cells that are all higher than those beside it. */
interface Hill {
  readonly peak: number;
  readonly first: number;
  readonly last: number;
  readonly mass: number;
}

/** Cells are flooded from the highest down; where two hills meet, the lower either counts or is part of the other. */
function prominentPeaks({ edges, densities, masses }: DensityCells): number[] {
  const order = Uint32Array.from(densities, (_, k) => k).sort((a, b) => densities[b] - densities[a]);
  const hillAt: (Hill | undefined)[] = new Array(densities.length); // known at a hill's two ends
  const found: number[] = [];
  const meet = (a: Hill, b: Hill, saddle: number): Hill => {
    const lower = densities[a.peak] < densities[b.peak] ? a : b;
    const higher = lower === a ? b : a;
    const excess = lower.mass - saddle * (edges[lower.last + 1] - edges[lower.first]);
    if (excess >= MIN_MASS) found.push(lower.peak);
    const [first, last] = [Math.min(a.first, b.first), Math.max(a.last, b.last)];
    return { peak: higher.peak, first, last, mass: a.mass + b.mass };
  };
  for (const k of order) {
    let hill: Hill = { peak: k, first: k, last: k, mass: masses[k] };
    for (const neighbour of [hillAt[k - 1], hillAt[k + 1]]) {
      if (neighbour) hill = meet(hill, neighbour, densities[k]);
    }
    hillAt[hill.first] = hillAt[hill.last] = hill;
  }
  return order.length === 0 ? found : [order[0], ...found];
}
