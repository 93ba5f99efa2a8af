/** @file Integrals over normal levels: where to look at a quantile curve, worked out once for all rows. */

import { pieceOf } from "../numeric/monotone-cubic.ts";
import { normalCdf, normalMass, normalPdf } from "../numeric/normal-cdf.ts";

/** Levels beyond this one, 10^-19 of the probability on either side, are left out. */
export const FARTHEST_LEVEL = 9;
const WIDEST_PANEL = 0.5;
/** The number of cells in a panel that densities are compared in. */
const CELLS_PER_PANEL = 8;

/** Gauss-Legendre with three points on [0, 1]: exact for polynomials up to degree 5. */
const GAUSS_POINTS = [0.5 - Math.sqrt(0.15), 0.5, 0.5 + Math.sqrt(0.15)];
const GAUSS_WEIGHTS = [5 / 18, 8 / 18, 5 / 18];

/** What is integrated, per unit of level. `piece`: the piece of the quantile curve that z lies in. */
type Integrand = (z: number, piece: number, cdf: number, pdf: number) => number;

/** Panels that cover -9 .. 9, each inside one piece of the quantile curves and at most 0.5 wide. */
export interface LevelGrid {
  /** Ascending, one more than there are panels. */
  readonly edges: Float64Array;
  /** The piece of each panel: -1 and N - 1 beyond the curves' own levels. */
  readonly pieces: Int32Array;
  /** Three Gauss points a panel: level, weight, and the normal distribution there. */
  readonly z: Float64Array;
  readonly weight: Float64Array;
  readonly cdf: Float64Array;
  readonly pdf: Float64Array;
  /** Each panel cut into eight: the edges of these cells, their pieces and their normal probabilities. */
  readonly cellEdges: Float64Array;
  readonly cellPieces: Int32Array;
  readonly cellMasses: Float64Array;
}

/** Batch after batch has the same levels. */
const known = new WeakMap<Float64Array, LevelGrid>();

/** @param levels of the quantile curves, strictly increasing, not to be changed afterwards. */
export function levelGrid(levels: Float64Array): LevelGrid {
  const grid = known.get(levels) ?? gridOf(levels);
  known.set(levels, grid);
  return grid;
}

function gridOf(levels: Float64Array): LevelGrid {
  const edges = panelEdges(levels);
  const panels = edges.length - 1;
  const piecesOf = (of: Float64Array) =>
    Int32Array.from({ length: of.length - 1 }, (_, k) => pieceOf(levels, (of[k] + of[k + 1]) / 2, 0));
  const z = new Float64Array(3 * panels);
  const weight = new Float64Array(3 * panels);
  for (let point = 0; point < z.length; point++) {
    const panel = Math.floor(point / 3);
    const width = edges[panel + 1] - edges[panel];
    z[point] = edges[panel] + width * GAUSS_POINTS[point % 3];
    weight[point] = width * GAUSS_WEIGHTS[point % 3];
  }
  const cellEdges = Float64Array.from({ length: CELLS_PER_PANEL * panels + 1 }, (_, k) => {
    const panel = Math.min(panels - 1, Math.floor(k / CELLS_PER_PANEL));
    const part = k / CELLS_PER_PANEL - panel;
    return part === 1 ? edges[panel + 1] : edges[panel] + part * (edges[panel + 1] - edges[panel]);
  });
  const cellMasses = cellEdges.slice(1).map((edge, k) => normalMass(cellEdges[k], edge));
  return {
    edges,
    pieces: piecesOf(edges),
    z,
    weight,
    cdf: z.map(normalCdf),
    pdf: z.map(normalPdf),
    cellEdges,
    cellPieces: piecesOf(cellEdges),
    cellMasses,
  };
}

function panelEdges(levels: Float64Array): Float64Array {
  const inside = levels.filter((level) => Math.abs(level) < FARTHEST_LEVEL);
  const edges = [-FARTHEST_LEVEL];
  for (const end of [...inside, FARTHEST_LEVEL]) {
    const begin = edges[edges.length - 1];
    const parts = Math.ceil((end - begin) / WIDEST_PANEL);
    for (let part = 1; part < parts; part++) edges.push(begin + (part / parts) * (end - begin));
    edges.push(end);
  }
  return Float64Array.from(edges);
}

/** The integral of a function of the level over -9 .. 9. */
export function integrateAll({ pieces, z, weight, cdf, pdf }: LevelGrid, integrand: Integrand): number {
  let sum = 0;
  for (let k = 0; k < z.length; k++) {
    sum += weight[k] * integrand(z[k], pieces[(k / 3) | 0], cdf[k], pdf[k]);
  }
  return sum;
}

/** The integral of a function of the level over from .. to, both cut to -9 .. 9. */
export function integrate(grid: LevelGrid, from: number, to: number, integrand: Integrand): number {
  const { edges, pieces, z, weight, cdf, pdf } = grid;
  const begin = Math.max(from, -FARTHEST_LEVEL);
  const end = Math.min(to, FARTHEST_LEVEL);
  let sum = 0;
  if (!(begin < end)) return sum;
  for (let panel = pieceOf(edges, begin, 0); panel < pieces.length && edges[panel] < end; panel++) {
    const low = Math.max(begin, edges[panel]);
    const width = Math.min(end, edges[panel + 1]) - low;
    const whole = width === edges[panel + 1] - edges[panel];
    for (let k = 0; k < 3; k++) {
      const at = 3 * panel + k;
      if (whole) {
        sum += weight[at] * integrand(z[at], pieces[panel], cdf[at], pdf[at]);
        continue;
      }
      const level = low + width * GAUSS_POINTS[k];
      const part = integrand(level, pieces[panel], normalCdf(level), normalPdf(level));
      sum += width * GAUSS_WEIGHTS[k] * part;
    }
  }
  return sum;
}
