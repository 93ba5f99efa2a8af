/**
 * @file The summary of what a target is given, all cells together: their values, the residual that each has from what the
 * others let expect by the normal model, and what they let expect of the target.
 */
import { type QueryConfig, totalClasses } from "./config.ts";
import type { GivenCells } from "./context-layout.ts";
import { type CountedFeeds, CountedShares } from "./counted.ts";
import { type Conditions, conditionsOf, type GivenNumbers } from "./normal-conditions.ts";
import { clamped } from "./normal-model.ts";

/**
 * One row for each target. Behind a place for the target itself come the network's columns: a given cell's standardised
 * value, whether there is one, and its residual in units of its standard deviation given the others. At the target's own
 * place are its mean by the normal model, whether there is one, and the logarithm of its standard deviation.
 */
export interface Summaries extends Partial<CountedFeeds> {
  /** (targets, 1 + columns) each. */
  readonly summaryValues: Float32Array;
  readonly summaryGiven: Float32Array;
  readonly summaryResiduals: Float32Array;
  /** (targets, 1 + classes): 1 at a given class, counted through all columns; of a network with classes. */
  readonly summaryClasses?: Float32Array;
}

/** Which cells, one behind the other in the arrays, a target reads. */
export interface CellsRead {
  readonly from: number;
  readonly count: number;
  /** Default: all of them. */
  readonly isRead?: (cell: number) => boolean;
}

/** A residual's size, where it is infinite: beyond a few standard deviations more says nothing more. */
export const FAR_RESIDUAL = 6;
/** A target that the others settle is not known better than this. */
export const SMALLEST_TARGET_VARIANCE = 1e-6;

export class Summariser {
  readonly #counted: CountedShares | undefined;
  readonly #width: number;
  readonly #classes: number;
  readonly #means: readonly number[];
  readonly #noise: readonly number[];
  readonly #conditions: Conditions | undefined;
  /** By column of the network, its place in the normal model; -1 for none. */
  readonly #places: Int32Array;
  readonly #isOnCircle: readonly boolean[];
  /** Of the given cells that are in the normal model, and the tokens of their columns. */
  readonly #given: GivenNumbers;
  readonly #columns: Int32Array;

  constructor(config: QueryConfig) {
    const { counted } = config;
    this.#counted = counted && new CountedShares({ ...config, counted });
    const { columns = [], means = [], noise = [] } = config.normal ?? {};
    const size = columns.length;
    this.#width = 1 + config.columns;
    this.#classes = totalClasses(config);
    this.#means = means;
    this.#noise = noise;
    this.#conditions = config.normal && conditionsOf(config.normal);
    this.#places = new Int32Array(config.columns).fill(-1);
    for (const [place, column] of columns.entries()) this.#places[column] = place;
    this.#isOnCircle = Array.from(this.#places, (_, column) => (config.circular?.[column] ?? 0) > 0);
    this.#columns = new Int32Array(size);
    const [values, extra] = [new Float64Array(size), new Float64Array(size)];
    this.#given = { places: new Int32Array(size), values, extra };
  }

  /** Room for so many targets, nothing given. */
  empty(targets: number): Summaries {
    const cells = () => new Float32Array(targets * this.#width);
    return {
      summaryValues: cells(),
      summaryGiven: cells(),
      summaryResiduals: cells(),
      ...(this.#classes > 0 && { summaryClasses: new Float32Array(targets * (1 + this.#classes)) }),
      ...this.#counted?.empty(targets),
    };
  }

  /** Puts the summary of what a target is given at a row of the summaries. @param target index of its column. */
  put(
    into: Summaries,
    row: number,
    target: number,
    cells: GivenCells,
    { from, count, isRead }: CellsRead,
  ): void {
    const base = row * this.#width;
    let known = 0;
    let [given, last] = [0, -1];
    for (let cell = from; cell < from + count; cell++) {
      const token = cells.tokens[cell];
      if (token === 0 || (isRead && !isRead(cell))) continue;
      [given, last] = [given + 1, cell];
      if (!Number.isNaN(cells.lower[cell]) || !Number.isNaN(cells.upper[cell])) continue;
      if (cells.classes[cell] > 0) {
        if (into.summaryClasses) into.summaryClasses[row * (1 + this.#classes) + cells.classes[cell]] = 1;
        continue;
      }
      if (this.#isOnCircle[token - 1]) continue;
      const value = clamped(cells.values[cell]);
      into.summaryValues[base + token] = value;
      into.summaryGiven[base + token] = 1;
      const place = this.#places[token - 1];
      if (place < 0) continue;
      const { places, values, extra } = this.#given;
      places[known] = place;
      this.#columns[known] = token;
      values[known] = value - this.#means[place];
      // An error as it usually is, is in the covariance already.
      extra[known] = Math.max(0, cells.errors[cell] ** 2 - this.#noise[place]);
      known++;
    }
    if (given < 2) this.#counted?.put(into, row, target, cells, given === 1 ? last : undefined);
    this.#conditions?.give(this.#given, known);
    this.#putResiduals(into, base, known);
    const place = this.#places[target];
    if (place >= 0) this.#putTarget(into, base, place);
  }

  #putResiduals({ summaryResiduals }: Summaries, base: number, known: number): void {
    for (let which = 0; which < known; which++) {
      const residual = this.#conditions?.residual(which) ?? 0;
      summaryResiduals[base + this.#columns[which]] =
        residual / Math.sqrt(1 + (residual / FAR_RESIDUAL) ** 2);
    }
  }

  #putTarget(into: Summaries, base: number, place: number): void {
    const { mean = 0, variance = 1 } = this.#conditions?.target(place) ?? {};
    into.summaryValues[base] = clamped(this.#means[place] + mean);
    into.summaryGiven[base] = 1;
    into.summaryResiduals[base] = Math.log(Math.max(variance, SMALLEST_TARGET_VARIANCE)) / 2;
  }
}
