/** @file What one worker does with its share of a batch: run the program on each part, add up the gradients. */

import type { Batch, BatchCapacity, Batches, MicroBatch } from "../networks/network.ts";
import type { MaskInput } from "../networks/parts/dropout.ts";
import { cells, type Parameter, parameterCount } from "../networks/parts/parameter-layout.ts";
import { EACH_TARGET, gradientName, type LossProgram } from "../networks/parts/program-parts.ts";
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
  readonly weights: SharedArrayBuffer;
  readonly batch: SharedArrayBuffer;
  /** Where this worker leaves the sum of its gradients. */
  readonly gradient: SharedArrayBuffer;
  /** (rows, targets) float32: where all leave the losses of each target, of a network that tells them. */
  readonly losses: SharedArrayBuffer;
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

/** What is run at once: a part of the batch, by one of the networks where there are several (for a loss, by all). */
export interface Piece {
  readonly part: MicroBatch;
  readonly member: number;
}

type BoundRun = (feeds: Feeds, sizes: Sizes) => Promise<void>;

export class GradientTask {
  readonly #setup: WorkerSetup;
  readonly #batches: Batches;
  readonly #batch: Batch;
  readonly #kernels: Kernels;
  readonly #weights: Float32Array;
  /** By member: its parameters, and the sum of its gradients. */
  readonly #members: readonly { readonly parameters: readonly Parameter[]; readonly sum: Float32Array }[];
  readonly #terms: Float32Array;
  readonly #masks: { input: MaskInput; room: Float32Array }[];
  readonly #random: LaneState;
  readonly #training: LossProgram;
  readonly #executables: Record<Share["kind"], Executable>;
  readonly #loss = new Float32Array(1);
  /** By member, the gradient program leaving its result in its `sum` and in `terms`; and the loss program. */
  readonly #firstGradient: readonly BoundRun[];
  readonly #nextGradient: readonly BoundRun[];
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
    const members = training.members ?? [training.parameters];
    const count = parameterCount(training.parameters);
    const all = count * members.length;
    const largest = training.masks.map((mask) => largestMask(mask, batches, setup.cellsAtOnce));
    this.#kernels = createKernels([all, ...members.map(() => count), count, ...largest]);
    this.#weights = this.#kernels.floats(all);
    this.#members = members.map((parameters) => ({ parameters, sum: this.#kernels.floats(count) }));
    this.#terms = this.#kernels.floats(count);
    this.#masks = training.masks.map((input, i) => ({ input, room: this.#kernels.floats(largest[i]) }));
    this.#random = this.#kernels.state();
    this.#shared = new Float32Array(setup.weights);
    this.#gradient = new Float32Array(setup.gradient);
    this.#firstGradient = this.#members.map(({ parameters, sum }) => this.#bindGradient(parameters, sum));
    this.#nextGradient = this.#members.map(({ parameters }) => this.#bindGradient(parameters, this.#terms));
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
      this.#weights.set(this.#shared);
      this.#weightsVersion = weightsVersion;
    }
    if (kind === "loss") {
      let loss = 0;
      for (const { part } of pieces) loss += await this.#lossOf(part, step);
      return loss;
    }
    const met = new Set<number>();
    // Each network counts by its share of the mean.
    const ofEach = scale / this.#members.length;
    let loss = 0;
    for (const piece of pieces) {
      const { part, member } = piece;
      const masks = this.#drawMasks(step, piece, this.#batches.sizes(part));
      const isFirst = !met.has(member);
      const run = (isFirst ? this.#firstGradient : this.#nextGradient)[member];
      loss += await this.#runPart(run, part, step, masks, ofEach);
      if (!isFirst) this.#kernels.accumulate(this.#members[member].sum, this.#terms);
      met.add(member);
    }
    for (const [member, { parameters, sum }] of this.#members.entries()) {
      if (!met.has(member)) sum.fill(0);
      scaleInPlace(sum, 1 / scale);
      this.#gradient.set(sum, parameters[0].offset);
    }
    return loss / this.#members.length;
  }

  /** The loss of a part; those of its targets are left in shared memory, where the network tells them. */
  async #lossOf(part: MicroBatch, step: number): Promise<number> {
    if (this.#evaluate) return this.#runPart(this.#evaluate, part, step, {}, 1);
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
    part: MicroBatch,
    step: number,
    masks: Feeds,
    scale: number,
  ): Promise<number> {
    const feeds = this.#batch.feeds(part, { seed: this.#setup.seed, step });
    for (const name of this.#training.weights) scaleInPlace(feeds[name], scale);
    await run({ ...feeds, ...masks }, this.#batches.sizes(part));
    return this.#loss[0] / scale;
  }

  /** The gradient program with a network's weights as its inputs and an array for its gradients. */
  #bindGradient(parameters: readonly Parameter[], gradient: Float32Array): BoundRun {
    const inputs: Record<string, Float32Array> = {};
    const outputs: Record<string, Float32Array> = { loss: this.#loss };
    for (const [i, own] of this.#training.parameters.entries()) {
      inputs[own.name] = cells(this.#weights, parameters[i]);
      outputs[gradientName(own.name)] = cells(gradient, own);
    }
    return this.#executables.gradient.bind(inputs, outputs);
  }

  #bindLoss(): BoundRun {
    return this.#executables.loss.bind(this.#allWeights(), { loss: this.#loss });
  }

  #allWeights(): Record<string, Float32Array> {
    const all = this.#members.flatMap(({ parameters }) => parameters);
    return Object.fromEntries(all.map((each) => [each.name, cells(this.#weights, each)]));
  }

  /** The masks of a piece depend on the step, its first row and its network, not on which worker draws them. */
  #drawMasks(step: number, { part: { start }, member }: Piece, sizes: Sizes): Feeds {
    const stream = member === 0 ? "dropout" : `dropout ${member}`;
    seedLanes(this.#random, this.#setup.seed, stream, step, start);
    const { dropout } = this.#setup.network;
    return Object.fromEntries(
      this.#masks.map(({ input, room }) => {
        const mask = room.subarray(0, maskLength(input, sizes));
        this.#kernels.dropoutMask(mask, dropout, this.#random);
        return [input.name, mask];
      }),
    );
  }
}

function scaleInPlace(cells: Feeds[string] | undefined, factor: number): void {
  if (cells === undefined || factor === 1) return;
  for (let i = 0; i < cells.length; i++) cells[i] *= factor;
}

function maskLength({ shape }: MaskInput, sizes: Sizes): number {
  return shape.reduce<number>((length, dimension) => length * sizeOf(dimension, sizes), 1);
}

/** The longest that a mask gets in any part: few long rows or many short ones. */
function largestMask(mask: MaskInput, batches: Batches, cellsAtOnce: number): number {
  return Math.max(...batches.largest(cellsAtOnce).map((sizes) => maskLength(mask, sizes)));
}
