/** @file A numeric distribution cut into small cells, to compare densities in. */

import { integerMasses } from "./integer-masses.ts";
import { continuousWeight, type Mixture, pointMassWeight, valueAt } from "./mixture.ts";

/** Neighbouring cells in data units, and the point masses that are in none of them. */
export interface DensityCells {
  /** One more than there are cells, ascending. */
  readonly edges: Float64Array;
  readonly masses: Float64Array;
  /** Mass over width. */
  readonly densities: Float64Array;
  readonly points: readonly { readonly at: number; readonly mass: number }[];
}

/** What a cell holds that is too little to count. */
const NEGLIGIBLE = 1e-12;

/** About ten cells for each level of the curves; of integers, where they can be listed, one for each. */
export function densityCells(of: Mixture, row: number): DensityCells {
  const listed = integerMasses(of, row);
  if (listed) {
    const { first, masses } = listed;
    const edges = Float64Array.from({ length: masses.length + 1 }, (_, k) => first + k - 0.5);
    return { edges, masses, densities: masses, points: [] };
  }
  const { cellEdges, cellPieces, cellMasses } = of.grid;
  const edges = cellEdges.map((z, k) => valueAt(of, row, z, cellPieces[Math.max(0, k - 1)]));
  const weight = continuousWeight(of, row);
  const masses = cellMasses.map((mass) => weight * mass);
  // Rounding can leave a cell no width, if the row is one value or the cell lies at a bound: there it holds next to nothing.
  const densities = masses.map((mass, k) =>
    cellMasses[k] < NEGLIGIBLE ? 0 : mass / Math.max(edges[k + 1] - edges[k], Number.MIN_VALUE),
  );
  const points = of.pointMasses.map((at, k) => ({ at, mass: pointMassWeight(of, row, k) }));
  return { edges, masses, densities, points: points.filter(({ mass }) => mass > 0) };
}
