/** @file The worker threads of training, seen from the trainer: give a batch, get its loss and gradient. */

import type { Batch, BatchCapacity, Batches } from "../networks/network.ts";
import { parameterCount } from "../networks/parts/parameter-layout.ts";
import { type NetworkConfig, networkOf } from "../networks/registry.ts";
import type { Device, TrainingPrecision } from "../runtime/device-names.ts";
import type { Kernels } from "../runtime/kernels/kernels.ts";
import { platform } from "../runtime/platform.ts";
import { memoryOfThreads, ThreadGroup } from "../runtime/worker-pool.ts";
import type { Piece, Share, WorkerSetup } from "./gradient-task.ts";

export interface GradientWorkersOptions {
  readonly device: Device;
  /** What matrix products are computed in for gradients; default "float32". Losses alone are always float32. */
  readonly precision?: TrainingPrecision;
  /** Worker threads, each with a one-thread session. Another number gives results that differ by rounding. */
  readonly workers: number;
  readonly seed: number;
  /** Of the largest batch. */
  readonly capacity: BatchCapacity;
  /** Where the sum of gradients is made: needs room for two arrays of all parameters. */
  readonly kernels: Kernels;
}

/** Cells of a micro-batch: about 2,000 keep what is worked on at once in the cache, and make few gradients to add up. */
const CELLS = 2048;

export class GradientWorkers {
  /** Where `gradient` leaves the gradient of all parameters. */
  readonly sum: Float32Array;
  readonly #terms: Float32Array;
  readonly #kernels: Kernels;
  readonly #workers: ThreadGroup<Share, number>;
  readonly #gradients: Float32Array[];
  readonly #weights: Float32Array;
  readonly #losses: Float32Array;
  readonly #batches: Batches;
  /** How many networks are trained side by side. */
  readonly #members: number;
  /** The bytes of the batch that the workers see. */
  readonly #batch: Uint8Array;
  readonly #cut: number;
  readonly #cellsAtOnce: number;
  #weightsVersion = 0;

  private constructor(
    workers: ThreadGroup<Share, number>,
    shared: SharedMemory,
    batches: Batches,
    network: NetworkConfig,
    options: GradientWorkersOptions,
  ) {
    this.#workers = workers;
    this.#gradients = shared.gradients.map((memory) => new Float32Array(memory));
    this.#weights = new Float32Array(shared.weights);
    this.#losses = new Float32Array(shared.losses);
    this.#batches = batches;
    this.#members = networkOf(network).members;
    this.#batch = new Uint8Array(shared.batch);
    this.#cut = cutFor(network, options);
    this.#cellsAtOnce = cellsFor(options);
    this.#kernels = options.kernels;
    this.sum = options.kernels.floats(this.#weights.length);
    this.#terms = options.kernels.floats(this.#weights.length);
  }

  static async start(config: NetworkConfig, options: GradientWorkersOptions): Promise<GradientWorkers> {
    const { workers: count, device, seed, capacity, precision = "float32" } = options;
    const network = networkOf(config);
    const cellsAtOnce = cellsFor(options);
    const batches = network.batches(capacity);
    const bytes = 4 * parameterCount(network.parameters);
    const shared: SharedMemory = {
      weights: memoryOfThreads(bytes),
      batch: memoryOfThreads(batches.bytes),
      gradients: Array.from({ length: count }, () => memoryOfThreads(bytes)),
      losses: memoryOfThreads(4 * capacity.rows * capacity.targets),
    };
    const { weights, batch, losses } = shared;
    const setups = shared.gradients.map((gradient): WorkerSetup => {
      return {
        network: config,
        device,
        precision,
        seed,
        capacity,
        cellsAtOnce,
        weights,
        batch,
        gradient,
        losses,
      };
    });
    const workers = new ThreadGroup<Share, number>(platform().threads, "work out gradients", setups);
    return new GradientWorkers(await workers.ready(), shared, batches, config, options);
  }

  setWeights(weights: Float32Array): void {
    this.#weights.set(weights);
    this.#weightsVersion++;
  }

  /**
   * The loss of the batch; its gradient is left in `sum`. `step` names the random stream of dropout. Both are computed
   * times `scale` and divided by it afterwards.
   */
  async gradient(batch: Batch, rows: number, step: number, scale = 1): Promise<number> {
    const loss = await this.#run("gradient", batch, rows, step, scale);
    this.#gradients.forEach((gradient, i) => {
      (i === 0 ? this.sum : this.#terms).set(gradient);
      if (i > 0) this.#kernels.accumulate(this.sum, this.#terms);
    });
    return loss;
  }

