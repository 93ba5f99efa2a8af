/** @file Working through many questions in parts that stay in a core's cache. */

import type { DenoisingField } from "../../sampling/probability-flow.ts";
import { type Denoiser, type SteeringRows, steeringPart } from "./denoiser.ts";

/** Cells of a hidden layer that one run works on. */
const CELLS_AT_ONCE = 262_144;

/** The field that the flow of some questions follows. */
export function fieldOf(denoiser: Denoiser, steering: SteeringRows): DenoisingField {
  const { sigmaMin, sigmaMax } = denoiser.network.head;
  return {
    questions: steering.questions,
    sigmaMin,
    sigmaMax,
    denoise: (x, sigma, into) => denoiser.denoise(x, sigma, steering, into),
  };
}

/** Puts together what `work` makes of each part: `nodes` numbers for each question. */
export async function byParts(
  denoiser: Denoiser,
  steering: SteeringRows,
  nodes: number,
  work: (field: DenoisingField, start: number) => Promise<Float32Array>,
): Promise<Float32Array> {
  const values = new Float32Array(steering.questions * nodes);
  const atOnce = Math.max(1, Math.floor(CELLS_AT_ONCE / (nodes * denoiser.network.head.width)));
  for (let start = 0; start < steering.questions; start += atOnce) {
    const rows = Math.min(atOnce, steering.questions - start);
    values.set(await work(fieldOf(denoiser, steeringPart(steering, start, rows)), start), start * nodes);
  }
  return values;
}
