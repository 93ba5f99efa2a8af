/** @file Options of a diffusion model's training, and its progress. */
import { checkFields, FUNCTION, LONG_WORK, NUMBER, oneOf } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { checkWhole } from "./options.ts";
import type { Points } from "./points.ts";

/** How the learning rate goes: falling to 0 by a cosine, or not. */
export const RATE_SCHEDULES = ["cosine", "constant"] as const;
export type RateSchedule = (typeof RATE_SCHEDULES)[number];

export interface DiffusionFitOptions {
  /** One condition per point, (points, conditionDimension); to be given if the model has a condition. */
  readonly conditions?: Points;
  /** How often every point is seen; default 128, or as often as `seconds` allow. */
  readonly epochs?: number;
  /** Points of a step; default 128. */
  readonly batchSize?: number;
  /** Default 3e-3, for a rate that falls and averaged weights; for neither of these rather 1e-3. */
  readonly learningRate?: number;
  /** AdamW's decoupled weight decay; default 0, which is Adam. */
  readonly weightDecay?: number;
  /** How the learning rate goes: "cosine" (default) falls to 0 at the end of this fit, "constant" stays. */
  readonly schedule?: RateSchedule;
  /**
   * The model is the average of the weights over the last steps: the standard deviation of the steps that count, as
   * a share of all steps so far (Karras et al. 2024); default 0.1. 0: the last step's weights.
   */
  readonly averaging?: number;
  /** Ends the training after this many seconds; the result then depends on the machine's speed. */
  readonly seconds?: number;
  /** Ends the training after the step in hand: the model is then what it has come to. */
  readonly signal?: AbortSignal;
  /** Called after each step with how many are done, and of how many (Infinity, if only `seconds` end the training). */
  readonly onProgress?: (stepsDone: number, steps: number) => void;
  readonly onEpoch?: (epoch: DiffusionEpoch) => void;
}

/** What is reported after an epoch. */
export interface DiffusionEpoch {
  /** 1 for the first of this fit. */
  readonly epoch: number;
  /** Mean over the epoch of the squared error of the predicted noise, per coordinate. */
  readonly loss: number;
  readonly learningRate: number;
  /** Steps of this fit, and seconds it has taken. */
  readonly steps: number;
  readonly seconds: number;
}

type Given = "seconds" | "signal" | "onEpoch" | "onProgress";
export type FitSettings = Required<Omit<DiffusionFitOptions, Given | "conditions">> &
  Pick<DiffusionFitOptions, Given>;

/** @throws InputError naming the first option that can't be. */
export function fitSettings(options: DiffusionFitOptions): FitSettings {
  checkFields("the options of fit", options, {
    optional: {
      ...LONG_WORK,
      epochs: NUMBER,
      batchSize: NUMBER,
      learningRate: NUMBER,
      weightDecay: NUMBER,
      schedule: oneOf(RATE_SCHEDULES),
      averaging: NUMBER,
      seconds: NUMBER,
      onEpoch: FUNCTION,
    },
  });
  const { conditions: _, ...given } = options;
  const settings: FitSettings = {
    ...given,
    epochs: options.epochs ?? (options.seconds === undefined ? 128 : Number.POSITIVE_INFINITY),
    batchSize: options.batchSize ?? 128,
    learningRate: options.learningRate ?? 3e-3,
    weightDecay: options.weightDecay ?? 0,
    schedule: options.schedule ?? "cosine",
    averaging: options.averaging ?? 0.1,
  };
  if (settings.epochs !== Number.POSITIVE_INFINITY) checkWhole("epochs", settings.epochs, 1);
  else if (settings.seconds === undefined) {
    throw new InputError("`epochs` is Infinity; give `seconds` to end the training.");
  }
  checkWhole("batchSize", settings.batchSize, 1);
  checkNumber("learningRate", settings.learningRate, settings.learningRate > 0, "above 0");
  checkNumber("weightDecay", settings.weightDecay, settings.weightDecay >= 0, "at least 0");
  const { averaging, seconds } = settings;
  // Wider averages than 0.25 would count old weights more than new ones.
  checkNumber("averaging", averaging, averaging >= 0 && averaging <= 0.25, "from 0 to 0.25");
  if (seconds !== undefined) checkNumber("seconds", seconds, seconds > 0, "above 0");
  return settings;
}

function checkNumber(option: string, value: number, good: boolean, wanted: string): void {
  if (!good || !Number.isFinite(value)) {
    throw new InputError(`${option} is ${value}; it must be a number ${wanted}.`);
  }
}

/** How far a fit has come, by steps or by time, whichever ends it first. */
export class FitProgress {
  readonly #settings: FitSettings;
  readonly #stepsPlanned: number;
  readonly #started = performance.now();
  #steps = 0;

  constructor(settings: FitSettings, stepsPerEpoch: number) {
    this.#settings = settings;
    this.#stepsPlanned = settings.epochs * stepsPerEpoch;
  }

  stepDone(): void {
    this.#steps++;
    this.#settings.onProgress?.(this.#steps, this.#stepsPlanned);
  }

  get ended(): boolean {
    return this.#share >= 1 || this.#settings.signal?.aborted === true;
  }

  /** Of the next step. */
  get learningRate(): number {
    const { learningRate, schedule } = this.#settings;
    if (schedule === "constant") return learningRate;
    return (learningRate * (1 + Math.cos(Math.PI * Math.min(1, this.#share)))) / 2;
  }

  report(epoch: number, loss: number): DiffusionEpoch {
    const { learningRate } = this;
    return { epoch, loss, learningRate, steps: this.#steps, seconds: this.#seconds };
  }

  get #seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  get #share(): number {
    const { seconds = Number.POSITIVE_INFINITY } = this.#settings;
    return Math.max(this.#steps / this.#stepsPlanned, this.#seconds / seconds);
  }
}
