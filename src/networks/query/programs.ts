/** @file The programs of the default network: loss with gradients, and conditions. */
import { gradients } from "../../graph/gradient.ts";
import { compile } from "../../graph/onnx/emit.ts";
import type { Program } from "../../graph/onnx/program.ts";
import * as op from "../../graph/operations.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { type MaskInput, maskedDropout, noDropout } from "../parts/dropout.ts";
import {
  EACH_TARGET,
  gradientName,
  type LossProgram,
  type ParameterLookup,
  type ProgramOptions,
  parameterInputs,
} from "../parts/program-parts.ts";

import { classOffsets, type QueryConfig, totalClasses } from "./config.ts";
import { contextInputs, queryCondition } from "./encoder.ts";
import { type Head, TARGETS } from "./heads/head.ts";
import { queryParameters } from "./parameters.ts";

/** Added to the logits of other columns' classes: exp of it is 0. */
const OTHER_COLUMN = -1e9;
/** Keeps ln p finite where a softmax has underflowed. */
const SMALLEST_PROBABILITY = 1e-30;

/**
 * The loss of all targets of some rows, summed, and its gradients: the head's loss of each number, and minus the
 * log probability of each class. Sums, so that the parts of a batch add up to the whole.
 *
 * Inputs: the parameters; the context (see QueryContext); those of the head's loss; with classes
 * `classTarget` int32 and `classWeight`, each (requests, batch); the dropout masks if `training`.
 * Outputs: `loss` (1, 1); the gradients if `training`; else, of a head whose loss is a likelihood, {@link EACH_TARGET}.
 */
export function queryLossProgram(
  config: QueryConfig,
  head: Head,
  { training, precision = "float32" }: ProgramOptions & { readonly training: boolean },
): LossProgram {
  const parameters = queryParameters(config, head);
  const { tensors, lookup } = parameterInputs(parameters);
  const masks: MaskInput[] = [];
  const dropout = training && config.dropout > 0 ? maskedDropout(masks) : noDropout;
  const context = contextInputs(config, "requests");
  const condition = queryCondition(context, lookup, config, dropout);
  const own = head.loss({ condition, tokens: context.targets }, lookup, config.errors);
  const ofClasses =
    totalClasses(config) === 0
      ? undefined
      : classLosses(classProbabilities(condition, context.targets, lookup, config), config);
  const loss = ofClasses ? op.add(own.loss, op.sum(ofClasses, [0, 1])) : own.loss;
  const outputs: Record<string, Tensor> = { loss };
  if (training) {
    gradients(own.aid ? op.add(loss, own.aid) : loss, tensors).forEach((gradient, i) => {
      outputs[gradientName(parameters[i].name)] = gradient;
    });
  } else if (own.each) {
    outputs[EACH_TARGET] = ofClasses ? op.add(own.each, ofClasses) : own.each;
  }
  const program = compile(training ? "gradient" : "loss", outputs, { precision });
  return { program, parameters, masks, weights: [...head.lossWeights, "classWeight"] };
}

/** Minus the log probability of each target's class, weighted: (targets, 1). */
function classLosses(probabilities: Tensor, config: QueryConfig): Tensor {
  const column = (t: Tensor) => op.reshape(t, [TARGETS, 1]);
  const target = op.reshape(op.input("classTarget", ["requests", "batch"], "int32"), [TARGETS]);
  const hit = op.sum(op.multiply(probabilities, op.oneHot(target, totalClasses(config))), [1]);
  const weighted = op.multiply(
    op.log(op.add(hit, SMALLEST_PROBABILITY)),
    column(op.input("classWeight", ["requests", "batch"])),
  );
  return op.negate(weighted);
}

/** A softmax over the classes of the target: (requests * batch, all classes), 0 for other columns'. */
function classProbabilities(
  condition: Tensor,
  targets: Tensor,
  parameters: ParameterLookup,
  config: QueryConfig,
): Tensor {
  const dense = (t: Tensor, name: string) =>
    op.linear(t, parameters(`classes.${name}.weight`), parameters(`classes.${name}.bias`));
  const total = totalClasses(config);
  const own = op.gather(
    op.constant(ownClasses(config), [config.columns + 1, total]),
    op.reshape(targets, [TARGETS]),
  );
  return op.softmax(op.add(dense(op.silu(dense(condition, "hidden")), "output"), own));
}

/** By token: 0 at the column's own classes, a large negative number at all others. */
function ownClasses(config: QueryConfig): number[] {
  const total = totalClasses(config);
  const offsets = classOffsets(config);
  const none = Array<number>(total).fill(0);
  const rows = config.classes.map((count, column) => {
    if (count === 0) return none;
    const from = offsets[column];
    return none.map((_, k) => (k >= from && k < from + count ? 0 : OTHER_COLUMN));
  });
  return [none, ...rows].flat();
}

/**
 * From what is given to what the head makes of it for each target, once per question.
 * Outputs: what the head has conditioned; with classes `probabilities`. Each is a matrix of requests * batch rows.
 */
export function conditionProgram(
  config: QueryConfig,
  head: Head,
  { precision = "float32" }: ProgramOptions = {},
): Program {
  const { lookup } = parameterInputs(queryParameters(config, head));
  const context = contextInputs(config, 1);
  const condition = queryCondition(context, lookup, config, noDropout);
  const outputs: Record<string, Tensor> = {
    ...head.conditioned({ condition, tokens: context.targets }, lookup),
  };
  if (totalClasses(config) > 0) {
    outputs.probabilities = classProbabilities(condition, context.targets, lookup, config);
  }
  return compile("condition", outputs, { precision });
}
