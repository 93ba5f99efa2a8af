/** @file The programs of the diffusion head: its part of the loss, and denoising. */
import { gradients } from "../../../../graph/gradient.ts";
import { compile } from "../../../../graph/onnx/emit.ts";
import type { Program } from "../../../../graph/onnx/program.ts";
import * as op from "../../../../graph/operations.ts";
import { product, type Tensor } from "../../../../graph/tensor.ts";
import type { ParameterDraft } from "../../../parts/parameter-layout.ts";
import { type ParameterLookup, type ProgramOptions, parameterInputs } from "../../../parts/program-parts.ts";
import { TARGETS } from "../head.ts";
import type { DenoiserConfig } from "./config.ts";
import { denoiserOutput, modulationInputs, modulationOf } from "./denoiser.ts";

/**
 * The squared error of the denoiser's F for several noisy copies of each target, weighted and summed.
 * Inputs: `noisy`, `scaled`, `sigma`, `logSigma`, `target`, `weight`, each (requests, batch, draws).
 */
export function denoisingLoss(
  condition: Tensor,
  parameters: ParameterLookup,
  config: DenoiserConfig,
): Tensor {
  const cells = product(["requests", "batch", "draws"]);
  const column = (name: string) => op.reshape(op.input(name, ["requests", "batch", "draws"]), [cells, 1]);
  const [noisy, scaled, sigma, logSigma] = ["noisy", "scaled", "sigma", "logSigma"].map(column);
  const modulation = modulationOf(condition, parameters, config);
  const shape = [TARGETS, "draws"] as const;
  const output = denoiserOutput(noisy, scaled, { sigma, logSigma }, modulation, parameters, config, shape);
  const error = op.subtract(output, column("target"));
  return op.sum(op.multiply(op.multiply(error, error), column("weight")), [0, 1]);
}

/**
 * The denoiser's F for many numbers x of each question at one noise level, and its slope.
 * Inputs: the head's parameters; `x` (questions, nodes); `inScale` (1), `sigma` (1), `logSigma` (1); the modulation.
 * Outputs: `output` (questions, nodes); with `slope` also dF/dx, `slope`.
 */
export function denoiserProgram(
  config: DenoiserConfig,
  parameters: readonly ParameterDraft[],
  { precision = "float32", slope = false }: ProgramOptions & { readonly slope?: boolean } = {},
): Program {
  const { lookup } = parameterInputs(parameters);
  const cells = product(["questions", "nodes"]);
  const given = op.input("x", ["questions", "nodes"]);
  const x = op.reshape(given, [cells]);
  const one = (name: string) => op.reshape(op.input(name, [1]), [1, 1]);
  const levels = { sigma: one("sigma"), logSigma: one("logSigma") };
  // Flat: ONNX Runtime multiplies by a scalar ten times slower where the last axis has size 1.
  const scaled = op.reshape(op.multiply(x, op.input("inScale", [1])), [cells, 1]);
  const noisy = op.reshape(x, [cells, 1]);
  const shape = ["questions", "nodes"] as const;
  const modulation = modulationInputs(config);
  const column = denoiserOutput(noisy, scaled, levels, modulation, lookup, config, shape);
  const outputs: Record<string, Tensor> = { output: op.reshape(column, given.shape) };
  // Each output depends on its own x alone, so the gradient of their sum holds every slope.
  if (slope) outputs.slope = gradients(op.reshape(op.sum(column, [0, 1]), [1]), [given])[0];
  return compile(slope ? "denoiser-slope" : "denoiser", outputs, { precision });
}
