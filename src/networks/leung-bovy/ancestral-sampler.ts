/** @file The published sampler: from noise to a sample in T small steps back, each adding fresh noise. */

import { Executable, type ExecutableOptions } from "../../runtime/executable.ts";
import { createKernels, type Kernels, type LaneState, seedLanes } from "../../runtime/kernels/kernels.ts";
import type { Answerer } from "../../runtime/worker-pool.ts";
import { ancestralStep, diffusion } from "../../sampling/ddpm-schedule.ts";
import { cells } from "../layers/parameter-layout.ts";
import type { HeadConfig, NetworkConfig } from "./config.ts";
import { networkParameters } from "./parameters.ts";
import { denoiseProgram, shiftName, shiftProgram, timeName } from "./programs.ts";

/** Cells of a hidden layer that one run works on: as many as stay in a core's cache. */
const CELLS_AT_ONCE = 131_072;
const CELLS_ALONE = 32_768;
/** Shapes of runs whose bindings are kept: a table has two or three. */
const SHAPES_KEPT = 8;

export interface SamplerSetup extends Required<ExecutableOptions> {
  readonly network: NetworkConfig;
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
  /** First sample, a multiple of {@link blockSize}, and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly seed: number;
}

/** Samples of one row that share a random stream and are drawn together. */
export function blockSize({ width }: HeadConfig): number {
  return Math.max(8, Math.floor(CELLS_AT_ONCE / width));
}

/** Consecutive samples of one row that share a random stream; a row's samples are cut into such blocks. */
interface Block {
  readonly row: number;
  readonly first: number;
  readonly samples: number;
}

class AncestralSampler {
  readonly #head: HeadConfig;
  readonly #parameters: ReadonlyMap<string, Float32Array>;
  readonly #denoise: Denoisers;
  /** None where the head has no condition. */
  readonly #shift: Executable | undefined;
  readonly #kernels: Kernels;
  readonly #x: readonly [Float32Array, Float32Array];
  readonly #z: Float32Array;
  readonly #states: readonly LaneState[];
  readonly #bound = new Map<string, BoundRun>();

  private constructor(
    head: HeadConfig,
    parameters: ReadonlyMap<string, Float32Array>,
    denoise: Denoisers,
    shift: Executable | undefined,
  ) {
    this.#head = head;
    this.#parameters = parameters;
    this.#denoise = denoise;
    this.#shift = shift;
    const atOnce = blockSize(head);
    const room = atOnce * head.dimension + 8; // normals are written in blocks of 8
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
    const byName = new Map(networkParameters(network).map((p) => [p.name, cells(flat, p)]));
    const denoise = {
      oneRow: await Executable.load(denoiseProgram(head, { oneRow: true }), options),
      manyRows: await Executable.load(denoiseProgram(head), options),
    };
    const shift =
      head.conditionDimension > 0 ? await Executable.load(shiftProgram(head), options) : undefined;
    return new AncestralSampler(head, byName, denoise, shift);
  }

  /** Samples from..to of each row of a share; see {@link SampleShare}. @returns (rows, to - from, dimension). */
  async sample({ conditions, rowNumbers, from, to, seed }: SampleShare): Promise<Float32Array> {
    const rows = rowNumbers.length;
    const { dimension } = this.#head;
    const shifts = await this.#shifts(conditions, rows);
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
    await this.#shift?.dispose();
  }

