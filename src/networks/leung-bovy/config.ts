/** @file The sizes of the network: what config.json keeps of its shape. */
import { InputError } from "../../base/errors.ts";
import { NOISE_SCHEDULES, type NoiseSchedule } from "../../sampling/ddpm-schedule.ts";
import { checkEncoder, type EncoderSizes } from "../parts/sizes.ts";

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

export interface LeungBovyConfig extends EncoderSizes {
  readonly kind: "leung-bovy";
  readonly head: HeadConfig;
}

/** @throws InputError naming the first size that can't be. */
export function checkLeungBovy(config: LeungBovyConfig): LeungBovyConfig {
  const { head } = config;
  checkEncoder(config, [
    ["head dimension", head.width, 1],
    ["number of head layers", head.layers, 1],
    ["number of diffusion steps", head.steps, 2],
  ]);
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
