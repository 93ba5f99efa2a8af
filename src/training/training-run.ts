/** @file A run of training, seen from outside: what it is started with, what it tells meanwhile, how it ends. */
import type { TrainedModel } from "../model/trained-model.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import type { TrainingReport } from "../networks/training-report.ts";
import type { Device } from "../runtime/device-names.ts";
import type { Checkpoint } from "./progress.ts";
import type { EpochMetrics } from "./run-log.ts";
import type { Split } from "./split.ts";
import type { TrainingRows } from "./training-rows.ts";
import type { TrainingSettings } from "./training-settings.ts";

export interface TrainerOptions {
  readonly config: ModelConfig;
  readonly settings: TrainingSettings;
  readonly rows: TrainingRows;
  readonly split: Split;
  readonly start: Checkpoint;
  readonly device: Device;
  readonly workers: number;
  /** Ends the run after the step in hand. */
  readonly signal?: AbortSignal;
  /** Called after each step. `checkpoint` gives the run's state. */
  readonly onStep?: (progress: StepProgress, checkpoint: () => Checkpoint) => void;
  /** Called after each look at the held-out rows, where the network can tell what each column has learnt. */
  readonly onCheck?: (check: TrainingCheck) => void;
  /** Called, with a sentence, when one of several networks learns no more. */
  readonly onNetwork?: (sentence: string) => Promise<void>;
  /** Called after each epoch. `checkpoint` gives the run's state. */
  readonly onEpoch: (metrics: EpochMetrics, checkpoint: () => Checkpoint) => Promise<void>;
  /** Called with the state at the end, before it is looked at what was reached. */
  readonly onEnd: (checkpoint: Checkpoint) => Promise<void>;
}

/** What a look at the held-out rows found. */
export interface TrainingCheck {
  readonly step: number;
  /** By how many nats held-out values are more probable than by their column's own distribution, over random questions. */
  readonly gains: Readonly<Record<string, number>>;
  /** The columns that get better still; absent while there were too few looks to tell. */
  readonly improving?: readonly string[];
}

export interface StepProgress {
  /** Epochs finished, and of how many. */
  readonly epoch: number;
  readonly epochs: number;
  readonly stepOfEpoch: number;
  readonly stepsPerEpoch: number;
  /** Mean loss of the epoch so far. */
  readonly loss: number;
  /** Of a run until it is done: the steps still to come, as far as they can be foretold. */
  readonly stepsLeft?: number;
}

export interface TrainingEnd {
  readonly checkpoint: Checkpoint;
  readonly why: Exclude<TrainingReport["ended"], "running">;
  /** With its columns recalibrated, where that was tried, and what was reached, where the network can tell. */
  readonly model: TrainedModel;
}

/** A loss that is not a number any more: the run can't go on. */
export class DivergedError extends Error {
  constructor(
    readonly epoch: number,
    readonly step: number,
    readonly loss: number,
  ) {
    super(`the loss became ${loss} in epoch ${epoch}, step ${step}`);
  }
}
