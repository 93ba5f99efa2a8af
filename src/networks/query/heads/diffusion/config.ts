/** @file The sizes of the diffusion head: what config.json keeps of it, their check, and what settings make of them. */
import { InputError } from "../../../../base/errors.ts";
import { checkSizes } from "../../../parts/sizes.ts";

/** The denoising head: from a noisy number, its noise level and a condition to the number without noise. */
export interface DenoiserConfig {
  /** Absent in the files of models: it is the head of a config that names none. */
  readonly kind?: "diffusion";
  /** Width of the hidden layers. */
  readonly width: number;
  /** Residual blocks. */
  readonly blocks: number;
  /** Fourier features of the noisy number. */
  readonly frequencies: number;
  /** The largest of them, in radians per unit of the model's scale: the finest structure seen directly. */
  readonly highestFrequency: number;
  /** Noise levels, in the model's scale: structure below the lowest is blurred, the highest drowns all. */
  readonly sigmaMin: number;
  readonly sigmaMax: number;
}

export interface DiffusionSettings {
  readonly headDim: number;
  readonly headLayers: number;
  readonly headFrequencies: number;
  readonly highestFrequency: number;
  readonly sigmaRange: readonly [number, number];
}

export function plannedDenoiser(settings: DiffusionSettings): DenoiserConfig {
  const [sigmaMin, sigmaMax] = settings.sigmaRange;
  return {
    width: settings.headDim,
    blocks: settings.headLayers,
    frequencies: settings.headFrequencies,
    highestFrequency: settings.highestFrequency,
    sigmaMin,
    sigmaMax,
  };
}

/** @throws InputError naming the first size that can't be. */
export function checkDenoiser(config: DenoiserConfig): void {
  checkSizes([
    ["head dimension", config.width, 1],
    ["number of head blocks", config.blocks, 1],
    ["number of Fourier features", config.frequencies, 1],
  ]);
  if (!(config.sigmaMin > 0 && config.sigmaMin < config.sigmaMax)) {
    throw new InputError("The noise levels must satisfy 0 < sigmaMin < sigmaMax.");
  }
}
