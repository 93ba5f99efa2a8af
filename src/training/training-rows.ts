/** @file The rows that a run is trained on, wherever they lie: in memory or on the disk. */
import type { ModelColumn } from "../columns/encoding.ts";
import { columnLike } from "../columns/kinds.ts";
import { type EncodedTable, hasAny } from "../networks/encoded-table.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { networkOf } from "../networks/registry.ts";
import type { Column, Table } from "../table/table.ts";

export interface TrainingRows {
  /** How many there are. */
  readonly rows: number;
  /** What batches are drawn from: all rows, or room for those of one batch. */
  readonly data: EncodedTable;
  /** All rows, or some thousand at even steps. */
  readonly reference: EncodedTable;
  /** Whether the row has a column that may be a target. */
  hasOutput(row: number): boolean;
  /**
   * Brings the rows `order[from]` .. `order[to - 1]` into `data`, where they stay until the next call.
   * @returns their indices there, in the same order. @throws InputError if they can't be read.
   */
  at(order: Uint32Array, from: number, to: number): Promise<Uint32Array>;
  close(): Promise<void>;
}

/** Rows that are in memory as a whole. @param outputs indices of the columns that may be targets. */
export function rowsInMemory(data: EncodedTable, outputs: Int32Array): TrainingRows {
  return {
    rows: data.rows,
    data,
    reference: data,
    hasOutput: (row) => hasAny(data, outputs, row),
    at: async (order, from, to) => order.subarray(from, to),
    close: async () => undefined,
  };
}

/** The indices of the columns that may be targets. */
export function outputsOf(columns: readonly ModelColumn[]): Int32Array {
  return Int32Array.from(columns.flatMap(({ output }, index) => (output ? [index] : [])));
}

/**
 * All columns of a model as it is trained on them, in its order. Columns that it has from the model it started from, and
 * that its table lacks, are missing in every row.
 * @param firstRow the index of the table's first row among all, where it is a block of a longer one: for messages.
 */
export function encodedForTraining(
  table: Table,
  { network, columns, startedFrom }: Pick<ModelConfig, "network" | "columns" | "startedFrom">,
  firstRow = 0,
): EncodedTable {
  // A run that was begun without a column's errors goes on without them.
  const withoutErrors = new Set(columns.flatMap(({ name, errors }) => (errors ? [] : [name])));
  const known = table.columns.map(({ errors, ...column }): Column => {
    return errors === undefined || withoutErrors.has(column.name) ? column : { ...column, errors };
  });
  const absent = columns.filter(({ name }) => startedFrom?.absent.includes(name));
  const missing = new Float32Array(absent.length > 0 ? table.rows : 0).fill(Number.NaN);
  const kept = absent.map(
    ({ name, encoding }): Column => ({ ...columnLike(name, encoding), values: missing }),
  );
  const given = columns.map(({ name }) => name);
  const rows = {
    table: { ...table, columns: [...known, ...kept] },
    given,
    start: 0,
    rows: table.rows,
    first: firstRow,
  };
  return networkOf(network).encode(rows, columns);
}
