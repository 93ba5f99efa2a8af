/** @file What a training run can be told. */
import type { DeviceChoice } from "../runtime/device-names.ts";
import { DEFAULT_PRESET, settingsOf, type TrainingSettings } from "./presets.ts";
import type { EpochMetrics } from "./run-log.ts";
import type { StepProgress } from "./trainer.ts";

export interface TrainOptions extends Partial<TrainingSettings> {
  /** Where all settings not given come from; default "default". */
  readonly preset?: string;
  /** How large the preset "default" makes the model: "small", "base" or "large"; by default as suits the table. */
  readonly size?: string;
  /** The columns the model shall answer for; default all. */
  readonly outputs?: readonly string[];
  /** The folder to write model, checkpoints and logs to; without one the model stays in memory. */
  readonly out?: string;
  /** Go on from the newest checkpoint in `out`, bit for bit as if the run had never stopped. */
  readonly resume?: boolean;
  /** Default "cpu"; "auto": the fastest that starts here. */
  readonly device?: DeviceChoice;
  /**
   * Megabytes that the rows of files may take; those of a larger table stay on the disk, with the same result. Default half
   * of the memory that is free.
   */
  readonly memory?: number;
  /** Write system.json (versions, processor, memory) beside the model; default true. */
  readonly systemInfo?: boolean;
  /** Ends the run cleanly after the step in hand, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Told what the table is, once it has been read. */
  readonly onTable?: (table: {
    readonly source: string;
    readonly rows: number;
    readonly columns: number;
  }) => void;
  readonly onStep?: (progress: StepProgress) => void;
  readonly onEpoch?: (metrics: EpochMetrics) => void;
  /** Told, one sentence each, what the user should know (a scale by standard deviation, say). */
  readonly onNotice?: (notice: string) => void;
}

const SETTING_NAMES = Object.keys(settingsOf(DEFAULT_PRESET, {})) as (keyof TrainingSettings)[];

/** The settings among the options. */
export function givenSettings(options: TrainOptions): Partial<TrainingSettings> {
  return Object.fromEntries(
    SETTING_NAMES.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}
