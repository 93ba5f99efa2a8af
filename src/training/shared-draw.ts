/** @file Drawing batches for shared context: which columns of each row are given; all others are asked. */
import { classOffsets, type SharedConfig } from "../networks/query/config.ts";
import type { Generator } from "../numeric/generator.ts";
import { ContextWeights } from "./context-weights.ts";
import { GivenCounts } from "./given-counts.ts";
import type { SharedBatch } from "./shared-objective.ts";
import type { TrainingData } from "./training-data.ts";

export interface SharedDrawSettings {
  /** Fewest and most columns given. */
  readonly contextRange: readonly [number, number];
  /** Share of the rows that have few columns given more often than many. */
  readonly fewGiven: number;
  /** Most columns asked of a row. */
  readonly requests: number;
  /** Into how many groups of rows, each with a number of given columns of its own, a batch is cut. */
  readonly groups: number;
}

/**
 * Measurement errors of given cells are withheld, so that a value without one means "error not known" to the
 * model, not a value more exact than any it has met: of a quarter of the rows all, of a quarter each with even chance.
 */
const ALL_ERRORS_WITHHELD = 0.25;
const SOME_ERRORS_WITHHELD = 0.25;

/** Work of an asked cell, with its noisy copies, in units of a given cell's. */
const ASKED_WORK = 3;

/** Draws into one batch again and again. */
export class SharedDrawer {
  readonly #data: TrainingData;
  readonly #settings: SharedDrawSettings;
  readonly #offsets: readonly number[];
  readonly #hasClasses: readonly boolean[];
  readonly #isOutput: readonly boolean[];
  readonly #givenCounts: GivenCounts;
  readonly #contextWeights: ContextWeights;
  /** Columns of a row that are there, the asked ones first. */
  readonly #present: Int32Array;

  /** @param reference rows to learn from what is missing together, where `data` is but room for a batch. */
  constructor(data: TrainingData, settings: SharedDrawSettings, network: SharedConfig, reference = data) {
    this.#data = data;
    this.#settings = settings;
    this.#offsets = classOffsets(network);
    this.#hasClasses = network.classes.map((count) => count > 0);
    const outputs = new Set(data.outputs);
    this.#isOutput = data.columns.map((_, place) => outputs.has(place));
    this.#givenCounts = new GivenCounts(settings.contextRange, settings.fewGiven);
    this.#contextWeights = new ContextWeights(reference, this.#givenCounts);
    this.#present = new Int32Array(data.columns.length);
  }

  /**
   * Per row a number of columns to be given, more and more through the rows of the batch, and so many of its present
   * columns, drawn at random, of which one that can be asked is always left out. All present columns that can be asked
   * and are not given are asked (at most `requests` of them).
   *
   * @returns the number of rows in the batch.
   */
  draw(rows: Uint32Array, random: Generator, batch: SharedBatch): number {
    batch.weights.fill(0);
    batch.classWeights.fill(0);
    batch.asked.fill(0);
    const asked = new Int32Array(rows.length);
    rows.forEach((row, place) => {
      const share = (place + random.uniform()) / rows.length;
      asked[place] = this.#drawRow(row, share, place, random, batch);
    });
    this.#group(asked, batch);
    weigh(asked, batch);
    return rows.length;
  }

  /** Cuts the batch into groups of about the same work. */
  #group(asked: Int32Array, batch: SharedBatch): void {
    const rows = asked.length;
    const groups = Math.min(this.#settings.groups, rows);
    const work = Float64Array.from(asked, (count, row) => batch.given[row] + 1 + ASKED_WORK * count);
    const all = work.reduce((sum, each) => sum + each, 0);
    batch.groupRows.fill(0);
    let [from, done] = [0, 0];
    for (let group = 0; group < groups; group++) {
      const wanted = (all * (group + 1)) / groups;
      let to = from;
      // A row at least, and one for each group to come.
      while (to === from || (to < rows - (groups - 1 - group) && done + work[to] / 2 < wanted)) {
        done += work[to++];
      }
      if (group === groups - 1) to = rows;
      batch.groupRows[group] = to - from;
      batch.groupGiven[group] = Math.max(1, ...batch.given.subarray(from, to));
      batch.groupAsked[group] = Math.max(1, ...asked.subarray(from, to));
      from = to;
    }
  }

