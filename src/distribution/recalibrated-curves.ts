/** @file Continuous parts recalibrated: their normal levels are mapped, row by row, by what held-out rows have shown. */
import { pieceOf } from "../numeric/monotone-cubic.ts";
import type { LevelMap } from "./level-map.ts";
import { type ContinuousParts, QuantileCurves } from "./quantile-curves.ts";

/** Which map each row has: `maps[which[row]]`, undefined where the row is left as it is. */
export interface RowMaps {
  readonly maps: readonly (LevelMap | undefined)[];
  readonly which: Uint8Array;
}

/**
 * Further out a density is multiplied by what it is there. Towards a bound, where a density is finite though the level is
 * infinite, that is soon; elsewhere beyond all levels that are exact.
 */
const LAST_LEVEL = 8;
const LAST_LEVEL_BEFORE_BOUND = 4;

/**
 * F' = Phi(T(z)) where F = Phi(z): the density is f(u) T'(z) phi(T(z)) / phi(z), the quantile at the level z that of T^-1(z)
 * before. (Dawid 1984, "Statistical theory: the prequential approach", for the probability integral transform that T makes
 * even; Kuleshov, Fenner & Ermon 2018, "Accurate uncertainties for deep learning using calibrated regression".)
 */
export class RecalibratedCurves implements ContinuousParts {
  readonly rows: number;
  readonly #levels: Float64Array;
  readonly #of: ContinuousParts;
  readonly #row: RowMaps;
  readonly #last: number;
  readonly #curves: QuantileCurves;

  /** @param levels of the curves, ascending. @param isBounded whether the densities end. */
  constructor(levels: Float64Array, of: ContinuousParts, maps: RowMaps, isBounded: boolean) {
    this.rows = of.rows;
    this.#levels = levels;
    this.#of = of;
    this.#row = maps;
    this.#last = isBounded ? LAST_LEVEL_BEFORE_BOUND : LAST_LEVEL;
    const before = maps.maps.map((map) => map && levels.map((z) => map.inverse(z)));
    this.#curves = new QuantileCurves(levels, {
      rows: of.rows,
      write(row, into) {
        const own = before[maps.which[row]] ?? levels;
        if (of.values) of.values(row, own, into);
        else into.set(own.map((z) => of.value(row, z)));
      },
    });
  }

  /** Between the levels an integral goes by the curve through the quantiles, beyond them by that of what is recalibrated. */
  value(row: number, z: number, piece?: number): number {
    const map = this.#map(row);
    if (!map) return this.#of.value(row, z, piece);
    if (piece === undefined) return this.#of.value(row, map.inverse(z));
    if (this.#isBetween(piece)) return this.#curves.value(row, z, piece);
    const before = map.inverse(z);
    return this.#of.value(row, before, pieceOf(this.#levels, before, 0));
  }

  slope(row: number, z: number, piece = pieceOf(this.#levels, z, 0)): number {
    const map = this.#map(row);
    if (!map) return this.#of.slope(row, z, piece);
    if (this.#isBetween(piece)) return this.#curves.slope(row, z, piece);
    const before = map.inverse(z);
    return this.#of.slope(row, before, pieceOf(this.#levels, before, 0)) / map.slope(before);
  }

  level(row: number, u: number): number {
    const level = this.#of.level(row, u);
    return this.#map(row)?.value(level) ?? level;
  }

  logPdf(row: number, u: number): number {
    const log = this.#of.logPdf(row, u);
    const map = this.#map(row);
    if (!map || !(log > Number.NEGATIVE_INFINITY)) return log;
    const level = this.#of.level(row, u);
    return log + map.logRatio(Math.max(-this.#last, Math.min(this.#last, level)));
  }

  draw(row: number, uniform: number, normal: number): number {
    const { draw } = this.#of;
    const isAsBefore = this.#map(row) === undefined;
    return isAsBefore && draw ? draw.call(this.#of, row, uniform, normal) : this.value(row, normal);
  }

  #map(row: number): LevelMap | undefined {
    return this.#row.maps[this.#row.which[row]];
  }

  #isBetween(piece: number): boolean {
    return piece >= 0 && piece < this.#levels.length - 1;
  }
}
