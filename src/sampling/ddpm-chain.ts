/**
 * @file The way back through a denoising-diffusion chain: from noise to a number in T steps, each
 * x' = keep x + remove noise(x) + spread z. The network that sees the noise is whoever binds a step.
 */
import type { NoiseLevels } from "./ddpm-schedule.ts";

/** One step back, from x_t to x_(t-1): x' = keep x + remove noise(x) + spread z, z fresh standard normal draws. */
export interface DdpmCoefficients {
  readonly keep: number;
  readonly remove: number;
  readonly spread: number;
}

/** Algorithm 2 of Ho et al. (2020) with sigma_t^2 = beta_t; noise is added at t = 0 too, as in the original. */
export function ancestralStep({ beta, alphaBar }: NoiseLevels, t: number): DdpmCoefficients {
  const keep = 1 / Math.sqrt(1 - beta[t]);
  return {
    keep,
    remove: (-keep * beta[t]) / Math.sqrt(1 - alphaBar[t]),
    spread: Math.sqrt(beta[t]),
  };
}

/**
 * x' = sqrt(a') x0 + sqrt(1 - a') e with x0 = (x - sqrt(1 - a) e) / sqrt(a), a = alphaBar, e the predicted noise:
 * the deterministic case of Song, Meng & Ermon (2021), "Denoising diffusion implicit models", eq. 12.
 */
export function deterministicStep({ alphaBar }: NoiseLevels, t: number): DdpmCoefficients {
  const [now, next] = [alphaBar[t], t > 0 ? alphaBar[t - 1] : 1];
  const keep = Math.sqrt(next / now);
  return { keep, remove: Math.sqrt(1 - next) - keep * Math.sqrt(1 - now), spread: 0 };
}

/** Numbers in the precision that a network runs in. */
export type ChainCells = Float32Array | Float64Array;

/** What a chain works in; all arrays are of one length. */
export interface ChainArrays<Cells extends ChainCells = ChainCells> {
  /** Each step reads one and writes the other. */
  readonly x: readonly [Cells, Cells];
  readonly z: Cells;
}

/** What step t reads, x and z, and writes, next. */
interface StepArrays {
  readonly x: ChainCells;
  readonly z: ChainCells;
  readonly next: ChainCells;
}

/** Makes a step t ready to be taken many times on the same arrays. */
export type BindStep = (t: number, coefficients: DdpmCoefficients, arrays: StepArrays) => () => Promise<void>;

export interface ChainRun<Cells extends ChainCells = ChainCells> {
  /** Fills z with the fresh standard normal draws of each step; none along the deterministic flow, whose spread is 0. */
  readonly draw?: ((z: Cells) => void) | undefined;
  /** Called with x that has `step` steps of noise left, from T to 0; it is overwritten later. */
  readonly onState?: ((step: number, x: Cells) => void) | undefined;
}

/** The T steps back, bound to arrays once and taken as often as wanted. */
export class DdpmChain<Cells extends ChainCells = ChainCells> {
  /** Where the starting noise is put. */
  readonly start: Cells;
  readonly #arrays: ChainArrays<Cells>;
  readonly #steps: readonly (() => Promise<void>)[];

  /** @param step {@link ancestralStep} or {@link deterministicStep}. */
  constructor(levels: NoiseLevels, step: typeof ancestralStep, arrays: ChainArrays<Cells>, bind: BindStep) {
    const { x, z } = arrays;
    this.start = x[levels.steps % 2];
    this.#arrays = arrays;
    this.#steps = Array.from({ length: levels.steps }, (_, t) =>
      bind(t, step(levels, t), { x: x[(t + 1) % 2], z, next: x[t % 2] }),
    );
  }

  /** From what `start` holds down to t = 0. @returns the numbers; the next run overwrites them. */
  async run({ draw, onState }: ChainRun<Cells> = {}): Promise<Cells> {
    const { x, z } = this.#arrays;
    onState?.(this.#steps.length, this.start);
    for (let t = this.#steps.length - 1; t >= 0; t--) {
      draw?.(z);
      await this.#steps[t]();
      onState?.(t, x[t % 2]);
    }
    return x[0];
  }
}
