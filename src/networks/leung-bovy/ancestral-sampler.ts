/** @file The published sampler: from noise to a sample in T small steps back, each adding fresh noise. */

import { Executable, type ExecutableOptions } from "../../runtime/executable.ts";
import { createKernels, type Kernels, type LaneState, seedLanes } from "../../runtime/kernels/kernels.ts";
import type { Answerer } from "../../runtime/worker-pool.ts";
import { ancestralStep, type ChainCells, DdpmChain } from "../../sampling/ddpm-chain.ts";
import { NamedWeights } from "../parts/parameter-layout.ts";
import type { LeungBovyConfig } from "./config.ts";
import { blockSize, HeadWeights } from "./head-weights.ts";
import { networkParameters } from "./parameters.ts";
import { denoiseProgram, shiftName } from "./programs.ts";

/** Cells of a hidden layer from which on a block is run alone. */
const CELLS_ALONE = 32_768;
/** Shapes of runs whose bindings are kept: a table has two or three. */
const SHAPES_KEPT = 8;

export interface SamplerSetup extends Required<ExecutableOptions> {
  readonly network: LeungBovyConfig;
  /** All weights, float32; memory that threads may share. */
  readonly weights: ArrayBufferLike;
}

/**
 * Which samples of which rows to draw. Each block of a row's samples has a random stream of its own, named by
 * seed, row number and the block's first sample: it does not matter which thread draws it.
 */
export interface SampleShare {
  /** (rows, conditionDimension). */
  readonly conditions: Float32Array;
  /** Names each row's random stream. */
  readonly rowNumbers: readonly number[];
  /** First sample, a multiple of blockSize, and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly seed: number;
}

/** Consecutive samples of one row that share a random stream; a row's samples are cut into such blocks. */
interface Block {
  readonly row: number;
  readonly first: number;
  readonly samples: number;
}

type Shifts = Readonly<Record<string, ChainCells>>;

class AncestralSampler {
  readonly #weights: HeadWeights;
  readonly #denoise: Denoisers;
  readonly #kernels: Kernels;
  readonly #x: readonly [Float32Array, Float32Array];
  readonly #z: Float32Array;
  readonly #states: readonly LaneState[];
  readonly #bound = new Map<string, BoundRun>();

  private constructor(weights: HeadWeights, denoise: Denoisers) {
    this.#weights = weights;
    this.#denoise = denoise;
    const atOnce = blockSize(weights.head);
    const room = atOnce * weights.head.dimension + 8; // normals are written in blocks of 8
    this.#kernels = createKernels([room, room, room], { states: atOnce });
    this.#x = [this.#kernels.floats(room), this.#kernels.floats(room)];
    this.#z = this.#kernels.floats(room);
    this.#states = Array.from({ length: atOnce }, () => this.#kernels.state());
  }

  static async load({ network, weights, device, threads }: SamplerSetup): Promise<AncestralSampler> {
    const { head } = network;
    const options: ExecutableOptions = { device, threads };
    // A copy: ONNX Runtime refuses shared memory.
    const flat = Float32Array.from(new Float32Array(weights));
    const named = new NamedWeights(networkParameters(network), flat);
    return new AncestralSampler(new HeadWeights(head, named, options), {
      oneRow: await Executable.load(denoiseProgram(head, { oneRow: true }), options),
      manyRows: await Executable.load(denoiseProgram(head), options),
    });
  }

