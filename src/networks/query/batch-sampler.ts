/** @file The default network's batch sampler: every column of a row is a target, each with a choice of the others given. */
import type { Generator } from "../../numeric/generator.ts";
import { type EncodedCells, isKnownCell, isLimitedCell } from "../encoded-table.ts";
import type { AskedTargets, BatchSampler, SampledRows } from "../network.ts";
import { ContextWeights } from "../parts/context-weights.ts";
import type { QueryArrays, QueryBatch } from "./batch.ts";
import type { QueryConfig } from "./config.ts";
import { ContextLayout, isContinuous } from "./context-layout.ts";
import { GivenCounts, type GivenShares, rarityOfDraws } from "./given-counts.ts";
import { type Ends, OPEN_END } from "./heads/head.ts";
import { randomInterval } from "./random-intervals.ts";

export interface QuerySampling extends GivenShares {
  /** By column of the network, where the head's densities end: an open limit ends there too. */
  readonly ends?: readonly Ends[];
  /** Fewest and most columns given. */
  readonly contextRange: readonly [number, number];
  /** Into how many groups of rows, each with a number of given columns of its own, a batch is cut. */
  readonly groups: number;
  /** Share of the rows in which given values are hidden behind intervals. */
  readonly intervals: number;
  /** Whether the targets' measurement errors are deconvolved: the density learnt is that of the true value. */
  readonly deconvolve: boolean;
}

/**
 * Measurement errors of given cells are withheld, so that a value without one means "error not known" to the
 * model, not a value more exact than any it has met: of a quarter of the rows all, of a quarter each with even chance.
 */
const ALL_ERRORS_WITHHELD = 0.25;
const SOME_ERRORS_WITHHELD = 0.25;

/** Work of a target, with its head, in units of a given cell's. */
const TARGET_WORK = 3;

/** Draws into one batch again and again. */
export class QueryBatchSampler implements BatchSampler {
  readonly batch: QueryBatch;
  readonly #arrays: QueryArrays;
  readonly #columns: SampledRows["data"]["columns"];
  readonly #sampling: QuerySampling;
  readonly #layout: ContextLayout;
  readonly #isOutput: readonly boolean[];
  readonly #isOnCircle: readonly boolean[];
  readonly #givenCounts: GivenCounts;
  readonly #contextWeights: ContextWeights;
  /** By the network's columns, where their densities end. */
  readonly #ends: readonly Ends[];
  /** Columns of a row that are there, in random order. */
  readonly #present: Int32Array;
  /** Room for the numbers of a row's cells in random order, and for the tokens that a target is given. */
  readonly #order: Int32Array;
  readonly #tokens: Int32Array;
  /** The rows of the batch, in its order. */
  #rows: Uint32Array = new Uint32Array(0);

  constructor(
    { data, reference }: SampledRows,
    outputs: Int32Array,
    sampling: QuerySampling,
    config: QueryConfig,
    batch: QueryBatch,
  ) {
    this.batch = batch;
    this.#arrays = batch.arrays;
    this.#columns = data.columns;
    this.#sampling = sampling;
    this.#layout = new ContextLayout(config);
    this.#ends = sampling.ends ?? [];
    const askable = new Set(outputs);
    this.#isOnCircle = data.columns.map(({ index }) => (config.circular?.[index] ?? 0) > 0);
    this.#isOutput = data.columns.map(({ index }) => askable.has(index));
    this.#givenCounts = new GivenCounts(sampling.contextRange, sampling);
    const rarity = rarityOfDraws(this.#givenCounts, data.columns.length);
    this.#contextWeights = new ContextWeights(reference, outputs, rarity);
    this.#present = new Int32Array(data.columns.length);
    this.#order = new Int32Array(data.columns.length);
    this.#tokens = new Int32Array(data.columns.length);
  }

  get asked(): AskedTargets {
    const { targets, weights, classWeights } = this.#arrays;
    return {
      tokens: targets,
      rows: this.#rows,
      weight: (at) => Math.max(weights[at], classWeights[at]),
    };
  }

  giveAllBut(column: number, rows: Uint32Array, random: Generator): number {
    const arrays = this.#arrays;
    arrays.weights.fill(0);
    arrays.classWeights.fill(0);
    arrays.targets.fill(0);
    const width = arrays.tokens.length / arrays.given.length;
    const capacity = arrays.targets.length / arrays.given.length;
    const targets = new Int32Array(rows.length);
    this.#rows = this.#byLength(rows);
    this.#rows.forEach((row, index) => {
      const present = Int32Array.from(this.#columns.keys()).filter(
        (each) => each !== column && isKnownCell(this.#columns[each], row),
      );
      if (present.length > width) random.shuffle(present);
      const given = Math.min(present.length, width);
      arrays.given[index] = given;
      for (let i = 0; i < given; i++)
        this.#layout.give(arrays, index * width + i, this.#columns[present[i]], row);
      if (!isKnownCell(this.#columns[column], row)) return;
      const at = index * capacity;
      arrays.reads.fill(1, at * width, at * width + given);
      this.#putTarget(row, column, at, 1);
      targets[index] = 1;
    });
    this.#group(targets);
    return rows.length;
  }

  /**
   * Of each row all present columns are cells that may be read, and all that can be are targets (as many as the batch has a
   * capacity for, drawn at random). A target reads a number of the others, more and more through the row's targets, which
   * are drawn at random too.
   *
   * @returns the number of rows in the batch.
   */
  draw(rows: Uint32Array, random: Generator): number {
    this.#arrays.weights.fill(0);
    this.#arrays.classWeights.fill(0);
    this.#arrays.targets.fill(0);
    const targets = new Int32Array(rows.length);
    this.#rows = this.#byLength(rows);
    this.#rows.forEach((row, index) => {
      targets[index] = this.#drawRow(row, index, random);
    });
    this.#group(targets);
    weigh(targets, this.#arrays);
    return rows.length;
  }

  /** Rows with few present columns first, so that a group's rows need about the same room. */
  #byLength(rows: Uint32Array): Uint32Array {
    const present = Array.from(rows, (row) =>
      this.#columns.reduce((count, cells) => count + Number(isKnownCell(cells, row)), 0),
    );
    return Uint32Array.from(
      [...rows.keys()].sort((a, b) => present[a] - present[b]),
      (i) => rows[i],
    );
  }

