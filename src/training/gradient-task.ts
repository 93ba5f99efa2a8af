/** @file What one worker does with its share of a batch: run the program on each part, add up the gradients. */

import type { Batch, BatchCapacity, Batches, MicroBatch } from "../networks/network.ts";
import type { MaskInput } from "../networks/parts/dropout.ts";
import { cells, parameterCount } from "../networks/parts/parameter-layout.ts";
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
  readonly parts: readonly MicroBatch[];
}

type BoundRun = (feeds: Feeds, sizes: Sizes) => Promise<void>;

export class GradientTask {
  readonly #setup: WorkerSetup;
  readonly #batches: Batches;
  readonly #batch: Batch;
  readonly #kernels: Kernels;
  readonly #weights: Float32Array;
  readonly #sum: Float32Array;
  readonly #terms: Float32Array;
  readonly #masks: { input: MaskInput; room: Float32Array }[];
  readonly #random: LaneState;
  readonly #training: LossProgram;
  readonly #executables: Record<Share["kind"], Executable>;
  readonly #loss = new Float32Array(1);
  /** The gradient program leaving its result in `sum` and in `terms`, and the loss program. */
  readonly #firstGradient: BoundRun;
  readonly #nextGradient: BoundRun;
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
    const count = parameterCount(training.parameters);
    const largest = training.masks.map((mask) => largestMask(mask, batches, setup.cellsAtOnce));
    this.#kernels = createKernels([count, count, count, ...largest]);
    this.#weights = this.#kernels.floats(count);
    this.#sum = this.#kernels.floats(count);
    this.#terms = this.#kernels.floats(count);
    this.#masks = training.masks.map((input, i) => ({ input, room: this.#kernels.floats(largest[i]) }));
    this.#random = this.#kernels.state();
    this.#shared = new Float32Array(setup.weights);
    this.#gradient = new Float32Array(setup.gradient);
    this.#firstGradient = this.#bind("gradient", this.#sum);
    this.#nextGradient = this.#bind("gradient", this.#terms);
    const tellsEach = executables.loss.program.outputs.some(({ name }) => name === EACH_TARGET);
    this.#evaluate = tellsEach ? undefined : this.#bind("loss");
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

  /** Runs the parts; the gradient's sum is left in shared memory. @returns the sum of the weighted losses. */
  async run({ kind, step, scale, weightsVersion, parts }: Share): Promise<number> {
    if (this.#weightsVersion !== weightsVersion) {
      this.#weights.set(this.#shared);
      this.#weightsVersion = weightsVersion;
    }
    if (kind === "loss") {
      let loss = 0;
      for (const part of parts) loss += await this.#lossOf(part, step);
      return loss;
    }
    if (parts.length === 0) this.#sum.fill(0);
    let loss = 0;
    for (const [i, part] of parts.entries()) {
      const masks = this.#drawMasks(step, part.start, this.#batches.sizes(part));
      const run = i === 0 ? this.#firstGradient : this.#nextGradient;
      loss += await this.#runPart(run, part, step, masks, scale);
      if (i > 0) this.#kernels.accumulate(this.#sum, this.#terms);
    }
    scaleInPlace(this.#sum, 1 / scale);
    this.#gradient.set(this.#sum);
    return loss;
  }

  /** The loss of a part; those of its targets are left in shared memory, where the network tells them. */
  async #lossOf(part: MicroBatch, step: number): Promise<number> {
    if (this.#evaluate) return this.#runPart(this.#evaluate, part, step, {}, 1);
    const feeds = this.#batch.feeds(part, { seed: this.#setup.seed, step });
    const weights = this.#training.parameters.map((each) => [each.name, cells(this.#weights, each)] as const);
    const run = this.#executables.loss.run.bind(this.#executables.loss);
    const made = await run({ ...Object.fromEntries(weights), ...feeds }, this.#batches.sizes(part));
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

  /** A program with the weights as its inputs and, of the gradient program, an array for the gradients. */
  #bind(kind: Share["kind"], gradient?: Float32Array): BoundRun {
    const inputs: Record<string, Float32Array> = {};
    const outputs: Record<string, Float32Array> = { loss: this.#loss };
    for (const parameter of this.#training.parameters) {
      inputs[parameter.name] = cells(this.#weights, parameter);
      if (gradient) outputs[gradientName(parameter.name)] = cells(gradient, parameter);
    }
    return this.#executables[kind].bind(inputs, outputs);
  }

  /** The masks of a part depend on the step and its first row, not on which worker draws them. */
  #drawMasks(step: number, start: number, sizes: Sizes): Feeds {
    seedLanes(this.#random, this.#setup.seed, "dropout", step, start);
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
