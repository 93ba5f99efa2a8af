/** @file The programs of the default network: loss with gradients, steering, denoising. */
import { gradients } from "../../graph/gradient.ts";
import { compile } from "../../graph/onnx/emit.ts";
import type { Program } from "../../graph/onnx/program.ts";
import * as op from "../../graph/operations.ts";
import { product, type Tensor } from "../../graph/tensor.ts";
import { type MaskInput, maskedDropout, noDropout } from "../layers/dropout.ts";
import {
  gradientName,
  type LossProgram,
  type ParameterLookup,
  type ProgramOptions,
  parameterInputs,
} from "../layers/program-parts.ts";

import { classOffsets, type DenoiserConfig, type QueryConfig, totalClasses } from "./config.ts";
import { ASKED, contextInputs, queryCondition } from "./encoder.ts";
import { denoiserOutput, type Steering } from "./head.ts";
import { headOf } from "./heads/registry.ts";
import { queryParameters } from "./parameters.ts";

/** Added to the logits of other columns' classes: exp of it is 0. */
const OTHER_COLUMN = -1e9;
/** Keeps ln p finite where a softmax has underflowed. */
const SMALLEST_PROBABILITY = 1e-30;

/**
 * The loss of all asked cells of some rows, summed, and its gradients: the squared error of the head's output
 * for several noisy copies of each asked number, and minus the log probability of each asked class. Sums, so
 * that the parts of a batch add up to the whole.
 *
 * Inputs: the parameters; the context (see QueryContext); `noisy`, `scaled`, `sigma`, `logSigma`, `target`,
 * `weight`, each (requests, batch, draws); with classes `classTarget` int32 and `classWeight`, each
 * (requests, batch); the dropout masks if `training`. Outputs: `loss` (1, 1); the gradients if `training`.
 */
export function queryLossProgram(
  config: QueryConfig,
  { training, precision = "float32" }: ProgramOptions & { readonly training: boolean },
): LossProgram {
  const parameters = queryParameters(config);
  const { tensors, lookup } = parameterInputs(parameters);
  const masks: MaskInput[] = [];
  const dropout = training && config.dropout > 0 ? maskedDropout(masks) : noDropout;
  const context = contextInputs(config);
  const condition = queryCondition(context, lookup, config, dropout);
  const head = headOf(config);
  let loss = head.loss(condition, lookup);
  if (totalClasses(config) > 0) {
    loss = op.add(loss, classLoss(classProbabilities(condition, context.asked, lookup, config), config));
  }
  const outputs: Record<string, Tensor> = { loss };
  if (training) {
    gradients(loss, tensors).forEach((gradient, i) => {
      outputs[gradientName(parameters[i].name)] = gradient;
    });
  }
  const program = compile(training ? "gradient" : "loss", outputs, { precision });
  return { program, parameters, masks, weights: [...head.lossWeights, "classWeight"] };
}

function classLoss(probabilities: Tensor, config: QueryConfig): Tensor {
  const column = (t: Tensor) => op.reshape(t, [ASKED, 1]);
  const target = op.reshape(op.input("classTarget", ["requests", "batch"], "int32"), [ASKED]);
  const hit = op.sum(op.multiply(probabilities, op.oneHot(target, totalClasses(config))), [1]);
  const weighted = op.multiply(
    op.log(op.add(hit, SMALLEST_PROBABILITY)),
    column(op.input("classWeight", ["requests", "batch"])),
  );
  return op.negate(op.sum(weighted, [0, 1]));
}

/** A softmax over the classes of the asked column: (requests * batch, all classes), 0 for other columns'. */
function classProbabilities(
  condition: Tensor,
  asked: Tensor,
  parameters: ParameterLookup,
  config: QueryConfig,
): Tensor {
  const dense = (t: Tensor, name: string) =>
    op.linear(t, parameters(`classes.${name}.weight`), parameters(`classes.${name}.bias`));
  const total = totalClasses(config);
  const own = op.gather(
    op.constant(ownClasses(config), [config.columns + 1, total]),
    op.reshape(asked, [ASKED]),
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
 * From what is given to what it does in the head, for each asked column, once per question.
 * Outputs: `first`, `gain.K`, `shift.K` (requests * batch, width); with classes `probabilities`.
 */
export function steeringProgram(
  config: QueryConfig,
  { precision = "float32" }: ProgramOptions = {},
): Program {
  const { lookup } = parameterInputs(queryParameters(config));
  const context = contextInputs(config);
  const condition = queryCondition(context, lookup, config, noDropout);
  const outputs: Record<string, Tensor> = { ...headOf(config).conditioned(condition, lookup) };
  if (totalClasses(config) > 0) {
    outputs.probabilities = classProbabilities(condition, context.asked, lookup, config);
  }
  return compile("steering", outputs, { precision });
}

/** The names of a steering's tensors: outputs of the one program, inputs of the other. */
export function steeringNames({ blocks }: DenoiserConfig): string[] {
  return [
    "first",
    ...Array.from({ length: blocks }, (_, block) => [`gain.${block}`, `shift.${block}`]).flat(),
  ];
}

/**
 * The head's F for many numbers x of each question at one noise level, and its slope.
 * Inputs: `x` (questions, nodes); `inScale` (1), `sigma` (1), `logSigma` (1); the steering.
 * Outputs: `output` (questions, nodes); with `slope` also dF/dx, `slope`.
 */
export function denoiserProgram(
  config: QueryConfig,
  { precision = "float32", slope = false }: ProgramOptions & { readonly slope?: boolean } = {},
): Program {
  const { lookup } = parameterInputs(queryParameters(config));
  const { width, blocks } = config.head;
  const cells = product(["questions", "nodes"]);
  const given = op.input("x", ["questions", "nodes"]);
  const x = op.reshape(given, [cells]);
  const one = (name: string) => op.reshape(op.input(name, [1]), [1, 1]);
  const levels = { sigma: one("sigma"), logSigma: one("logSigma") };
  // Flat: ONNX Runtime multiplies by a scalar ten times slower where the last axis has size 1.
  const scaled = op.reshape(op.multiply(x, op.input("inScale", [1])), [cells, 1]);
  const steer = (name: string) => op.input(name, ["questions", width]);
  const each = Array.from({ length: blocks }, (_, block) => block);
  const steering: Steering = {
    first: steer("first"),
    gains: each.map((block) => steer(`gain.${block}`)),
    shifts: each.map((block) => steer(`shift.${block}`)),
  };
  const column = denoiserOutput(op.reshape(x, [cells, 1]), scaled, levels, steering, lookup, config.head, [
    "questions",
    "nodes",
  ]);
  const shape = given.shape;
  const outputs: Record<string, Tensor> = { output: op.reshape(column, shape) };
  // Each output depends on its own x alone, so the gradient of their sum holds every slope.
  if (slope) outputs.slope = gradients(op.reshape(op.sum(column, [0, 1]), [1]), [given])[0];
  return compile(slope ? "denoiser-slope" : "denoiser", outputs, { precision });
}
