/** @file What a page and the worker that trains tell each other. */
import type { Inspection } from "../columns/inspection/inspected.ts";
import type { TrainedModel } from "../model/trained-model.ts";
import type { ToldError } from "../runtime/told-error.ts";
import type { TrainingCheck } from "../training/training-run.ts";
import type { SettingOptions } from "../training/training-settings.ts";
import type { TableInput } from "./table-input.ts";

/** The first message to the worker. */
export interface TrainBegin {
  readonly kind: "train";
  readonly table: TableInput;
  readonly options: SettingOptions;
  readonly wasm: string;
  /** Threads that gradients are worked out on. */
  readonly threads: number;
  /** Seconds between two models on the way. */
  readonly modelSeconds: number;
}

/** The only other message to it. */
export interface TrainStop {
  readonly kind: "stop";
}

/** How far a training is. */
export interface TrainingProgress {
  /** Steps done. */
  readonly step: number;
  /** How many there will be if nothing ends the run before; Infinity while nobody can tell. */
  readonly steps: number;
  /** Mean loss of the epoch so far. */
  readonly loss: number;
  readonly epoch: number;
  readonly seconds: number;
  /** Of the last steps. */
  readonly stepsPerSecond: number;
  /** Infinity while nobody can tell. */
  readonly secondsLeft: number;
}

export type Told =
  | { readonly kind: "table"; readonly source: string; readonly rows: number; readonly columns: number }
  | { readonly kind: "inspection"; readonly inspection: Inspection }
  | { readonly kind: "notice"; readonly notice: string }
  | { readonly kind: "progress"; readonly progress: TrainingProgress }
  | { readonly kind: "check"; readonly check: TrainingCheck }
  | { readonly kind: "model"; readonly model: TrainedModel }
  | { readonly kind: "end"; readonly model: TrainedModel }
  | { readonly kind: "failure"; readonly failure: ToldError };