  /** Blocks that are run together: all of a run have the same number of samples. */
  *#runs(rows: number, from: number, to: number): Generator<Block[]> {
    const most = blockSize(this.#head);
    for (let first = from; first < to; first += most) {
      const samples = Math.min(most, to - first);
      const rowsAtOnce = this.#runsAlone(samples) ? 1 : Math.floor(most / samples);
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
    return samples * this.#head.width >= CELLS_ALONE;
  }

  /** What each row adds in each layer: the work that is done once per row, not per sample and step. */
  async #shifts(
    conditions: Float32Array,
    rows: number,
  ): Promise<Record<string, Float32Array | Float64Array>> {
    if (!this.#shift) return this.#biases(rows);
    const wanted = this.#shift.program.inputs.filter((port) => this.#parameters.has(port.name));
    const feeds = Object.fromEntries(wanted.map(({ name }) => [name, this.#parameters.get(name)!]));
    return this.#shift.run({ ...feeds, condition: conditions }, { rows });
  }

  /** Without a condition every row adds the layer's bias alone. */
  #biases(rows: number): Record<string, Float32Array> {
    const { layers, width } = this.#head;
    return Object.fromEntries(
      Array.from({ length: layers }, (_, layer) => {
        const repeated = new Float32Array(rows * width);
        const bias = this.#parameters.get(`head.${layer}.linear.bias`)!;
        for (let row = 0; row < rows; row++) repeated.set(bias, row * width);
        return [shiftName(layer), repeated];
      }),
    );
  }

  async #denoiseBlocks(
    blocks: readonly Block[],
    shifts: Readonly<Record<string, Float32Array | Float64Array>>,
  ): Promise<Float32Array> {
    const { width, dimension, layers, steps } = this.#head;
    const count = blocks[0].samples;
    const run = this.#boundRun(blocks.length, count);
    for (let layer = 0; layer < layers; layer++) {
      const all = shifts[shiftName(layer)];
      blocks.forEach(({ row }, i) => {
        run.shifts[layer].set(all.subarray(row * width, (row + 1) * width), i * width);
      });
    }
    const drawNormals = (into: Float32Array) => {
      for (let i = 0; i < blocks.length; i++) {
        this.#kernels.normals(
          into.subarray(i * count * dimension, (i + 1) * count * dimension),
          this.#states[i],
        );
      }
    };
    drawNormals(this.#x[steps % 2]);
    for (let t = steps - 1; t >= 0; t--) {
      drawNormals(this.#z);
      await run.steps[t]();
    }
    return this.#x[0].subarray(0, blocks.length * count * dimension);
  }

  /** The T programs of one shape of run, bound to the sampler's arrays once and used for every such run. */
  #boundRun(rows: number, samples: number): BoundRun {
    const key = `${rows} ${samples}`;
    const known = this.#bound.get(key);
    if (known) return known;
    const { width, layers, dimension, steps, schedule, betaStart, betaEnd } = this.#head;
    const noiseLevels = diffusion(schedule, steps, betaStart, betaEnd);
    const shifts = Array.from({ length: layers }, () => new Float32Array(rows * width));
    const size = rows * samples * dimension;
    const fixed: Record<string, Float32Array> = { z: this.#z.subarray(0, size) };
    shifts.forEach((shift, layer) => {
      fixed[shiftName(layer)] = shift;
    });
    const denoise = this.#runsAlone(samples) ? this.#denoise.oneRow : this.#denoise.manyRows;
    for (const { name } of denoise.program.inputs) {
      const weights = this.#parameters.get(name);
      if (weights) fixed[name] = weights;
    }
    const bound: BoundRun = {
      shifts,
      steps: Array.from({ length: steps }, (_, t) => {
        const { keep, remove, spread } = ancestralStep(noiseLevels, t);
        const feeds: Record<string, Float32Array> = {
          ...fixed,
          // Step t reads one array and writes the other; the sample ends up in the first.
          x: this.#x[(t + 1) % 2].subarray(0, size),
          keep: Float32Array.of(keep),
          remove: Float32Array.of(remove),
          spread: Float32Array.of(spread),
        };
        for (let layer = 0; layer < layers; layer++) {
          feeds[timeName(layer)] = this.#parameters
            .get(`head.${layer}.time`)!
            .subarray(t * width, (t + 1) * width);
        }
        return denoise.bind(feeds, { next: this.#x[t % 2].subarray(0, size) }, { rows, samples });
      }),
    };
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
  readonly shifts: readonly Float32Array[];
  /** By t. */
  readonly steps: readonly (() => Promise<void>)[];
}
