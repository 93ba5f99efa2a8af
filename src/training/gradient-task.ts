/** @file What one worker does with its share of a batch: run the program on each part, add up the gradients. */
import type { NetworkConfig } from "../network/config.ts";
import { contextFeeds, contextSizes } from "../network/context-feeds.ts";
import type { MaskInput } from "../network/dropout.ts";
import { parameterCount } from "../network/parameters.ts";
import { gradientName, type LossProgram, lossProgram } from "../network/programs.ts";
import { type Device, Executable, type Feeds, type Sizes, sizeOf } from "../runtime/executable.ts";
import { createKernels, type Kernels, type LaneState, seedLanes } from "../runtime/kernels/kernels.ts";
import { type Batch, batchIn, largestPart, type MicroBatch } from "./batch.ts";

/** What a worker is started with. Shared memory is written by one side while the other waits. */
export interface WorkerSetup {
  readonly network: NetworkConfig;
  readonly device: Device;
  readonly seed: number;
  /** Rows and given cells that the shared batch has room for. */
  readonly capacity: number;
  readonly width: number;
  /** Cells of the largest part. */
  readonly tokens: number;
  readonly weights: SharedArrayBuffer;
  readonly batch: SharedArrayBuffer;
  /** Where this worker leaves the sum of its gradients. */
  readonly gradient: SharedArrayBuffer;
}

/** One worker's share of a batch. */
export interface Share {
  readonly kind: "gradient" | "loss";
  /** Counts the training steps: names the random stream of the dropout masks. */
  readonly step: number;
  /** Raised when the shared weights have changed. */
  readonly weightsVersion: number;
  readonly parts: readonly MicroBatch[];
}

export class GradientTask {
  readonly #setup: WorkerSetup;
  readonly #batch: Batch;
  readonly #kernels: Kernels;
  readonly #weights: Float32Array;
  readonly #sum: Float32Array;
  readonly #terms: Float32Array;
  readonly #masks: { input: MaskInput; cells: Float32Array }[];
  readonly #random: LaneState;
  readonly #training: LossProgram;
  readonly #executables: Record<Share["kind"], Executable>;
  #weightsVersion = -1;

  private constructor(
    setup: WorkerSetup,
    training: LossProgram,
    executables: Record<Share["kind"], Executable>,
  ) {
    this.#setup = setup;
    this.#training = training;
    this.#executables = executables;
    this.#batch = batchIn(setup.batch, setup.capacity, setup.width);
    const count = parameterCount(training.parameters);
    const largest = training.masks.map((mask) => largestMask(mask, setup));
    this.#kernels = createKernels([count, count, count, ...largest]);
    this.#weights = this.#kernels.floats(count);
    this.#sum = this.#kernels.floats(count);
    this.#terms = this.#kernels.floats(count);
    this.#masks = training.masks.map((input, i) => ({ input, cells: this.#kernels.floats(largest[i]!) }));
    this.#random = this.#kernels.state();
  }

  static async start(setup: WorkerSetup): Promise<GradientTask> {
    const training = lossProgram(setup.network, { training: true });
    const evaluation = lossProgram(setup.network, { training: false });
    return new GradientTask(setup, training, {
      gradient: await Executable.load(training.program, setup),
      loss: await Executable.load(evaluation.program, setup),
    });
  }

  /** Runs the parts; the gradient's sum is left in shared memory. @returns the sum of the weighted losses. */
  async run({ kind, step, weightsVersion, parts }: Share): Promise<number> {
    if (this.#weightsVersion !== weightsVersion) {
      this.#weights.set(new Float32Array(this.#setup.weights));
      this.#weightsVersion = weightsVersion;
    }
    if (parts.length === 0) this.#sum.fill(0);
    let loss = 0;
    for (const [i, part] of parts.entries()) {
      loss += await this.#runPart(kind, part, step, i === 0 ? this.#sum : this.#terms);
      if (kind === "gradient" && i > 0) this.#kernels.accumulate(this.#sum, this.#terms);
    }
    if (kind === "gradient") new Float32Array(this.#setup.gradient).set(this.#sum);
    return loss;
  }

  async #runPart(
    kind: Share["kind"],
    part: MicroBatch,
    step: number,
    gradient: Float32Array,
  ): Promise<number> {
    const { parameters } = this.#training;
    const view = (flat: Float32Array, offset: number, size: number) => flat.subarray(offset, offset + size);
    const sizes = contextSizes(part);
    const loss = new Float32Array(1);
    const feeds: Record<string, Float32Array | Int32Array> = partFeeds(this.#batch, part);
    const results: Record<string, Float32Array> = { loss };
    for (const { name, offset, size } of parameters) feeds[name] = view(this.#weights, offset, size);
    if (kind === "gradient") {
      for (const { name, offset, size } of parameters)
        results[gradientName(name)] = view(gradient, offset, size);
      Object.assign(feeds, this.#drawMasks(step, part.start, sizes));
    }
    await this.#executables[kind].bind(feeds, results, sizes)();
    return loss[0]!;
  }

  /** The masks of a part depend on the step and its first row, not on which worker draws them. */
  #drawMasks(step: number, start: number, sizes: Sizes): Feeds {
    seedLanes(this.#random, this.#setup.seed, "dropout", step, start);
    const { dropout } = this.#setup.network;
    return Object.fromEntries(
      this.#masks.map(({ input, cells }) => {
        const mask = cells.subarray(0, maskLength(input, sizes));
        this.#kernels.dropoutMask(mask, dropout, this.#random);
        return [input.name, mask];
      }),
    );
  }
}

function maskLength({ shape }: MaskInput, sizes: Sizes): number {
  return shape.reduce<number>((length, dimension) => length * sizeOf(dimension, sizes), 1);
}

/** The longest that a mask gets in any part: few long rows or many short ones. */
function largestMask(mask: MaskInput, { tokens, width, capacity }: WorkerSetup): number {
  let largest = 0;
  for (let sequence = 2; sequence <= Math.max(1, width) + 1; sequence++) {
    const batch = largestPart(tokens, sequence, width, capacity);
    largest = Math.max(largest, maskLength(mask, { batch, sequence }));
  }
  return largest;
}

/** The rows of a part as the program wants them. */
function partFeeds(batch: Batch, part: MicroBatch): Record<string, Float32Array | Int32Array> {
  const own = <T extends Float32Array | Int32Array>(shared: T) =>
    shared.slice(part.start, part.start + part.rows) as T;
  return {
    ...contextFeeds(batch, part),
    noisy: own(batch.noisy),
    step: own(batch.step),
    noise: own(batch.noise),
    weight: own(batch.weight),
  };
}
