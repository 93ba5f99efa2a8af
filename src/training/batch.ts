/** @file A batch: for each row, what is given, what is asked, and the noise it is asked under. */
import type { Questions, Rows } from "../networks/leung-bovy/context-feeds.ts";
import type { Part } from "./objective.ts";

/** Row-major arrays with room for `capacity` rows of `width` given cells; the first `rows` are in use. */
export interface Batch extends Questions {
  /** The asked value with noise added, the diffusion step and the noise. */
  readonly noisy: Float32Array;
  readonly step: Int32Array;
  readonly noise: Float32Array;
  /** What the row's squared error counts in the loss; the weights of a batch add up to 1. */
  readonly weight: Float32Array;
}

const CELLS_OF_A_ROW = 6; // given, request, noisy, step, noise, weight

/** The bytes that a batch of these sizes takes. */
export function batchBytes(capacity: number, width: number): number {
  return 4 * capacity * (2 * width + CELLS_OF_A_ROW);
}

/** A batch over memory of {@link batchBytes} bytes, which may be shared between threads. */
export function batchIn(memory: ArrayBufferLike, capacity: number, width: number): Batch {
  let offset = 0;
  const place = (length: number) => {
    const start = offset;
    offset += 4 * length;
    return [memory, start, length] as const;
  };
  return {
    width,
    tokens: new Int32Array(...place(capacity * width)),
    values: new Float32Array(...place(capacity * width)),
    given: new Int32Array(...place(capacity)),
    request: new Int32Array(...place(capacity)),
    noisy: new Float32Array(...place(capacity)),
    step: new Int32Array(...place(capacity)),
    noise: new Float32Array(...place(capacity)),
    weight: new Float32Array(...place(capacity)),
  };
}

export function newBatch(capacity: number, width: number): Batch {
  return batchIn(new ArrayBuffer(batchBytes(capacity, width)), capacity, width);
}

/** Some consecutive rows of a batch, run at once. */
export type MicroBatch = Rows;

/**
 * Cuts a batch, rows sorted by falling number of given cells, into parts of about `tokens` cells (given,
 * request and padding), in as many parts for each worker: parts that fit the cache run faster than one
 * large run, and each is only as long as its own longest row.
 */
export function microBatches(given: Int32Array, rows: number, tokens: number, workers: number): MicroBatch[] {
  const sequence = (row: number) => Math.max(1, given[row]) + 1;
  let total = 0;
  for (let row = 0; row < rows; row++) total += sequence(row);
  const parts = workers * Math.ceil(total / (tokens * workers));
  const target = partTarget(total / parts, sequence(0));
  const parted: MicroBatch[] = [];
  for (let start = 0; start < rows; ) {
    const count = Math.min(rows - start, Math.floor(target / sequence(start)));
    parted.push({ start, rows: count, length: sequence(start) - 1 });
    start += count;
  }
  return parted;
}

/** The even share and one row more, so that rounding leaves no small part over. */
const partTarget = (share: number, longest: number) => Math.ceil(share) + longest;

/** The most rows that a part of this sequence length can have: what its buffers must hold. */
export function largestPart(tokens: number, sequence: number, width: number, capacity: number): number {
  return Math.min(capacity, Math.floor(partTarget(tokens, Math.max(1, width) + 1) / sequence));
}

/** Shares parts out so that all workers have about the same work: largest first, to who has least. */
export function shareOut(parts: readonly Part[], workers: number, cost: (part: Part) => number): Part[][] {
  const shares = Array.from({ length: workers }, () => ({ work: 0, parts: [] as Part[] }));
  for (const part of parts.toSorted((a, b) => cost(b) - cost(a))) {
    const least = shares.reduce((a, b) => (b.work < a.work ? b : a));
    least.work += cost(part);
    least.parts.push(part);
  }
  return shares.map((share) => share.parts);
}
