/** @file The continuous parts of many rows: each a quantile function u(z) known at the same normal levels z. */
import { pieceInverse, pieceOf, pieceSlope, pieceValue, writeSlopes } from "../numeric/monotone-cubic.ts";

/** Nodes of a row closer than this part of its mean slope are moved apart: a density is bounded by it. */
const MIN_SLOPE = 1e-6;
/** The least spread of a row over all its levels, in standardised units (1 is about the whole column's deviation). */
const MIN_SPREAD = 1e-9;

/**
 * Row by row a value u(z) in standardised units for a standard normal level z, so that P(U < u) = Phi(z(u)) and the
 * density of u is phi(z) / u'(z). Between nodes a monotone cubic in (z, u), beyond them straight with the end slope:
 * the tails of a normal distribution.
 *
 * Neighbouring nodes may coincide. They are first moved apart (upwards) to at least 1e-6 of the row's mean slope
 * (last node - first) / (last level - first), where a row that is all one value counts as spread over
 * 1e-9 max(1, |u|): so every density is finite, at most about 10^6 of the row's typical one.
 */
export class QuantileCurves {
  readonly levels: Float64Array;
  readonly rows: number;
  readonly #given: Float32Array | Float64Array;
  #fitted: { nodes: Float64Array; slopes: Float64Array } | undefined;

  /**
   * @param levels N >= 2 standard normal levels, strictly increasing
   * @param nodes rows * N, each row non-decreasing
   */
  constructor(levels: Float64Array, nodes: Float32Array | Float64Array) {
    this.levels = levels;
    this.rows = nodes.length / levels.length;
    this.#given = nodes;
  }

  /** u(z). `piece`: which piece z lies in, -1 and N - 1 beyond the ends, if it is known. */
  value(row: number, z: number, piece = pieceOf(this.levels, z, 0)): number {
    const { levels } = this;
    const { nodes, slopes } = this.#curves();
    const last = levels.length - 1;
    const first = row * levels.length;
    if (piece < 0) return nodes[first] + (z - levels[0]) * slopes[first];
    if (piece >= last) return nodes[first + last] + (z - levels[last]) * slopes[first + last];
    const k = first + piece;
    const width = levels[piece + 1] - levels[piece];
    const t = (z - levels[piece]) / width;
    return nodes[k] + pieceValue(t, width, nodes[k + 1] - nodes[k], slopes[k], slopes[k + 1]);
  }

  /** u'(z) > 0. */
  slope(row: number, z: number, piece = pieceOf(this.levels, z, 0)): number {
    const { levels } = this;
    const { nodes, slopes } = this.#curves();
    const last = levels.length - 1;
    const first = row * levels.length;
    if (piece < 0) return slopes[first];
    if (piece >= last) return slopes[first + last];
    const k = first + piece;
    const width = levels[piece + 1] - levels[piece];
    const t = (z - levels[piece]) / width;
    return pieceSlope(t, width, nodes[k + 1] - nodes[k], slopes[k], slopes[k + 1]);
  }

  /** The level z with u(z) = u; NaN for NaN. */
  level(row: number, u: number): number {
    if (Number.isNaN(u)) return Number.NaN;
    const { levels } = this;
    const { nodes, slopes } = this.#curves();
    const last = levels.length - 1;
    const first = row * levels.length;
    if (u <= nodes[first]) return levels[0] + (u - nodes[first]) / slopes[first];
    if (u >= nodes[first + last]) return levels[last] + (u - nodes[first + last]) / slopes[first + last];
    const k = first + pieceOf(nodes, u, first, last);
    const width = levels[k - first + 1] - levels[k - first];
    const rise = nodes[k + 1] - nodes[k];
    return levels[k - first] + width * pieceInverse(u - nodes[k], width, rise, slopes[k], slopes[k + 1]);
  }

  /** All rows' nodes, moved apart, and their slopes: made when first wanted. */
  #curves(): { nodes: Float64Array; slopes: Float64Array } {
    if (this.#fitted) return this.#fitted;
    const count = this.levels.length;
    const nodes = Float64Array.from(this.#given);
    const slopes = new Float64Array(nodes.length);
    for (let row = 0; row < this.rows; row++) {
      moveApart(this.levels, nodes, row * count);
      writeSlopes(this.levels, nodes, row * count, slopes);
    }
    this.#fitted = { nodes, slopes };
    return this.#fitted;
  }
}

function moveApart(levels: Float64Array, nodes: Float64Array, offset: number): void {
  const last = levels.length - 1;
  const low = nodes[offset];
  const high = nodes[offset + last];
  const minSpread = MIN_SPREAD * Math.max(1, Math.abs(low), Math.abs(high));
  const spread = high - low;
  const slope = (spread < minSpread ? minSpread : MIN_SLOPE * spread) / (levels[last] - levels[0]);
  for (let k = 1; k <= last; k++) {
    const lowest = nodes[offset + k - 1] + slope * (levels[k] - levels[k - 1]);
    if (!(nodes[offset + k] >= lowest)) nodes[offset + k] = lowest;
  }
}
