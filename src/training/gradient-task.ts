/** @file What one worker does with its share of a batch: run the program on each part, add up the gradients. */

import type { Batch, BatchCapacity, Batches, MicroBatch } from "../networks/network.ts";
import type { MaskInput } from "../networks/parts/dropout.ts";
import { cells, type Parameter, parameterCount } from "../networks/parts/parameter-layout.ts";
import { EACH_TARGET, gradientName, type LossProgram, MEMBERS } from "../networks/parts/program-parts.ts";
import { type NetworkConfig, networkOf } from "../networks/registry.ts";
import type { Device, TrainingPrecision } from "../runtime/device-names.ts";
import { Executable, type Feeds, type Sizes, sizeOf } from "../runtime/executable.ts";
import { createKernels, type Kernels, type LaneState, seedLanes } from "../runtime/kernels/kernels.ts";

/** What a worker is started with. Shared memory is written by one side while the other waits. */
export interface WorkerSetup {
  readonly network: NetworkConfig;
  readonly device: Device;
  readonly precision: TrainingPrecision;
  readonly seed: number;
  readonly capacity: BatchCapacity;
  /** Cells of a micro-batch, about. */
  readonly cellsAtOnce: number;
  readonly weights: ArrayBufferLike;
  readonly batch: ArrayBufferLike;
  /** Where this worker leaves the sum of its gradients. */
  readonly gradient: ArrayBufferLike;
  /** (rows, targets) float32: where all leave the losses of each target, of a network that tells them. */
  readonly losses: ArrayBufferLike;
}

/** One worker's share of a batch. */
export interface Share {
  readonly kind: "gradient" | "loss";
  /** Counts the training steps: names the random stream of the dropout masks. */
  readonly step: number;
  /** The loss and its gradients are computed times this. */
  readonly scale: number;
  /** Raised when the shared weights have changed. */
  readonly weightsVersion: number;
  readonly pieces: readonly Piece[];
}

/** What is run at once: a part of the batch, by some of the networks where there are several (for a loss, by all). */
export interface Piece {
  readonly part: MicroBatch;
  /** The networks from .. to - 1. */
  readonly from: number;
  readonly to: number;
}

/** A kernel writes whole blocks: as many cells behind the last network's mask, at most. */
const SPARE = 8;

type BoundRun = (feeds: Feeds, sizes: Sizes) => Promise<void>;

export class GradientTask {
  readonly #setup: WorkerSetup;
  readonly #batches: Batches;
  readonly #batch: Batch;
  readonly #kernels: Kernels;
  /** The parameters by network, as the flat arrays that are shared hold them, in the program's order. */
  readonly #members: readonly (readonly Parameter[])[];
  /** Of all networks, those of a parameter next to each other: a program takes the cells of some networks as one array. */
  readonly #weights: Float32Array;
  readonly #sum: Float32Array;
  readonly #terms: Float32Array;
  readonly #masks: { input: MaskInput; room: Float32Array }[];
  readonly #random: LaneState;
  readonly #training: LossProgram;
  readonly #executables: Record<Share["kind"], Executable>;
  readonly #loss = new Float32Array(1);
  /** The gradient program of some networks, leaving its result in `sum` or in `terms`. */
  readonly #bound = new Map<string, BoundRun>();
  readonly #evaluate: BoundRun | undefined;
  readonly #shared: Float32Array;
  readonly #gradient: Float32Array;
  readonly #losses: Float32Array;
  #weightsVersion = -1;

