/** @file anygiven/diffusion: denoising diffusion on vectors, with or without a condition, and how far samples are apart. */
import "../runtime/node/install.ts";

export {
  Diffusion,
  type DiffusionNoiseOptions,
  type DiffusionSampleOptions,
  type DiffusionSteps,
} from "./diffusion.ts";
export {
  type DiffusionEpoch,
  type DiffusionFitOptions,
  RATE_SCHEDULES,
  type RateSchedule,
} from "./fit-options.ts";
export { SAMPLING_METHODS, type SamplingMethod } from "./head-sampler.ts";
export { nearestNeighbourKl } from "./nearest-neighbour-kl.ts";
export type { DiffusionCondition, DiffusionOptions, DiffusionSettings } from "./options.ts";
export type { Points } from "./points.ts";
