/**
 * @file The summary of what a target is given, all cells together: their values, the residual that each has from what the
 * others let expect by the normal model, and what they let expect of the target.
 */
import { type QueryConfig, totalClasses } from "./config.ts";
import type { GivenCells } from "./context-layout.ts";
import { clamped } from "./normal-model.ts";

/**
 * One row for each target. Behind a place for the target itself come the network's columns: a given cell's standardised
 * value, whether there is one, and its residual in units of its standard deviation given the others. At the target's own
 * place are its mean by the normal model, whether there is one, and the logarithm of its standard deviation.
 */
export interface Summaries {
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
const FAR = 6;
/** Of a variance that rounding has used up. */
const SMALLEST_REST = 1e-9;
/** A target that the others settle is not known better than this. */
const SMALLEST_TARGET_VARIANCE = 1e-6;

export class Summariser {
  readonly #width: number;
  readonly #classes: number;
  readonly #means: readonly number[];
  readonly #noise: readonly number[];
  /** (size, size), of the normal model. */
  readonly #covariance: Float64Array;
  readonly #size: number;
  /** By column of the network, its place in the normal model; -1 for none. */
  readonly #places: Int32Array;
  readonly #isOnCircle: readonly boolean[];
  /** Of the given cells that are in the normal model: place, column, value less its mean, variance of an unusual error. */
  readonly #given: Int32Array;
  readonly #columns: Int32Array;
  readonly #values: Float64Array;
  readonly #errors: Float64Array;
  /** The lower triangle L of their covariance C = L L', and its inverse; (size, size). */
  readonly #lower: Float64Array;
  readonly #inverse: Float64Array;
  /** L^-1 times the values. */
  readonly #white: Float64Array;

  constructor(config: QueryConfig) {
    const { columns = [], means = [], covariance = [], noise = [] } = config.normal ?? {};
    const size = columns.length;
    this.#width = 1 + config.columns;
    this.#classes = totalClasses(config);
    this.#means = means;
    this.#noise = noise;
    this.#size = size;
    this.#covariance = new Float64Array(size * size);
    for (let i = 0, at = 0; i < size; i++)
      for (let j = 0; j <= i; j++, at++)
        this.#covariance[i * size + j] = this.#covariance[j * size + i] = covariance[at];
    this.#places = new Int32Array(config.columns).fill(-1);
    for (const [place, column] of columns.entries()) this.#places[column] = place;
    this.#isOnCircle = Array.from(this.#places, (_, column) => (config.circular?.[column] ?? 0) > 0);
    [this.#given, this.#columns] = [new Int32Array(size), new Int32Array(size)];
    [this.#values, this.#errors] = [new Float64Array(size), new Float64Array(size)];
    [this.#lower, this.#inverse] = [new Float64Array(size * size), new Float64Array(size * size)];
    this.#white = new Float64Array(size);
  }

  /** Room for so many targets, nothing given. */
  empty(targets: number): Summaries {
    const cells = () => new Float32Array(targets * this.#width);
    return {
      summaryValues: cells(),
      summaryGiven: cells(),
      summaryResiduals: cells(),
      ...(this.#classes > 0 && { summaryClasses: new Float32Array(targets * (1 + this.#classes)) }),
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
    for (let cell = from; cell < from + count; cell++) {
      const token = cells.tokens[cell];
      if (token === 0 || (isRead && !isRead(cell))) continue;
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
      this.#given[known] = place;
      this.#columns[known] = token;
      this.#values[known] = value - this.#means[place];
      // An error as it usually is, is in the covariance already.
      this.#errors[known] = Math.max(0, cells.errors[cell] ** 2 - this.#noise[place]);
      known++;
    }
    this.#factorise(known);
    this.#putResiduals(into, base, known);
    const place = this.#places[target];
    if (place >= 0) this.#putTarget(into, base, place, known);
  }

  /** L, its inverse, and L^-1 times the values. */
  #factorise(known: number): void {
    const size = this.#size;
    const [lower, inverse, given] = [this.#lower, this.#inverse, this.#given];
    for (let i = 0; i < known; i++) {
      const row = i * size;
      for (let j = 0; j < i; j++) {
        let rest = this.#covariance[given[i] * size + given[j]];
        for (let k = 0; k < j; k++) rest -= lower[row + k] * lower[j * size + k];
        lower[row + j] = rest * inverse[j * size + j];
      }
      let rest = this.#covariance[given[i] * size + given[i]] + this.#errors[i];
      for (let k = 0; k < i; k++) rest -= lower[row + k] ** 2;
      const scale = 1 / Math.sqrt(Math.max(rest, SMALLEST_REST));
      let white = this.#values[i];
      for (let k = 0; k < i; k++) white -= lower[row + k] * this.#white[k];
      this.#white[i] = white * scale;
      inverse[row + i] = scale;
      for (let j = 0; j < i; j++) {
        let sum = 0;
        for (let k = j; k < i; k++) sum += lower[row + k] * inverse[k * size + j];
        inverse[row + j] = -sum * scale;
      }
    }
  }

  /**
   * With the precision matrix P = C^-1 and z = P x, a value is z_j / P_jj from what the others let expect, and 1 / sqrt(P_jj)
   * is the standard deviation of that (Rue & Held 2005, "Gaussian Markov random fields", theorem 2.3).
   */
  #putResiduals({ summaryResiduals }: Summaries, base: number, known: number): void {
    for (let j = 0; j < known; j++) {
      let [z, precision] = [0, 0];
      for (let i = j; i < known; i++) {
        const each = this.#inverse[i * this.#size + j];
        z += each * this.#white[i];
        precision += each * each;
      }
      const residual = z / Math.sqrt(precision);
      summaryResiduals[base + this.#columns[j]] = residual / Math.sqrt(1 + (residual / FAR) ** 2);
    }
  }

  #putTarget(into: Summaries, base: number, place: number, known: number): void {
    const size = this.#size;
    let mean = this.#means[place];
    let variance = this.#covariance[place * size + place];
    for (let i = 0; i < known; i++) {
      let weight = 0;
      for (let k = 0; k <= i; k++)
        weight += this.#inverse[i * size + k] * this.#covariance[place * size + this.#given[k]];
      mean += weight * this.#white[i];
      variance -= weight * weight;
    }
    into.summaryValues[base] = clamped(mean);
    into.summaryGiven[base] = 1;
    into.summaryResiduals[base] = Math.log(Math.max(variance, SMALLEST_TARGET_VARIANCE)) / 2;
  }
}
