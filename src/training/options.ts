/** @file The options of a training run. */
import type { Inspection } from "../columns/inspection/inspected.ts";
import type { EpochMetrics } from "./run-log.ts";
import type { StepProgress, TrainingCheck } from "./training-run.ts";
import type { SettingOptions } from "./training-settings.ts";

export type TrainOptions = SettingOptions & RunCalls;

/** Options of a run, and what it reports while it works. */
export interface RunCalls {
  /** Ends the run cleanly after the step in hand, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Whether the files of the model that training goes on with or starts from are compared with their checksums; default true. */
  readonly verify?: boolean;
  /** Called with a description of the table, once it has been read. */
  readonly onTable?: (table: {
    readonly source: string;
    readonly rows: number;
    readonly columns: number;
  }) => void;
  /** Called with what was understood of the table, before the training begins. */
  readonly onInspection?: (inspection: Inspection) => void;
  /** Called after each step with how many are done and how many there will be if nothing ends the run before: Infinity while nobody can tell. */
  readonly onProgress?: (stepsDone: number, steps: number) => void;
  readonly onStep?: (progress: StepProgress) => void;
  readonly onEpoch?: (metrics: EpochMetrics) => void;
  /** Called after each look at the held-out rows: what each column has learnt, and which get better still. */
  readonly onCheck?: (check: TrainingCheck) => void;
  /** Called, with one sentence each, for what the user should know (a scale by standard deviation, say). */
  readonly onNotice?: (notice: string) => void;
}
