/** @file The published network's batches: for each row, what is given, the target, and its noise. */
import { type StructOfArrays, structBytes, structOfArrays } from "../../numeric/struct-of-arrays.ts";
import type { Batch, BatchCapacity, Batches, MicroBatch } from "../network.ts";
import { contextFeeds, contextSizes, questionFields } from "./context-layout.ts";

const fieldsOf = ({ rows, given }: Pick<BatchCapacity, "rows" | "given">) =>
  ({
    ...questionFields(rows, given),
    /** The target's value with noise added, the diffusion step and the noise. */
    noisy: ["float32", rows],
    step: ["int32", rows],
    noise: ["float32", rows],
    /** What the row's squared error counts in the loss; the weights of a batch add up to 1. */
    weight: ["float32", rows],
  }) as const;

export type LeungBovyArrays = StructOfArrays<ReturnType<typeof fieldsOf>>;

export interface LeungBovyBatch extends Batch {
  readonly arrays: LeungBovyArrays;
}

export interface LeungBovyBatches extends Batches {
  over(memory: ArrayBufferLike): LeungBovyBatch;
}

export function leungBovyBatches(capacity: Pick<BatchCapacity, "rows" | "given">): LeungBovyBatches {
  const fields = fieldsOf(capacity);
  return {
    bytes: structBytes(fields),
    over(memory) {
      const arrays = structOfArrays(fields, memory);
      return {
        memory,
        arrays,
        microBatches: (rows, workers, cellsAtOnce) => microBatches(arrays.given, rows, cellsAtOnce, workers),
        feeds(part) {
          const own = <Cells extends Float32Array | Int32Array>(shared: Cells) =>
            shared.slice(part.start, part.start + part.rows);
          return {
            ...contextFeeds(arrays, part),
            noisy: own(arrays.noisy),
            step: own(arrays.step),
            noise: own(arrays.noise),
            weight: own(arrays.weight),
          };
        },
      };
    },
    sizes: contextSizes,
    cost: ({ rows, given }) => rows * (given + 1),
    largest: (cellsAtOnce) =>
      Array.from({ length: Math.max(1, capacity.given) }, (_, i) => {
        const sequence = i + 2;
        return { sequence, batch: largestPart(cellsAtOnce, sequence, capacity.given, capacity.rows) };
      }),
  };
}

/**
 * Cuts a batch, rows sorted by falling number of given cells, into parts of about `cells` cells (given,
 * request and padding), in as many parts for each worker: parts that fit the cache run faster than one
 * large run, and each is only as long as its own longest row.
 */
export function microBatches(given: Int32Array, rows: number, cells: number, workers: number): MicroBatch[] {
  const sequence = (row: number) => Math.max(1, given[row]) + 1;
  let total = 0;
  for (let row = 0; row < rows; row++) total += sequence(row);
  const parts = workers * Math.ceil(total / (cells * workers));
  const target = partTarget(total / parts, sequence(0));
  const parted: MicroBatch[] = [];
  for (let start = 0; start < rows; ) {
    const count = Math.min(rows - start, Math.floor(target / sequence(start)));
    parted.push({ start, rows: count, given: sequence(start) - 1, targets: 1 });
    start += count;
  }
  return parted;
}

/** The even share and one row more, so that rounding leaves no small part over. */
const partTarget = (share: number, longest: number) => Math.ceil(share) + longest;

/** The maximum of rows that a part of this sequence length can have: what its buffers must hold. */
export function largestPart(cells: number, sequence: number, width: number, capacity: number): number {
  return Math.min(capacity, Math.floor(partTarget(cells, Math.max(1, width) + 1) / sequence));
}
