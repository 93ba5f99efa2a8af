/** @file Training a head alone: draw a batch, find the gradient, take a step, add to the average. */
import { InputError } from "../base/errors.ts";
import type { HeadConfig } from "../networks/leung-bovy/config.ts";
import { headLossProgram } from "../networks/leung-bovy/programs.ts";
import { smoothTimes } from "../networks/leung-bovy/smooth-time.ts";
import { cells, initialise, parameterCount } from "../networks/parts/parameter-layout.ts";
import { gradientName, type LossProgram } from "../networks/parts/program-parts.ts";
import { averageRate } from "../numeric/power-average.ts";
import { Executable, type Feeds } from "../runtime/executable.ts";
import { createKernels, type Kernels } from "../runtime/kernels/kernels.ts";
import { FitProgress, type FitSettings } from "./fit-options.ts";
import { NoisyBatches, type TrainingPoints } from "./noisy-batches.ts";

/** What a training continues from. */
export interface TrainingState {
  readonly weights: Float32Array<ArrayBuffer>;
  readonly firstMoment: Float32Array<ArrayBuffer>;
  readonly secondMoment: Float32Array<ArrayBuffer>;
  /** The weights of the model: the average of those of the steps. */
  readonly average: Float32Array<ArrayBuffer>;
  /** Steps and epochs taken so far. */
  readonly steps: number;
  readonly epochs: number;
}

/** Adam's constants, PyTorch's defaults. */
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

export class HeadTrainer {
  readonly #head: HeadConfig;
  readonly #seed: number;
  readonly #training: LossProgram;
  readonly #executable: Executable;
  readonly #kernels: Kernels;
  readonly #weights: Float32Array;
  readonly #gradient: Float32Array;
  readonly #firstMoment: Float32Array;
  readonly #secondMoment: Float32Array;
  readonly #average: Float32Array<ArrayBuffer>;
  readonly #loss = new Float32Array(1);
  #steps = 0;
  #epochs = 0;

  private constructor(head: HeadConfig, seed: number, training: LossProgram, executable: Executable) {
    this.#head = head;
    this.#seed = seed;
    this.#training = training;
    this.#executable = executable;
    const count = parameterCount(training.parameters);
    this.#kernels = createKernels([count, count, count, count]);
    this.#weights = this.#kernels.floats(count);
    this.#gradient = this.#kernels.floats(count);
    this.#firstMoment = this.#kernels.floats(count);
    this.#secondMoment = this.#kernels.floats(count);
    this.#average = new Float32Array(count);
  }

  /**
   * @param start the seed of start values and batches, and whether steps start alike (see smoothTimes).
   * @param from where an earlier training left off.
   */
  static async start(
    head: HeadConfig,
    { seed, smoothTime }: { readonly seed: number; readonly smoothTime: boolean },
    from?: TrainingState,
  ): Promise<HeadTrainer> {
    const training = headLossProgram(head);
    const trainer = new HeadTrainer(head, seed, training, await Executable.load(training.program));
    initialise(training.parameters, trainer.#weights, seed);
    if (smoothTime) smoothTimes(training.parameters, trainer.#weights, seed);
    if (from) trainer.#restore(from);
    return trainer;
  }

  /** A copy of everything that a training continues from. */
  state(): TrainingState {
    return {
      weights: Float32Array.from(this.#weights),
      firstMoment: Float32Array.from(this.#firstMoment),
      secondMoment: Float32Array.from(this.#secondMoment),
      average: this.#average.slice(),
      steps: this.#steps,
      epochs: this.#epochs,
    };
  }

  /** @throws InputError when the loss is no number any more. */
  async fit(data: TrainingPoints, settings: FitSettings): Promise<void> {
    const batches = new NoisyBatches(this.#head, data, settings.batchSize);
    const gradient = this.#bind(batches);
    const progress = new FitProgress(settings, batches.count);
    for (let epoch = 0; epoch < settings.epochs && !progress.ended; epoch++) {
      let sum = 0;
      let steps = 0;
      for (const _ of batches.epoch(this.#seed, this.#epochs)) {
        await gradient();
        const loss = this.#loss[0];
        if (!Number.isFinite(loss)) throw diverged(epoch, settings);
        this.#step(progress.learningRate, settings);
        sum += loss;
        steps++;
        progress.stepDone();
        if (progress.ended) break;
      }
      this.#epochs++;
      settings.onEpoch?.(progress.report(epoch + 1, sum / steps));
    }
    if (settings.averaging === 0) this.#average.set(this.#weights); // the model is the last step's weights
  }

  async dispose(): Promise<void> {
    await this.#executable.dispose();
  }

  /** The gradient program with the weights and batches as its inputs. */
  #bind(batches: NoisyBatches): () => Promise<void> {
    const inputs: Record<string, Feeds[string]> = { ...batches.feeds };
    const outputs: Record<string, Float32Array> = { loss: this.#loss };
    for (const parameter of this.#training.parameters) {
      inputs[parameter.name] = cells(this.#weights, parameter);
      outputs[gradientName(parameter.name)] = cells(this.#gradient, parameter);
    }
    return this.#executable.bind(inputs, outputs, { batch: batches.size });
  }

  #step(learningRate: number, { weightDecay, averaging }: FitSettings): void {
    const step = ++this.#steps;
    this.#kernels.adamW(this.#weights, this.#gradient, this.#firstMoment, this.#secondMoment, {
      ...ADAM,
      learningRate,
      weightDecay,
      step,
    });
    if (averaging === 0) return;
    const part = averageRate(step, averaging);
    const [average, weights] = [this.#average, this.#weights];
    for (let i = 0; i < average.length; i++) average[i] = average[i] + part * (weights[i] - average[i]);
  }

  #restore(from: TrainingState): void {
    this.#weights.set(from.weights);
    this.#firstMoment.set(from.firstMoment);
    this.#secondMoment.set(from.secondMoment);
    this.#average.set(from.average);
    this.#steps = from.steps;
    this.#epochs = from.epochs;
  }
}

function diverged(epoch: number, { learningRate }: FitSettings): InputError {
  return new InputError(
    `The loss is no number any more in epoch ${epoch + 1}: start again with a learningRate below ${learningRate}.`,
  );
}