  /** Samples from..to of each row of a share; see {@link SampleShare}. @returns (rows, to - from, dimension). */
  async sample({ conditions, rowNumbers, from, to, seed }: SampleShare): Promise<Float32Array> {
    const rows = rowNumbers.length;
    const { dimension } = this.#weights.head;
    // The work that is done once per row, not per sample and step.
    const shifts = await this.#weights.shifts(conditions, rows);
    const samples = new Float32Array(rows * (to - from) * dimension);
    for (const blocks of this.#runs(rows, from, to)) {
      blocks.forEach(({ row, first }, i) => {
        seedLanes(this.#states[i], seed, "samples", rowNumbers[row], first);
      });
      const made = await this.#denoiseBlocks(blocks, shifts);
      blocks.forEach(({ row, first, samples: count }, i) => {
        const drawn = made.subarray(i * count * dimension, (i + 1) * count * dimension);
        samples.set(drawn, (row * (to - from) + first - from) * dimension);
      });
    }
    return samples;
  }

  async dispose(): Promise<void> {
    await this.#denoise.oneRow.dispose();
    await this.#denoise.manyRows.dispose();
    await this.#weights.dispose();
  }

  /** Blocks that are run together: all of a run have the same number of samples. */
  *#runs(rows: number, from: number, to: number): Generator<Block[]> {
    const capacity = blockSize(this.#weights.head);
    for (let first = from; first < to; first += capacity) {
      const samples = Math.min(capacity, to - first);
      const rowsAtOnce = this.#runsAlone(samples) ? 1 : Math.floor(capacity / samples);
      for (let start = 0; start < rows; start += rowsAtOnce) {
        const count = Math.min(rowsAtOnce, rows - start);
        yield Array.from({ length: count }, (_, i) => ({ row: start + i, first, samples }));
      }
    }
  }

  /**
   * Whether a block is large enough to be run alone, by the program for one row. It depends on nothing but
   * the block, so that how rows are shared out to threads changes no sample.
   */
  #runsAlone(samples: number): boolean {
    return samples * this.#weights.head.width >= CELLS_ALONE;
  }

  async #denoiseBlocks(blocks: readonly Block[], shifts: Shifts): Promise<Float32Array> {
    const { width, dimension } = this.#weights.head;
    const count = blocks[0].samples;
    const run = this.#boundRun(blocks.length, count);
    for (const [name, own] of Object.entries(run.shifts)) {
      blocks.forEach(({ row }, i) => {
        own.set(shifts[name].subarray(row * width, (row + 1) * width), i * width);
      });
    }
    const cells = count * dimension;
    const draw = (into: Float32Array) => {
      for (let i = 0; i < blocks.length; i++) {
        this.#kernels.normals(into.subarray(i * cells, (i + 1) * cells), this.#states[i]);
      }
    };
    draw(run.chain.start);
    return run.chain.run({ draw });
  }

  /** The T steps of one shape of run, bound to the sampler's arrays once and used for every such run. */
  #boundRun(rows: number, samples: number): BoundRun {
    const key = `${rows} ${samples}`;
    const known = this.#bound.get(key);
    if (known) return known;
    const { head, levels } = this.#weights;
    const shifts = Object.fromEntries(
      Array.from({ length: head.layers }, (_, layer) => [
        shiftName(layer),
        new Float32Array(rows * head.width),
      ]),
    );
    const denoise = this.#runsAlone(samples) ? this.#denoise.oneRow : this.#denoise.manyRows;
    const bind = this.#weights.bindStep(denoise, shifts, { rows, samples });
    const used = (all: Float32Array) => all.subarray(0, rows * samples * head.dimension);
    const arrays = { x: [used(this.#x[0]), used(this.#x[1])] as const, z: used(this.#z) };
    const bound = { shifts, chain: new DdpmChain(levels, ancestralStep, arrays, bind) };
    if (this.#bound.size >= SHAPES_KEPT) this.#bound.clear();
    this.#bound.set(key, bound);
    return bound;
  }
}

/** The sampler of a worker thread, or of this one. */
export async function loadSampler(setup: SamplerSetup): Promise<Answerer<SampleShare, Float32Array>> {
  const sampler = await AncestralSampler.load(setup);
  return { answer: (share) => sampler.sample(share), dispose: () => sampler.dispose() };
}

/** The same step for the samples of one row, which is faster, and of several. */
interface Denoisers {
  readonly oneRow: Executable;
  readonly manyRows: Executable;
}

interface BoundRun {
  /** (rows, width) of each layer, to be filled before the steps. */
  readonly shifts: Readonly<Record<string, Float32Array>>;
  readonly chain: DdpmChain<Float32Array>;
}
