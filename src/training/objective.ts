/** @file What a network learns from: how its batches lie in memory, are cut into parts and fed to its loss. */
import { type AnyNetwork, isShared } from "../networks/any-network.ts";
import type { LossProgram } from "../networks/layers/program-parts.ts";
import type { Feeds, Sizes } from "../runtime/executable.ts";
import type { Batch } from "./batch.ts";
import { type SharedBatch, sharedObjective } from "./shared-objective.ts";
import { singleObjective } from "./single-objective.ts";

export type TrainingBatch = Batch | SharedBatch;

/** Some consecutive rows of a batch, run at once. */
export interface Part {
  readonly start: number;
  readonly rows: number;
  /** Given cells of the row that has most, at least 1. */
  readonly length: number;
  /** Columns asked of each row. */
  readonly requests: number;
}

/** The room that batches have. */
export interface BatchRoom {
  /** Rows of a batch. */
  readonly capacity: number;
  /** Given cells of a row. */
  readonly width: number;
  /** Columns asked of a row, and noisy copies of each asked number. */
  readonly requests: number;
  readonly draws: number;
  /** Cells of a part, about. */
  readonly tokens: number;
}

/** Which step's noise is wanted: it has a random stream of its own. */
interface NoiseStream {
  readonly seed: number;
  readonly step: number;
}

export interface Objective<B extends TrainingBatch = TrainingBatch> {
  /** The bytes of a batch, and a batch over so much memory, which threads may share. */
  readonly bytes: number;
  batchIn(memory: ArrayBufferLike): B;
  lossProgram(training: boolean): LossProgram;
  parts(batch: B, rows: number, workers: number): Part[];
  /** What the loss program is fed with, apart from weights and dropout masks. */
  feeds(batch: B, part: Part, noise: NoiseStream): Feeds;
  sizes(part: Part): Sizes;
  /** Work of a part, in any unit. */
  cost(part: Part): number;
  /** The sizes of parts of every shape: dropout masks need room for the largest. */
  largest(): Sizes[];
}

export function objectiveOf(network: AnyNetwork, room: BatchRoom): Objective {
  const objective = isShared(network) ? sharedObjective(network, room) : singleObjective(network, room);
  return objective as Objective;
}
