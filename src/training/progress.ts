/** @file The state of a run: all that it needs to go on as if it had never stopped. checkpoint.ts keeps it in files. */
import type { Judgement } from "./judgement/judgement.ts";
import type { Plateau } from "./learning-rate.ts";
import type { LossScale } from "./loss-scale.ts";

/** Where a run stands, apart from its large arrays. All of it survives JSON unchanged. */
export interface Progress {
  /** Epochs finished. */
  readonly epoch: number;
  /** Steps done in the epoch after those, and the sum of their losses. */
  readonly stepOfEpoch: number;
  readonly lossSum: number;
  /** Optimizer steps in all. */
  readonly step: number;
  /** Rows of the table; 0 if not known (an imported model). */
  readonly rows: number;
  readonly plateau: Plateau;
  readonly bestValidation: { readonly loss: number; readonly epoch: number } | null;
  /** State of the generator that the running epoch's batches are drawn from. */
  readonly generator: readonly number[] | null;
  /** Seconds of training so far. */
  readonly seconds: number;
  /** What was found of the columns so far, where the network can tell. */
  readonly judgement?: Judgement;
  /** Steps before the first of the running network, of networks that are trained in turn; absent for the first. */
  readonly stepsBefore?: number;
  /** Where the loss is scaled (float16), by how much. */
  readonly lossScale?: LossScale;
}

/** The steps of the running network. */
export const stepsOfNetwork = ({ step, stepsBefore = 0 }: Progress) => step - stepsBefore;

export interface Checkpoint {
  readonly weights: Float32Array<ArrayBuffer>;
  readonly firstMoment: Float32Array<ArrayBuffer>;
  readonly secondMoment: Float32Array<ArrayBuffer>;
  /** The average of the weights over the steps, where the model is made of that. */
  readonly average?: Float32Array<ArrayBuffer>;
  /** What the model was made of when its validation loss was best, where that is kept. */
  readonly best?: Float32Array<ArrayBuffer>;
  /** Of networks that are trained in turn: what is kept of those that are done. */
  readonly finished?: readonly Float32Array<ArrayBuffer>[];
  readonly progress: Progress;
}