  private constructor(
    setup: WorkerSetup,
    batches: Batches,
    training: LossProgram,
    executables: Record<Share["kind"], Executable>,
  ) {
    this.#setup = setup;
    this.#training = training;
    this.#executables = executables;
    this.#batches = batches;
    this.#batch = batches.over(setup.batch);
    this.#members = training.members ?? [training.parameters];
    const all = parameterCount(training.parameters) * this.#members.length;
    const largest = training.masks.map((mask) => this.#largestMask(mask) + SPARE);
    this.#kernels = createKernels([all, all, all, ...largest]);
    this.#weights = this.#kernels.floats(all);
    this.#sum = this.#kernels.floats(all);
    this.#terms = this.#kernels.floats(all);
    this.#masks = training.masks.map((input, i) => ({ input, room: this.#kernels.floats(largest[i]) }));
    this.#random = this.#kernels.state();
    this.#shared = new Float32Array(setup.weights);
    this.#gradient = new Float32Array(setup.gradient);
    const tellsEach = executables.loss.program.outputs.some(({ name }) => name === EACH_TARGET);
    this.#evaluate = tellsEach ? undefined : this.#bindLoss();
    this.#losses = new Float32Array(setup.losses);
  }

  static async start(setup: WorkerSetup): Promise<GradientTask> {
    const network = networkOf(setup.network);
    const batches = network.batches(setup.capacity);
    const training = network.lossProgram(true);
    const evaluation = network.lossProgram(false);
    return new GradientTask(setup, batches, training, {
      gradient: await Executable.load(training.program.inForm({ precision: setup.precision }), setup),
      loss: await Executable.load(evaluation.program, setup),
    });
  }

  /** Runs the pieces; the gradient's sum is left in shared memory. @returns the sum of the weighted losses. */
  async run({ kind, step, scale, weightsVersion, pieces }: Share): Promise<number> {
    if (this.#weightsVersion !== weightsVersion) {
      this.#eachParameter((ofNetwork, own) => own(this.#weights).set(cells(this.#shared, ofNetwork)));
      this.#weightsVersion = weightsVersion;
    }
    if (kind === "loss") {
      let loss = 0;
      for (const piece of pieces) loss += await this.#lossOf(piece, step);
      return loss;
    }
    // Each network counts by its share of the mean.
    const ofEach = scale / this.#members.length;
    const met = new Set<number>();
    let loss = 0;
    for (const piece of pieces) {
      const { part, from, to } = piece;
      const masks = this.#drawMasks(step, piece, this.#sizes(part, to - from));
      const isFirst = !met.has(from);
      // What other networks have left there is not added once more.
      if (!isFirst) this.#terms.fill(0);
      const run = this.#gradientOf(from, to, isFirst ? this.#sum : this.#terms);
      loss += await this.#runPart(run, piece, step, masks, ofEach);
      if (!isFirst) this.#kernels.accumulate(this.#sum, this.#terms);
      for (let member = from; member < to; member++) met.add(member);
    }
    scaleInPlace(this.#sum, 1 / scale);
    this.#eachParameter((ofNetwork, own, member) => {
      const gradient = cells(this.#gradient, ofNetwork);
      if (met.has(member)) gradient.set(own(this.#sum));
      else gradient.fill(0);
    });
    return loss / this.#members.length;
  }

  /** The loss of a part; those of its targets are left in shared memory, where the network tells them. */
  async #lossOf(piece: Piece, step: number): Promise<number> {
    if (this.#evaluate) return this.#runPart(this.#evaluate, piece, step, {}, 1);
    const { part } = piece;
    const feeds = this.#batch.feeds(part, { seed: this.#setup.seed, step });
    const made = await this.#executables.loss.run(
      { ...this.#allWeights(), ...feeds },
      this.#batches.sizes(part),
    );
    const { start, rows, targets } = part;
    const capacity = this.#setup.capacity.targets;
    for (let target = 0; target < targets; target++) {
      for (let row = 0; row < rows; row++)
        this.#losses[(start + row) * capacity + target] = made[EACH_TARGET][target * rows + row];
    }
    return made.loss[0];
  }

  async #runPart(
    run: BoundRun,
    { part, from, to }: Piece,
    step: number,
    masks: Feeds,
    scale: number,
  ): Promise<number> {
    const feeds = this.#batch.feeds(part, { seed: this.#setup.seed, step });
    for (const name of this.#training.weights) scaleInPlace(feeds[name], scale);
    await run({ ...feeds, ...masks }, this.#sizes(part, to - from));
    return this.#loss[0] / scale;
  }

  #sizes(part: MicroBatch, networks: number): Sizes {
    return { ...this.#batches.sizes(part), [MEMBERS]: networks };
  }

  /** A parameter's cells of some networks. */
  #cells(flat: Float32Array, { offset, size }: Parameter, from: number, to: number): Float32Array {
    const first = offset * this.#members.length;
    return flat.subarray(first + from * size, first + to * size);
  }

  /** Calls for each parameter of each network, with its own cells in one of this task's arrays. */
  #eachParameter(
    call: (ofNetwork: Parameter, own: (flat: Float32Array) => Float32Array, member: number) => void,
  ): void {
    for (const [member, parameters] of this.#members.entries())
      for (const [i, own] of this.#training.parameters.entries())
        call(parameters[i], (flat) => this.#cells(flat, own, member, member + 1), member);
  }

  /** The gradient program with the weights of some networks as its inputs and an array for their gradients. */
  #gradientOf(from: number, to: number, gradient: Float32Array): BoundRun {
    const name = `${from} ${to} ${gradient === this.#sum}`;
    const known = this.#bound.get(name);
    if (known) return known;
    const inputs: Record<string, Float32Array> = {};
    const outputs: Record<string, Float32Array> = { loss: this.#loss };
    for (const parameter of this.#training.parameters) {
      inputs[parameter.name] = this.#cells(this.#weights, parameter, from, to);
      outputs[gradientName(parameter.name)] = this.#cells(gradient, parameter, from, to);
    }
    const bound = this.#executables.gradient.bind(inputs, outputs, { [MEMBERS]: to - from });
    this.#bound.set(name, bound);
    return bound;
  }

  #bindLoss(): BoundRun {
    return this.#executables.loss.bind(this.#allWeights(), { loss: this.#loss });
  }

  #allWeights(): Record<string, Float32Array> {
    const all: Record<string, Float32Array> = {};
    this.#eachParameter((ofNetwork, own) => {
      all[ofNetwork.name] = own(this.#weights);
    });
    return all;
  }

  /** The masks of a network depend on the step and the part's first row, not on which worker draws them, nor with which others. */
  #drawMasks(step: number, { part: { start }, from, to }: Piece, sizes: Sizes): Feeds {
    const { dropout } = this.#setup.network;
    const masks: Record<string, Float32Array> = {};
    for (let member = from; member < to; member++) {
      const stream = member === 0 ? "dropout" : `dropout ${member}`;
      seedLanes(this.#random, this.#setup.seed, stream, step, start);
      for (const { input, room } of this.#masks) {
        const all = maskLength(input, sizes);
        const ofOne = all / (to - from);
        // The last block may end behind its mask, where the next network's begins: it is drawn afterwards.
        const mask = room.subarray((member - from) * ofOne, (member - from + 1) * ofOne);
        this.#kernels.dropoutMask(mask, dropout, this.#random);
        masks[input.name] = room.subarray(0, all);
      }
    }
    return masks;
  }

  /** The longest that a mask gets in any part: few long rows or many short ones. */
  #largestMask(mask: MaskInput): number {
    const all = this.#batches.largest(this.#setup.cellsAtOnce);
    return Math.max(...all.map((sizes) => maskLength(mask, { ...sizes, [MEMBERS]: this.#members.length })));
  }
}

function scaleInPlace(cells: Feeds[string] | undefined, factor: number): void {
  if (cells === undefined || factor === 1) return;
  for (let i = 0; i < cells.length; i++) cells[i] *= factor;
}

function maskLength({ shape }: MaskInput, sizes: Sizes): number {
  return shape.reduce<number>((length, dimension) => length * sizeOf(dimension, sizes), 1);
}
