/** @file The stochastic sampler of the shared-context network: fresh noise at each step, as many steps as published. */
import { generator } from "../../numeric/generator.ts";
import { noiseGrid } from "../../sampling/noise-grid.ts";
import { type Denoiser, type SteeringRows, steeringPart } from "./denoiser.ts";

/** As many as the published sampler takes. */
const STEPS = 100;
const CELLS_AT_ONCE = 262_144;

/**
 * Ancestral sampling (Karras et al. 2022, appendix B; the posterior step of Ho, Jain & Abbeel 2020 in sigma):
 * x' = D + (s'/s)^2 (x - D) + s' sqrt(1 - (s'/s)^2) n.
 * @returns (questions, size), in the model's scale.
 */
export async function walk(
  denoiser: Denoiser,
  steering: SteeringRows,
  size: number,
  seed: number,
  streamOf: (row: number) => number,
): Promise<Float32Array> {
  const { sigmaMax, width } = denoiser.network.head;
  const sigmas = noiseGrid(STEPS, denoiser.network.head);
  const drawn = new Float32Array(steering.questions * size);
  const atOnce = Math.max(1, Math.floor(CELLS_AT_ONCE / (size * width)));
  for (let start = 0; start < steering.questions; start += atOnce) {
    const rows = Math.min(atOnce, steering.questions - start);
    const part = steeringPart(steering, start, rows);
    const randoms = Array.from({ length: rows }, (_, row) =>
      generator(seed, "samples", streamOf(start + row)),
    );
    const x = new Float32Array(rows * size);
    const clean = new Float32Array(x.length);
    for (let i = 0; i < x.length; i++) x[i] = sigmaMax * randoms[Math.floor(i / size)].normal();
    for (let step = 0; step < STEPS; step++) {
      await denoiser.denoise(x, sigmas[step], part, clean);
      const ratio = step + 1 < STEPS ? sigmas[step + 1] / sigmas[step] : 0;
      const spread = ratio === 0 ? 0 : sigmas[step + 1] * Math.sqrt(1 - ratio * ratio);
      for (let i = 0; i < x.length; i++) {
        const noise = spread === 0 ? 0 : spread * randoms[Math.floor(i / size)].normal();
        x[i] = clean[i] + ratio * ratio * (x[i] - clean[i]) + noise;
      }
    }
    drawn.set(x, start * size);
  }
  return drawn;
}
