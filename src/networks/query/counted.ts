/**
 * @file What counting alone tells: how often each column has its values, and how often beside each value of any single other
 * column. Of many columns every pair is seen too seldom in training to be learnt soon; counted it is known at once. A
 * question with at most one column given is answered by a mixture of both, see `counted-share.ts`.
 */
import { normalQuantile } from "../../numeric/normal-quantile.ts";
import { type EncodedCells, type EncodedTable, isKnownCell, isLimitedCell } from "../encoded-table.ts";
import { classOffsets, type QueryConfig } from "./config.ts";
import { type GivenCells, isContinuous } from "./context-layout.ts";

/** What config.json keeps. */
export interface Counted {
  /** The columns that were counted, some of the network's, in their order. */
  readonly columns: readonly number[];
  /** By these columns, where the knots of their numbers lie, ascending, in standardised units; none of a category. */
  readonly knots: readonly (readonly number[])[];
  /**
   * Shares as bytes, 255 times their square roots, in base64. Of each of the columns, first by itself, then at each slot of each
   * other column: its classes, then the 32 places, if it has numbers. A column's slots are its knots, then its classes.
   */
  readonly shares: string;
}

/** Where numbers are counted: more narrowly where a standard normal has more of them. */
export const PLACES = 32;
const REACH = 1.3;
export const placesOfNumbers: readonly number[] = Array.from(
  { length: PLACES },
  (_, place) => REACH * normalQuantile((place + 0.5) / PLACES),
);

/** How wide the normal is that stands for a place: so much of the distance to the next ones that their sum is smooth. */
const OVERLAP = 0.75;
export const widthsOfPlaces: readonly number[] = placesOfNumbers.map((place, k) => {
  const [before, after] = [placesOfNumbers[k - 1], placesOfNumbers[k + 1]];
  if (before === undefined) return OVERLAP * (after - place);
  return after === undefined ? OVERLAP * (place - before) : (OVERLAP * (after - before)) / 2;
});

/** A knot stands for so many rows: with fewer, what is counted would be mostly chance. And so many it has in any case. */
const ROWS_PER_KNOT = 500;
const [FEWEST_KNOTS, MOST_KNOTS] = [4, 32];
/** With fewer rows a network learns as soon what there is to be counted. */
const MIN_ROWS = 3000;
const MAX_COLUMNS = 40;
const MAX_CLASSES = 64;
/** Of all columns: each target is told of as many. */
const MAX_ALL_CLASSES = 512;
const MAX_BYTES = 2 ** 20;
/** Of a longer table so many rows are counted, at even steps. */
const MOST_ROWS = 2 ** 15;
/** So many rows, as the column is by itself, are added to what is counted at each slot. */
const PRIOR_ROWS = 16;
const SMOOTHINGS = 2;

/** Where a number lies among ascending ones: the index below it, and what the next one has of it. */
function among(places: readonly number[], value: number): readonly [below: number, next: number] {
  const last = places.length - 1;
  if (!(value > places[0])) return [0, 0];
  if (value >= places[last]) return [last, 0];
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (places[middle] <= value) low = middle;
    else high = middle;
  }
  return [low, (value - places[low]) / (places[high] - places[low])];
}

/** Which bytes are whose. */
export class CountedLayout {
  readonly #starts: Int32Array;
  readonly bytes: number;
  /** By place among the columns: the cells of what is told of it, and how many of them are classes; its slots. */
  readonly widths: readonly number[];
  readonly classes: readonly number[];
  readonly slots: readonly number[];

  constructor(knots: readonly (readonly number[])[], classes: readonly number[]) {
    this.classes = classes;
    this.widths = knots.map((own, i) => classes[i] + (own.length > 0 ? PLACES : 0));
    this.slots = knots.map((own, i) => own.length + classes[i]);
    const size = knots.length;
    this.#starts = new Int32Array(size * size);
    let at = 0;
    for (let target = 0; target < size; target++) {
      for (let given = 0; given < size; given++) {
        // What a column has by itself stands where it would be given itself.
        this.#starts[target * size + given] = at;
        at += this.widths[target] * (given === target ? 1 : this.slots[given]);
      }
    }
    this.bytes = at;
  }

