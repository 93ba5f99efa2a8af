/**
 * @file What was counted, in the graph: a second mixture beside the network's own, of which each pair of columns has a share
 * that is learnt. So the exact likelihood says, pair by pair, how far counting is to be believed.
 */
import * as op from "../../graph/operations.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { type ParameterDraft, value } from "../parts/parameter-layout.ts";
import type { ParameterLookup } from "../parts/program-parts.ts";
import { type QueryConfig, totalClasses } from "./config.ts";
import { type CountedFeeds, PLACES } from "./counted.ts";
import { TARGETS, targetColumn } from "./heads/head.ts";

/** Of each target; zeros where it is not counted. */
export interface CountedTensors {
  /** ({@link TARGETS}, PLACES) and ({@link TARGETS}, classes): shares, each 1 together. */
  readonly places: Tensor;
  readonly classes?: Tensor;
  /** ({@link TARGETS}, 1): what counting has of the answer. */
  readonly share: Tensor;
}

/** The share begins with 1 / (1 + exp(-2)), 88 %: what is counted is right at once. */
const START = 2;
const NAME = "counted.share";

export function countedParameters({ counted, columns }: QueryConfig): ParameterDraft[] {
  return counted ? [{ name: NAME, shape: [(columns + 1) ** 2, 1], start: value(START) }] : [];
}

/** Undefined for a network without; its inputs are {@link CountedFeeds}. */
export function countedTensors(config: QueryConfig, parameters: ParameterLookup): CountedTensors | undefined {
  if (!config.counted) return undefined;
  const classes = totalClasses(config);
  const name = (own: keyof CountedFeeds) => own;
  const matrix = (own: keyof CountedFeeds, width: number) =>
    op.reshape(op.input(own, ["requests", "batch", width]), [TARGETS, width]);
  const pair = op.reshape(op.input(name("countedPair"), ["requests", "batch"], "int32"), [TARGETS]);
  const believed = op.sigmoid(op.gather(parameters(NAME), pair));
  return {
    places: matrix("countedPlaces", PLACES),
    ...(classes > 0 && { classes: matrix("countedClasses", classes) }),
    share: op.multiply(believed, targetColumn(name("isCounted"))),
  };
}

/** Shares of the network's own, and of those counted: both 1 together in each row. */
export function together(own: Tensor, counted: Tensor, share: Tensor): Tensor {
  return op.add(op.multiply(own, op.subtract(1, share)), op.multiply(counted, share));
}
