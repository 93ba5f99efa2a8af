/** @file The sizes of the network: what config.json keeps of its shape. */
import { InputError } from "../../base/errors.ts";
import { NOISE_SCHEDULES, type NoiseSchedule } from "../../sampling/ddpm-schedule.ts";

/** The denoising-diffusion head: from a noisy value, a step and a condition to the noise in the value. */
export interface HeadConfig {
  /** Length of the vectors it makes; 1 for a column of a table. */
  readonly dimension: number;
  /** Length of the condition vector; 0 for none. */
  readonly conditionDimension: number;
  /** Width of the hidden layers. */
  readonly width: number;
  readonly layers: number;
  /** Diffusion steps T. */
  readonly steps: number;
  readonly schedule: NoiseSchedule;
  readonly betaStart: number;
  readonly betaEnd: number;
}

export interface NetworkConfig {
  /** Number of columns V; tokens 1 .. V name them, token 0 is padding. */
  readonly columns: number;
  /** Width D of embeddings, encoder and condition. */
  readonly embeddingDim: number;
  readonly heads: number;
  /** Width of the feed-forward layers. */
  readonly ffnDim: number;
  readonly encoderLayers: number;
  /** Share of cells dropped in training, 0 <= p < 1. */
  readonly dropout: number;
  readonly head: HeadConfig;
}

/** @throws InputError naming the first size that can't be. */
export function checkNetwork(config: NetworkConfig): NetworkConfig {
  const { head } = config;
  const wholes: [string, number, number][] = [
    ["number of columns", config.columns, 1],
    ["embedding dimension", config.embeddingDim, 1],
    ["number of heads", config.heads, 1],
    ["feed-forward dimension", config.ffnDim, 1],
    ["number of encoder layers", config.encoderLayers, 1],
    ["head dimension", head.width, 1],
    ["number of head layers", head.layers, 1],
    ["number of diffusion steps", head.steps, 2],
  ];
  for (const [what, value, least] of wholes) {
    if (!Number.isInteger(value) || value < least) {
      throw new InputError(`The ${what} is ${value}; it must be a whole number of at least ${least}.`);
    }
  }
  if (config.embeddingDim % config.heads !== 0) {
    throw new InputError(
      `The embedding dimension (${config.embeddingDim}) must be a multiple of the number of heads (${config.heads}).`,
    );
  }
  if (!(config.dropout >= 0 && config.dropout < 1)) {
    throw new InputError(`The dropout rate is ${config.dropout}; it must be at least 0 and below 1.`);
  }
  checkNoise(head);
  return config;
}

/** @throws InputError for a noise schedule or levels that can't be. */
export function checkNoise({ schedule, betaStart, betaEnd }: HeadConfig): void {
  if (!NOISE_SCHEDULES.includes(schedule)) {
    throw new InputError(`The noise schedule "${schedule}" is not one of ${NOISE_SCHEDULES.join(", ")}.`);
  }
  if (!(betaStart > 0 && betaStart < betaEnd && betaEnd < 1)) {
    throw new InputError(
      `The noise goes from betaStart ${betaStart} to betaEnd ${betaEnd}; it must be above 0, rise, and end below 1.`,
    );
  }
}