  /** @param given its own place for what a column has by itself, of which there is slot 0 alone. */
  at(target: number, given: number, slot: number): number {
    return this.#starts[target * this.slots.length + given] + slot * this.widths[target];
  }
}

/**
 * Counts a table's rows, each number at the two places and knots next to it, in part.
 *
 * @param table columns of a network, in its order.
 * @returns undefined where there are too few rows, or fewer than two columns or more than forty that can be counted: not angles,
 *   and not names of more than 64 classes; or where all columns have more than 512 classes together.
 */
export function fitCounted(
  table: EncodedTable,
  { classes, circular }: Pick<QueryConfig, "classes" | "circular">,
): Counted | undefined {
  const looked = Math.min(table.rows, MOST_ROWS);
  const rows = Uint32Array.from({ length: looked }, (_, i) => Math.floor(((i + 0.5) * table.rows) / looked));
  const cells = table.columns.filter(({ index }) => classes[index] <= MAX_CLASSES && !circular?.[index]);
  const all = classes.reduce((sum, each) => sum + each, 0);
  if (table.rows < MIN_ROWS || all > MAX_ALL_CLASSES) return undefined;
  if (cells.length < 2 || cells.length > MAX_COLUMNS) return undefined;
  const own = cells.map(({ index }) => classes[index]);
  const sorted = cells.map((column) => numbersOf(column, rows));
  let count = Math.max(FEWEST_KNOTS, Math.min(MOST_KNOTS, Math.floor(rows.length / ROWS_PER_KNOT)));
  const knotsOf = () => sorted.map((numbers) => knotsAmong(numbers, count));
  while (new CountedLayout(knotsOf(), own).bytes > MAX_BYTES && count > FEWEST_KNOTS) count--;
  const knots = knotsOf();
  const layout = new CountedLayout(knots, own);
  if (layout.bytes > MAX_BYTES) return undefined;
  const shares = sharesAmong(counts(cells, knots, layout, rows), layout);
  return { columns: cells.map(({ index }) => index), knots, shares: toBase64(shares) };
}

function numbersOf(column: EncodedCells, rows: Uint32Array): Float64Array {
  const known = Array.from(rows).filter((row) => isCountable(column, row) && isContinuous(column, row));
  return Float64Array.from(known, (row) => column.values[row]).sort();
}

const isCountable = (column: EncodedCells, row: number) =>
  isKnownCell(column, row) && !isLimitedCell(column, row);

/** At even steps of their number; fewer where many are equal. */
function knotsAmong(sorted: Float64Array, count: number): number[] {
  if (sorted.length === 0) return [];
  const at = (k: number) => sorted[Math.floor(((k + 0.5) / count) * sorted.length)];
  return [...new Set(Array.from({ length: count }, (_, k) => at(k)))];
}

type Weighted = readonly (readonly [at: number, weight: number])[];

/** Where a cell counts: at its class, or beside the numbers next to it. @param from the first of these. @returns nothing if it is missing. */
function weighted(
  column: EncodedCells,
  row: number,
  numbers: readonly number[],
  [ofClass, from]: readonly [number, number],
): Weighted {
  if (!isCountable(column, row)) return [];
  if (!isContinuous(column, row)) return [[ofClass + (column.classes?.[row] ?? 0), 1]];
  if (numbers.length === 0) return [];
  const [below, next] = among(numbers, column.values[row]);
  return next > 0
    ? [
        [from + below, 1 - next],
        [from + below + 1, next],
      ]
    : [[from + below, 1]];
}

function counts(
  cells: readonly EncodedCells[],
  knots: readonly (readonly number[])[],
  layout: CountedLayout,
  rows: Uint32Array,
): Float64Array {
  const made = new Float64Array(layout.bytes);
  for (const row of rows) {
    const told = cells.map((column, i) => {
      const at = weighted(column, row, placesOfNumbers, [0, layout.classes[i]]);
      // A number of a column with point masses is of class 0 besides.
      const isBoth = column.isMixed && at.length > 0 && at[0][0] >= layout.classes[i];
      return isBoth ? [[0, 1] as const, ...at] : at;
    });
    const slots = cells.map((column, i) => weighted(column, row, knots[i], [knots[i].length, 0]));
    for (const [target, at] of told.entries()) {
      if (at.length === 0) continue;
      for (const [given, own] of slots.entries()) {
        for (const [slot, weight] of given === target ? ITSELF : own) {
          const start = layout.at(target, given, slot);
          for (const [cell, share] of at) made[start + cell] += weight * share;
        }
      }
    }
  }
  return made;
}

