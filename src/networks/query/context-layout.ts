/** @file What is given, as the encoder takes it: one layout for the batches of training and for the rows of a question. */
import { type StructOfArrays, structBytes, structOfArrays } from "../../numeric/struct-of-arrays.ts";
import type { Feeds } from "../../runtime/executable.ts";
import { type EncodedCells, type EncodedTable, isKnownCell, isLimitedCell } from "../encoded-table.ts";
import type { MicroBatch } from "../network.ts";
import { PADDING_SCORE } from "../parts/program-parts.ts";
import { classOffsets, type QueryConfig, totalClasses } from "./config.ts";
import { type Summaries, Summariser } from "./summary.ts";

/**
 * The given cells of some rows, up to `width` of them in each: row-major, those of a row first and padding after
 * them.
 */
export const givenFields = (rows: number, width: number) =>
  ({
    /** Tokens of the columns; 0 is padding. */
    tokens: ["int32", rows * width],
    /** Values and errors in standardised units. */
    values: ["float32", rows * width],
    errors: ["float32", rows * width],
    /** 0 for a number; of a class its number counted through all columns, plus 1. */
    classes: ["int32", rows * width],
    /** Ends of an interval in standardised units, infinite at an open one; both NaN where the cell has a value. */
    lower: ["float32", rows * width],
    upper: ["float32", rows * width],
    /** How many columns of each row are given. */
    given: ["int32", rows],
  }) as const;

export type GivenCells = StructOfArrays<ReturnType<typeof givenFields>>;

/** Room for so many rows of up to `width` cells, none of them given. */
export function emptyCells(rows: number, width: number): GivenCells {
  const fields = givenFields(rows, width);
  return structOfArrays(fields, new ArrayBuffer(structBytes(fields)));
}

/** Whether a cell has a continuous value: a number that is no point mass. */
export function isContinuous({ classes, isMixed }: EncodedCells, row: number): boolean {
  return classes === undefined || (isMixed === true && classes[row] === 0);
}

export class ContextLayout {
  readonly #config: QueryConfig;
  readonly #offsets: readonly number[];

  constructor(config: QueryConfig) {
    this.#config = config;
    this.#offsets = classOffsets(config);
  }

  /** The number of a cell's class, counted through all columns. */
  classOf({ index, classes }: EncodedCells, row: number): number {
    return classes === undefined ? 0 : this.#offsets[index] + classes[row];
  }

  /** Puts a cell at an index of the arrays. */
  give(into: GivenCells, at: number, cells: EncodedCells, row: number): void {
    into.tokens[at] = cells.index + 1;
    if (isLimitedCell(cells, row)) {
      this.giveInterval(into, at, cells.lower?.[row] ?? Number.NaN, cells.upper?.[row] ?? Number.NaN);
      return;
    }
    into.lower[at] = into.upper[at] = Number.NaN;
    into.values[at] = cells.values[row];
    into.errors[at] = cells.errors?.[row] ?? 0;
    into.classes[at] = isContinuous(cells, row) ? 0 : this.classOf(cells, row) + 1;
  }

  /** Puts an interval in the place of a value. */
  giveInterval(into: GivenCells, at: number, lower: number, upper: number): void {
    into.values[at] = 0;
    into.errors[at] = 0;
    into.classes[at] = 0;
    into.lower[at] = lower;
    into.upper[at] = upper;
  }

  /** All cells that rows `start` .. `start + rows - 1` have, in the order of the table's columns. */
  givenIn({ columns }: EncodedTable, start: number, rows: number): GivenCells {
    const width = columns.length;
    const cells = emptyCells(rows, width);
    for (let row = 0; row < rows; row++) {
      for (const column of columns) {
        if (!isKnownCell(column, start + row)) continue;
        this.give(cells, row * width + cells.given[row]++, column, start + row);
      }
    }
    return cells;
  }

