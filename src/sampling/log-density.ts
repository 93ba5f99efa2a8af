/** @file The log density at given values, by the probability flow backwards: from a number up into the noise. */
import { normalLogPdf } from "../numeric/normal-cdf.ts";
import { type DenoisingField, noiseGrid } from "./denoising-field.ts";
import { startMoments } from "./probability-flow.ts";

const STEPS = 48;
const QUESTIONS_AT_ONCE = 4096;

/**
 * One value per question. With t = ln sigma the flow is dx/dt = x - D(x), so the log of its stretch J obeys
 * d ln J/dt = 1 - dD/dx, and log p(x) = log phi(z) - log s + ln J, where x has arrived at m + s z (Chen et al.
 * 2018, "Neural ordinary differential equations", eq. 8; Heun's steps).
 *
 * @param values standardised, one for each question; NaN gives NaN.
 */
export async function logDensities(field: DenoisingField, values: Float32Array): Promise<Float64Array> {
  const found = new Float64Array(values.length);
  for (let start = 0; start < values.length; start += QUESTIONS_AT_ONCE) {
    const questions = Math.min(QUESTIONS_AT_ONCE, values.length - start);
    const part = field.part(start, questions);
    found.set(await densitiesTogether(part, values.slice(start, start + questions)), start);
  }
  return found;
}

async function densitiesTogether(field: DenoisingField, values: Float32Array): Promise<Float64Array> {
  const sigmas = noiseGrid(STEPS, field).reverse();
  const x = values.map((value) => (Number.isNaN(value) ? 0 : value));
  const stretch = new Float64Array(x.length);
  let now = await slopes(field, x, sigmas[0]);
  for (let step = 0; step + 1 < STEPS; step++) {
    const h = Math.log(sigmas[step + 1] / sigmas[step]);
    const tried = x.map((value, i) => value + h * now.speed[i]);
    const next = await slopes(field, tried, sigmas[step + 1]);
    for (let i = 0; i < x.length; i++) {
      x[i] = x[i] + (h / 2) * (now.speed[i] + next.speed[i]);
      stretch[i] = stretch[i] + (h / 2) * (now.growth[i] + next.growth[i]);
    }
    now = step + 2 < STEPS ? await slopes(field, x, sigmas[step + 1]) : next;
  }
  const { means, spreads } = await startMoments(field);
  return Float64Array.from(values, (value, i) => {
    if (Number.isNaN(value)) return Number.NaN;
    const z = (x[i] - means[i]) / spreads[i];
    return normalLogPdf(z) - Math.log(spreads[i]) + stretch[i];
  });
}

/** dx/dt and d ln J/dt at t = ln sigma. */
async function slopes(field: DenoisingField, x: Float32Array, sigma: number) {
  const clean = new Float32Array(x.length);
  const slope = new Float32Array(x.length);
  await field.denoise(x, sigma, clean, slope);
  return { speed: x.map((value, i) => value - clean[i]), growth: slope.map((each) => 1 - each) };
}