const ITSELF: Weighted = [[0, 1]];

/** Of counts the shares, as bytes: of the classes all together 1, and of the places. */
function sharesAmong(counted: Float64Array, layout: CountedLayout): Uint8Array {
  const bytes = new Uint8Array(layout.bytes);
  for (const [target, width] of layout.widths.entries()) {
    const classes = layout.classes[target];
    for (const { from, to, areNumbers } of [
      { from: 0, to: classes, areNumbers: false },
      { from: classes, to: width, areNumbers: true },
    ]) {
      if (from === to) continue;
      const at = layout.at(target, target, 0);
      // Nothing is quite impossible.
      const alone = normalised(counted.slice(at + from, at + to).map((count) => count + 1 / (to - from)));
      for (const [given, slots] of layout.slots.entries()) {
        for (let slot = 0; slot < (given === target ? 1 : slots); slot++) {
          const start = layout.at(target, given, slot) + from;
          const own = counted.subarray(start, start + to - from);
          const seen = areNumbers && given !== target ? smoothed(own, alone) : own;
          const shares = normalised(alone.map((share, i) => seen[i] + PRIOR_ROWS * share));
          shares.forEach((share, i) => {
            bytes[start + i] = Math.round(255 * Math.sqrt(share));
          });
        }
      }
    }
  }
  return bytes;
}

/**
 * Counts at places, each time as many times what the column has there by itself as there and on either side of it: a few
 * hundred rows must not look like peaks.
 */
function smoothed(counts: Float64Array, alone: Float64Array): Float64Array {
  const about = (cells: Float64Array, i: number) => (cells[i - 1] ?? 0) + 2 * cells[i] + (cells[i + 1] ?? 0);
  let made = counts;
  for (let time = 0; time < SMOOTHINGS; time++) {
    const before = made;
    made = alone.map((share, i) => (share * about(before, i)) / about(alone, i));
  }
  return made;
}

function normalised(counts: Float64Array): Float64Array {
  const sum = counts.reduce((all, each) => all + each, 0);
  return counts.map((each) => each / sum);
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096)
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return btoa(text);
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** Whether what a config keeps is whole, and of a network of these columns. */
export function isCountedWhole({ columns, knots, shares }: Counted, classes: readonly number[]): boolean {
  const areNumbers = (own: readonly number[]) => Array.isArray(own) && own.every(Number.isFinite);
  if (!areNumbers(columns) || !columns.every((column) => column in classes)) return false;
  if (!Array.isArray(knots) || knots.length !== columns.length || !knots.every(areNumbers)) return false;
  const { bytes } = new CountedLayout(
    knots,
    columns.map((column) => classes[column]),
  );
  return typeof shares === "string" && shares.length === 4 * Math.ceil(bytes / 3);
}

/** What the graph takes of it, a row for each target; zeros where more than one column is given, or one that was not counted. */
export interface CountedFeeds {
  /** (targets, {@link PLACES}) and, of a network with classes, (targets, classes): shares, each 1 together. */
  readonly countedPlaces: Float32Array;
  readonly countedClasses?: Float32Array;
  /** (targets): 1 where it is counted. */
  readonly isCounted: Float32Array;
  /** (targets): the target's token times the number of tokens, plus that of the column given, or 0. */
  readonly countedPair: Int32Array;
}

/** A given number whose error is larger than so many usual ones, and than this, is not the value that was counted. */
const USUAL_ERRORS = 3;
const SMALL_ERROR = 0.1;

/** By column of the network, in standardised units. */
export function largestErrors({ columns, normal }: Pick<QueryConfig, "columns" | "normal">): Float64Array {
  const made = new Float64Array(columns).fill(SMALL_ERROR);
  for (const [place, column] of (normal?.columns ?? []).entries())
    made[column] = Math.max(SMALL_ERROR, USUAL_ERRORS * Math.sqrt(normal?.noise[place] ?? 0));
  return made;
}

