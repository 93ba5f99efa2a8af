/** @file What a head of the default network is: from the condition of a target to the loss of its number, and to answers. */
import * as op from "../../../graph/operations.ts";
import { product, type Tensor } from "../../../graph/tensor.ts";
import type { Generator } from "../../../numeric/generator.ts";
import type { Normals } from "../../../numeric/normal-mixtures.ts";
import type { Feeds } from "../../../runtime/executable.ts";
import type { NamedWeights, ParameterDraft } from "../../parts/parameter-layout.ts";
import type { ParameterLookup } from "../../parts/program-parts.ts";
import type { PredictorOptions } from "../../predictor.ts";
import type { CountedTensors } from "../counted-share.ts";

/** The rows of a condition: all targets of all rows of a batch. */
export const TARGETS = product(["requests", "batch"]);

/** In standardised units: an interval without an end goes on so far, beyond all values. One half as wide is open. */
export const OPEN_END = 50;

/** Numbers to be learnt, one each in every array. */
export interface HeadTargets {
  /** Standardised values and measurement errors, and the width that an integer is spread over, or limits leave. */
  readonly values: Float32Array;
  readonly errors: Float32Array;
  readonly widths: Float32Array;
  /** Radians of one standardised unit where values lie on a circle, else 0; absent where none do. See `circles.ts`. */
  readonly rates?: Float64Array;
  /** What each counts in the loss; 0 where there is none. */
  readonly weights: Float32Array;
}

/** An input with a number for each target, (targets, 1). */
export function targetColumn(name: string): Tensor {
  return op.reshape(op.input(name, ["requests", "batch"]), [TARGETS, 1]);
}

/** What a head is given of all targets of a batch. */
export interface TargetTensors {
  /** ({@link TARGETS}, D). */
  readonly condition: Tensor;
  /** (requests, batch) int32: which columns they are. */
  readonly tokens: Tensor;
  /** What was counted of them, for a head that takes it. */
  readonly counted?: CountedTensors;
}

/** What a head is trained by: scalars, (1, 1). */
export interface HeadLoss {
  /** The weighted loss of all targets, summed. */
  readonly loss: Tensor;
  /** Of a loss that is minus a log likelihood: that of each target, weighted, ({@link TARGETS}, 1). */
  readonly each?: Tensor;
  /** What is made small beside it in training, to find the way; no part of the loss that is told and compared. */
  readonly aid?: Tensor;
}

interface LossMoment {
  /** Noisy copies of each target. */
  readonly copies: number;
  /** Steps of training before this one. */
  readonly step: number;
}

/** What a head knows of some questions: what it has `conditioned`, by name, each (questions, cells). */
export interface Conditions {
  readonly questions: number;
  readonly tensors: Readonly<Record<string, Float32Array>>;
}

/** The ways to ask a head: the methods of {@link HeadPredictor}. */
export type Asking = "levels" | "own levels" | "samples" | "log density";

/** A head with its weights: numbers under conditions, standardised. */
export interface HeadPredictor {
  /** The whole distributions, of a head that makes mixtures of normals. */
  normals?(conditions: Conditions): Normals;
  /** Values at the same ascending standard normal levels in every question, (questions, levels). */
  curves(conditions: Conditions, levels: Float64Array): Promise<Float32Array>;
  /** Values at levels of each question's own, (questions, nodes). */
  curvesAt(conditions: Conditions, levels: Float32Array): Promise<Float32Array>;
  /**
   * Samples, (questions, size). @param streamOf names the random stream of a question: with the seed it decides the samples.
   */
  samples(
    conditions: Conditions,
    size: number,
    seed: number,
    streamOf: (question: number) => number,
  ): Promise<Float32Array>;
  /** The log density at one value of each question; NaN gives NaN. */
  logDensities(conditions: Conditions, values: Float32Array): Promise<Float64Array>;
  dispose(): Promise<void>;
}

/** Where a column's density ends, in standardised units; null where it does not. */
export type Ends = readonly [low: number | null, high: number | null];

/** A head of some sizes; classes and point masses are the network's own. */
export interface Head {
  /** Whether it makes mixtures of normals, of which some may be counted. */
  readonly isMixture: boolean;
  /** @param width D, of the condition. @param columns of the network; token 0 is none of them. */
  parameters(width: number, columns: number): ParameterDraft[];
  /** By column, where the densities end that the head learns; absent where none do. */
  readonly ends?: readonly Ends[];
  /** Over inputs of its own. @param errors whether targets may have measurement errors that shall be taken out. */
  loss(targets: TargetTensors, parameters: ParameterLookup, errors: boolean): HeadLoss;
  /** See `Network.likelihood`. */
  readonly likelihood?: { readonly intervalsFrom: number };
  /** Names of the inputs that scale loss and aid linearly (float16's loss scale multiplies them). */
  readonly lossWeights: readonly string[];
  /** What these inputs are fed with for targets (requests, batch). */
  lossFeeds(targets: HeadTargets, at: LossMoment, random: Generator): Feeds;
  /** What is worked out of a condition once per question, by name: each a matrix of {@link TARGETS} rows. */
  conditioned(targets: TargetTensors, parameters: ParameterLookup): Readonly<Record<string, Tensor>>;
  /**
   * One answer from the conditions of several networks, of a head whose answers are mixtures.
   * @param shares what each network's normals count, (targets, 1).
   */
  together?(
    parts: readonly Readonly<Record<string, Tensor>>[],
    shares: readonly Tensor[],
  ): Readonly<Record<string, Tensor>>;
  /** @param width D, of the condition. @throws InputError if the device can't start here. */
  openPredictor(width: number, weights: NamedWeights, options: PredictorOptions): Promise<HeadPredictor>;
  /** Multiplications that so many numbers of an answer take, about: whether threads are worth their start. */
  work(asking: Asking, numbers: number): number;
  /** Its sizes in words, a line. */
  describe(): string;
}
