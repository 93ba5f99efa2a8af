/** @file Every setting of a training run, its default in each preset, and what it is for. */
import { InputError } from "../base/errors.ts";
import { PRECISIONS, type TrainingPrecision } from "../runtime/device-names.ts";
import type { NoiseSchedule } from "../sampling/ddpm-schedule.ts";

export const LEARNING_RATE_SCHEDULES = [
  "warm-restarts",
  "cosine",
  "constant",
  "plateau",
  "inverse-sqrt",
] as const;
export type LearningRateSchedule = (typeof LEARNING_RATE_SCHEDULES)[number];

/** The settings that make a run what it is: same settings, same table, same machine, same weights. */
export interface TrainingSettings {
  /** "published": one asked column a row; "shared": all absent columns at once, over one shared context. */
  readonly architecture: "published" | "shared";
  /** Passes over the rows. */
  readonly epochs: number;
  /** Seconds of training after which to stop, whatever the epoch; 0 for no limit. */
  readonly seconds: number;
  /** Rows per step. */
  readonly batchSize: number;
  /** Step size of AdamW at the start. */
  readonly learningRate: number;
  /** Where the schedule ends. */
  readonly learningRateMin: number;
  readonly schedule: LearningRateSchedule;
  /** Steps of rising rate at the start, and from which on it falls ("inverse-sqrt"). */
  readonly warmupSteps: number;
  readonly decaySteps: number;
  /**
   * Width of the average of the weights over the steps that the model is made of, as a share of all steps so
   * far; 0 for the weights of the last step.
   */
  readonly averaging: number;
  /** Whether the model is made of the weights of the epoch with the best validation loss, not of the last. */
  readonly keepBest: boolean;
  /** Epochs from one warm restart to the next. */
  readonly restartEpochs: number;
  /** Width of embeddings, encoder and condition; a multiple of `heads`. */
  readonly embeddingDim: number;
  /** Attention heads. */
  readonly heads: number;
  /** Width of the encoder's feed-forward layers. */
  readonly ffnDim: number;
  readonly encoderLayers: number;
  /** Share of cells dropped in training. */
  readonly dropout: number;
  /** Width of the diffusion head. */
  readonly headDim: number;
  readonly headLayers: number;
  /** Noisy copies of each asked number, and most columns asked of a row. */
  readonly draws: number;
  readonly requests: number;
  /** Periodic features of given values, Fourier features of noisy ones, and the highest frequency of these. */
  readonly frequencies: number;
  readonly headFrequencies: number;
  readonly highestFrequency: number;
  /** Lowest and highest noise level, in the model's scale. */
  readonly sigmaRange: readonly [number, number];
  /** Whether point masses in numeric columns are found and learnt as such. */
  readonly atoms: boolean;
  /** How values are bent before the network sees them. */
  readonly transform: "auto" | "none" | "asinh" | "quantiles";
  /** Whether measurement errors are used: given values come with theirs, of asked ones they are taken out. */
  readonly errors: "deconvolve" | "given" | "ignore";
  /** Diffusion steps. */
  readonly steps: number;
  readonly noiseSchedule: NoiseSchedule;
  /** Variance of the noise that the first and the last step add; "cosine" takes neither. */
  readonly betaStart: number;
  readonly betaEnd: number;
  /** Fewest and most columns given in training; the most is cut to the table's columns. */
  readonly contextRange: readonly [number, number];
  /** Share of the rows that have few columns given more often than many ("default" only). */
  readonly fewGiven: number;
  /** Share of the rows held out for validation. */
  readonly validation: number;
  /** Epochs between checkpoints; 0 for one at the end. */
  readonly checkpointEvery: number;
  /** Stop after this many epochs without a better validation loss; 0 for never. */
  readonly patience: number;
  readonly seed: number;
  /** What matrix products are computed in, in training; weights, and all else, are float32. */
  readonly precision: TrainingPrecision;
  /** Worker threads; 0 for one per core. Another number adds in another order: results differ by rounding. */
  readonly workers: number;
}

/** AdamW's constants: PyTorch's defaults, which the published models were trained with. */
export const ADAMW = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 } as const;

/** AdamW's for the preset "default": a shorter memory suits a rate that falls, less decay an average. */
export const DEFAULT_ADAMW = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01 } as const;

