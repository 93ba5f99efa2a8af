/** @file Answers about many rows, batch by batch: the next batch is worked on while the last one is used. */
import { oneBlock, type RowBatch, rowBatches, type TableBlocks } from "../table/blocks.ts";
import type { Table } from "../table/table.ts";
import type { TableWork } from "./density-model.ts";

/**
 * What `work` makes of each item, in order. Work on an item begins when the one before is handed over, so that one
 * piece of work is done at a time, beside the receiver's own. When the receiver stops early, the piece in hand is
 * waited for, so that nothing works on afterwards.
 */
export async function* workAhead<Item, Made>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Made>,
): AsyncGenerator<Made> {
  const iterator = items[Symbol.asyncIterator]();
  const make = async () => {
    const next = await iterator.next();
    return next.done ? undefined : { made: await work(next.value) };
  };
  let coming = make();
  try {
    for (;;) {
      const come = await coming;
      if (come === undefined) return;
      coming = make();
      coming.catch(() => {}); // its error is thrown where it is awaited, above, unless the receiver stops before
      yield come.made;
    }
  } finally {
    await Promise.allSettled([coming]);
    await iterator.return?.();
  }
}

/** The items, each fetched while the one before is still being used. */
function fetchedAhead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  return workAhead(items, async (item) => item);
}

/** Samples, and nodes of quantile maps, that a batch has in memory. */
const NUMBERS_AT_ONCE = 262_144;

/**
 * What `answer` makes of consecutive rows, as many at once as have about a given number of cells. A table is cut into the same
 * batches however it is cut into blocks: a row's answer moves by rounding with the rows of its batch.
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
