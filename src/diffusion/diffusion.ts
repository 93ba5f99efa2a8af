/** @file Denoising diffusion on vectors, with or without a condition: the class `Diffusion`. */

import { type LongWork, Turns } from "../base/async.ts";
import { check, checkFields, LONG_WORK, NUMBER, NUMBERS, oneOf, SWITCH, TEXT } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { HeadWeights } from "../networks/leung-bovy/head-weights.ts";
import { generator } from "../numeric/generator.ts";
import { diffusion as noiseLevels } from "../sampling/ddpm-schedule.ts";
import { type DiffusionFitOptions, fitSettings } from "./fit-options.ts";
import { FlowDensity } from "./flow-density.ts";
import { HeadSampler, type OnState, SAMPLING_METHODS, type SamplingMethod } from "./head-sampler.ts";
import { HeadTrainer, type TrainingState } from "./head-trainer.ts";
import {
  checkWhole,
  type DiffusionCondition,
  type DiffusionOptions,
  type DiffusionSettings,
  diffusionSettings,
  headOf,
} from "./options.ts";
import { type Points, readPoints, rowsOf } from "./points.ts";
import { readDiffusion, writeDiffusion } from "./saved-diffusion.ts";
import { logVolume, original, type Scalings, scaled, scalingOf, unscaled } from "./scaling.ts";

export interface DiffusionSampleOptions extends DiffusionCondition, LongWork {
  /** How many samples; default 1000, with `conditions` one for each. */
  readonly size?: number;
  /** Default 1: the same seed gives the same samples. */
  readonly seed?: number;
  /** Default "ancestral". "flow" samples what {@link Diffusion.logPdf} is the density of. */
  readonly method?: SamplingMethod;
  /** Whether to give back all states on the way as well; default false. */
  readonly returnSteps?: boolean;
}

export interface DiffusionSteps {
  /** (size, dimension). */
  readonly samples: number[][];
  /** The T + 1 states of all samples, (T + 1, size, dimension), in order: pure noise first, the samples last. */
  readonly steps: number[][][];
}

export interface DiffusionNoiseOptions {
  /** Noising steps, from 0 (the points as they are) to T. */
  readonly step: number;
  /** Default 1. All steps of a seed get the same draws, more or less of them: pictures of several steps fit together. */
  readonly seed?: number;
}

/** What there is after the first fit. */
interface Trained {
  readonly scalings: Scalings;
  /** What answers are made with. */
  readonly weights: HeadWeights;
  /** Where a further fit continues. */
  readonly training: TrainingState;
}

/**
 * A denoising-diffusion model of points, or of points given a condition: it learns to see the noise in noisy points
 * and makes new ones by taking it out of pure noise, step by step.
 *
 * Points and conditions go in as rows of numbers, or as one flat array of all rows (see {@link Points}); points come
 * out as rows. Calls wait for each other: each sees the model as the calls before have left it.
 *
 * The network is the head of Leung & Bovy (2024), and width, layers, steps, schedule, betaStart and batchSize are theirs
 * by default. `standardise: false` and `smoothTime: false` here, `learningRate: 1e-3`, `schedule: "constant"` and
 * `averaging: 0` in {@link fit} are the rest; betaEnd they choose for each problem.
 *
 * @see Ho, Jain & Abbeel (2020), Denoising diffusion probabilistic models, https://arxiv.org/abs/2006.11239
 * @see Song, Meng & Ermon (2021), Denoising diffusion implicit models, https://arxiv.org/abs/2010.02502
 * @example
 * // A ring of radius 1 and width 0.1.
 * const ring = Array.from({ length: 1000 }, (_, i) => {
 *   const radius = 1 + 0.1 * Math.sin(i * i);
 *   return [radius * Math.cos(i), radius * Math.sin(i)];
 * });
 * const model = new Diffusion({ dimension: 2 });
 * await model.fit(ring, { epochs: 40 });
 * const samples = await model.sample({ size: 100, seed: 1 });
 * const [on, off] = await model.logPdf([[1, 0], [0, 0]]);
 * console.log(samples.length, on > off);
 * await model.dispose();
 */
