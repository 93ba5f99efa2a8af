/** @file Drawing batches for shared context: which columns of each row are given; all others are asked. */
import { classOffsets, type SharedConfig } from "../network/shared/config.ts";
import type { Generator } from "../random/generator.ts";
import type { SharedBatch } from "./shared-objective.ts";
import type { TrainingData } from "./training-data.ts";

export interface SharedDrawSettings {
  /** Fewest and most columns given. */
  readonly contextRange: readonly [number, number];
  /** Most columns asked of a row. */
  readonly requests: number;
  /** Rows of a group. */
  readonly groupRows: number;
}

/**
 * Share of given cells whose measurement error is withheld, so that a value without one means "error not
 * known" to the model, not a value more exact than any it has met.
 */
const ERRORS_WITHHELD = 0.25;

/** Draws into one batch again and again. */
export class SharedDrawer {
  readonly #data: TrainingData;
  readonly #settings: SharedDrawSettings;
  readonly #offsets: readonly number[];
  readonly #hasClasses: readonly boolean[];
  readonly #isOutput: readonly boolean[];
  /** Columns of a row that are there, the asked ones first. */
  readonly #present: Int32Array;

  constructor(data: TrainingData, settings: SharedDrawSettings, network: SharedConfig) {
    this.#data = data;
    this.#settings = settings;
    this.#offsets = classOffsets(network);
    this.#hasClasses = network.classes.map((count) => count > 0);
    const outputs = new Set(data.outputs);
    this.#isOutput = data.columns.map((_, place) => outputs.has(place));
    this.#present = new Int32Array(data.columns.length);
  }

  /**
   * Per group of rows a share of the columns to be given, drawn evenly over the groups; per row so many of
   * its present columns, drawn at random, of which one that can be asked is always left out. All present
   * columns that can be asked and are not given are asked (at most `requests` of them).
   *
   * @returns the number of rows in the batch.
   */
  draw(rows: Uint32Array, random: Generator, batch: SharedBatch): number {
    const { groupRows } = this.#settings;
    const groups = Math.ceil(rows.length / groupRows);
    const order = Int32Array.from({ length: groups }, (_, group) => group);
    random.shuffle(order);
    batch.groupRows.fill(0);
    batch.weights.fill(0);
    batch.classWeights.fill(0);
    batch.asked.fill(0);
    let drawn = 0;
    for (let group = 0; group < groups; group++) {
      const share = (order[group]! + random.uniform()) / groups;
      const from = Math.floor((group * rows.length) / groups);
      const to = Math.floor(((group + 1) * rows.length) / groups);
      this.#drawGroup(rows.subarray(from, to), share, drawn, group, random, batch);
      drawn += to - from;
    }
    this.#weigh(batch);
    return drawn;
  }

  #drawGroup(
    rows: Uint32Array,
    share: number,
    start: number,
    group: number,
    random: Generator,
    batch: SharedBatch,
  ): void {
    let mostGiven = 1;
    let mostAsked = 1;
    rows.forEach((row, i) => {
      const { given, asked } = this.#drawRow(row, share, start + i, random, batch);
      mostGiven = Math.max(mostGiven, given);
      mostAsked = Math.max(mostAsked, asked);
    });
    batch.groupRows[group] = rows.length;
    batch.groupGiven[group] = mostGiven;
    batch.groupAsked[group] = mostAsked;
  }

  #drawRow(row: number, share: number, place: number, random: Generator, batch: SharedBatch) {
    const { columns } = this.#data;
    const present = this.#present;
    let count = 0;
    for (let column = 0; column < columns.length; column++) {
      if (!Number.isNaN(columns[column]![row]!)) present[count++] = column;
    }
    const [fewest, most] = this.#settings.contextRange;
    const highest = Math.min(most, count - 1);
    const lowest = Math.min(fewest, highest);
    const given = count === 0 ? 0 : lowest + Math.floor(share * (highest - lowest + 1));
    this.#putAskableFirst(count, random);
    const width = batch.tokens.length / batch.given.length;
    const requests = batch.asked.length / batch.given.length;
    batch.given[place] = given;
    for (let i = 0; i < given; i++)
      this.#give(row, present[count - 1 - i]!, place * width + i, random, batch);
    let asked = 0;
    for (let i = 0; i < count - given && asked < requests; i++) {
      if (this.#isOutput[present[i]!]) this.#ask(row, present[i]!, place * requests + asked++, batch);
    }
    return { given, asked };
  }

  /** The present columns in random order, but a random one of those that can be asked in the first place. */
  #putAskableFirst(count: number, random: Generator): void {
    const present = this.#present.subarray(0, count);
    random.shuffle(present);
    const first = present.findIndex((column) => this.#isOutput[column]!);
    if (first <= 0) return;
    const column = present[0]!;
    present[0] = present[first]!;
    present[first] = column;
  }

  #give(row: number, column: number, at: number, random: Generator, batch: SharedBatch): void {
    const { columns, classes, errors } = this.#data;
    const ownClass = classes?.[column]?.[row] ?? 0;
    batch.tokens[at] = column + 1;
    batch.values[at] = columns[column]![row]!;
    const error = errors?.[column]?.[row] ?? 0;
    batch.errors[at] = error > 0 && random.uniform() < ERRORS_WITHHELD ? 0 : error;
    // Class 0 of a column of numbers is its continuous part: then the value itself is what is given.
    const isNumber = !this.#hasClasses[column] || (this.#isMixed(column) && ownClass === 0);
    batch.classes[at] = isNumber ? 0 : this.#offsets[column]! + ownClass + 1;
  }

  #ask(row: number, column: number, at: number, batch: SharedBatch): void {
    const { columns, classes, errors, widths } = this.#data;
    const ownClass = classes?.[column]?.[row] ?? 0;
    const hasClasses = this.#hasClasses[column]!;
    const isNumber = !hasClasses || (this.#isMixed(column) && ownClass === 0);
    batch.asked[at] = column + 1;
    batch.askedValues[at] = columns[column]![row]!;
    batch.askedErrors[at] = this.#data.deconvolve ? (errors?.[column]?.[row] ?? 0) : 0;
    batch.askedWidths[at] = widths?.[column]?.[row] ?? 0;
    batch.askedClasses[at] = hasClasses ? this.#offsets[column]! + ownClass : 0;
    batch.weights[at] = isNumber ? 1 : 0;
    batch.classWeights[at] = hasClasses ? 1 : 0;
  }

  /** Whether a column with classes has a continuous part besides. */
  #isMixed(column: number): boolean {
    return this.#data.mixed?.[column] ?? true;
  }

  /** Every asked cell counts the same; those of a batch add up to 1. */
  #weigh({ asked, weights, classWeights }: SharedBatch): void {
    let count = 0;
    for (const token of asked) if (token > 0) count++;
    for (let i = 0; i < weights.length; i++) {
      weights[i] = weights[i]! / count;
      classWeights[i] = classWeights[i]! / count;
    }
  }
}
