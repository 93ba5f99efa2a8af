/**
 * @file A random sample of rows, drawn while they come by: the same one, whether they lie in memory or come in blocks.
 */
import { generator } from "../../numeric/generator.ts";
import { cellArrays, type Table, withCells } from "../table.ts";
import { arrayFor, type Numbers, type Precision } from "./column-cells.ts";

/** Longer tables are measured on this many of their rows, wide ones on fewer: quantiles are then right to 1e-3. */
const MAX_ROWS = 1_000_000;
const MIN_ROWS = 250_000;
const MAX_CELLS = 20_000_000;

/** The most rows that a table with a number of columns (those of errors too) is measured on. */
export function sampleSize(columns: number): number {
  return Math.min(MAX_ROWS, Math.max(MIN_ROWS, Math.floor(MAX_CELLS / columns)));
}

/**
 * Each set of `size` rows is as likely as any other (Li 1994, "Reservoir-sampling algorithms of time complexity
 * O(n(1 + log(N/n)))", algorithm L). The sample has a seed of its own, not a run's: it depends on the rows alone.
 */
class Reservoir {
  readonly #size: number;
  readonly #random = generator(1, "measured rows");
  #threshold = 1;
  /** The next row to be kept; all are until the reservoir is full. */
  #next = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** Calls `keep` for those of the next rows, up to `to` - 1, that are kept for now, with their index in the sample. */
  offer(to: number, keep: (row: number, index: number) => void): void {
    for (; this.#next < to; this.#step()) keep(this.#next, this.#index());
  }

  #index(): number {
    return this.#next < this.#size ? this.#next : this.#random.integer(this.#size);
  }

  #step(): void {
    if (this.#next < this.#size - 1) {
      this.#next++;
      return;
    }
    this.#threshold *= Math.exp(Math.log(this.#positive()) / this.#size);
    this.#next += 1 + Math.floor(Math.log(this.#positive()) / Math.log1p(-this.#threshold));
  }

  #positive(): number {
    return 1 - this.#random.uniform();
  }
}

/** The cells of a sample of rows, of several columns; blocks of rows are added in their order. */
export class RowSample {
  readonly #size: number;
  readonly #precisions: readonly Precision[];
  readonly #reservoir: Reservoir;
  #cells: Numbers[];
  #rows = 0;

  /** @param precisions how the cells of each column are kept, whatever arrays they come in. */
  constructor(size: number, precisions: readonly Precision[]) {
    this.#size = size;
    this.#precisions = precisions;
    this.#reservoir = new Reservoir(size);
    this.#cells = precisions.map((each) => arrayFor(0, each));
  }

  /** All rows that were added. */
  get rows(): number {
    return this.#rows;
  }

  /** Adds the next rows. @param block by column. */
  add(block: readonly Numbers[]): void {
    const from = this.#rows;
    this.#rows += block[0].length;
    this.#makeRoom(Math.min(this.#rows, this.#size));
    this.#reservoir.offer(this.#rows, (row, index) => {
      for (let i = 0; i < block.length; i++) this.#cells[i][index] = block[i][row - from];
    });
  }

  /** By column; all rows in their order if there were no more than the sample's size. */
  cells(): Numbers[] {
    const count = Math.min(this.#rows, this.#size);
    return this.#cells.map((cells) => cells.subarray(0, count));
  }

  #makeRoom(rows: number): void {
    const room = this.#cells[0].length;
    if (rows <= room) return;
    const more = Math.min(this.#size, Math.max(rows, 2 * room));
    this.#cells = this.#cells.map((cells, i) => {
      const wider = arrayFor(more, this.#precisions[i]);
      wider.set(cells);
      return wider;
    });
  }
}

/** The rows that a table is measured on: all of a short one (the table itself), a sample of a long one. */
export function measuredRows(table: Table, size = sampleSize(partCount(table))): Table {
  if (table.rows <= size) return table;
  const arrays = table.columns.flatMap(cellArrays);
  const sample = new RowSample(size, arrays.map(precisionOf));
  sample.add(arrays);
  const cells = sample.cells();
  const columns = table.columns.map((column) => withCells(column, (each) => cells.shift() ?? each));
  return { source: table.source, rows: size, columns };
}

function precisionOf(cells: Numbers): Precision {
  return cells instanceof Float32Array ? "float32" : "float64";
}

function partCount({ columns }: Table): number {
  return columns.reduce((sum, column) => sum + cellArrays(column).length, 0);
}