  /** The inputs of the context for some of these rows (see QueryContext), apart from the targets. */
  feeds(cells: GivenCells, { start, rows, given: max }: Omit<MicroBatch, "targets">): Feeds {
    const width = cells.tokens.length / cells.given.length;
    const sequence = max + 1;
    const tokens = new Int32Array(sequence * rows);
    const values = new Float32Array(sequence * rows);
    const errors = new Float32Array(sequence * rows);
    const classes = new Int32Array(sequence * rows);
    const intervals = this.#config.intervals && intervalFeeds(sequence * rows);
    const keyMask = new Float32Array(rows * sequence);
    for (let row = 0; row < rows; row++) {
      const given = cells.given[start + row];
      const from = (start + row) * width;
      for (let i = 0; i < given; i++) {
        const to = (i + 1) * rows + row;
        tokens[to] = cells.tokens[from + i];
        values[to] = cells.values[from + i];
        errors[to] = cells.errors[from + i];
        classes[to] = cells.classes[from + i];
        if (intervals) feedInterval(intervals, to, cells.lower[from + i], cells.upper[from + i]);
      }
      keyMask.fill(PADDING_SCORE, row * sequence + given + 1, (row + 1) * sequence);
    }
    const { errors: hasErrors } = this.#config;
    return {
      tokens,
      values,
      keyMask,
      ...(hasErrors && { errors }),
      ...intervals,
      ...(totalClasses(this.#config) > 0 && { classes }),
    };
  }
}

/** Where nothing is put, there is a value: token 0 and padding. */
export function intervalFeeds(cells: number) {
  const zeros = () => new Float32Array(cells);
  return {
    isExact: zeros().fill(1),
    lower: zeros(),
    upper: zeros(),
    hasLower: zeros(),
    hasUpper: zeros(),
  };
}

/** In standardised units: beyond this no column has values, and an end says no more than one here. */
const FARTHEST_END = 8;

function feedInterval(
  feeds: ReturnType<typeof intervalFeeds>,
  at: number,
  lower: number,
  upper: number,
): void {
  if (Number.isNaN(lower)) return;
  feeds.isExact[at] = 0;
  if (Number.isFinite(lower)) {
    feeds.hasLower[at] = 1;
    feeds.lower[at] = Math.max(-FARTHEST_END, Math.min(FARTHEST_END, lower));
  }
  if (Number.isFinite(upper)) {
    feeds.hasUpper[at] = 1;
    feeds.upper[at] = Math.max(-FARTHEST_END, Math.min(FARTHEST_END, upper));
  }
}

/** What makes contexts of one network: made once, for a summariser has to invert and to unpack. */
export interface ContextMaker {
  readonly layout: ContextLayout;
  readonly summariser?: Summariser;
}

export function contextMaker(config: QueryConfig): ContextMaker {
  const layout = new ContextLayout(config);
  return { layout, ...(config.normal && { summariser: new Summariser(config) }) };
}

/** The inputs of the context for rows `start` .. `start + rows - 1`, each with the same targets. */
export function contextOfRows(
  table: EncodedTable,
  { start, rows }: { readonly start: number; readonly rows: number },
  targets: readonly number[],
  { layout, summariser }: ContextMaker,
): { readonly feeds: Feeds; readonly sizes: { batch: number; sequence: number; requests: number } } {
  const cells = layout.givenIn(table, start, rows);
  const given = cells.given.reduce((max, each) => Math.max(max, each), 0);
  const requests = targets.length;
  const tokens = Int32Array.from({ length: requests * rows }, (_, i) => targets[Math.floor(i / rows)] + 1);
  return {
    feeds: {
      ...layout.feeds(cells, { start: 0, rows, given }),
      targets: tokens,
      ...(summariser && { ...summariesOfRows(cells, rows, targets, summariser) }),
    },
    sizes: { batch: rows, sequence: given + 1, requests },
  };
}

/** What is given in the first rows as a whole, target by target: all cells of a row to each of the targets. */
export function summariesOfRows(
  cells: GivenCells,
  rows: number,
  targets: readonly number[],
  summariser: Summariser,
): Summaries {
  const width = cells.tokens.length / cells.given.length;
  const made = summariser.empty(targets.length * rows);
  for (const [which, target] of targets.entries()) {
    for (let row = 0; row < rows; row++) {
      const read = { from: row * width, count: cells.given[row] };
      summariser.put(made, which * rows + row, target, cells, read);
    }
  }
  return made;
}