  /** Cuts the batch into groups of about the same work. */
  #group(targets: Int32Array): void {
    const { given, groupRows, groupGiven, groupTargets } = this.#arrays;
    const rows = targets.length;
    const groups = Math.min(this.#sampling.groups, rows);
    const work = Float64Array.from(targets, (count, row) => given[row] + 1 + TARGET_WORK * count);
    const all = work.reduce((sum, each) => sum + each, 0);
    groupRows.fill(0);
    let [from, done] = [0, 0];
    for (let group = 0; group < groups; group++) {
      const wanted = (all * (group + 1)) / groups;
      let to = from;
      // A row at least, and one for each group to come.
      while (to === from || (to < rows - (groups - 1 - group) && done + work[to] / 2 < wanted)) {
        done += work[to++];
      }
      if (group === groups - 1) to = rows;
      groupRows[group] = to - from;
      groupGiven[group] = Math.max(1, ...given.subarray(from, to));
      groupTargets[group] = Math.max(1, ...targets.subarray(from, to));
      from = to;
    }
  }

  /** @returns how many targets the row has. */
  #drawRow(row: number, index: number, random: Generator): number {
    const present = this.#present;
    let [count, askable] = [0, 0];
    for (let column = 0; column < this.#columns.length; column++) {
      if (!isKnownCell(this.#columns[column], row)) continue;
      present[count++] = column;
      if (this.#isOutput[column]) askable++;
    }
    random.shuffle(present.subarray(0, count));
    const arrays = this.#arrays;
    const width = arrays.tokens.length / arrays.given.length;
    const capacity = arrays.targets.length / arrays.given.length;
    const given = Math.min(count, width);
    arrays.given[index] = given;
    const withheld = shareWithheld(random);
    const hidden = this.#shareHidden(random);
    for (let i = 0; i < given; i++) {
      const at = index * width + i;
      this.#give(row, present[i], at, withheld, random);
      if (hidden > 0 && random.uniform() < hidden) this.#hide(row, present[i], at, random);
    }
    const targets = Math.min(askable, capacity);
    for (let i = 0, target = 0; target < targets; i++) {
      if (!this.#isOutput[present[i]]) continue;
      const most = given - Number(i < given);
      const number = Math.min(most, this.#givenCounts.at(count, (target + random.uniform()) / targets));
      const at = index * capacity + target++;
      const tokens = this.#readSome(at * width, { cells: given, but: i, number }, random);
      this.#putTarget(row, present[i], at, this.#contextWeights.of({ present: count, askable }, tokens));
    }
    return targets;
  }

  /** Lets a target read a number of a row's cells, not itself. @returns the tokens of their columns. */
  #readSome(
    at: number,
    { cells, but, number }: { readonly cells: number; readonly but: number; readonly number: number },
    random: Generator,
  ): Int32Array {
    const { reads } = this.#arrays;
    reads.fill(0, at, at + cells);
    const others = cells - Number(but < cells);
    const order = this.#order.subarray(0, others);
    for (let i = 0, cell = 0; i < others; cell++) if (cell !== but) order[i++] = cell;
    if (number < others) random.shuffle(order);
    const tokens = this.#tokens.subarray(0, number);
    for (let i = 0; i < number; i++) {
      reads[at + order[i]] = 1;
      tokens[i] = this.#present[order[i]] + 1;
    }
    return tokens;
  }

  #give(row: number, column: number, at: number, withheld: number, random: Generator): void {
    const { errors } = this.#arrays;
    this.#layout.give(this.#arrays, at, this.#columns[column], row);
    if (errors[at] > 0 && random.uniform() < withheld) errors[at] = 0;
  }

  /** @returns the chance that a given value of this row's is hidden behind an interval. */
  #shareHidden(random: Generator): number {
    const { intervals } = this.#sampling;
    if (intervals === 0) return 0;
    return random.uniform() < intervals ? random.uniform() : 0;
  }

  #hide(row: number, column: number, at: number, random: Generator): void {
    const cells = this.#columns[column];
    const { index, classes, isMixed, pointMasses = [] } = cells;
    if (this.#isOnCircle[index] || (classes && !isMixed)) return;
    const mass = classes && classes[row] > 0 ? pointMasses[classes[row] - 1] : undefined;
    const value = mass ?? cells.values[row];
    const [low, high] = isLimitedCell(cells, row)
      ? [cells.lower?.[row] ?? value, cells.upper?.[row] ?? value]
      : [value, value];
    this.#layout.giveInterval(this.#arrays, at, ...randomInterval(low, high, pointMasses, random));
  }

  #putTarget(row: number, column: number, at: number, weight: number): void {
    const cells = this.#columns[column];
    const arrays = this.#arrays;
    arrays.targets[at] = cells.index + 1;
    arrays.targetErrors[at] = this.#sampling.deconvolve ? (cells.errors?.[row] ?? 0) : 0;
    const [value, width] = isLimitedCell(cells, row)
      ? middleOf(cells, row, arrays.targetErrors[at] > 0 ? ENDLESS : (this.#ends[cells.index] ?? ENDLESS))
      : [cells.values[row], cells.widths?.[row] ?? 0];
    arrays.targetValues[at] = value;
    arrays.targetWidths[at] = width;
    arrays.targetClasses[at] = Math.max(0, this.#layout.classOf(cells, row));
    arrays.weights[at] = isContinuous(cells, row) ? weight : 0;
    // Limits of a column with point masses say nothing of one class alone.
    arrays.classWeights[at] = cells.classes && cells.classes[row] >= 0 ? weight : 0;
  }
}

/** Of a column without bounds, and of a measured value, which may lie beyond them. */
const ENDLESS: Ends = [null, null];

/** The middle and the width of an interval to be learnt; an open one ends at the column's bound, or where nothing is any more. */
function middleOf(
  { lower, upper }: EncodedCells,
  row: number,
  [lowest, highest]: Ends,
): [middle: number, width: number] {
  const [least, most] = [lower?.[row] ?? Number.NaN, upper?.[row] ?? Number.NaN];
  // What lies wholly beyond a bound is left where it is.
  const low = lowest !== null && !(most <= lowest) ? Math.max(least, lowest) : least;
  const high = highest !== null && !(least >= highest) ? Math.min(most, highest) : most;
  const from = Number.isFinite(low) ? low : Math.min(-OPEN_END, high - OPEN_END);
  const to = Number.isFinite(high) ? high : Math.max(OPEN_END, low + OPEN_END);
  return [(from + to) / 2, to - from];
}

/** @returns the chance that an error of this row's is withheld. */
function shareWithheld(random: Generator): number {
  const kind = random.uniform();
  if (kind < ALL_ERRORS_WITHHELD) return 1;
  return kind < ALL_ERRORS_WITHHELD + SOME_ERRORS_WITHHELD ? 0.5 : 0;
}

/** What targets count in the loss: a row's weight is shared out among its targets, and those of a batch add up to about 1. */
function weigh(targets: Int32Array, { weights, classWeights, given }: QueryArrays): void {
  const capacity = weights.length / given.length;
  const rows = targets.reduce((sum, count) => sum + Number(count > 0), 0);
  targets.forEach((count, row) => {
    for (let i = row * capacity; i < row * capacity + count; i++) {
      weights[i] = weights[i] / (count * rows);
      classWeights[i] = classWeights[i] / (count * rows);
    }
  });
}
