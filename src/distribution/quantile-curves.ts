/** @file The continuous parts of many rows: each a quantile function u(z) known at the same normal levels z. */
import { pieceInverse, pieceOf, pieceSlope, pieceValue, writeSlopes } from "../numeric/monotone-cubic.ts";
import { normalLogPdf } from "../numeric/normal-cdf.ts";

/** Nodes of a row closer than this part of its mean slope are moved apart: a density is bounded by it. */
const MIN_SLOPE = 1e-6;
/** The least spread of a row over all its levels, in standardised units (1 is about the whole column's deviation). */
const MIN_SPREAD = 1e-9;

/** The continuous parts of many rows, in standardised units: each by its quantile function u(z) of a standard normal level z. */
export interface ContinuousParts {
  readonly rows: number;
  /** u(z). `piece`: which piece of the curve through the quantiles z lies in, if it is known: then that curve will do. */
  value(row: number, z: number, piece?: number): number;
  /** u(z) at several ascending levels; there where that is cheaper than one by one. */
  values?(row: number, levels: Float64Array, into: Float64Array): void;
  /** u'(z) > 0 of the curve through the quantiles. */
  slope(row: number, z: number, piece?: number): number;
  /** The level z with u(z) = u; NaN for NaN. */
  level(row: number, u: number): number;
  logPdf(row: number, u: number): number;
  /**
   * A random value, by a uniform and a standard normal number; absent where the value at a random level is as good.
   */
  draw?(row: number, uniform: number, normal: number): number;
}

/** Quantiles of a row: N values at the levels, none below the one before. */
export interface RowQuantiles {
  readonly rows: number;
  write(row: number, into: Float64Array): void;
}

/**
 * Row by row a value u(z) in standardised units for a standard normal level z, so that P(U < u) = Phi(z(u)) and the
 * density of u is phi(z) / u'(z). Between nodes a monotone cubic in (z, u), beyond them straight with the end slope:
 * the tails of a normal distribution.
 *
 * Neighbouring nodes may coincide. They are first moved apart (upwards) to at least 1e-6 of the row's mean slope
 * (last node - first) / (last level - first), where a row that is all one value counts as spread over
 * 1e-9 max(1, |u|): so every density is finite, at most about 10^6 of the row's typical one.
 */
export class QuantileCurves implements ContinuousParts {
  readonly levels: Float64Array;
  readonly rows: number;
  readonly #quantiles: RowQuantiles;
  /** Nodes moved apart and slopes, of the rows that are fitted; there when the first one is. */
  #fitted: { nodes: Float64Array; slopes: Float64Array; isFitted: Uint8Array } | undefined;

  /**
   * @param levels N >= 2 standard normal levels, strictly increasing
   * @param quantiles rows * N, each row non-decreasing, or what makes them of a row when they are first wanted
   */
  constructor(levels: Float64Array, quantiles: Float32Array | Float64Array | RowQuantiles) {
    this.levels = levels;
    this.#quantiles = "write" in quantiles ? quantiles : listed(quantiles, levels.length);
    this.rows = this.#quantiles.rows;
  }

  /** u(z). `piece`: which piece z lies in, -1 and N - 1 beyond the ends, if it is known. */
  value(row: number, z: number, piece = pieceOf(this.levels, z, 0)): number {
    const { levels } = this;
    const { nodes, slopes } = this.#curve(row);
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
    const { nodes, slopes } = this.#curve(row);
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
    const { nodes, slopes } = this.#curve(row);
    const last = levels.length - 1;
    const first = row * levels.length;
    if (u <= nodes[first]) return levels[0] + (u - nodes[first]) / slopes[first];
    if (u >= nodes[first + last]) return levels[last] + (u - nodes[first + last]) / slopes[first + last];
    const k = first + pieceOf(nodes, u, first, last);
    const width = levels[k - first + 1] - levels[k - first];
    const rise = nodes[k + 1] - nodes[k];
    return levels[k - first] + width * pieceInverse(u - nodes[k], width, rise, slopes[k], slopes[k + 1]);
  }

  logPdf(row: number, u: number): number {
    const z = this.level(row, u);
    return normalLogPdf(z) - Math.log(this.slope(row, z));
  }

  /** All rows' nodes and slopes, of which this row's are there. */
  #curve(row: number): { readonly nodes: Float64Array; readonly slopes: Float64Array } {
    const { levels, rows } = this;
    const cells = rows * levels.length;
    this.#fitted ??= {
      nodes: new Float64Array(cells),
      slopes: new Float64Array(cells),
      isFitted: new Uint8Array(rows),
    };
    const { nodes, slopes, isFitted } = this.#fitted;
    if (isFitted[row] === 0) {
      const offset = row * levels.length;
      this.#quantiles.write(row, nodes.subarray(offset, offset + levels.length));
      moveApart(levels, nodes, offset);
      writeSlopes(levels, nodes, offset, slopes);
      isFitted[row] = 1;
    }
    return this.#fitted;
  }
}

function listed(nodes: Float32Array | Float64Array, count: number): RowQuantiles {
  return {
    rows: nodes.length / count,
    write: (row, into) => into.set(nodes.subarray(row * count, (row + 1) * count)),
  };
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
