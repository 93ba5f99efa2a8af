/** @file The batches that a head is trained on: points with noise of a drawn step, drawn anew in every epoch. */
import type { HeadConfig } from "../networks/leung-bovy/config.ts";
import { generator, type Generator as Random } from "../numeric/generator.ts";
import { createKernels, type Kernels, type LaneState, seedLanes } from "../runtime/kernels/kernels.ts";
import { diffusion, mirroredSteps, type NoiseLevels } from "../sampling/ddpm-schedule.ts";

/** Points and, of a head with a condition, their conditions, in standardised units, row-major. */
export interface TrainingPoints {
  readonly points: Float64Array;
  readonly conditions: Float64Array | undefined;
}

export class NoisyBatches {
  /** Rows of a batch: as many as asked for, or all points if there are fewer. */
  readonly size: number;
  /** Full batches of an epoch; the rows that are left over in one are shuffled into another. */
  readonly count: number;
  /** The loss program's inputs, written by {@link epoch}. */
  readonly feeds: Readonly<Record<string, Float32Array | Int32Array>>;
  readonly #head: HeadConfig;
  readonly #levels: NoiseLevels;
  readonly #data: TrainingPoints;
  readonly #order: Uint32Array;
  readonly #kernels: Kernels;
  readonly #random: LaneState;
  readonly #normals: Float32Array;
  readonly #noisy: Float32Array;
  readonly #noise: Float32Array;
  readonly #step: Int32Array;
  readonly #condition: Float32Array;

  constructor(head: HeadConfig, data: TrainingPoints, batchSize: number) {
    const rows = data.points.length / head.dimension;
    this.#head = head;
    this.#levels = diffusion(head.schedule, head.steps, head.betaStart, head.betaEnd);
    this.#data = data;
    this.#order = new Uint32Array(rows);
    this.size = Math.min(batchSize, rows);
    this.count = Math.floor(rows / this.size);
    const cells = this.size * head.dimension;
    this.#kernels = createKernels([cells + 8]); // normals are written in blocks of 8
    this.#normals = this.#kernels.floats(cells + 8);
    this.#random = this.#kernels.state();
    this.#noisy = new Float32Array(cells);
    this.#noise = new Float32Array(cells);
    this.#step = new Int32Array(this.size);
    this.#condition = new Float32Array(this.size * head.conditionDimension);
    // The mean over rows and coordinates: each squared error counts as one of `cells`.
    const weight = new Float32Array(this.size).fill(1 / cells);
    this.feeds = {
      noisy: this.#noisy,
      noise: this.#noise,
      step: this.#step,
      weight,
      condition: this.#condition,
    };
  }

  /** Draws the batches of an epoch one after the other into {@link feeds}; all of it follows from seed and epoch. */
  *epoch(seed: number, epoch: number): IterableIterator<void> {
    const random = generator(seed, "diffusion epoch", epoch);
    seedLanes(this.#random, seed, "diffusion noise", epoch);
    // From the same order every time, so that an epoch does not depend on those before.
    this.#order.forEach((_, index, order) => {
      order[index] = index;
    });
    random.shuffle(this.#order);
    for (let batch = 0; batch < this.count; batch++) {
      this.#draw(this.#order.subarray(batch * this.size, (batch + 1) * this.size), random);
      yield;
    }
  }

  #draw(rows: Uint32Array, random: Random): void {
    const { dimension, conditionDimension, steps } = this.#head;
    const { points, conditions } = this.#data;
    this.#step.set(mirroredSteps(rows.length, steps, random));
    this.#noise.set(this.#drawNormals());
    rows.forEach((row, index) => {
      const kept = this.#levels.alphaBar[this.#step[index]];
      const [signal, spread] = [Math.sqrt(kept), Math.sqrt(1 - kept)];
      for (let i = 0; i < dimension; i++) {
        const cell = index * dimension + i;
        this.#noisy[cell] = signal * points[row * dimension + i] + spread * this.#noise[cell];
      }
      for (let i = 0; conditions && i < conditionDimension; i++) {
        this.#condition[index * conditionDimension + i] = conditions[row * conditionDimension + i];
      }
    });
  }

  #drawNormals(): Float32Array {
    const drawn = this.#normals.subarray(0, this.#noise.length);
    this.#kernels.normals(drawn, this.#random);
    return drawn;
  }
}
