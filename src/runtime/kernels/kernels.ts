/** @file Numeric kernels over flat float32 arrays: dropout masks, normal draws, gradient sums, AdamW. */
import { streamState } from "../../numeric/generator.ts";
import { plainKernels } from "./plain.ts";
import { simdKernels, simdSupported } from "./simd.ts";

/** The state of the kernels' random numbers: xoshiro128+ in four lanes. */
export type LaneState = Uint32Array;
export const LANE_WORDS = 16;

/** AdamW's settings at one step (Loshchilov & Hutter 2019), with the names of PyTorch's. */
export interface AdamWStep {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  /** 1 for the first step. */
  readonly step: number;
}

/** Kernels with the memory they work in: only arrays from their own `floats` and `state` may be passed. */
export interface Kernels {
  readonly kind: "simd" | "plain";
  /** A zeroed array, aligned and padded for the kernels; of no more cells than asked for in createKernels. */
  floats(length: number): Float32Array;
  /** A random state, started from a seed and a path. */
  state(): LaneState;
  /** Fills with 0 (probability `rate`) or 1 / (1 - rate). */
  dropoutMask(mask: Float32Array, rate: number, state: LaneState): void;
  /**
   * Fills with standard normal draws. Writes in blocks of 8: up to 7 cells behind a view's end, which must
   * be cells of the same array or its padding, are overwritten too.
   */
  normals(out: Float32Array, state: LaneState): void;
  /** sum += terms. */
  accumulate(sum: Float32Array, terms: Float32Array): void;
  /**
   * One AdamW step on all weights, in place:
   * w *= 1 - rate * decay; m += (g - m)(1 - beta1); v = v beta2 + g^2 (1 - beta2);
   * w -= rate / (1 - beta1^step) * m / (sqrt(v) / sqrt(1 - beta2^step) + epsilon).
   * Moments smaller than TINY become 0.
   */
  adamW(
    weights: Float32Array,
    gradient: Float32Array,
    firstMoment: Float32Array,
    secondMoment: Float32Array,
    step: AdamWStep,
  ): void;
}

/**
 * Moments of weights without gradient shrink to denormal numbers and stick there, each step a hundred times as slow for
 * them. Beside epsilon (1e-8 as a rule) and weights that anybody uses, numbers of this size are nothing.
 */
export const TINY = Math.fround(1e-30);

export interface KernelOptions {
  /** Random states that there shall be room for; default 1. */
  readonly states?: number;
  readonly kind?: Kernels["kind"];
}

/**
 * Kernels with room for arrays of these lengths (in cells), SIMD where the machine has it.
 * Both kinds give the same bits; "plain" is for machines without WebAssembly SIMD and for tests.
 */
export function createKernels(
  lengths: readonly number[],
  { states = 1, kind = simdSupported() ? "simd" : "plain" }: KernelOptions = {},
): Kernels {
  return kind === "simd" ? simdKernels(lengths, states) : plainKernels();
}

/** Starts the lanes of a state from a seed and a path. */
export function seedLanes(state: LaneState, seed: number, ...path: readonly (string | number)[]): LaneState {
  for (let word = 0; word < LANE_WORDS; word += 4) state.set(streamState(seed, ...path, word), word);
  return state;
}

/** What AdamW's formula needs of its settings, worked out once per step in double precision. */
export function adamWFactors({ learningRate, beta1, beta2, epsilon, weightDecay, step }: AdamWStep) {
  return {
    decay: 1 - learningRate * weightDecay,
    gain1: 1 - beta1,
    keep2: beta2,
    gain2: 1 - beta2,
    root: Math.sqrt(1 - beta2 ** step),
    epsilon,
    stepSize: learningRate / (1 - beta1 ** step),
  };
}

/** The random word below which a cell is dropped. */
export function dropThreshold(rate: number): number {
  return Math.round(rate * 2 ** 32) >>> 0;
}
