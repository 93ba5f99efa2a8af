/** @file The worker threads of training, seen from the trainer: give a batch, get its loss and gradient. */
import { type AnyNetwork, parametersOf } from "../networks/any-network.ts";
import { parameterCount } from "../networks/layers/parameter-layout.ts";
import type { Device, TrainingPrecision } from "../runtime/device-names.ts";
import type { Kernels } from "../runtime/kernels/kernels.ts";
import { platform } from "../runtime/platform.ts";
import { ThreadGroup } from "../runtime/worker-pool.ts";
import { shareOut } from "./batch.ts";
import type { Share, WorkerSetup } from "./gradient-task.ts";
import { type BatchRoom, type Objective, objectiveOf, type TrainingBatch } from "./objective.ts";

export interface GradientWorkersOptions {
  readonly device: Device;
  /** What matrix products are computed in for gradients; default "float32". Losses alone are always float32. */
  readonly precision?: TrainingPrecision;
  /** Worker threads, each with a one-thread session. Another number gives results that differ by rounding. */
  readonly workers: number;
  readonly seed: number;
  /** Rows and given cells of the largest batch. */
  readonly capacity: number;
  readonly width: number;
  /** Columns asked of a row, and noisy copies of each asked number; default 1, as published. */
  readonly requests?: number;
  readonly draws?: number;
  /** Where the sum of gradients is made: needs room for two arrays of all parameters. */
  readonly kernels: Kernels;
}

/** Cells of a part: about 2,000 keep what is worked on at once in the cache, and make few gradients to add up. */
const TOKENS = 2048;

export class GradientWorkers {
  /** Where `gradient` leaves the gradient of all parameters. */
  readonly sum: Float32Array;
  readonly #terms: Float32Array;
  readonly #kernels: Kernels;
  readonly #workers: ThreadGroup<Share, number>;
  readonly #gradients: Float32Array[];
  readonly #weights: Float32Array;
  readonly #objective: Objective;
  readonly #batch: TrainingBatch;
  readonly #cut: number;
  #weightsVersion = 0;

  private constructor(
    workers: ThreadGroup<Share, number>,
    shared: SharedMemory,
    objective: Objective,
    network: AnyNetwork,
    options: GradientWorkersOptions,
  ) {
    this.#workers = workers;
    this.#gradients = shared.gradients.map((memory) => new Float32Array(memory));
    this.#weights = new Float32Array(shared.weights);
    this.#objective = objective;
    this.#batch = objective.batchIn(shared.batch);
    this.#cut = cutFor(network, options);
    this.#kernels = options.kernels;
    this.sum = options.kernels.floats(this.#weights.length);
    this.#terms = options.kernels.floats(this.#weights.length);
  }

  static async start(network: AnyNetwork, options: GradientWorkersOptions): Promise<GradientWorkers> {
    const { workers: count, device, seed, precision = "float32" } = options;
    const room = roomOf(options);
    const objective = objectiveOf(network, room);
    const bytes = 4 * parameterCount(parametersOf(network));
    const shared: SharedMemory = {
      weights: new SharedArrayBuffer(bytes),
      batch: new SharedArrayBuffer(objective.bytes),
      gradients: Array.from({ length: count }, () => new SharedArrayBuffer(bytes)),
    };
    const { weights, batch } = shared;
    const setups = shared.gradients.map((gradient): WorkerSetup => {
      return { network, device, precision, seed, room, weights, batch, gradient };
    });
    const workers = new ThreadGroup<Share, number>(platform().threads, "#gradient-worker", setups);
    return new GradientWorkers(await workers.ready(), shared, objective, network, options);
  }

  setWeights(weights: Float32Array): void {
    this.#weights.set(weights);
    this.#weightsVersion++;
  }

  /**
   * The loss of the batch; its gradient is left in `sum`. `step` names the random stream of dropout. Both are computed
   * times `scale` and divided by it afterwards.
   */
  async gradient(batch: TrainingBatch, rows: number, step: number, scale = 1): Promise<number> {
    const loss = await this.#run("gradient", batch, rows, step, scale);
    this.#gradients.forEach((gradient, i) => {
      (i === 0 ? this.sum : this.#terms).set(gradient);
      if (i > 0) this.#kernels.accumulate(this.sum, this.#terms);
    });
    return loss;
  }

  /** The loss of the batch without dropout. */
  loss(batch: TrainingBatch, rows: number): Promise<number> {
    return this.#run("loss", batch, rows, 0, 1);
  }

  stop(): Promise<void> {
    return this.#workers.stop();
  }

  async #run(
    kind: Share["kind"],
    batch: TrainingBatch,
    rows: number,
    step: number,
    scale: number,
  ): Promise<number> {
    copyBatch(batch, this.#batch);
    const parts = this.#objective.parts(batch, rows, this.#cut);
    const shares = shareOut(parts, this.#gradients.length, this.#objective.cost);
    const losses = await this.#workers.ask(
      shares.map((share) => ({ kind, step, scale, weightsVersion: this.#weightsVersion, parts: share })),
    );
    return losses.reduce((sum, loss) => sum + loss, 0);
  }
}

/** The arrays of a batch, all of them. */
function copyBatch(from: TrainingBatch, to: TrainingBatch): void {
  const target = to as unknown as Record<string, unknown>;
  for (const [name, cells] of Object.entries(from)) {
    if (cells instanceof Float32Array) (target[name] as Float32Array).set(cells);
    if (cells instanceof Int32Array) (target[name] as Int32Array).set(cells);
  }
}

function roomOf(options: GradientWorkersOptions): BatchRoom {
  const { capacity, width, requests = 1, draws = 1 } = options;
  return { capacity, width, requests, draws, tokens: tokensAtOnce(options) };
}

/**
 * For how many workers batches are cut. A part's dropout masks go by its first row, so with dropout the cut must depend
 * neither on the workers that there are nor on the device, or each would train another model.
 */
function cutFor({ dropout }: AnyNetwork, { workers }: GradientWorkersOptions): number {
  return dropout > 0 ? 2 : workers;
}

/** A GPU has no cache to fit into and wants large parts. */
function tokensAtOnce({ device, capacity, width }: GradientWorkersOptions): number {
  return device === "cpu" ? TOKENS : capacity * (width + 1);
}

interface SharedMemory {
  readonly weights: SharedArrayBuffer;
  readonly batch: SharedArrayBuffer;
  readonly gradients: readonly SharedArrayBuffer[];
}
