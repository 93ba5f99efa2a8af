/** @file The default network's batches: their arrays in shared memory, their groups, and what the loss is fed with. */
import { generator } from "../../numeric/generator.ts";
import { type StructOfArrays, structBytes, structOfArrays } from "../../numeric/struct-of-arrays.ts";
import type { Feeds } from "../../runtime/executable.ts";
import type { Batch, BatchCapacity, Batches, MicroBatch, NoiseStream } from "../network.ts";
import { PADDING_SCORE } from "../parts/program-parts.ts";
import { ratesOf } from "./circles.ts";
import { type QueryConfig, totalClasses } from "./config.ts";
import { ContextLayout, givenFields } from "./context-layout.ts";
import type { Head } from "./heads/head.ts";
import { type Summaries, Summariser } from "./summary.ts";

/**
 * Row-major arrays. Rows come in groups of equal shape, each a micro-batch: within a group every row holds as many
 * given cells and targets as the group's largest has, the others padded.
 */
const fieldsOf = ({ rows, given, targets }: BatchCapacity) =>
  ({
    ...givenFields(rows, given),
    /** (rows, targets): tokens of the target columns; 0 where there are fewer. */
    targets: ["int32", rows * targets],
    /** (rows, targets, given): 1 where the target reads the cell, else 0. */
    reads: ["int32", rows * targets * given],
    /** Their values and errors in standardised units, and the width that an integer is spread over. */
    targetValues: ["float32", rows * targets],
    targetErrors: ["float32", rows * targets],
    targetWidths: ["float32", rows * targets],
    /** The numbers of their classes, counted through all columns. */
    targetClasses: ["int32", rows * targets],
    /** What each counts in the loss: of its number (0 at a class) and of its class (0 where there is none). */
    weights: ["float32", rows * targets],
    classWeights: ["float32", rows * targets],
    /** By group: its rows (0 after the last group), given cells and targets. */
    groupRows: ["int32", rows],
    groupGiven: ["int32", rows],
    groupTargets: ["int32", rows],
  }) as const;

export type QueryArrays = StructOfArrays<ReturnType<typeof fieldsOf>>;

export interface QueryBatch extends Batch {
  readonly arrays: QueryArrays;
}

export interface QueryBatches extends Batches {
  over(memory: ArrayBufferLike): QueryBatch;
}

export function queryBatches(config: QueryConfig, head: Head, capacity: BatchCapacity): QueryBatches {
  const fields = fieldsOf(capacity);
  const { copies } = capacity;
  const layout = new ContextLayout(config);
  const summariser = config.normal && new Summariser(config);
  return {
    bytes: structBytes(fields),
    over(memory) {
      const arrays = structOfArrays(fields, memory);
      return {
        memory,
        arrays,
        microBatches: () => groups(arrays),
        feeds: (part, noise) => ({
          ...layout.feeds(arrays, part),
          keyMask: readingMasks(arrays, part),
          ...(summariser && summaries(summariser, arrays, part)),
          ...targetFeeds(arrays, part, copies, config, head, noise),
        }),
      };
    },
    sizes: ({ rows, given, targets }) => ({
      batch: rows,
      sequence: given + 1,
      requests: targets,
      draws: copies,
    }),
    cost: ({ rows, given, targets }) => rows * (given + 1 + 2 * targets),
    largest: () => [
      { batch: capacity.rows, sequence: capacity.given + 1, requests: capacity.targets, draws: copies },
    ],
  };
}

function groups({ groupRows, groupGiven, groupTargets }: QueryArrays): MicroBatch[] {
  const parts: MicroBatch[] = [];
  for (let group = 0, start = 0; groupRows[group] > 0; group++) {
    const rows = groupRows[group];
    parts.push({ start, rows, given: groupGiven[group], targets: groupTargets[group] });
    start += rows;
  }
  return parts;
}

/** A mask for each target of each row, (rows, targets, 1 + given): token 0 may always be read. */
function readingMasks(arrays: QueryArrays, { start, rows, given, targets }: MicroBatch): Float32Array {
  const width = arrays.tokens.length / arrays.given.length;
  const perRow = arrays.targets.length / arrays.given.length;
  const masks = new Float32Array(rows * targets * (given + 1));
  let to = 0;
  for (let row = start; row < start + rows; row++) {
    for (let target = 0; target < targets; target++) {
      const from = (row * perRow + target) * width;
      to++;
      // Behind a row's own cells stands what the batch before has left there.
      for (let i = 0; i < given; i++)
        masks[to++] = i < arrays.given[row] && arrays.reads[from + i] === 1 ? 0 : PADDING_SCORE;
    }
  }
  return masks;
}

/** What each target of a micro-batch is given as a whole, target by target. */
function summaries(
  summariser: Summariser,
  arrays: QueryArrays,
  { start, rows, targets }: MicroBatch,
): Summaries {
  const width = arrays.tokens.length / arrays.given.length;
  const perRow = arrays.targets.length / arrays.given.length;
  const made = summariser.empty(targets * rows);
  for (let row = 0; row < rows; row++) {
    const [from, count] = [(start + row) * width, arrays.given[start + row]];
    for (let target = 0; target < targets; target++) {
      const at = (start + row) * perRow + target;
      const token = arrays.targets[at];
      if (token === 0) continue;
      const isRead = (cell: number) => arrays.reads[at * width + cell - from] === 1;
      summariser.put(made, target * rows + row, token - 1, arrays, { from, count, isRead });
    }
  }
  return made;
}

/** The targets of a micro-batch, target by target: each array is (targets, rows). */
function targetFeeds(
  arrays: QueryArrays,
  { start, rows, targets }: MicroBatch,
  copies: number,
  config: QueryConfig,
  head: Head,
  { seed, step }: NoiseStream,
): Feeds {
  const perRow = arrays.targets.length / arrays.given.length;
  const turned = <Cells extends Float32Array | Int32Array>(from: Cells, to: Cells) => {
    for (let target = 0; target < targets; target++) {
      for (let row = 0; row < rows; row++) to[target * rows + row] = from[(start + row) * perRow + target];
    }
    return to;
  };
  const count = targets * rows;
  const numbers = {
    values: turned(arrays.targetValues, new Float32Array(count)),
    errors: turned(arrays.targetErrors, new Float32Array(count)),
    widths: turned(arrays.targetWidths, new Float32Array(count)),
    weights: turned(arrays.weights, new Float32Array(count)),
  };
  const tokens = turned(arrays.targets, new Int32Array(count));
  const rates = ratesOf(config, tokens);
  return {
    targets: tokens,
    ...head.lossFeeds(
      { ...numbers, ...(rates && { rates }) },
      { copies, step },
      generator(seed, "noise", step, start),
    ),
    ...(totalClasses(config) > 0 && {
      classTarget: turned(arrays.targetClasses, new Int32Array(count)),
      classWeight: turned(arrays.classWeights, new Float32Array(count)),
    }),
  };
}