export class Diffusion {
  readonly settings: DiffusionSettings;
  #trained: Trained | undefined;
  #trainer: HeadTrainer | undefined;
  #sampler: HeadSampler | undefined;
  #density: FlowDensity | undefined;
  readonly #turns = new Turns();
  #disposed = false;

  /** @throws InputError naming the first option that can't be. */
  constructor(options: DiffusionOptions) {
    this.settings = diffusionSettings(options);
  }

  /**
   * @throws InputError if the folder holds no saved Diffusion, a damaged one or one of a newer format.
   * @example
   * const model = new Diffusion({ dimension: 1, width: 16 });
   * await model.fit([[1], [2], [3], [4]], { epochs: 5 });
   * await model.save("diffusion");
   * const again = await Diffusion.load("diffusion");
   * console.log(again.settings.dimension, await again.sample({ size: 2 }));
   */
  static async load(folder: string): Promise<Diffusion> {
    check("the folder", folder, TEXT);
    const { settings, scalings, training } = await readDiffusion(folder);
    const model = new Diffusion(settings);
    model.#trained = { scalings, training, weights: HeadWeights.alone(headOf(settings), training.average) };
    return model;
  }

  /**
   * Trains on points (rows, dimension): each step takes the mean squared error of the noise that the network sees in
   * a batch of points with noise of drawn steps, by AdamW. Called again, also after {@link load}, it goes on where it
   * was, in the scale of the first points.
   *
   * @throws InputError for points, conditions or options that can't be, and when the loss is no number any more: the
   * model then is as it was before.
   * @example
   * const points = Array.from({ length: 500 }, (_, i) => [Math.sin(i), Math.cos(i)]);
   * const model = new Diffusion({ dimension: 2, width: 16 });
   * await model.fit(points, { epochs: 2, onEpoch: ({ epoch, loss }) => console.log(epoch, loss) });
   */
  fit(points: Points, options: DiffusionFitOptions = {}): Promise<void> {
    return this.#inTurn(async () => {
      const { dimension, conditionDimension, standardise } = this.settings;
      const settings = fitSettings(options);
      const { conditions } = options;
      const cells = readPoints(points, dimension, "points");
      const given = this.#readConditions({ ...(conditions && { conditions }) }, cells.length / dimension);
      const scalings = this.#trained?.scalings ?? {
        points: standardise ? scalingOf(cells, dimension) : unscaled(dimension),
        conditions:
          given && standardise ? scalingOf(given, conditionDimension) : unscaled(conditionDimension),
      };
      const data = {
        points: scaled(cells, scalings.points),
        conditions: given && scaled(given, scalings.conditions),
      };
      this.#trainer ??= await HeadTrainer.start(
        headOf(this.settings),
        this.settings,
        this.#trained?.training,
      );
      try {
        await this.#trainer.fit(data, settings);
      } catch (error) {
        await this.#trainer.dispose();
        this.#trainer = undefined; // the next one starts from what is known to be good
        throw error;
      }
      const training = this.#trainer.state();
      if (training.steps > 0) this.#keep(scalings, training); // ended before the first step: nothing was learnt
    });
  }

  /**
   * New points, (size, dimension); with `returnSteps` all states on the way to them as well.
   * @throws InputError before the first fit, and for options that can't be.
   * @example
   * // Points on a line, given where on it: the condition is one number.
   * const places = Array.from({ length: 500 }, (_, i) => [Math.sin(i)]);
   * const points = places.map(([x]) => [x, 2 * x]);
   * const model = new Diffusion({ dimension: 2, conditionDimension: 1, width: 16, steps: 20 });
   * await model.fit(points, { conditions: places, epochs: 2 });
   * console.log(await model.sample({ size: 3, condition: [0.5] }));
   * const { steps } = await model.sample({ size: 3, condition: [0.5], returnSteps: true });
   * console.log(steps.length);
   */
  sample(options: DiffusionSampleOptions & { readonly returnSteps: true }): Promise<DiffusionSteps>;
  sample(options?: DiffusionSampleOptions & { readonly returnSteps?: false }): Promise<number[][]>;
  sample(options: DiffusionSampleOptions = {}): Promise<number[][] | DiffusionSteps> {
    return this.#inTurn(async () => {
      checkFields("the options of sample", options, {
        optional: {
          ...LONG_WORK,
          size: NUMBER,
          seed: NUMBER,
          method: oneOf(SAMPLING_METHODS),
          returnSteps: SWITCH,
        },
      });
      const { seed = 1, method = "ancestral", returnSteps = false } = options;
      const { scalings, weights } = this.#fitted();
      const { dimension, conditionDimension, steps } = this.settings;
      checkWhole("seed", seed, 0);
      const size = sampleSize(options, conditionDimension);
      const given = this.#readConditions(options, size);
      const states = Array.from({ length: returnSteps ? steps + 1 : 0 }, (): number[][] => []);
      const rows = (x: ArrayLike<number>) => rowsOf(original(x, scalings.points), dimension);
      const onState: OnState = (step, _first, x) => states[steps - step].push(...rows(x));
      this.#sampler ??= await HeadSampler.load(weights);
      const made = await this.#sampler.sample({
        points: size,
        conditions: given && scaled(given, scalings.conditions),
        method,
        seed,
        onState: returnSteps ? onState : undefined,
        work: options,
      });
      return returnSteps ? { samples: rows(made), steps: states } : rows(made);
    });
  }

  /**
   * Points after some steps of noising, (points, dimension): sqrt(alphaBar) x + sqrt(1 - alphaBar) e, e standard
   * normal, in standardised units and back.
   * @throws InputError for a step outside 0 .. T, and before the first fit if that is what brings the scale.
   * @example
   * const model = new Diffusion({ dimension: 2, standardise: false });
   * const [[x, y]] = model.noise([[1, -1]], { step: 50 });
   * console.log(x, y);
   */
  noise(points: Points, options: DiffusionNoiseOptions): number[][] {
    checkFields("the options of noise", options, { needed: { step: NUMBER }, optional: { seed: NUMBER } });
    const { step, seed = 1 } = options;
    const { dimension, steps, schedule, betaStart, betaEnd, standardise } = this.settings;
    checkWhole("step", step, 0);
    checkWhole("seed", seed, 0);
    if (step > steps) throw new InputError(`\`step\` is ${step}; there are ${steps}.`);
    const cells = readPoints(points, dimension, "points");
    const scaling = standardise ? this.#fitted().scalings.points : unscaled(dimension);
    if (step === 0) return rowsOf(cells, dimension);
    const kept = noiseLevels(schedule, steps, betaStart, betaEnd).alphaBar[step - 1];
    const random = generator(seed, "forward noise");
    const noisy = scaled(cells, scaling).map(
      (x) => Math.sqrt(kept) * x + Math.sqrt(1 - kept) * random.normal(),
    );
    return rowsOf(original(noisy, scaling), dimension);
  }

  /**
   * The natural logarithm of the probability density at each of some points (points, dimension), exact for what the
   * method "flow" samples: the flow is followed back to the noise that it starts from (one system of `dimension`
   * equations a step, solved by Newton's method) and the change of volume on the way is added up. The network
   * computes in single precision: expect errors of about 1e-4.
   *
   * @returns one number per point; NaN where the flow can't be followed back, because Newton's method does not converge
   * or a step folds space over (its determinant is not positive).
   * @throws InputError before the first fit, and for points and conditions that can't be.
   * @example
   * const model = new Diffusion({ dimension: 1, width: 16 });
   * await model.fit(Array.from({ length: 500 }, (_, i) => [Math.sin(i)]), { epochs: 2 });
   * const [middle, outside] = await model.logPdf([[0], [5]]);
   * console.log(middle > outside);
   */
  logPdf(points: Points, options: DiffusionCondition & LongWork = {}): Promise<number[]> {
    return this.#inTurn(async () => {
      checkFields("the options of logPdf", options, { optional: LONG_WORK });
      const { scalings, weights } = this.#fitted();
      const { dimension } = this.settings;
      const cells = readPoints(points, dimension, "points");
      const given = this.#readConditions(options, cells.length / dimension);
      this.#density ??= await FlowDensity.load(weights);
      const logPdf = await this.#density.logPdf(
        scaled(cells, scalings.points),
        given && scaled(given, scalings.conditions),
        options,
      );
      return Array.from(logPdf, (each) => each - logVolume(scalings.points));
    });
  }

  /**
   * Writes config.json and weights.safetensors to a folder, the training's state among them.
   * @throws InputError before the first fit, and if the folder can't be written.
   * @example
   * const model = new Diffusion({ dimension: 1, width: 16 });
   * await model.fit([[1], [2], [3], [4]], { epochs: 5 });
   * await model.save("diffusion");
   */
  save(folder: string): Promise<void> {
    return this.#inTurn(async () => {
      check("the folder", folder, TEXT);
      const { scalings, training } = this.#fitted();
      await writeDiffusion(folder, { settings: this.settings, scalings, training });
    });
  }

  /**
   * Gives back the memory of ONNX Runtime; the model can't be asked after that.
   * @example
   * const model = new Diffusion({ dimension: 1, width: 16 });
   * try {
   *   await model.fit([[1], [2], [3], [4]], { epochs: 5 });
   * } finally {
   *   await model.dispose();
   * }
   */
  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#turns.ended();
    await this.#trainer?.dispose();
    await this.#sampler?.dispose();
    await this.#density?.dispose();
    await this.#trained?.weights.dispose();
  }

  /** Work after all work that was asked for before: programs are bound to arrays that only one may use. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(() => {
      if (this.#disposed) throw new InputError("This Diffusion was disposed of: load or fit another.");
      return work();
    });
  }

  #keep(scalings: Scalings, training: TrainingState): void {
    // The same array for good: the sampler's programs are bound to it.
    const weights = this.#trained?.weights ?? HeadWeights.alone(headOf(this.settings), training.average);
    weights.flat.set(training.average);
    this.#trained = { scalings, training, weights };
  }

  #fitted(): Trained {
    if (!this.#trained) throw new InputError("This Diffusion has seen no points yet: fit it first.");
    return this.#trained;
  }

  /** The conditions of as many points: none, one row for all or one for each. */
  #readConditions({ condition, conditions }: DiffusionCondition, points: number): Float64Array | undefined {
    const width = this.settings.conditionDimension;
    if (width === 0) {
      if (!condition && !conditions) return undefined;
      throw new InputError("This model has no condition (conditionDimension 0): give none.");
    }
    if (condition !== undefined) check("condition", condition, NUMBERS);
    if (condition && conditions) throw new InputError("Give either condition or conditions, not both.");
    if (condition) return readPoints([condition], width, "condition");
    if (!conditions) throw new InputError(`This model has a condition of ${width} numbers: give it.`);
    const cells = readPoints(conditions, width, "conditions");
    if (cells.length === points * width) return cells;
    throw new InputError(
      `There are ${cells.length / width} conditions for ${points} points: give one for each.`,
    );
  }
}

const DEFAULT_SIZE = 1000;

/** As many as asked for; with one condition each, as many as there are conditions. */
function sampleSize({ size, conditions }: DiffusionSampleOptions, conditionDimension: number): number {
  if (size !== undefined) checkWhole("size", size, 1);
  if (size !== undefined || !conditions) return size ?? DEFAULT_SIZE;
  return ArrayBuffer.isView(conditions)
    ? conditions.length / Math.max(1, conditionDimension)
    : conditions.length;
}
