/** @file The log density at given values, by the probability flow backwards: from a number up into the noise. */

import { noiseGrid } from "../../sampling/noise-grid.ts";
import { startMoments } from "../../sampling/probability-flow.ts";
import { type Denoiser, type SteeringRows, steeringPart } from "./denoiser.ts";
import { fieldOf } from "./parts.ts";

const STEPS = 48;
const ROWS_AT_ONCE = 4096;
const LOG_NORMAL_PEAK = -0.5 * Math.log(2 * Math.PI);

/**
 * One value per question. With t = ln sigma the flow is dx/dt = x - D(x), so the log of its stretch J obeys
 * d ln J/dt = 1 - dD/dx, and log p(x) = log phi(z) - log s + ln J, where x has arrived at m + s z (Chen et al.
 * 2018, "Neural ordinary differential equations", eq. 8; Heun's steps).
 *
 * @param values model scale; NaN gives NaN.
 */
export async function logDensities(
  denoiser: Denoiser,
  steering: SteeringRows,
  values: Float32Array,
): Promise<Float64Array> {
  const found = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += ROWS_AT_ONCE) {
    const rows = Math.min(ROWS_AT_ONCE, values.length - start);
    const part = steeringPart(steering, start, rows);
    found.set(await together(denoiser, part, values.slice(start, start + rows)), start);
  }
  return found;
}

async function together(
  denoiser: Denoiser,
  steering: SteeringRows,
  values: Float32Array,
): Promise<Float64Array> {
  const { head } = denoiser.network;
  const sigmas = noiseGrid(STEPS, head).reverse();
  const x = values.map((value) => (Number.isNaN(value) ? 0 : value));
  const stretch = new Float64Array(x.length);
  let now = await slopes(denoiser, steering, x, sigmas[0]);
  for (let step = 0; step + 1 < STEPS; step++) {
    const h = Math.log(sigmas[step + 1] / sigmas[step]);
    const tried = x.map((value, i) => value + h * now.speed[i]);
    const next = await slopes(denoiser, steering, tried, sigmas[step + 1]);
    for (let i = 0; i < x.length; i++) {
      x[i] = x[i] + (h / 2) * (now.speed[i] + next.speed[i]);
      stretch[i] = stretch[i] + (h / 2) * (now.growth[i] + next.growth[i]);
    }
    now = step + 2 < STEPS ? await slopes(denoiser, steering, x, sigmas[step + 1]) : next;
  }
  const { means, spreads } = await startMoments(fieldOf(denoiser, steering));
  return Float64Array.from(values, (value, i) => {
    if (Number.isNaN(value)) return Number.NaN;
    const z = (x[i] - means[i]) / spreads[i];
    return LOG_NORMAL_PEAK - 0.5 * z * z - Math.log(spreads[i]) + stretch[i];
  });
}

/** dx/dt and d ln J/dt at t = ln sigma. */
async function slopes(denoiser: Denoiser, steering: SteeringRows, x: Float32Array, sigma: number) {
  const clean = new Float32Array(x.length);
  const slope = new Float32Array(x.length);
  await denoiser.denoise(x, sigma, steering, clean, slope);
  return { speed: x.map((value, i) => value - clean[i]), growth: slope.map((each) => 1 - each) };
}
