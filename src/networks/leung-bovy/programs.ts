/** @file The programs of a network: loss, loss with gradients, condition, denoising step. */
import { gradients } from "../../graph/gradient.ts";
import { compile } from "../../graph/onnx/emit.ts";
import type { Program } from "../../graph/onnx/program.ts";
import * as op from "../../graph/operations.ts";
import { type Dimension, product, type Tensor } from "../../graph/tensor.ts";
import { type MaskInput, maskedDropout, noDropout } from "../parts/dropout.ts";
import type { Parameter } from "../parts/parameter-layout.ts";
import {
  gradientName,
  type LossProgram,
  type ParameterLookup,
  type ProgramOptions,
  parameterInputs,
} from "../parts/program-parts.ts";
import type { HeadConfig, LeungBovyConfig } from "./config.ts";
import { type Context, conditionOf } from "./encoder.ts";
import { conditionShift, predictedNoise } from "./head.ts";
import { headParameters, networkParameters } from "./parameters.ts";

/**
 * The weighted squared error of the predicted noise, summed over a batch, and its gradients.
 * Sums, so that the parts of a batch add up to the whole: give each row the weight 1 / (rows with a target).
 *
 * Inputs: the parameters; `tokens`, `values`, `isRequest`, `keyMask` (see Context); `noisy` (batch, 1),
 * `step` int32 (batch), `noise` (batch, 1), `weight` (batch, 1); the dropout masks if `training`.
 * Outputs: `loss` (1, 1); with `training`, the gradient of each parameter.
 */
export function lossProgram(
  config: LeungBovyConfig,
  { training, precision = "float32" }: ProgramOptions & { readonly training: boolean },
): LossProgram {
  const parameters = networkParameters(config);
  const { tensors, lookup } = parameterInputs(parameters);
  const masks: MaskInput[] = [];
  const dropout = training && config.dropout > 0 ? maskedDropout(masks) : noDropout;
  const condition = conditionOf(contextInputs(), lookup, config, dropout);
  const loss = headLoss(condition, lookup, config.head);
  const outputs: Record<string, Tensor> = { loss };
  if (training) addGradients(outputs, loss, parameters, tensors);
  return {
    program: compile(training ? "gradient" : "loss", outputs, { precision }),
    parameters,
    masks,
    weights: LOSS_WEIGHTS,
  };
}

/**
 * The same loss of a head that stands alone, and its gradients.
 *
 * Inputs: the head's parameters; `noisy` (batch, dimension), `step` int32 (batch), `noise` (batch, dimension),
 * `weight` (batch, 1); `condition` (batch, conditionDimension) unless that is 0.
 * Outputs: `loss` (1, 1) and the gradient of each parameter.
 */
export function headLossProgram(
  head: HeadConfig,
  { precision = "float32" }: ProgramOptions = {},
): LossProgram {
  const parameters = headParameters(head);
  const { tensors, lookup } = parameterInputs(parameters);
  const { conditionDimension } = head;
  const condition = conditionDimension > 0 ? op.input("condition", ["batch", conditionDimension]) : undefined;
  const loss = headLoss(condition, lookup, head);
  const outputs: Record<string, Tensor> = { loss };
  addGradients(outputs, loss, parameters, tensors);
  return {
    program: compile("head-gradient", outputs, { precision }),
    parameters,
    masks: [],
    weights: LOSS_WEIGHTS,
  };
}

const LOSS_WEIGHTS = ["weight"];

function addGradients(
  outputs: Record<string, Tensor>,
  loss: Tensor,
  parameters: readonly Parameter[],
  tensors: readonly Tensor[],
): void {
  gradients(loss, tensors).forEach((gradient, i) => {
    outputs[gradientName(parameters[i].name)] = gradient;
  });
}

function headLoss(condition: Tensor | undefined, lookup: ParameterLookup, head: HeadConfig): Tensor {
  const shape = ["batch", head.dimension];
  const [noisy, noise] = [op.input("noisy", shape), op.input("noise", shape)];
  const step = op.input("step", ["batch"], "int32");
  const error = op.subtract(predictedNoise(noisy, step, condition, lookup, head), noise);
  const weighted = op.multiply(op.multiply(error, error), op.input("weight", ["batch", 1]));
  return op.sum(weighted, [0, 1]);
}

/** From the given cells to the condition: `condition` (batch, D). Inputs as lossProgram's. */
export function conditionProgram(
  config: LeungBovyConfig,
  { precision = "float32" }: ProgramOptions = {},
): Program {
  const { lookup } = parameterInputs(networkParameters(config));
  const condition = conditionOf(contextInputs(), lookup, config, noDropout);
  return compile("condition", { condition }, { precision });
}

/**
 * What a row adds to each layer of the head, once per row and not once per sample and step:
 * from `condition` (rows, conditionDimension) to `shift.K` (rows, width) for each layer K, which holds the
 * layer's bias and C_K(c).
 */
