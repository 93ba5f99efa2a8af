/**
 * @file The probability-flow ODE of the shared-context network. In one dimension it is a monotone map from
 * normal levels to values: the quantile function itself, without Monte-Carlo noise.
 */
import type { DenoiserConfig } from "../../network/shared/config.ts";
import { type Denoiser, type SteeringRows, steeringPart } from "./denoiser.ts";
import { noiseGrid } from "./noise-grid.ts";

export interface FlowOptions {
  /** Noise levels on the way; default {@link DEFAULT_STEPS}. */
  readonly steps?: number;
  /** "multistep": DPM-Solver++(2M); "heun": twice the work a step. Default "multistep". */
  readonly solver?: "multistep" | "heun" | "euler";
}

export const DEFAULT_STEPS = 24;

/** Cells of a hidden layer that one run works on: as many as stay in a core's cache. */
const CELLS_AT_ONCE = 262_144;

/**
 * Values at standard normal levels, for each question.
 * @param levels (questions, nodes): z. @returns (questions, nodes): the values, in the model's scale.
 */
export async function flow(
  denoiser: Denoiser,
  steering: SteeringRows,
  levels: Float32Array,
  options: FlowOptions = {},
): Promise<Float32Array> {
  const nodes = levels.length / steering.questions;
  const values = new Float32Array(levels.length);
  const atOnce = Math.max(1, Math.floor(CELLS_AT_ONCE / (nodes * denoiser.network.head.width)));
  for (let start = 0; start < steering.questions; start += atOnce) {
    const rows = Math.min(atOnce, steering.questions - start);
    const part = steeringPart(steering, start, rows);
    const z = levels.subarray(start * nodes, (start + rows) * nodes);
    values.set(await flowTogether(denoiser, part, z, options), start * nodes);
  }
  return values;
}

/** As {@link flow}, with the same levels for every question. @returns (questions, levels). */
export function flowOnLevels(
  denoiser: Denoiser,
  steering: SteeringRows,
  levels: Float64Array,
  options: FlowOptions = {},
): Promise<Float32Array> {
  const repeated = new Float32Array(steering.questions * levels.length);
  for (let question = 0; question < steering.questions; question++)
    repeated.set(levels, question * levels.length);
  return flow(denoiser, steering, repeated, options);
}

async function flowTogether(
  denoiser: Denoiser,
  steering: SteeringRows,
  levels: Float32Array,
  { steps = DEFAULT_STEPS, solver = "multistep" }: FlowOptions,
): Promise<Float32Array> {
  const { head } = denoiser.network;
  const sigmas = noiseGrid(steps, head);
  const x = await startValues(denoiser, steering, levels, head);
  const clean = new Float32Array(x.length);
  const before = new Float32Array(x.length);
  for (let i = 0; i < steps; i++) {
    const [sigma, next] = [sigmas[i]!, i + 1 < steps ? sigmas[i + 1]! : 0];
    await denoiser.denoise(x, sigma, steering, clean);
    if (next === 0) {
      x.set(clean);
    } else if (solver === "heun") {
      await heunStep(denoiser, steering, x, clean, sigma, next);
    } else {
      const extrapolate = solver === "multistep" && i > 0;
      const ratio = extrapolate ? Math.log(sigma / next) / Math.log(sigmas[i - 1]! / sigma) : 0;
      multistep(x, clean, before, next / sigma, ratio);
    }
    before.set(clean);
  }
  return x;
}

/**
 * DPM-Solver++(2M) (Lu et al. 2022, algorithm 2) in sigma: the mean D is continued in ln sigma by its last
 * two values; x' = (sigma'/sigma) x + (1 - sigma'/sigma) D'.
 */
function multistep(
  x: Float32Array,
  clean: Float32Array,
  before: Float32Array,
  keep: number,
  ratio: number,
): void {
  const half = ratio / 2;
  for (let j = 0; j < x.length; j++) {
    const mean = clean[j]! + half * (clean[j]! - before[j]!);
    x[j] = keep * x[j]! + (1 - keep) * mean;
  }
}

/** Heun's second-order step (Karras et al. 2022, algorithm 1 without churn). */
async function heunStep(
  denoiser: Denoiser,
  steering: SteeringRows,
  x: Float32Array,
  clean: Float32Array,
  sigma: number,
  next: number,
): Promise<void> {
  const slope = x.map((value, j) => (value - clean[j]!) / sigma);
  const tried = x.map((value, j) => value + (next - sigma) * slope[j]!);
  const again = new Float32Array(x.length);
  await denoiser.denoise(tried, next, steering, again);
  for (let j = 0; j < x.length; j++) {
    const mean = (slope[j]! + (tried[j]! - again[j]!) / next) / 2;
    x[j] = x[j]! + (next - sigma) * mean;
  }
}

/**
 * Where the levels are at the highest noise: there the density is all but normal. Its mean is the clean mean
 * D(0); its variance sigma^2 + v, with v / sigma^2 the slope of D (Tweedie), so that a modest highest noise
 * is enough.
 */
async function startValues(
  denoiser: Denoiser,
  steering: SteeringRows,
  levels: Float32Array,
  head: DenoiserConfig,
): Promise<Float32Array> {
  const { questions } = steering;
  const nodes = levels.length / questions;
  const { means, spreads } = await startMoments(denoiser, steering, head);
  return levels.map((z, j) => {
    const question = Math.floor(j / nodes);
    return means[question]! + spreads[question]! * z;
  });
}

export async function startMoments(denoiser: Denoiser, steering: SteeringRows, { sigmaMax }: DenoiserConfig) {
  const { questions } = steering;
  const probes = Float32Array.from({ length: 2 * questions }, (_, j) => (j % 2 === 0 ? -sigmaMax : sigmaMax));
  const clean = new Float32Array(probes.length);
  await denoiser.denoise(probes, sigmaMax, steering, clean);
  const means = new Float64Array(questions);
  const spreads = new Float64Array(questions);
  for (let question = 0; question < questions; question++) {
    const [low, high] = [clean[2 * question]!, clean[2 * question + 1]!];
    means[question] = (low + high) / 2;
    const variance = Math.min(4, Math.max(0, ((high - low) / (2 * sigmaMax)) * sigmaMax ** 2));
    spreads[question] = Math.sqrt(sigmaMax ** 2 + variance);
  }
  return { means, spreads };
}
