/** @file Continuous parts that end at bounds: what they have outside is cut off, and what is inside is scaled up to 1. */
import { pieceOf } from "../numeric/monotone-cubic.ts";
import { normalCdf, normalPdf } from "../numeric/normal-cdf.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import { type ContinuousParts, QuantileCurves } from "./quantile-curves.ts";

/** In standardised units: a value no further beyond a bound is at it. Tables may hold it as float32. */
const AT_BOUND = 1e-6;
/** Keeps the density finite where there was nothing inside; a row with no more than this outside is drawn from as it is. */
const LEAST_INSIDE = 1e-12;

/** The ends of a row's density in standardised units; infinite where there is none. */
export type RowEnds = (row: number) => readonly [low: number, high: number];

/** What a row has below, inside and above the bounds, before the cut. */
interface Shares {
  readonly below: number;
  readonly inside: number;
  readonly above: number;
}

/**
 * The distribution of U given low <= U <= high: F(u) becomes (F(u) - F(low)) / (F(high) - F(low)). Densities, levels and
 * quantiles are exact; integrals go by the curve through quantiles, as everywhere, and beyond its last levels towards a
 * bound by an even density.
 */
export class BoundedCurves implements ContinuousParts {
  readonly rows: number;
  readonly #levels: Float64Array;
  readonly #of: ContinuousParts;
  readonly #endsOf: RowEnds;
  readonly #curves: QuantileCurves;
  #row = -1;
  #shares: Shares = { below: 0, inside: 1, above: 0 };

  constructor(levels: Float64Array, of: ContinuousParts, endsOf: RowEnds) {
    this.rows = of.rows;
    this.#levels = levels;
    this.#of = of;
    this.#endsOf = endsOf;
    this.#curves = new QuantileCurves(levels, {
      rows: of.rows,
      write: (row, into) => into.set(levels.map((z) => this.#quantile(row, z))),
    });
  }

  value(row: number, z: number, piece?: number): number {
    if (piece === undefined) return this.#quantile(row, z);
    const end = this.#end(row, piece);
    if (!end) return this.#within(row, this.#curves.value(row, z, piece));
    return this.#within(row, end.bound + (end.last - end.bound) * (normalCdf(end.side * z) / end.share));
  }

  slope(row: number, z: number, piece = pieceOf(this.#levels, z, 0)): number {
    const end = this.#end(row, piece);
    if (!end) return this.#curves.slope(row, z, piece);
    return Math.max((end.side * (end.last - end.bound) * normalPdf(z)) / end.share, Number.MIN_VALUE);
  }

  level(row: number, u: number): number {
    if (Number.isNaN(u)) return u;
    const [low, high] = this.#endsOf(row);
    if (u <= low) return Number.NEGATIVE_INFINITY;
    if (u >= high) return Number.POSITIVE_INFINITY;
    const { below, inside, above } = this.#sharesOf(row);
    const z = this.#of.level(row, u);
    const [under, over] = [(normalCdf(z) - below) / inside, (normalCdf(-z) - above) / inside];
    return under < over ? normalQuantile(share(under)) : -normalQuantile(share(over));
  }

  logPdf(row: number, u: number): number {
    const [low, high] = this.#endsOf(row);
    if (u < low - AT_BOUND || u > high + AT_BOUND) return Number.NEGATIVE_INFINITY;
    return this.#of.logPdf(row, u) - this.logInside(row);
  }

  /** The logarithm of what was inside before the cut. */
  logInside(row: number): number {
    return Math.log(this.#sharesOf(row).inside);
  }

  draw(row: number, uniform: number, normal: number): number {
    const { draw } = this.#of;
    if (!draw || this.#sharesOf(row).inside < 1 - LEAST_INSIDE) return this.#quantile(row, normal);
    return this.#within(row, draw.call(this.#of, row, uniform, normal));
  }

  /** From the smaller of the two tails, so that no digits are lost in the larger one. */
  #quantile(row: number, z: number): number {
    const { below, inside, above } = this.#sharesOf(row);
    // Of ends far out only the one tail has digits.
    const isFromBelow = above > 0.5 || (z < 0 && below <= 0.5);
    const level = isFromBelow
      ? normalQuantile(share(below + inside * normalCdf(z)))
      : -normalQuantile(share(above + inside * normalCdf(-z)));
    return this.#within(row, this.#of.value(row, level));
  }

  #within(row: number, u: number): number {
    const [low, high] = this.#endsOf(row);
    return Math.min(high, Math.max(low, u));
  }

  /** Beyond the levels, towards a bound: the bound, and the last quantile before it with what lies between them. */
  #end(row: number, piece: number) {
    const side = piece < 0 ? 1 : -1;
    const bound = this.#endsOf(row)[side > 0 ? 0 : 1];
    const last = this.#levels.length - 1;
    if ((piece >= 0 && piece < last) || !Number.isFinite(bound)) return undefined;
    const z = this.#levels[side > 0 ? 0 : last];
    return {
      side,
      bound,
      last: this.#curves.value(row, z, side > 0 ? 0 : last - 1),
      share: normalCdf(side * z),
    };
  }

  #sharesOf(row: number): Shares {
    if (row === this.#row) return this.#shares;
    const at = (bound: number) => (Number.isFinite(bound) ? this.#of.level(row, bound) : bound);
    const [from, to] = this.#endsOf(row).map(at);
    const [below, above] = [normalCdf(from), normalCdf(-to)];
    // Of two levels above the middle the difference of what is above them keeps its digits.
    const inside = from > 0 ? normalCdf(-from) - above : normalCdf(to) - below;
    this.#row = row;
    this.#shares = { below, inside: Math.max(inside, LEAST_INSIDE), above };
    return this.#shares;
  }
}

function share(probability: number): number {
  return Math.min(1, Math.max(0, probability));
}
