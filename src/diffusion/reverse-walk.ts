/** @file From noise to samples: the diffusion steps back, with fresh noise in each or along the probability flow. */
import { denoiseProgram } from "../networks/leung-bovy/programs.ts";
import { Executable } from "../runtime/executable.ts";
import { createKernels, seedLanes } from "../runtime/kernels/kernels.ts";
import { ancestralStep, flowStep } from "../sampling/ddpm-schedule.ts";
import { type Block, blocksOf, type ProgramPair } from "./blocks.ts";
import type { Cells, HeadWeights } from "./head-weights.ts";

/**
 * How the steps back are taken. "ancestral": each adds fresh noise, as published (Ho et al. 2020, Algorithm 2);
 * "flow": the same noise levels without it, a smooth map from the starting noise to the sample (Song, Meng & Ermon
 * 2021, DDIM).
 */
export const SAMPLING_METHODS = ["ancestral", "flow"] as const;
export type SamplingMethod = (typeof SAMPLING_METHODS)[number];

/**
 * Told the points that have `step` steps of noise left, from T to 0, block by block: `x` holds those from point
 * `first` on, (points, dimension), and is overwritten later.
 */
export type OnState = (step: number, first: number, x: Cells) => void;

export interface Walk {
  readonly points: number;
  /** One row for all points, one per point, or none, in the model's scale. */
  readonly conditions: Float64Array | undefined;
  readonly method: SamplingMethod;
  readonly seed: number;
  readonly onState?: OnState | undefined;
}

/** Fills with standard normal draws. */
type Draw = (into: Cells) => void;

export class ReverseWalk {
  readonly #weights: HeadWeights;
  readonly #programs: ProgramPair;

  private constructor(weights: HeadWeights, programs: ProgramPair) {
    this.#weights = weights;
    this.#programs = programs;
  }

  static async load(weights: HeadWeights): Promise<ReverseWalk> {
    const { head, precision } = weights;
    return new ReverseWalk(weights, {
      shared: await Executable.load(denoiseProgram(head, { precision, oneRow: true })),
      each: await Executable.load(denoiseProgram(head, { precision })),
    });
  }

  /**
   * Samples in the model's scale, (points, dimension). Each block of points has a random stream of its own, named
   * by the seed and its first point.
   */
  async sample({ points, conditions, method, seed, onState }: Walk): Promise<Float64Array> {
    const { dimension } = this.#weights.head;
    const samples = new Float64Array(points * dimension);
    const room = this.#weights.pointsAtOnce * dimension + 8; // normals are written in blocks of 8
    const kernels = createKernels([room]);
    const normals = kernels.floats(room);
    const random = kernels.state();
    const draw: Draw = (into) => {
      kernels.normals(normals.subarray(0, into.length), random);
      into.set(normals.subarray(0, into.length));
    };
    for await (const block of blocksOf(points, conditions, this.#weights, this.#programs)) {
      seedLanes(random, seed, "diffusion samples", block.first);
      const x = this.#weights.cells(block.points * dimension);
      draw(x);
      const made = await this.#walk(block, x, method === "ancestral" ? draw : undefined, onState);
      samples.set(made, block.first * dimension);
    }
    return samples;
  }

  /** Where the probability flow takes starting noise (points, dimension): the map of the method "flow". */
  async flow(noise: Float64Array, conditions: Float64Array | undefined): Promise<Float64Array> {
    const { dimension } = this.#weights.head;
    const ends = new Float64Array(noise.length);
    const points = noise.length / dimension;
    for await (const block of blocksOf(points, conditions, this.#weights, this.#programs)) {
      const [from, to] = [block.first * dimension, (block.first + block.points) * dimension];
      const x = this.#weights.cells(noise.subarray(from, to));
      ends.set(await this.#walk(block, x, undefined), from);
    }
    return ends;
  }

  async dispose(): Promise<void> {
    await this.#programs.shared.dispose();
    await this.#programs.each.dispose();
  }

  /** The steps T-1 .. 0 of one block. @param draw the fresh noise of each step; none along the flow. */
  async #walk(block: Block, start: Cells, draw: Draw | undefined, onState?: OnState): Promise<Cells> {
    const { levels } = this.#weights;
    const stepBack = draw ? ancestralStep : flowStep;
    const z = this.#weights.cells(start.length);
    // Each step reads one array and writes the other.
    let [x, next] = [start, this.#weights.cells(start.length)];
    onState?.(levels.steps, block.first, x);
    for (let t = levels.steps - 1; t >= 0; t--) {
      draw?.(z);
      const { keep, remove, spread } = stepBack(levels, t);
      const factors = {
        keep: this.#weights.cells([keep]),
        remove: this.#weights.cells([remove]),
        spread: this.#weights.cells([spread]),
      };
      const feeds = { ...this.#weights.feeds(block.executable, t), ...block.shifts, ...factors, x, z };
      await block.executable.bind(feeds, { next }, block.sizes)();
      [x, next] = [next, x];
      onState?.(t, block.first, x);
    }
    return x;
  }
}