const PUBLISHED = {
  architecture: "published",
  seconds: 0,
  warmupSteps: 0,
  decaySteps: 0,
  averaging: 0,
  keepBest: false,
  draws: 1,
  requests: 1,
  frequencies: 1,
  headFrequencies: 1,
  highestFrequency: 1,
  sigmaRange: [0.005, 10],
  atoms: false,
  transform: "none",
  errors: "ignore",
  fewGiven: 0,
  schedule: "warm-restarts",
  encoderLayers: 2,
  noiseSchedule: "sigmoid",
  betaStart: 1e-5,
  betaEnd: 0.1,
  validation: 0.1,
  patience: 0,
  seed: 1,
  precision: "float32",
  workers: 0,
} as const;

/** The published system's two models (Leung & Bovy 2024; ALGORITHM "Published models"). */
const PRESETS = {
  /** Shared context, a continuous-noise head, averaged weights. What each is worth: docs/ablation.md. */
  default: {
    ...PUBLISHED,
    architecture: "shared",
    epochs: 200,
    batchSize: 128,
    learningRate: 3e-3,
    learningRateMin: 0,
    schedule: "inverse-sqrt",
    warmupSteps: 200,
    decaySteps: 2000,
    averaging: 0.1,
    keepBest: true,
    restartEpochs: 1,
    embeddingDim: 64,
    heads: 4,
    ffnDim: 128,
    encoderLayers: 2,
    dropout: 0,
    headDim: 64,
    headLayers: 2,
    draws: 4,
    requests: 16,
    frequencies: 16,
    headFrequencies: 16,
    highestFrequency: 60,
    sigmaRange: [0.005, 10],
    atoms: true,
    transform: "auto",
    errors: "deconvolve",
    steps: 100,
    contextRange: [0, 64],
    checkpointEvery: 16,
  },
  /** The small one, trained on 20,640 rows of 9 columns. */
  paper: {
    ...PUBLISHED,
    epochs: 512,
    batchSize: 128,
    learningRate: 5e-3,
    learningRateMin: 1e-5,
    restartEpochs: 64,
    embeddingDim: 32,
    heads: 4,
    ffnDim: 128,
    dropout: 0.1,
    headDim: 64,
    headLayers: 2,
    steps: 100,
    contextRange: [0, 64],
    checkpointEvery: 16,
  },
  /** The large one, trained on 396,718 stars with 118 columns. */
  "paper-stellar": {
    ...PUBLISHED,
    epochs: 10_240,
    batchSize: 1024,
    learningRate: 1e-3,
    learningRateMin: 1e-11,
    restartEpochs: 1024,
    embeddingDim: 192,
    heads: 24,
    ffnDim: 2048,
    dropout: 0.2,
    headDim: 512,
    headLayers: 5,
    steps: 120,
    contextRange: [0, 64],
    checkpointEvery: 512,
  },
} as const satisfies Record<string, TrainingSettings>;

export const SIZES = ["small", "base", "large"] as const;
/** How large the preset "default" makes a model. */
type Size = (typeof SIZES)[number];

const SIZE_SETTINGS = {
  small: { embeddingDim: 32, ffnDim: 64, headDim: 32, learningRate: 5e-3 },
  base: {},
  large: {
    embeddingDim: 128,
    heads: 8,
    ffnDim: 256,
    encoderLayers: 3,
    headDim: 128,
    headLayers: 3,
    batchSize: 512,
  },
} as const satisfies Record<Size, Partial<TrainingSettings>>;

/** So few rows are learnt by heart before long: dropout keeps the densities wide enough. */
const FEW_ROWS = 5000;
const FEW_ROWS_DROPOUT = 0.1;

/** In a table of more columns half of the rows have few given more often: such questions would hardly be met else. */
const WIDE_COLUMNS = 10;
const WIDE_FEW_GIVEN = 0.5;

/** A table of fewer rows and columns than these gets the size. */
const SUITED = [
  { size: "small", rows: 200_000, columns: 20 },
  { size: "base", rows: 1_000_000, columns: 40 },
] as const;

/** About so many steps are enough by default: long tables reach them in fewer epochs than the preset's. */
const MOST_STEPS = 30_000;

/** More epochs than any training gets to that is limited by time. */
export const ENDLESS_EPOCHS = 1_000_000;

/** What a limit of time means where nothing is said about epochs: no other limit, if the schedule can do without. */
export function timedEpochs(
  { seconds = 0, epochs }: Partial<TrainingSettings>,
  schedule: LearningRateSchedule,
): Partial<TrainingSettings> {
  return seconds > 0 && epochs === undefined && schedule !== "cosine" ? { epochs: ENDLESS_EPOCHS } : {};
}

/**
 * The settings of a size, or of the one that suits a table: "small" below 200,000 rows and 20 columns, "large" from
 * 1,000,000 rows or 40 columns on. A table too short for eight batches gets smaller ones; a long one, fewer epochs; one of
 * fewer than 5,000 rows, dropout; one of more than 10 columns, more questions with little given.
 * @throws InputError for a size there isn't, or one asked of a published preset.
 */
