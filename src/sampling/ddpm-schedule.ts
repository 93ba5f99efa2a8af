/** @file Noise schedules: how much of a value is left, and how much noise added, at each diffusion step. */
import type { Generator } from "../numeric/generator.ts";

export const NOISE_SCHEDULES = ["sigmoid", "linear", "quad", "cosine"] as const;
export type NoiseSchedule = (typeof NOISE_SCHEDULES)[number];

/** Per step t = 0 .. T-1, in double precision. */
export interface NoiseLevels {
  readonly steps: number;
  /** Variance of the noise added at step t. */
  readonly beta: Float64Array;
  /** Product of (1 - beta) up to and including t: x_t = sqrt(alphaBar) x_0 + sqrt(1 - alphaBar) e. */
  readonly alphaBar: Float64Array;
}

/**
 * The noise levels of a denoising-diffusion model (Ho, Jain & Abbeel 2020).
 * - "sigmoid": beta = start + (end - start) / (1 + exp(-x)), x evenly from -6 to 6 (the published models);
 * - "linear": beta evenly from start to end;
 * - "quad": sqrt(beta) evenly from sqrt(start) to sqrt(end);
 * - "cosine": alphaBar = cos^2 of (t/T + s) / (1 + s) * pi/2 relative to t = 0, s = 0.008, beta at most
 *   0.999 (Nichol & Dhariwal 2021, eq. 17); it takes no start and end.
 */
export function diffusion(schedule: NoiseSchedule, steps: number, start: number, end: number): NoiseLevels {
  const beta = Float64Array.from({ length: steps }, (_, t) => BETA[schedule](t, steps, start, end));
  const alphaBar = new Float64Array(steps);
  let kept = 1;
  for (let t = 0; t < steps; t++) {
    kept *= 1 - beta[t];
    alphaBar[t] = kept;
  }
  return { steps, beta, alphaBar };
}

type Beta = (t: number, steps: number, start: number, end: number) => number;

const evenly = (t: number, steps: number, from: number, to: number) => from + ((to - from) * t) / (steps - 1);

const BETA: Record<NoiseSchedule, Beta> = {
  sigmoid: (t, steps, start, end) => start + (end - start) / (1 + Math.exp(-evenly(t, steps, -6, 6))),
  linear: evenly,
  quad: (t, steps, start, end) => evenly(t, steps, Math.sqrt(start), Math.sqrt(end)) ** 2,
  cosine: (t, steps) => Math.min(0.999, 1 - cosineLevel((t + 1) / steps) / cosineLevel(t / steps)),
};

function cosineLevel(time: number): number {
  return Math.cos((((time + 0.008) / 1.008) * Math.PI) / 2) ** 2;
}

/** t uniform on 0 .. T-1 for the first n//2 + 1 rows, T-1-t for the rest: low noise is met as often as high. */
export function mirroredSteps(count: number, steps: number, random: Generator): Int32Array {
  const half = Math.floor(count / 2) + 1;
  const drawn = new Int32Array(count);
  for (let i = 0; i < Math.min(half, count); i++) drawn[i] = random.integer(steps);
  for (let i = half; i < count; i++) drawn[i] = steps - 1 - drawn[i - half];
  return drawn;
}