  /**
   * Minus the log likelihood of each target of the batch times its weight, (rows, targets), of a network that tells them;
   * the array is overwritten by the next.
   */
  async losses(batch: Batch, rows: number): Promise<Float32Array> {
    this.#losses.fill(0);
    await this.loss(batch, rows);
    return this.#losses;
  }

  /** The loss of the batch without dropout. */
  loss(batch: Batch, rows: number): Promise<number> {
    return this.#run("loss", batch, rows, 0, 1);
  }

  stop(): Promise<void> {
    return this.#workers.stop();
  }

  async #run(kind: Share["kind"], batch: Batch, rows: number, step: number, scale: number): Promise<number> {
    this.#batch.set(new Uint8Array(batch.memory));
    const parts = batch.microBatches(rows, this.#cut, this.#cellsAtOnce);
    const networks = kind === "loss" ? [WHOLE] : rangesOf(this.#members, this.#gradients.length);
    const pieces = networks.flatMap(([from, to]) => parts.map((part): Piece => ({ part, from, to })));
    const shares = shareOut(
      pieces,
      this.#gradients.length,
      ({ part, from, to }) => (to - from) * this.#batches.cost(part),
    );
    const losses = await this.#workers.ask(
      shares.map((share) => ({ kind, step, scale, weightsVersion: this.#weightsVersion, pieces: share })),
    );
    return losses.reduce((sum, loss) => sum + loss, 0);
  }
}

/**
 * For how many workers batches are cut. A micro-batch's dropout masks go by its first row, so with dropout the cut must
 * not depend on the number of workers, or each number would train another model.
 */
function cutFor({ dropout }: NetworkConfig, { workers }: GradientWorkersOptions): number {
  return dropout > 0 ? 2 : workers;
}

/** A loss is that of all networks together. */
const WHOLE = [0, 1] as const;

/** The networks in as many ranges as there are workers for: those of a range are trained by one program. */
function rangesOf(members: number, workers: number): (readonly [from: number, to: number])[] {
  const count = Math.min(members, workers);
  const edge = (k: number) => Math.round((k * members) / count);
  return Array.from({ length: count }, (_, k) => [edge(k), edge(k + 1)]);
}

/** A GPU has no cache to fit into and wants large micro-batches. */
function cellsFor({ device, capacity: { rows, given } }: GradientWorkersOptions): number {
  return device === "cpu" ? CELLS : rows * (given + 1);
}

/** Shares parts out so that all workers have about the same work: largest first, to who has least. */
export function shareOut<Part>(
  parts: readonly Part[],
  workers: number,
  cost: (part: Part) => number,
): Part[][] {
  const shares = Array.from({ length: workers }, () => ({ work: 0, parts: [] as Part[] }));
  for (const part of parts.toSorted((a, b) => cost(b) - cost(a))) {
    const least = shares.reduce((a, b) => (b.work < a.work ? b : a));
    least.work += cost(part);
    least.parts.push(part);
  }
  return shares.map((share) => share.parts);
}

interface SharedMemory {
  readonly weights: ArrayBufferLike;
  readonly batch: ArrayBufferLike;
  readonly gradients: readonly ArrayBufferLike[];
  readonly losses: ArrayBufferLike;
}