export function sizeSettings(
  preset: string,
  size: string | undefined,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Partial<TrainingSettings> {
  if (preset !== "default") {
    if (size === undefined) return {};
    throw new InputError(
      `The preset "${preset}" has one size; leave --size out, or use the preset "default".`,
    );
  }
  if (size !== undefined && !SIZES.includes(size as Size)) {
    throw new InputError(`There is no size "${size}": choose one of ${SIZES.join(", ")}.`);
  }
  const suited = SUITED.find((each) => rows < each.rows && columns < each.columns)?.size ?? "large";
  const own = SIZE_SETTINGS[(size as Size | undefined) ?? suited];
  const chosen: TrainingSettings = { ...PRESETS.default, ...own };
  const batchSize = Math.min(chosen.batchSize, Math.max(1, 2 ** Math.floor(Math.log2(rows / 8))));
  const steps = Math.max(1, Math.floor((rows * (1 - chosen.validation)) / batchSize));
  const epochs = Math.min(chosen.epochs, Math.ceil(MOST_STEPS / steps));
  const dropout = rows < FEW_ROWS ? FEW_ROWS_DROPOUT : chosen.dropout;
  const fewGiven = columns > WIDE_COLUMNS ? WIDE_FEW_GIVEN : chosen.fewGiven;
  return { ...own, batchSize, epochs, dropout, fewGiven };
}

export type Preset = keyof typeof PRESETS;
export const PRESET_NAMES = Object.keys(PRESETS) as readonly Preset[];
export const DEFAULT_PRESET: Preset = "default";

/** A preset with some settings replaced. @throws InputError naming the first setting that can't be. */
export function settingsOf(preset: string, given: Partial<TrainingSettings>): TrainingSettings {
  if (!PRESET_NAMES.includes(preset as Preset)) {
    throw new InputError(`There is no preset "${preset}": choose one of ${PRESET_NAMES.join(", ")}.`);
  }
  const chosen = Object.entries(given).filter(([, value]) => value !== undefined);
  return checked({ ...PRESETS[preset as Preset], ...Object.fromEntries(chosen) });
}

function checked(settings: TrainingSettings): TrainingSettings {
  const wholes = {
    epochs: 0,
    batchSize: 1,
    restartEpochs: 1,
    checkpointEvery: 0,
    patience: 0,
    workers: 0,
    seconds: 0,
    warmupSteps: 0,
    decaySteps: 0,
    draws: 1,
    requests: 1,
  } as const;
  for (const [name, least] of Object.entries(wholes)) {
    const value = settings[name as keyof typeof wholes];
    if (!Number.isInteger(value) || value < least) {
      throw new InputError(`${name} is ${value}; it must be a whole number of at least ${least}.`);
    }
  }
  const { learningRate, learningRateMin, validation, contextRange, seed, schedule } = settings;
  if (!(learningRate > 0)) throw new InputError(`learningRate is ${learningRate}; it must be above 0.`);
  if (!(learningRateMin >= 0 && learningRateMin <= learningRate)) {
    throw new InputError(
      `learningRateMin is ${learningRateMin}; it must be from 0 to learningRate (${learningRate}).`,
    );
  }
  if (!LEARNING_RATE_SCHEDULES.includes(schedule)) {
    throw new InputError(
      `There is no schedule "${schedule}": choose one of ${LEARNING_RATE_SCHEDULES.join(", ")}.`,
    );
  }
  const { precision } = settings;
  if (!PRECISIONS.includes(precision)) {
    throw new InputError(`There is no precision "${precision}": choose one of ${PRECISIONS.join(", ")}.`);
  }
  if (!(validation >= 0 && validation < 1)) {
    throw new InputError(`validation is ${validation}; it is a share of the rows, at least 0 and below 1.`);
  }
  const { fewGiven } = settings;
  if (!(fewGiven >= 0 && fewGiven <= 1)) {
    throw new InputError(`fewGiven is ${fewGiven}; it is a share of the rows, from 0 to 1.`);
  }
  const [fewest, most] = contextRange;
  if (!(Number.isInteger(fewest) && Number.isInteger(most) && fewest >= 0 && most >= fewest)) {
    throw new InputError(`contextRange is ${fewest},${most}; it must be two whole numbers, fewest and most.`);
  }
  if (!Number.isSafeInteger(seed)) throw new InputError(`seed is ${seed}; it must be a whole number.`);
  return settings;
}
