/** @file What the samplers in sigma know of a network: how it cleans a noisy number, and between which noise levels. */

/** For each question the mean of the clean number, given a noisy one x = number + sigma n with n standard normal. */
export interface DenoisingField {
  readonly questions: number;
  /** The lowest and highest noise level. */
  readonly sigmaMin: number;
  readonly sigmaMax: number;
  /** Cells that one number takes in the network's widest layer: {@link inParts} goes by it. */
  readonly width: number;
  /**
   * D(x; sigma) for x (questions, nodes), into an array of the same shape.
   * @param slopes where dD/dx goes, if it is wanted.
   */
  denoise(x: Float32Array, sigma: number, into: Float32Array, slopes?: Float32Array): Promise<void>;
  /** The field of `questions` consecutive questions. */
  part(start: number, questions: number): DenoisingField;
}

/**
 * `steps` noise levels from the highest to the lowest, evenly spaced in sigma^(1/rho) (Karras et al. 2022, "Elucidating
 * the design space of diffusion-based generative models", eq. 5); a large rho comes close to evenly spaced logarithms.
 */
export function noiseGrid(
  steps: number,
  { sigmaMin, sigmaMax }: Pick<DenoisingField, "sigmaMin" | "sigmaMax">,
  rho = 7,
): Float64Array {
  const [high, low] = [sigmaMax ** (1 / rho), sigmaMin ** (1 / rho)];
  return Float64Array.from({ length: steps }, (_, i) => (high + ((low - high) * i) / (steps - 1)) ** rho);
}

/** Cells of a hidden layer that one run works on: as many as stay in a core's cache. */
const CELLS_AT_ONCE = 262_144;

/**
 * Works through many questions in parts that stay in a core's cache.
 * @param nodes numbers of each question that are denoised together.
 * @param work makes (questions, nodes) numbers of a part of the field, which begins at the question `start`.
 * @returns (questions, nodes), the parts put together.
 */
export async function inParts(
  field: DenoisingField,
  nodes: number,
  work: (part: DenoisingField, start: number) => Promise<Float32Array>,
): Promise<Float32Array> {
  const values = new Float32Array(field.questions * nodes);
  const atOnce = Math.max(1, Math.floor(CELLS_AT_ONCE / (nodes * field.width)));
  for (let start = 0; start < field.questions; start += atOnce) {
    const part = field.part(start, Math.min(atOnce, field.questions - start));
    values.set(await work(part, start), start * nodes);
  }
  return values;
}
