/** @file The denoiser of the diffusion head: a residual network on one noisy number, modulated by the condition. */
import * as op from "../../../../graph/operations.ts";
import type { Dimension, Tensor } from "../../../../graph/tensor.ts";
import { damped, type ParameterLookup } from "../../../parts/program-parts.ts";
import type { DenoiserConfig } from "./config.ts";

/**
 * How a noise level enters: x = y + sigma n is scaled to unit variance, and the network predicts F in
 * D(x) = skip x + out F (Karras et al. 2022, "Elucidating the design space of diffusion-based generative
 * models", table 1, for data of unit variance). Then F has unit variance at every level.
 */
export function preconditioning(sigma: number): {
  readonly skip: number;
  readonly out: number;
  readonly in: number;
} {
  const root = Math.sqrt(1 + sigma * sigma);
  return { skip: 1 / (root * root), out: sigma / root, in: 1 / root };
}

/**
 * What a condition does in the denoiser (FiLM: Perez et al. 2018): it is worked out once per question, not per noise level
 * and draw.
 */
export interface Modulation {
  /** (questions, width): added to the first layer. */
  readonly first: Tensor;
  /** Per block, (questions, width): hidden layer h becomes h (1 + gain) + shift. */
  readonly gains: readonly Tensor[];
  readonly shifts: readonly Tensor[];
}

export function modulationOf(
  condition: Tensor,
  parameters: ParameterLookup,
  config: DenoiserConfig,
): Modulation {
  const dense = (name: string) =>
    op.linear(condition, parameters(`${name}.weight`), parameters(`${name}.bias`));
  const blocks = Array.from({ length: config.blocks }, (_, block) => block);
  return {
    first: dense("head.condition"),
    gains: blocks.map((block) => dense(`head.${block}.gain`)),
    shifts: blocks.map((block) => dense(`head.${block}.shift`)),
  };
}

/** A modulation by the names that its tensors have between programs. */
export function namedModulation({ first, gains, shifts }: Modulation): Readonly<Record<string, Tensor>> {
  const tensors: Record<string, Tensor> = { first };
  gains.forEach((gain, block) => {
    tensors[`gain.${block}`] = gain;
    tensors[`shift.${block}`] = shifts[block];
  });
  return tensors;
}

/** The same as inputs of a program, each (questions, width). */
export function modulationInputs({ width, blocks }: DenoiserConfig): Modulation {
  const input = (name: string) => op.input(name, ["questions", width]);
  const each = Array.from({ length: blocks }, (_, block) => block);
  return {
    first: input("first"),
    gains: each.map((block) => input(`gain.${block}`)),
    shifts: each.map((block) => input(`shift.${block}`)),
  };
}

/** The noise levels as the denoiser sees them. */
export interface NoiseCondition {
  /** (cells, 1): sigma. */
  readonly sigma: Tensor;
  /** (cells, 1): ln sigma. */
  readonly logSigma: Tensor;
}

/**
 * The denoiser's F for `draws` noisy numbers of each question.
 * @param noisy (cells, 1): x; @param scaled (cells, 1): x / sqrt(1 + sigma^2). Cells are question by question.
 * @param levels one for each cell, or one for all, (1, 1).
 * @returns (cells, 1).
 */
export function denoiserOutput(
  noisy: Tensor,
  scaled: Tensor,
  levels: NoiseCondition,
  modulation: Modulation,
  parameters: ParameterLookup,
  config: DenoiserConfig,
  [questions, draws]: readonly [Dimension, Dimension],
): Tensor {
  const { width } = config;
  const cells = noisy.shape[0];
  const perDraw = (t: Tensor) => op.reshape(t, [questions, draws, width]);
  const perQuestion = (t: Tensor) => op.reshape(t, [questions, 1, width]);
  const value = op.multiply(scaled, parameters("head.value"));
  const own = op.add(
    op.add(value, fourier(noisy, levels.sigma, parameters, config)),
    noiseLevel(levels, parameters),
  );
  let h = op.reshape(op.add(perDraw(own), perQuestion(modulation.first)), [cells, width]);
  for (let block = 0; block < config.blocks; block++) {
    const dense = (t: Tensor, part: string) =>
      op.linear(t, parameters(`head.${block}.${part}.weight`), parameters(`head.${block}.${part}.bias`));
    const hidden = perDraw(dense(op.silu(h), "in"));
    const gain = perQuestion(op.add(modulation.gains[block], 1));
    const modulated = op.add(op.multiply(hidden, gain), perQuestion(modulation.shifts[block]));
    h = op.add(h, dense(op.silu(op.reshape(modulated, [cells, width])), "out"));
  }
  return op.linear(op.silu(h), parameters("head.output.weight"), parameters("head.output.bias"));
}

/**
 * W [sin(f x), cos(f x)] exp(-(f sigma)^2 / 2): features of fixed frequency (Tancik et al. 2020), each damped
 * by what the noise leaves of it on average, so that no feature is mere noise.
 */
function fourier(noisy: Tensor, sigma: Tensor, parameters: ParameterLookup, config: DenoiserConfig): Tensor {
  const frequencies = op.constant(fourierFrequencies(config), [1, config.frequencies]);
  const angle = op.multiply(noisy, frequencies);
  const damping = damped(op.multiply(sigma, frequencies));
  const wave = (t: Tensor, name: string) =>
    op.gemm(op.multiply(t, damping), parameters(`head.${name}`), { transposeB: true });
  return op.add(wave(op.sin(angle), "sine"), wave(op.cos(angle), "cosine"));
}

/** ln sigma spans about nine units: quarter waves and their multiples resolve it. */
function noiseLevel({ logSigma }: NoiseCondition, parameters: ParameterLookup): Tensor {
  const multiples = Array.from({ length: NOISE_FEATURES }, (_, k) => 0.25 * 2 ** k);
  const angle = op.multiply(logSigma, op.constant(multiples, [1, NOISE_FEATURES]));
  const wave = (t: Tensor, name: string) => op.gemm(t, parameters(`head.${name}`), { transposeB: true });
  return op.add(wave(op.sin(angle), "noiseSine"), wave(op.cos(angle), "noiseCosine"));
}

/** Noise-level features: sine and cosine of a few multiples of ln sigma. */
export const NOISE_FEATURES = 4;

/** The lowest of the fixed frequencies, in radians per standardised unit. */
const LOWEST = 0.5;

/** The fixed frequencies of the noisy number's features, evenly spaced in the logarithm. */
function fourierFrequencies({ frequencies, highestFrequency }: DenoiserConfig): number[] {
  const step = frequencies > 1 ? Math.log(highestFrequency / LOWEST) / (frequencies - 1) : 0;
  return Array.from({ length: frequencies }, (_, i) => LOWEST * Math.exp(i * step));
}