/** The shares of a config, to be looked up. */
export class CountedShares {
  readonly #config: QueryConfig;
  readonly #counted: Counted;
  readonly #layout: CountedLayout;
  readonly #shares: Float32Array;
  readonly #offsets: readonly number[];
  readonly #classes: number;
  /** By column of the network, its place among those counted; -1 for none. And the largest error that it may have. */
  readonly #places: Int32Array;
  readonly #largestErrors: Float64Array;

  constructor(config: QueryConfig & { readonly counted: Counted }) {
    const { counted, classes } = config;
    this.#config = config;
    this.#counted = counted;
    this.#layout = new CountedLayout(
      counted.knots,
      counted.columns.map((column) => classes[column]),
    );
    this.#shares = this.#decoded(counted.shares);
    this.#offsets = classOffsets(config);
    this.#classes = classes.reduce((sum, count) => sum + count, 0);
    this.#places = new Int32Array(config.columns).fill(-1);
    this.#largestErrors = largestErrors(config);
    for (const [place, column] of counted.columns.entries()) this.#places[column] = place;
  }

  #decoded(text: string): Float32Array {
    const made = Float32Array.from(fromBase64(text), (byte) => (byte / 255) ** 2);
    for (const [target, width] of this.#layout.widths.entries()) {
      for (const [given, slots] of this.#layout.slots.entries()) {
        for (let slot = 0; slot < (given === target ? 1 : slots); slot++) {
          const start = this.#layout.at(target, given, slot);
          const middle = start + this.#layout.classes[target];
          toOne(made.subarray(start, middle));
          toOne(made.subarray(middle, start + width));
        }
      }
    }
    return made;
  }

  /** Room for so many targets, none of them counted. */
  empty(targets: number): CountedFeeds {
    return {
      countedPlaces: new Float32Array(targets * PLACES),
      ...(this.#classes > 0 && { countedClasses: new Float32Array(targets * this.#classes) }),
      isCounted: new Float32Array(targets),
      countedPair: new Int32Array(targets),
    };
  }

  /**
   * Puts what was counted of a target at a row of the feeds, if at most one cell is given.
   * @param target index of its column. @param only the index of the given cell; undefined where nothing is given.
   */
  put(
    { isCounted, countedPair, countedPlaces, countedClasses }: Partial<CountedFeeds>,
    row: number,
    target: number,
    cells: GivenCells,
    only: number | undefined,
  ): void {
    const place = this.#places[target];
    if (place < 0 || !isCounted || !countedPair || !countedPlaces) return;
    const token = only === undefined ? 0 : cells.tokens[only];
    const given = token === 0 ? place : this.#places[token - 1];
    if (given < 0) return;
    const slots = only === undefined ? ITSELF : this.#slotsOf(cells, only, given);
    if (slots.length === 0) return;
    isCounted[row] = 1;
    countedPair[row] = (target + 1) * (this.#config.columns + 1) + token;
    const [classes, width] = [this.#layout.classes[place], this.#layout.widths[place]];
    const first = row * this.#classes + this.#offsets[target];
    for (const [slot, weight] of slots) {
      const start = this.#layout.at(place, given, slot);
      for (let k = 0; countedClasses && k < classes; k++)
        countedClasses[first + k] += weight * this.#shares[start + k];
      for (let k = classes; k < width; k++)
        countedPlaces[row * PLACES + k - classes] += weight * this.#shares[start + k];
    }
  }

  #slotsOf(cells: GivenCells, at: number, given: number): Weighted {
    const knots = this.#counted.knots[given];
    const column = this.#counted.columns[given];
    if (!Number.isNaN(cells.lower[at]) || !Number.isNaN(cells.upper[at])) return [];
    if (cells.classes[at] > 0) return [[knots.length + cells.classes[at] - 1 - this.#offsets[column], 1]];
    if (knots.length === 0 || cells.errors[at] > this.#largestErrors[column]) return [];
    const [below, next] = among(knots, cells.values[at]);
    return next > 0
      ? [
          [below, 1 - next],
          [below + 1, next],
        ]
      : [[below, 1]];
  }
}

function toOne(shares: Float32Array): void {
  const sum = shares.reduce((all, each) => all + each, 0);
  if (sum > 0) for (let at = 0; at < shares.length; at++) shares[at] /= sum;
}