export function shiftProgram(head: HeadConfig, { precision = "float32" }: ProgramOptions = {}): Program {
  const { lookup } = parameterInputs(headParameters(head));
  const condition = op.input("condition", ["rows", head.conditionDimension]);
  const shifts = Array.from({ length: head.layers }, (_, layer): [string, Tensor] => {
    const shift = conditionShift(condition, layer, lookup, head);
    return [shiftName(layer), op.add(shift, lookup(`head.${layer}.linear.bias`))];
  });
  return compile("shift", Object.fromEntries(shifts), { precision });
}

export const shiftName = (layer: number) => `shift.${layer}`;

/**
 * One reverse step for many samples: x' = keep x + remove noise(x) + spread z.
 *
 * Inputs: `x`, `z` (rows, samples, dimension); `shift.K` (rows, width) from shiftProgram; `time.K` (width),
 * the row of E_K of this step; `keep`, `remove`, `spread` scalars; the head's linear weights.
 * Output: `next` (rows, samples, dimension); with `noiseOnly`, `noise` of the same shape.
 *
 * With `oneRow`, rows is 1, and what the row adds is the bias of the matrix product instead of a sum of its own.
 */
export function denoiseProgram(
  head: HeadConfig,
  { precision = "float32", noiseOnly = false, oneRow = false }: DenoiseOptions = {},
): Program {
  const x = noisyInput(head, oneRow);
  const noise = shiftedNoise(x, head);
  if (noiseOnly) return compile("noise", { noise }, { precision });
  // Flat: ONNX Runtime multiplies by a scalar ten times slower where the last axis has size 1.
  const times = (t: Tensor, factor: string) =>
    op.multiply(op.reshape(t, [product(x.shape)]), op.input(factor, []));
  const cleaned = op.add(times(x, "keep"), times(noise, "remove"));
  const next = op.add(cleaned, times(op.input("z", x.shape), "spread"));
  return compile("denoise", { next: op.reshape(next, x.shape) }, { precision });
}

/**
 * The noise in x and how it changes with x. Inputs as {@link denoiseProgram}'s with `noiseOnly`.
 * Outputs: `noise` and, of each of its coordinates i, `slope.i` = d noise_i / d x, all (rows, samples, dimension).
 */
export function noiseSlopeProgram(
  head: HeadConfig,
  { precision = "float32", oneRow = false }: Omit<DenoiseOptions, "noiseOnly"> = {},
): Program {
  const x = noisyInput(head, oneRow);
  const noise = shiftedNoise(x, head);
  const outputs: Record<string, Tensor> = { noise };
  for (let i = 0; i < head.dimension; i++) {
    // A sample's noise depends on its own x alone: the gradient of the sum over samples holds the slope of each.
    const total = op.sum(op.slice(noise, 2, i, i + 1), [0, 1, 2]);
    outputs[slopeName(i)] = gradients(total, [x])[0];
  }
  return compile("noise-slope", outputs, { precision });
}

export const slopeName = (coordinate: number) => `slope.${coordinate}`;

function noisyInput({ dimension }: HeadConfig, oneRow: boolean): Tensor {
  return op.input("x", [oneRow ? 1 : "rows", "samples", dimension]);
}

/** The head's noise of x (rows, samples, dimension) at one step, what each row adds given as `shift.K`. */
function shiftedNoise(x: Tensor, head: HeadConfig): Tensor {
  const { lookup } = parameterInputs(headParameters(head));
  let h = x;
  for (let layer = 0; layer < head.layers; layer++) {
    const shift = op.add(
      op.input(shiftName(layer), [x.shape[0], head.width]),
      op.input(timeName(layer), [head.width]),
    );
    h = op.gelu(shiftedProduct(h, lookup(`head.${layer}.linear.weight`), shift));
  }
  return op.linear(h, lookup("head.output.weight"), lookup("head.output.bias"));
}

interface DenoiseOptions extends ProgramOptions {
  readonly noiseOnly?: boolean;
  readonly oneRow?: boolean;
}

/** x W' over the last axis plus the shift of each row: (rows, samples, out). */
function shiftedProduct(x: Tensor, weight: Tensor, shift: Tensor): Tensor {
  const [rows, samples, inputs] = x.shape as [Dimension, Dimension, number];
  const outputs = weight.shape[0];
  if (rows === 1) return op.linear(x, weight, op.reshape(shift, [outputs]));
  const added = op.reshape(shift, [rows, 1, outputs]);
  // One number per sample needs no matrix product.
  if (inputs === 1) return op.add(op.multiply(x, op.reshape(weight, [outputs])), added);
  const multiplied = op.gemm(op.reshape(x, [product([rows, samples]), inputs]), weight, { transposeB: true });
  return op.add(op.reshape(multiplied, [rows, samples, outputs]), added);
}

export const timeName = (layer: number) => `time.${layer}`;

function contextInputs(): Context {
  return {
    tokens: op.input("tokens", ["sequence", "batch"], "int32"),
    values: op.input("values", ["sequence", "batch"]),
    isRequest: op.input("isRequest", ["sequence", "batch"]),
    keyMask: op.input("keyMask", ["batch", 1, 1, "sequence"]),
  };
}
