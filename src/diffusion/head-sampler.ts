/** @file From noise to samples: the diffusion steps back, with fresh noise in each or along the probability flow. */
import type { LongWork } from "../base/async.ts";
import { blockSize, type HeadWeights } from "../networks/leung-bovy/head-weights.ts";
import { denoiseProgram } from "../networks/leung-bovy/programs.ts";
import { Executable } from "../runtime/executable.ts";
import { createKernels, seedLanes } from "../runtime/kernels/kernels.ts";
import { ancestralStep, type ChainCells, DdpmChain, deterministicStep } from "../sampling/ddpm-chain.ts";
import { type Block, blocksOf, type ProgramPair } from "./blocks.ts";

/**
 * How the steps back are taken. "ancestral": each adds fresh noise, as published (Ho et al. 2020, Algorithm 2);
 * "flow": the same noise levels without it, a smooth map from the starting noise to the sample (Song, Meng & Ermon
 * 2021, DDIM).
 */
export const SAMPLING_METHODS = ["ancestral", "flow"] as const;
export type SamplingMethod = (typeof SAMPLING_METHODS)[number];

/**
 * Called with the points that have `step` steps of noise left, from T to 0, block by block: `x` holds those from point
 * `first` on, (points, dimension), and is overwritten later.
 */
export type OnState = (step: number, first: number, x: ChainCells) => void;

export interface SampleRequest {
  readonly points: number;
  /** One row for all points, one per point, or none, standardised. */
  readonly conditions: Float64Array | undefined;
  readonly method: SamplingMethod;
  readonly seed: number;
  readonly onState?: OnState | undefined;
  /** Points are counted. */
  readonly work?: LongWork;
}

export class HeadSampler {
  readonly #weights: HeadWeights;
  readonly #programs: ProgramPair;

  private constructor(weights: HeadWeights, programs: ProgramPair) {
    this.#weights = weights;
    this.#programs = programs;
  }

  static async load(weights: HeadWeights): Promise<HeadSampler> {
    const { head, precision } = weights;
    return new HeadSampler(weights, {
      shared: await Executable.load(denoiseProgram(head, { precision, oneRow: true })),
      each: await Executable.load(denoiseProgram(head, { precision })),
    });
  }

  /**
   * Standardised samples, (points, dimension). Each block of points has a random stream of its own, named by the seed
   * and its first point.
   */
  async sample({ points, conditions, method, seed, onState, work }: SampleRequest): Promise<Float64Array> {
    const { dimension } = this.#weights.head;
    const samples = new Float64Array(points * dimension);
    const room = blockSize(this.#weights.head) * dimension + 8; // normals are written in blocks of 8
    const kernels = createKernels([room]);
    const normals = kernels.floats(room);
    const random = kernels.state();
    const draw = (into: ChainCells) => {
      const drawn = normals.subarray(0, into.length);
      kernels.normals(drawn, random);
      into.set(drawn);
    };
    for await (const block of blocksOf(points, conditions, this.#weights, this.#programs)) {
      const { first } = block;
      seedLanes(random, seed, "diffusion samples", first);
      const chain = this.#chain(block, method);
      draw(chain.start);
      const made = await chain.run({
        draw: method === "ancestral" ? draw : undefined,
        onState: onState && ((step, x) => onState(step, first, x)),
      });
      samples.set(made, first * dimension);
      work?.onProgress?.(first + block.points, points);
      work?.signal?.throwIfAborted();
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
      const chain = this.#chain(block, "flow");
      chain.start.set(noise.subarray(from, to));
      ends.set(await chain.run(), from);
    }
    return ends;
  }

  async dispose(): Promise<void> {
    await this.#programs.shared.dispose();
    await this.#programs.each.dispose();
  }

  #chain({ executable, shifts, sizes, points }: Block, method: SamplingMethod): DdpmChain {
    const weights = this.#weights;
    const step = method === "ancestral" ? ancestralStep : deterministicStep;
    const arrays = weights.chainArrays(points * weights.head.dimension);
    return new DdpmChain(weights.levels, step, arrays, weights.bindStep(executable, shifts, sizes));
  }
}
