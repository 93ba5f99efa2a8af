/** @file One row of a numeric column's distributions, seen on its own. */
import { generator } from "../numeric/generator.ts";
import { crps } from "./crps.ts";
import type { NumberJson, NumericRow } from "./distribution.ts";
import { highestDensity } from "./highest-density.ts";
import {
  cdf,
  cdfBelow,
  drawn,
  logLikelihood,
  logPdf,
  type Mixture,
  pointMassWeight,
  probability,
  quantile,
} from "./mixture.ts";
import { modes } from "./modes.ts";
import { entropy, moments } from "./moments.ts";
import { centralInterval, medianDistance } from "./spread.ts";

export const WRITTEN_QUANTILES = [0.025, 0.16, 0.25, 0.5, 0.75, 0.84, 0.975];

/** A view of two references: nothing is worked out before it is wanted. */
export function numberDistribution(name: string, of: Mixture, row: number): NumericRow {
  return new MixtureRow(name, of, row);
}

class MixtureRow implements NumericRow {
  readonly kind = "number";
  readonly name: string;
  readonly #of: Mixture;
  readonly #row: number;

  constructor(name: string, of: Mixture, row: number) {
    this.name = name;
    this.#of = of;
    this.#row = row;
  }

  pdf(x: number): number {
    return Math.exp(logPdf(this.#of, this.#row, x));
  }

  logPdf(x: number): number {
    return logPdf(this.#of, this.#row, x);
  }

  cdf(x: number): number {
    return cdf(this.#of, this.#row, x);
  }

  quantile(p: number): number {
    return quantile(this.#of, this.#row, p);
  }

  probability(x: number): number {
    return probability(this.#of, this.#row, x);
  }

  logLikelihood(x: number): number {
    return logLikelihood(this.#of, this.#row, x);
  }

  mean(): number {
    return moments(this.#of, this.#row).mean;
  }

  std(): number {
    return moments(this.#of, this.#row).std;
  }

  median(): number {
    return quantile(this.#of, this.#row, 0.5);
  }

  mad(): number {
    return medianDistance(this.#of, this.#row);
  }

  interval(mass: number): [low: number, high: number] {
    return centralInterval(this.#of, this.#row, mass);
  }

  highestDensity(mass: number): [low: number, high: number][] {
    return highestDensity(this.#of, this.#row, mass);
  }

  modes(): number[] {
    return modes(this.#of, this.#row);
  }

  entropy(): number {
    return entropy(this.#of, this.#row);
  }

  crps(x: number): number {
    return crps(this.#of, this.#row, x);
  }

  /**
   * Uniform on [0, 1] over rows whose distributions are right. At a jump of F the part `share` of the jump is taken, so
   * a uniform `share` makes it uniform there too.
   */
  pit(x: number, share: number): number {
    const below = cdfBelow(this.#of, this.#row, x);
    return below + share * (cdf(this.#of, this.#row, x) - below);
  }

  tail(x: number): number {
    const share = this.cdf(x) - this.probability(x) / 2;
    return 2 * Math.max(0, Math.min(share, 1 - share));
  }

  sample(
    size: number,
    seed: number,
    stream: readonly (string | number)[] = ["density", this.#row],
  ): Float64Array {
    const random = generator(seed, ...stream);
    return Float64Array.from({ length: size }, () => drawn(this.#of, this.#row, random));
  }

  toJSON(): NumberJson {
    const of = this.#of;
    const quantiles = WRITTEN_QUANTILES.map((p) => [`${p}`, this.quantile(p)]);
    return {
      kind: this.kind,
      name: this.name,
      ...moments(of, this.#row),
      median: this.median(),
      mad: this.mad(),
      quantiles: Object.fromEntries(quantiles),
      modes: this.modes(),
      pointMasses: of.pointMasses.map((value, k) => ({
        value,
        probability: pointMassWeight(of, this.#row, k),
      })),
    };
  }
}
