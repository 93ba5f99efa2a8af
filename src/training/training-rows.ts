/** @file The rows that a run is trained on, wherever they lie: in memory or on the disk. */
import type { TrainingData } from "./training-data.ts";

/** Most rows that are looked at for what is missing together; see `ContextWeights`. */
const REFERENCE_ROWS = 4096;

export interface TrainingRows {
  /** How many there are. */
  readonly rows: number;
  /** What batches are drawn from: all rows, or room for those of one batch. */
  readonly data: TrainingData;
  /** All rows, or some thousand at even steps. */
  readonly reference: TrainingData;
  /** Whether the row has a column that may be asked. */
  hasOutput(row: number): boolean;
  /**
   * Brings the rows `order[from]` .. `order[to - 1]` into `data`, where they stay until the next call.
   * @returns their places there, in the same order. @throws InputError if they can't be read.
   */
  at(order: Uint32Array, from: number, to: number): Promise<Uint32Array>;
  close(): Promise<void>;
}

/** Rows that are in memory as a whole. */
export function rowsInMemory(data: TrainingData): TrainingRows {
  return {
    rows: data.rows,
    data,
    reference: data,
    hasOutput: (row) => hasOutput(data, row),
    at: async (order, from, to) => order.subarray(from, to),
    close: async () => undefined,
  };
}

export function hasOutput({ columns, outputs }: TrainingData, row: number): boolean {
  return outputs.some((output) => !Number.isNaN(columns[output][row]));
}

/** The rows at even steps through a table of so many. */
export function referenceRows(rows: number): Uint32Array {
  const looked = Math.min(rows, REFERENCE_ROWS);
  return Uint32Array.from({ length: looked }, (_, i) => Math.floor(((i + 0.5) * rows) / looked));
}
