/** @file Continuous parts that are mixtures of normals: density, distribution function and quantiles are the mixture's own. */
import { NormalMixtures, type Normals } from "../numeric/normal-mixtures.ts";
import { type ContinuousParts, QuantileCurves } from "./quantile-curves.ts";

/** Only integrals and densities in cells go by a curve through quantiles, which is made when they are first wanted. */
export class MixtureCurves implements ContinuousParts {
  readonly rows: number;
  readonly #mixtures: NormalMixtures;
  readonly #curves: QuantileCurves;
  readonly #one = new Float64Array(1);

  /** @param levels of the curve's quantiles, ascending. */
  constructor(levels: Float64Array, normals: Normals) {
    const mixtures = new NormalMixtures(normals);
    this.rows = normals.rows;
    this.#mixtures = mixtures;
    this.#curves = new QuantileCurves(levels, {
      rows: normals.rows,
      write: (row, into) => mixtures.quantiles(row, levels, into),
    });
  }

  value(row: number, z: number, piece?: number): number {
    if (piece !== undefined) return this.#curves.value(row, z, piece);
    if (!Number.isFinite(z)) return z;
    this.#mixtures.quantiles(row, [z], this.#one);
    return this.#one[0];
  }

  values(row: number, levels: Float64Array, into: Float64Array): void {
    this.#mixtures.quantiles(row, levels, into);
  }

  slope(row: number, z: number, piece?: number): number {
    return this.#curves.slope(row, z, piece);
  }

  level(row: number, u: number): number {
    return this.#mixtures.level(row, u);
  }

  logPdf(row: number, u: number): number {
    return this.#mixtures.logPdf(row, u);
  }

  draw(row: number, uniform: number, normal: number): number {
    return this.#mixtures.draw(row, uniform, normal);
  }
}
