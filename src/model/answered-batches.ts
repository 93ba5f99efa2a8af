/** @file Answers about many rows, batch by batch: the next batch is worked on while the last one is used. */

import { oneBlock, type TableBlocks } from "../table/files/table-blocks.ts";
import { type RowBatch, rowBatches } from "../table/row-batches.ts";
import type { Table } from "../table/table.ts";
import type { TableWork } from "./asked-model.ts";
import { fetchedAhead, workAhead } from "./work-ahead.ts";

/** Samples, and nodes of quantile maps, that a batch has in memory. */
const NUMBERS_AT_ONCE = 262_144;

/**
 * What `answer` makes of consecutive rows, as many at once as have about so many numbers. A table is cut into the same
 * batches however it is cut into blocks: a row's answer moves by rounding with the rows it is asked with.
 */
export async function* answeredBatches<Answer>(
  table: Table | TableBlocks,
  numbersPerRow: number,
  { signal, onProgress }: TableWork,
  answer: (batch: RowBatch) => Promise<Answer>,
): AsyncGenerator<Answer> {
  const atOnce = Math.max(1, Math.floor(NUMBERS_AT_ONCE / numbersPerRow));
  const blocks = Symbol.asyncIterator in table ? table : oneBlock(table);
  const answers = workAhead(rowBatches(fetchedAhead(blocks), atOnce), async (batch) => {
    signal?.throwIfAborted();
    return { done: batch.first + batch.rows, answered: await answer(batch) };
  });
  for await (const { done, answered } of answers) {
    signal?.throwIfAborted();
    yield answered;
    onProgress?.(done, table.rows);
  }
}