  /** @returns how many columns are asked. */
  #drawRow(row: number, share: number, place: number, random: Generator, batch: SharedBatch): number {
    const { columns } = this.#data;
    const present = this.#present;
    let [count, askable] = [0, 0];
    for (let column = 0; column < columns.length; column++) {
      if (Number.isNaN(columns[column][row])) continue;
      present[count++] = column;
      if (this.#isOutput[column]) askable++;
    }
    const given = this.#givenCounts.at(count, share);
    this.#putAskableFirst(count, random);
    const width = batch.tokens.length / batch.given.length;
    const requests = batch.asked.length / batch.given.length;
    batch.given[place] = given;
    const withheld = shareWithheld(random);
    for (let i = 0; i < given; i++)
      this.#give(row, present[count - 1 - i], place * width + i, withheld, random, batch);
    const tokens = batch.tokens.subarray(place * width, place * width + given);
    const weight = this.#contextWeights.of({ present: count, askable }, tokens);
    let asked = 0;
    for (let i = 0; i < count - given && asked < requests; i++) {
      if (this.#isOutput[present[i]]) this.#ask(row, present[i], place * requests + asked++, weight, batch);
    }
    return asked;
  }

  /** The present columns in random order, but a random one of those that can be asked in the first place. */
  #putAskableFirst(count: number, random: Generator): void {
    const present = this.#present.subarray(0, count);
    random.shuffle(present);
    const first = present.findIndex((column) => this.#isOutput[column]);
    if (first <= 0) return;
    const column = present[0];
    present[0] = present[first];
    present[first] = column;
  }

  #give(
    row: number,
    column: number,
    at: number,
    withheld: number,
    random: Generator,
    batch: SharedBatch,
  ): void {
    const { columns, classes, errors } = this.#data;
    const ownClass = classes?.[column]?.[row] ?? 0;
    batch.tokens[at] = column + 1;
    batch.values[at] = columns[column][row];
    const error = errors?.[column]?.[row] ?? 0;
    batch.errors[at] = error > 0 && random.uniform() < withheld ? 0 : error;
    // Class 0 of a column of numbers is its continuous part: then the value itself is what is given.
    const isNumber = !this.#hasClasses[column] || (this.#isMixed(column) && ownClass === 0);
    batch.classes[at] = isNumber ? 0 : this.#offsets[column] + ownClass + 1;
  }

  #ask(row: number, column: number, at: number, weight: number, batch: SharedBatch): void {
    const { columns, classes, errors, widths } = this.#data;
    const ownClass = classes?.[column]?.[row] ?? 0;
    const hasClasses = this.#hasClasses[column];
    const isNumber = !hasClasses || (this.#isMixed(column) && ownClass === 0);
    batch.asked[at] = column + 1;
    batch.askedValues[at] = columns[column][row];
    batch.askedErrors[at] = this.#data.deconvolve ? (errors?.[column]?.[row] ?? 0) : 0;
    batch.askedWidths[at] = widths?.[column]?.[row] ?? 0;
    batch.askedClasses[at] = hasClasses ? this.#offsets[column] + ownClass : 0;
    batch.weights[at] = isNumber ? weight : 0;
    batch.classWeights[at] = hasClasses ? weight : 0;
  }

  /** Whether a column with classes has a continuous part besides. */
  #isMixed(column: number): boolean {
    return this.#data.mixed?.[column] ?? true;
  }
}

/** @returns the chance that an error of this row's is withheld. */
function shareWithheld(random: Generator): number {
  const kind = random.uniform();
  if (kind < ALL_ERRORS_WITHHELD) return 1;
  return kind < ALL_ERRORS_WITHHELD + SOME_ERRORS_WITHHELD ? 0.5 : 0;
}

/**
 * What asked cells count in the loss: a row's weight is shared out among what it has asked, and those of a batch add
 * up to about 1. So each number of given columns counts the same; by cells, where little is given would count most.
 */
function weigh(asked: Int32Array, { weights, classWeights, given }: SharedBatch): void {
  const requests = weights.length / given.length;
  const rows = asked.reduce((sum, count) => sum + Number(count > 0), 0);
  asked.forEach((count, row) => {
    for (let i = row * requests; i < row * requests + count; i++) {
      weights[i] = weights[i] / (count * rows);
      classWeights[i] = classWeights[i] / (count * rows);
    }
  });
}
