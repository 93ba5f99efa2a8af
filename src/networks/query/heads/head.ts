/** @file What a head of the default network is: from the condition of a target to the loss of its number, and to answers. */
import type { Tensor } from "../../../graph/tensor.ts";
import type { Generator } from "../../../numeric/generator.ts";
import type { Feeds } from "../../../runtime/executable.ts";
import type { ParameterDraft } from "../../layers/parameter-layout.ts";
import type { ParameterLookup } from "../../layers/program-parts.ts";

/** Numbers to be learnt, one each in every array. */
export interface HeadTargets {
  /** Standardised values and measurement errors, and the width that a whole number is spread over. */
  readonly values: Float32Array;
  readonly errors: Float32Array;
  readonly widths: Float32Array;
  /** Radians of one standardised unit where the column is circular, else 0; absent where none is. */
  readonly rates?: Float64Array;
  /** What each counts in the loss; 0 where there is none. */
  readonly weights: Float32Array;
}

/** The training of a head; classes and point masses are the network's own. */
export interface Head {
  /** @param width D, of the condition. */
  parameters(width: number): ParameterDraft[];
  /**
   * The weighted loss of all targets, summed, (1, 1), over inputs of its own.
   * @param condition (requests * batch, D).
   */
  loss(condition: Tensor, parameters: ParameterLookup): Tensor;
  /** The inputs of the loss that it is a multiple of. */
  readonly lossWeights: readonly string[];
  /** What these inputs are fed with for targets (requests, batch). @param copies noisy copies of each. */
  lossFeeds(targets: HeadTargets, copies: number, random: Generator): Feeds;
  /** What is worked out of a condition once per question, by name: each (requests * batch, `conditionedWidth`). */
  conditioned(condition: Tensor, parameters: ParameterLookup): Readonly<Record<string, Tensor>>;
  /** Its sizes in words, a line. */
  describe(): string;
}
