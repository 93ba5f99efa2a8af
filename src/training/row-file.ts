/** @file Rows ready for training in a file that has no name, and so is gone when it is closed, however that comes about. */

import { closeSync, mkdirSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { temporaryBeside } from "../files/leftovers.ts";
import { writing } from "../files/system-errors.ts";
import { type EncodedTable, hasAny, referenceRows } from "../networks/encoded-table.ts";
import { WorkerThread } from "../runtime/node/worker-thread.ts";
import { emptyLike, layoutOf, packRows, type RowLayout, unpackRows } from "./row-layout.ts";
import type { RowQuestion, RowReaderSetup } from "./row-reader.ts";
import type { TrainingRows } from "./training-rows.ts";

/** So many bytes are read ahead at once, at most: some hundred batches of a usual table. */
const BYTES_AHEAD = 4_000_000;

/** Takes blocks of rows one after the other, and then gives them back in any order. */
export class RowFileWriter {
  readonly #folder: string;
  readonly #file: number;
  /** Which rows have a column to ask for, one bit each. */
  readonly #askable: Uint8Array;
  readonly #size: number;
  readonly #outputs: Int32Array;
  #rows = 0;
  #shape: { readonly layout: RowLayout; readonly like: EncodedTable } | undefined;

  /**
   * @param rows how many there will be. @param outputs indices of the columns that may be targets.
   * @throws InputError if nothing can be written to the folder.
   */
  constructor(folder: string, rows: number, outputs: Int32Array) {
    this.#folder = folder;
    this.#size = rows;
    this.#outputs = outputs;
    this.#askable = new Uint8Array(Math.ceil(rows / 8));
    this.#file = writing(rowsIn(folder), () => {
      mkdirSync(folder, { recursive: true });
      const path = temporaryBeside(join(folder, "rows"), "tmp");
      const file = openSync(path, "wx+", 0o600);
      unlinkSync(path); // it stays as long as it is open: not even a kill leaves it behind
      return file;
    });
  }

  /** @throws InputError if the disk is full. */
  add(block: EncodedTable): void {
    this.#shape ??= shapeOf(block);
    const bytes = packRows(block, this.#shape.layout);
    writing(rowsIn(this.#folder), () => {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
    });
    for (let row = 0; row < block.rows; row++, this.#rows++) {
      if (hasAny(block, this.#outputs, row)) this.#askable[this.#rows >> 3] |= 1 << (this.#rows & 7);
    }
  }

  /** All rows that were added. @param batchSize the maximum that is wanted at once. */
  async finish(batchSize: number): Promise<TrainingRows> {
    const { layout, like } = this.#shape!;
    if (this.#rows !== this.#size) throw new Error(`${this.#rows} rows came, not ${this.#size}`);
    const rowsAhead = batchSize * Math.max(1, Math.floor(BYTES_AHEAD / layout.bytes / batchSize));
    const buffers = [0, 1].map(() => new SharedArrayBuffer(rowsAhead * layout.bytes));
    const setup: RowReaderSetup = { file: this.#file, rowBytes: layout.bytes, buffers };
    const reader = await WorkerThread.start<RowQuestion, void>("read rows", setup);
    const data = emptyLike(batchSize, like);
    const ahead = new RowsAhead(reader, buffers, rowsAhead);
    const askable = this.#askable;
    return {
      rows: this.#size,
      data,
      reference: this.#referenceRows(),
      hasOutput: (row) => (askable[row >> 3] & (1 << (row & 7))) !== 0,
      at: async (order, from, to) => {
        const { buffer, first } = await ahead.at(order, from, to);
        unpackRows(buffer, first, to - from, layout, data);
        return Uint32Array.from({ length: to - from }, (_, index) => index);
      },
      close: async () => {
        await ahead.stop();
        this.discard();
      },
    };
  }

  /** Gives the disk's room back. */
  discard(): void {
    closeSync(this.#file);
  }

  #referenceRows(): EncodedTable {
    const { layout, like } = this.#shape!;
    const rows = referenceRows(this.#size);
    const packed = new Uint8Array(rows.length * layout.bytes);
    rows.forEach((row, index) => {
      const read = readSync(this.#file, packed, index * layout.bytes, layout.bytes, row * layout.bytes);
      if (read !== layout.bytes) throw new Error(`row ${row} is not in the file`);
    });
    const data = emptyLike(rows.length, like);
    unpackRows(packed.buffer, 0, rows.length, layout, data);
    return data;
  }
}

/** How rows lie in the file, and all but the rows themselves. */
function shapeOf(block: EncodedTable) {
  const layout = layoutOf(block);
  return { layout, like: emptyLike(0, block) };
}

/** Reads the rows of an order ahead of time: while those of one buffer are used, the next come into the other. */
class RowsAhead {
  readonly #reader: WorkerThread<RowQuestion, void>;
  readonly #buffers: readonly SharedArrayBuffer[];
  readonly #rowsAhead: number;
  #current: Stretch | undefined;
  #next: Stretch | undefined;

  constructor(
    reader: WorkerThread<RowQuestion, void>,
    buffers: readonly SharedArrayBuffer[],
    rowsAhead: number,
  ) {
    this.#reader = reader;
    this.#buffers = buffers;
    this.#rowsAhead = rowsAhead;
  }

  /** The packed rows `order[from]` .. `order[to - 1]`: in which buffer, and from which row on. */
  async at(order: Uint32Array, from: number, to: number) {
    if (!holds(this.#current, order, from, to)) {
      const coming = this.#next;
      await coming?.done;
      if (holds(coming, order, from, to)) this.#current = coming;
      else {
        // A new order, or another part of it: its first batch alone, so that it is soon there.
        this.#current = this.#read(order, from, to, 0);
        await this.#current.done;
      }
      this.#next = this.#readOn(this.#current!);
    }
    const { buffer, from: begin } = this.#current!;
    return { buffer: this.#buffers[buffer], first: from - begin };
  }

  async stop(): Promise<void> {
    await this.#next?.done.catch(() => undefined); // nobody waits for these rows any more
    await this.#reader.stop();
  }

  /** What comes after the stretch, if anything does. */
  #readOn({ order, to, buffer }: Stretch): Stretch | undefined {
    if (to >= order.length) return undefined;
    return this.#read(order, to, Math.min(order.length, to + this.#rowsAhead), 1 - buffer);
  }

  #read(order: Uint32Array, from: number, to: number, buffer: number): Stretch {
    const done = this.#reader.ask({ rows: order.slice(from, to), buffer });
    done.catch(() => undefined); // reported to whoever waits for the rows
    return { order, from, to, buffer, done };
  }
}

/** Rows of an order that are read together. */
interface Stretch {
  readonly order: Uint32Array;
  readonly from: number;
  readonly to: number;
  readonly buffer: number;
  readonly done: Promise<void>;
}

function holds(stretch: Stretch | undefined, order: Uint32Array, from: number, to: number): boolean {
  return stretch !== undefined && stretch.order === order && stretch.from <= from && to <= stretch.to;
}

function rowsIn(folder: string): string {
  return `the table's rows, which do not fit the memory allowed, in ${folder}`;
}
