/** @file The stochastic sampler: from noise to a sample in steps of falling noise, fresh noise added in each. */
import { generator } from "../numeric/generator.ts";
import { type DenoisingField, inParts, noiseGrid } from "./denoising-field.ts";

/** As many as the published sampler takes. */
const STEPS = 100;

/**
 * Ancestral sampling (Karras et al. 2022, appendix B; the posterior step of Ho, Jain & Abbeel 2020 in sigma):
 * x' = D + (s'/s)^2 (x - D) + s' sqrt(1 - (s'/s)^2) n.
 * @param streamOf names the random stream of a question: with the seed it decides the question's samples.
 * @returns (questions, size), standardised.
 */
export function ancestralSamples(
  field: DenoisingField,
  size: number,
  seed: number,
  streamOf: (question: number) => number,
): Promise<Float32Array> {
  return inParts(field, size, (part, start) => {
    const randoms = Array.from({ length: part.questions }, (_, question) =>
      generator(seed, "samples", streamOf(start + question)),
    );
    return samplesTogether(part, size, (i) => randoms[Math.floor(i / size)].normal());
  });
}

/** @param normal a standard normal draw for number i of (questions, size). */
async function samplesTogether(
  field: DenoisingField,
  size: number,
  normal: (i: number) => number,
): Promise<Float32Array> {
  const sigmas = noiseGrid(STEPS, field);
  const x = new Float32Array(field.questions * size);
  const clean = new Float32Array(x.length);
  for (let i = 0; i < x.length; i++) x[i] = field.sigmaMax * normal(i);
  for (let step = 0; step < STEPS; step++) {
    await field.denoise(x, sigmas[step], clean);
    const ratio = step + 1 < STEPS ? sigmas[step + 1] / sigmas[step] : 0;
    const spread = ratio === 0 ? 0 : sigmas[step + 1] * Math.sqrt(1 - ratio * ratio);
    for (let i = 0; i < x.length; i++) {
      const noise = spread === 0 ? 0 : spread * normal(i);
      x[i] = clean[i] + ratio * ratio * (x[i] - clean[i]) + noise;
    }
  }
  return x;
}
