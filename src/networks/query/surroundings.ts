/**
 * @file What a target is shown of the whole of its given cells: each value, and how far it is from what the others let expect
 * of it by the normal model; and what they let expect of the target.
 */
import type { Feeds } from "../../runtime/executable.ts";
import { type QueryConfig, totalClasses } from "./config.ts";
import type { GivenCells } from "./context-layout.ts";
import { clamped } from "./normal-model.ts";

/** By column of the network, behind a place for the target itself. */
export const surroundingWidth = ({ columns }: Pick<QueryConfig, "columns">) => columns + 1;
/** Farther than this from what is expected says little more. */
const FAR = 6;

/** Arrays (targets, columns + 1). */
export interface Surroundings {
  /** The values; of the target what is expected. */
  readonly around: Float32Array;
  /** 1 where there is a value. */
  readonly isAround: Float32Array;
  /** How far each is from what is expected, in units of what is left open; of the target the logarithm of that unit. */
  readonly surprises: Float32Array;
  /** 1 where a class is given, (targets, classes + 1). */
  readonly classesAround?: Float32Array;
}

export class Surroundor {
  readonly #config: QueryConfig;
  readonly #classes: number;
  /** By column, its place in the normal model; -1 for none. */
  readonly #place: Int32Array;
  readonly #means: Float64Array;
  readonly #covariance: Float64Array;
  readonly #noise: readonly number[];
  readonly #size: number;
  readonly #given: Int32Array;
  readonly #columns: Int32Array;
  readonly #values: Float64Array;
  readonly #lower: Float64Array;
  readonly #inverse: Float64Array;
  readonly #solved: Float64Array;
  readonly #errors: Float64Array;

  constructor(config: QueryConfig) {
    this.#config = config;
    this.#classes = totalClasses(config);
    const { columns = [], means = [], covariance = [], noise = [] } = config.normal ?? {};
    const size = columns.length;
    this.#size = size;
    this.#place = new Int32Array(config.columns).fill(-1);
    for (const [place, column] of columns.entries()) this.#place[column] = place;
    this.#noise = noise;
    this.#means = Float64Array.from(means);
    this.#covariance = new Float64Array(size * size);
    for (let i = 0, at = 0; i < size; i++)
      for (let j = 0; j <= i; j++, at++)
        this.#covariance[i * size + j] = this.#covariance[j * size + i] = covariance[at];
    this.#given = new Int32Array(size);
    this.#columns = new Int32Array(size);
    this.#values = new Float64Array(size);
    this.#errors = new Float64Array(size);
    this.#lower = new Float64Array(size * size);
    this.#inverse = new Float64Array(size * size);
    this.#solved = new Float64Array(size);
  }

  empty(targets: number): Surroundings {
    const width = surroundingWidth(this.#config);
    const cells = () => new Float32Array(targets * width);
    return {
      around: cells(),
      isAround: cells(),
      surprises: cells(),
      ...(this.#classes > 0 && { classesAround: new Float32Array(targets * (this.#classes + 1)) }),
    };
  }

  feeds(s: Surroundings): Feeds {
    return { ...s } as unknown as Feeds;
  }

  /** Puts one target's. @param reads whether the i-th cell, from `from` on, is read. */
  put(
    into: Surroundings,
    at: number,
    target: number,
    cells: GivenCells,
    from: number,
    count: number,
    reads?: (i: number) => boolean,
  ): void {
    const width = surroundingWidth(this.#config);
    const base = at * width;
    let n = 0;
    for (let i = 0; i < count; i++) {
      if (reads && !reads(i)) continue;
      const cell = from + i;
      const token = cells.tokens[cell];
      if (token === 0 || !Number.isNaN(cells.lower[cell]) || !Number.isNaN(cells.upper[cell])) continue;
      if (cells.classes[cell] > 0) {
        if (into.classesAround) into.classesAround[at * (this.#classes + 1) + cells.classes[cell]] = 1;
        continue;
      }
      const value = clamped(cells.values[cell]);
      into.around[base + token] = value;
      into.isAround[base + token] = 1;
      const place = this.#place[token - 1];
      if (place < 0 || token - 1 === target) continue;
      this.#given[n] = place;
      this.#columns[n] = token;
      this.#values[n] = value - this.#means[place];
      // An error that is usual is in the covariance.
      this.#errors[n] = Math.max(0, cells.errors[cell] ** 2 - this.#noise[place]);
      n++;
    }
    const own = this.#place[target];
    if (own >= 0 || n > 0) this.#solve(into, base, own, n);
  }

  #solve(into: Surroundings, base: number, own: number, n: number): void {
    const size = this.#size;
    const lower = this.#lower;
    const inverse = this.#inverse;
    const given = this.#given;
    for (let i = 0; i < n; i++) {
      const row = given[i] * size;
      for (let j = 0; j <= i; j++) {
        let rest = this.#covariance[row + given[j]];
        if (i === j) rest += this.#errors[i];
        for (let k = 0; k < j; k++) rest -= lower[i * size + k] * lower[j * size + k];
        if (j < i) lower[i * size + j] = rest * inverse[j * size + j];
        else {
          const root = Math.sqrt(Math.max(rest, 1e-9));
          lower[i * size + i] = root;
          inverse[i * size + i] = 1 / root;
        }
      }
    }
    // L^-1, row by row.
    for (let i = 1; i < n; i++) {
      const scale = -inverse[i * size + i];
      for (let j = 0; j < i; j++) {
        let sum = 0;
        for (let k = j; k < i; k++) sum += lower[i * size + k] * inverse[k * size + j];
        inverse[i * size + j] = sum * scale;
      }
    }
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k <= i; k++) sum += inverse[i * size + k] * this.#values[k];
      this.#solved[i] = sum;
    }
    for (let j = 0; j < n; j++) {
      let z = 0;
      let precision = 0;
      for (let i = j; i < n; i++) {
        const each = inverse[i * size + j];
        z += each * this.#solved[i];
        precision += each * each;
      }
      const surprise = z / Math.sqrt(precision);
      into.surprises[base + this.#columns[j]] = surprise / Math.sqrt(1 + (surprise / FAR) ** 2);
    }
    if (own < 0) return;
    let mean = this.#means[own];
    let variance = this.#covariance[own * size + own];
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k <= i; k++) sum += inverse[i * size + k] * this.#covariance[own * size + given[k]];
      mean += sum * this.#solved[i];
      variance -= sum * sum;
    }
    into.around[base] = clamped(mean);
    into.isAround[base] = 1;
    into.surprises[base] = 0.5 * Math.log(Math.max(variance, 1e-6));
  }
}
