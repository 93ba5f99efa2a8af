/** @file Options of a diffusion model and their defaults. */
import { checkFields, FINITE, NUMBER, oneOf, SWITCH, shown } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { checkNoise, type HeadConfig } from "../networks/leung-bovy/config.ts";
import { NOISE_SCHEDULES, type NoiseSchedule } from "../sampling/ddpm-schedule.ts";
import type { Points } from "./points.ts";

export interface DiffusionOptions {
  /** The numbers of a point. */
  readonly dimension: number;
  /** The numbers of a condition; default 0, no condition. */
  readonly conditionDimension?: number;
  /** Diffusion steps T; default 100. */
  readonly steps?: number;
  /** Width of the hidden layers; default 128. */
  readonly width?: number;
  /** Hidden layers; default 4. */
  readonly layers?: number;
  /** How the noise grows from betaStart to betaEnd; default "sigmoid". */
  readonly schedule?: NoiseSchedule;
  /** Variance of the noise that the first step adds; default 1e-5. */
  readonly betaStart?: number;
  /**
   * Variance of the noise that the last step adds; default 0.1, with which 100 steps leave 7 % of a point's value:
   * samples start from pure noise, so little should be left.
   */
  readonly betaEnd?: number;
  /** Names all random draws of start values and training; default 1. */
  readonly seed?: number;
  /**
   * Whether each coordinate of points and conditions is standardised inside (zero mean, unit standard deviation), by
   * those of the first points fitted; default true. The published models do without.
   */
  readonly standardise?: boolean;
  /**
   * Whether the network takes neighbouring diffusion steps for alike when its training starts; default true. The
   * published models start with a random vector for each step, and need about twice the training.
   */
  readonly smoothTime?: boolean;
}

export type DiffusionSettings = Required<DiffusionOptions>;

/** @throws InputError naming the first option that can't be. */
export function diffusionSettings(options: DiffusionOptions): DiffusionSettings {
  checkFields("the options of Diffusion", options, {
    needed: { dimension: NUMBER },
    optional: {
      conditionDimension: NUMBER,
      steps: NUMBER,
      width: NUMBER,
      layers: NUMBER,
      schedule: oneOf(NOISE_SCHEDULES),
      betaStart: FINITE,
      betaEnd: FINITE,
      seed: NUMBER,
      standardise: SWITCH,
      smoothTime: SWITCH,
    },
  });
  const settings: DiffusionSettings = {
    dimension: options.dimension,
    conditionDimension: options.conditionDimension ?? 0,
    steps: options.steps ?? 100,
    width: options.width ?? 128,
    layers: options.layers ?? 4,
    schedule: options.schedule ?? "sigmoid",
    betaStart: options.betaStart ?? 1e-5,
    betaEnd: options.betaEnd ?? 0.1,
    seed: options.seed ?? 1,
    standardise: options.standardise ?? true,
    smoothTime: options.smoothTime ?? true,
  };
  checkWhole("dimension", settings.dimension, 1);
  checkWhole("conditionDimension", settings.conditionDimension, 0);
  checkWhole("steps", settings.steps, 2);
  checkWhole("width", settings.width, 1);
  checkWhole("layers", settings.layers, 1);
  checkWhole("seed", settings.seed, 0);
  checkNoise(headOf(settings));
  return settings;
}

export function headOf({
  seed: _,
  standardise: __,
  smoothTime: ___,
  ...head
}: DiffusionSettings): HeadConfig {
  return head;
}

export function checkWhole(option: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new InputError(`${option} is ${shown(value)}; it must be a whole number of at least ${least}.`);
  }
}

/** The condition of a question: one for all points, or one for each. */
export interface DiffusionCondition {
  /** One condition for all points: conditionDimension numbers. */
  readonly condition?: readonly number[];
  /** One condition per point: (points, conditionDimension). */
  readonly conditions?: Points;
}
