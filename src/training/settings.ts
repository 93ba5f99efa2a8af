/**
 * @file The options of a training run, each of them once: name, values, default in each preset, and what it is for.
 * The types, the checks, the command line's options of `train` and docs/settings.md are made of these two tables.
 */
import { HEAD_NAMES, type HeadName } from "../networks/query/heads/registry.ts";
import type { NetworkKind } from "../networks/registry.ts";
import { DEVICES, type DeviceChoice, PRECISIONS } from "../runtime/device-names.ts";
import { NOISE_SCHEDULES } from "../sampling/ddpm-schedule.ts";
import {
  bounds,
  choice,
  integer,
  integers,
  kinds,
  model,
  names,
  number,
  numbers,
  text,
  textOrNone,
  type Values,
  yesOrNo,
} from "./option-values.ts";

/** The network that each preset trains: one that answers for all columns of a row at once, or the published one. */
export const PRESETS = {
  default: "query",
  paper: "leung-bovy",
  "paper-stellar": "leung-bovy",
} as const satisfies Record<string, NetworkKind>;
export type Preset = keyof typeof PRESETS;
export const PRESET_NAMES = Object.keys(PRESETS) as readonly Preset[];
export const DEFAULT_PRESET = "default" satisfies Preset;

const SIZES = ["small", "base", "large"] as const;
/** How large the preset "default" makes a model. */
export type Size = (typeof SIZES)[number];

export const LEARNING_RATE_SCHEDULES = [
  "warm-restarts",
  "cosine",
  "constant",
  "plateau",
  "inverse-sqrt",
] as const;
export type LearningRateSchedule = (typeof LEARNING_RATE_SCHEDULES)[number];

/** Under which heading an option stands. */
export const OPTION_GROUPS = [
  "The run",
  "Columns",
  "Length and speed of training",
  "Size of the network",
] as const;

/** What is said of an option besides its values and defaults. */
export interface About {
  /** One sentence without its full stop; other options in backquotes. */
  readonly about: string;
  readonly group: (typeof OPTION_GROUPS)[number];
  /** What stands for its value in the command line's help. */
  readonly placeholder?: string;
  /** Not in the command line's help, for few will want it. */
  readonly rare?: true;
  /** Its name in models and commands of older versions. */
  readonly formerly?: string;
  /** What a model was trained with that was made before there was this setting, if that is not the preset's default. */
  readonly before?: unknown;
  /** Whether a resumed run may be given another value: any run, or one of an imported model, which does not know its own. */
  readonly resumable?: "always" | "imported";
}

/** An option whose value belongs to the run and is kept in config.json. The presets with a default are those that use it. */
export interface Setting<Value, By extends Preset> extends About {
  readonly values: Values<Value>;
  readonly defaults: Readonly<Record<By, Value>>;
}

function setting<Value, By extends Preset>(
  values: Values<Value>,
  defaults: Readonly<Record<By, NoInfer<Value>>>,
  about: About,
): Setting<Value, By> {
  return { values, defaults, ...about };
}

/** The same default in all presets. */
const always = <const Value>(value: Value) => ({ default: value, paper: value, "paper-stellar": value });
/** Not for the preset "default". */
const published = <const Value>(paper: Value, stellar: Value) => ({ paper, "paper-stellar": stellar });

const [COLUMNS, LENGTH, NETWORK] = OPTION_GROUPS.slice(1) as [About["group"], About["group"], About["group"]];
const share = number({ from: 0, to: 1 });

/** What makes a run what it is: same settings, same table, same machine, same weights. */
export const SETTINGS = {
  transform: setting(
    choice(["auto", "none", "asinh", "quantiles"]),
    { default: "auto" },
    { group: COLUMNS, about: "how values are transformed before the network sees them", placeholder: "how" },
  ),
  pointMasses: setting(
    yesOrNo,
    { default: true },
    {
      group: COLUMNS,
      about: "model repeated values of a number (a cap, a zero) as point masses",
      formerly: "atoms",
    },
  ),
  bounds: setting(
    bounds,
    { default: {} },
    {
      group: COLUMNS,
      about:
        "what a column's values lie within: age=0.., share=0..1; column=none: they have no bounds; by default as the values show, none: nowhere",
      placeholder: "column=low..high",
      before: "none",
    },
  ),
  measurementErrors: setting(
    choice(["deconvolve", "given", "ignore"]),
    { default: "deconvolve" },
    {
      group: COLUMNS,
      about:
        "deconvolve: use the errors of given values and remove those of targets; given: use those of given values only; ignore: neither",
      placeholder: "use",
      formerly: "errors",
    },
  ),
  intervals: setting(
    share,
    { default: 0.05 },
    {
      group: COLUMNS,
      about:
        "share of the rows in which given values are hidden behind random intervals, where a table has columns that are given only or have limits: intervals (age=60..) of all others may be given without; 0: values only",
      placeholder: "share",
      before: 0,
    },
  ),
  epochs: setting(
    integer(0),
    { default: 200, paper: 512, "paper-stellar": 10_240 },
    { group: LENGTH, about: "passes over the rows", resumable: "always" },
  ),
  seconds: setting(number({ from: 0 }), always(0), {
    group: LENGTH,
    about:
      "stop after so many seconds of training, if the epochs are not done by then; with `resume` those before count too; 0: no limit",
    placeholder: "x",
    resumable: "always",
  }),
  untilDone: setting(
    yesOrNo,
    { default: false },
    {
      group: LENGTH,
      about:
        "train until no asked column gets better any more; on where neither `epochs` nor `seconds` nor `patience` is given, within them where they are",
      resumable: "always",
    },
  ),
  batchSize: setting(
    integer(1),
    { default: 128, paper: 128, "paper-stellar": 1024 },
    { group: LENGTH, about: "rows per step", resumable: "imported" },
  ),
  learningRate: setting(
    number({ above: 0 }),
    { default: 3e-3, paper: 5e-3, "paper-stellar": 1e-3 },
    { group: LENGTH, about: "AdamW's step size at the start", resumable: "imported" },
  ),
  learningRateMin: setting(
    number({ from: 0 }),
    { default: 0, paper: 1e-5, "paper-stellar": 1e-11 },
    { group: LENGTH, about: "where the schedule ends", resumable: "imported" },
  ),
  schedule: setting(
    choice(LEARNING_RATE_SCHEDULES),
    { default: "inverse-sqrt", paper: "warm-restarts", "paper-stellar": "warm-restarts" },
    { group: LENGTH, about: "how the learning rate falls", resumable: "imported" },
  ),
  restartEpochs: setting(
    integer(1),
    { default: 1, paper: 64, "paper-stellar": 1024 },
    { group: LENGTH, about: "epochs from one warm restart to the next", resumable: "imported" },
  ),
  warmupSteps: setting(
    integer(0),
    { default: 200, paper: 0, "paper-stellar": 0 },
    { group: LENGTH, about: "steps of rising rate at the start (schedule inverse-sqrt)", rare: true },
  ),
  decaySteps: setting(
    integer(0),
    { default: 2000, paper: 0, "paper-stellar": 0 },
    { group: LENGTH, about: "the step from which on the rate falls (schedule inverse-sqrt)", rare: true },
  ),
  validation: setting(number({ from: 0, below: 1 }), always(0.1), {
    group: LENGTH,
    about: "share of the rows held out for validation",
    placeholder: "share",
    resumable: "imported",
  }),
  splitBy: setting(textOrNone, always(""), {
    group: LENGTH,
    about:
      "hold out whole groups of rows with the same value of this column (star, patient), or the last rows where it has dates (last:t: of any number); it is then no column of the model itself, unless it has dates or its kind is said; none: rows by chance",
    placeholder: "column",
  }),
  patience: setting(integer(0), always(0), {
    group: LENGTH,
    about: "stop after n epochs without a better validation loss; 0: never",
    resumable: "always",
  }),
  checkpointEvery: setting(
    integer(0),
    { default: 16, paper: 16, "paper-stellar": 512 },
    { group: LENGTH, about: "epochs between checkpoints; 0: one at the end", resumable: "always" },
  ),
  averaging: setting(
    number({ from: 0, below: 1 }),
    { default: 0.1, paper: 0, "paper-stellar": 0 },
    {
      group: LENGTH,
      about: "the model is the mean of the weights over this share of the steps; 0: those of the last step",
      placeholder: "share",
    },
  ),
  keepBest: setting(
    yesOrNo,
    { default: true, paper: false, "paper-stellar": false },
    {
      group: LENGTH,
      about: "make the model of the weights of the epoch with the best validation loss, not of the last",
      rare: true,
    },
  ),
  recalibrate: setting(
    yesOrNo,
    { default: true },
    {
      group: LENGTH,
      about:
        "at the end, compare answers with held-out rows and correct them where that helps; heads with a likelihood only",
      before: false,
      resumable: "always",
    },
  ),
  draws: setting(
    integer(1),
    { default: 4 },
    { group: LENGTH, about: "noisy copies of each target number in a step" },
  ),
  requests: setting(
    integer(1),
    { default: 16 },
    { group: LENGTH, about: "most targets of a row in a step", rare: true },
  ),
  seed: setting(integer(), always(1), {
    group: LENGTH,
    about: "same seed, table and machine: same weights",
    resumable: "imported",
  }),
  workers: setting(integer(0), always(0), {
    group: LENGTH,
    about: "worker threads; 0: one per core; any number trains the same, to rounding",
    resumable: "always",
  }),
  precision: setting(choice(PRECISIONS), always("float32"), {
    group: LENGTH,
    about:
      "what matrix products are computed in, where the device has it (info --system shows); weights stay float32",
  }),
  embeddingDim: setting(
    integer(1),
    { default: 64, paper: 32, "paper-stellar": 192 },
    { group: NETWORK, about: "width of embeddings, encoder and condition, a multiple of `heads`" },
  ),
  heads: setting(
    integer(1),
    { default: 4, paper: 4, "paper-stellar": 24 },
    { group: NETWORK, about: "attention heads" },
  ),
  ffnDim: setting(
    integer(1),
    { default: 128, paper: 128, "paper-stellar": 2048 },
    { group: NETWORK, about: "width of the feed-forward layers" },
  ),
  encoderLayers: setting(
    integer(1),
    { default: 2, paper: 2, "paper-stellar": 2 },
    { group: NETWORK, about: "encoder layers" },
  ),
  dropout: setting(
    number({ from: 0, below: 1 }),
    { default: 0, paper: 0.1, "paper-stellar": 0.2 },
    { group: NETWORK, about: "share of cells dropped in training", placeholder: "share" },
  ),
  head: setting(
    choice(HEAD_NAMES),
    { default: "mixture" },
    {
      group: NETWORK,
      about:
        "what makes a distribution: a mixture of normals, trained by its exact likelihood, or the denoising of diffusion",
      placeholder: "kind",
      before: "diffusion" satisfies HeadName,
    },
  ),
  members: setting(
    integer(1),
    { default: 1 },
    { group: NETWORK, about: "networks that are trained side by side, and whose answers are averaged" },
  ),
  turns: setting(
    integer(1),
    { default: 1 },
    {
      group: NETWORK,
      about:
        "networks that are trained one after another at most, each when the one before learns no more, and whose answers are averaged",
      resumable: "always",
    },
  ),
  freeNormals: setting(
    integer(0),
    { default: 24 },
    { group: NETWORK, about: "normals of the mixture that what is given moves", rare: true },
  ),
  fixedNormals: setting(
    integer(0),
    { default: 64 },
    { group: NETWORK, about: "normals of the mixture that have a place of their own", rare: true },
  ),
  headDim: setting(
    integer(1),
    { default: 64, paper: 64, "paper-stellar": 512 },
    { group: NETWORK, about: "width of the head" },
  ),
  headLayers: setting(
    integer(1),
    { default: 2, paper: 2, "paper-stellar": 5 },
    { group: NETWORK, about: "layers of the head" },
  ),
  frequencies: setting(
    integer(1),
    { default: 16 },
    { group: NETWORK, about: "periodic features of each given value", rare: true },
  ),
  summary: setting(
    yesOrNo,
    { default: true },
    {
      group: NETWORK,
      about:
        "show each target all that it is given at once, and how far each value is from what the others let expect if all were jointly normal (of at most 40 columns of numbers, and enough rows)",
      rare: true,
      before: false,
    },
  ),
  counted: setting(
    yesOrNo,
    { default: true },
    {
      group: NETWORK,
      about:
        "answer questions with at most one column given in part by what was counted, of each column and each pair (of a table of more than 15 columns and at least 3,000 rows that has a summary)",
      rare: true,
      before: false,
    },
  ),
  headFrequencies: setting(
    integer(1),
    { default: 16 },
    { group: NETWORK, about: "Fourier features of each noisy value", rare: true },
  ),
  highestFrequency: setting(
    number({ above: 0 }),
    { default: 60 },
    { group: NETWORK, about: "the highest of these, in radians per standardised unit", rare: true },
  ),
  sigmaRange: setting(
    numbers,
    { default: [0.005, 10] },
    { group: NETWORK, about: "lowest and highest noise level, in standardised units", rare: true },
  ),
  steps: setting(integer(2), published(100, 120), { group: NETWORK, about: "diffusion steps" }),
  noiseSchedule: setting(choice(NOISE_SCHEDULES), published("sigmoid", "sigmoid"), {
    group: NETWORK,
    about: "how noise grows over the steps",
  }),
  betaStart: setting(number({ above: 0, below: 1 }), published(1e-5, 1e-5), {
    group: NETWORK,
    about: 'noise variance of the first step (not of "cosine")',
  }),
  betaEnd: setting(number({ above: 0, below: 1 }), published(0.1, 0.1), {
    group: NETWORK,
    about: "and of the last",
  }),
  contextRange: setting(integers, always<readonly [number, number]>([0, 64]), {
    group: NETWORK,
    about: "fewest and most columns given in training",
    resumable: "imported",
  }),
  allGiven: setting(
    share,
    { default: 0.4 },
    {
      group: NETWORK,
      about: "share of the questions in training that have all other columns given",
      placeholder: "share",
    },
  ),
  fewGiven: setting(
    share,
    { default: 0 },
    {
      group: NETWORK,
      about: "share of the other questions that have few columns given more often than many",
      placeholder: "share",
    },
  ),
};

/** An option that says how a run is carried out; the model does not keep it. */
interface RunOption<Value> extends About {
  readonly values: Values<Value>;
  /** What holds if it is not given, in words. */
  readonly otherwise: string;
  readonly presets?: readonly Preset[];
}

function runOption<Value>(
  values: Values<Value>,
  otherwise: string,
  about: Omit<About, "group">,
  presets?: Preset[],
) {
  const option: RunOption<Value> = {
    values,
    otherwise,
    group: "The run",
    ...about,
    ...(presets && { presets }),
  };
  return option;
}

export const RUN_OPTIONS = {
  out: runOption(text, "the model stays in memory", {
    about: "the folder for model, checkpoints and logs",
    placeholder: "folder",
  }),
  resume: runOption(yesOrNo, "false", {
    about: "go on from the newest checkpoint in the folder, bit for bit",
  }),
  from: runOption(
    model,
    "a new network",
    {
      about:
        "the model to start from: what it knows of the table's columns is kept, columns and categories that it does not know are added",
      placeholder: "model",
    },
    ["default"],
  ),
  preset: runOption(choice(PRESET_NAMES), DEFAULT_PRESET, {
    about: "where the settings that are not given come from",
  }),
  size: runOption(
    choice(SIZES),
    "as suits the table",
    { about: "the size of the network, of batches and of the learning rate in one" },
    ["default"],
  ),
  outputs: runOption(names, "all", { about: "columns the model shall answer for", placeholder: "names" }),
  kinds: runOption(
    kinds,
    "as the table shows",
    {
      about:
        "what columns are where they would be taken for something else: zip=category; kinds are number, integer, category, boolean, date (date:dmy, date:mdy), ignore",
      placeholder: "column=kind",
    },
    ["default"],
  ),
  exclude: runOption(names, "none", { about: "columns to leave out", placeholder: "names" }),
  schema: runOption(text, "none", {
    about: "a file that says what columns are, as schema.json beside a model does; other options come first",
    placeholder: "file",
  }),
  device: runOption(choice<DeviceChoice>(["auto", ...DEVICES]), "cpu", {
    about:
      "where to compute; auto: the fastest that starts here (info --system shows which start, gpu how to get CUDA)",
  }),
  memory: runOption(number({ from: 0 }), "half of what is free", {
    about: "megabytes that the table may take; a larger one stays on the disk, with the same result",
    placeholder: "MB",
  }),
  licence: runOption(text, "none stated, or what the model in the folder states", {
    about: "under which licence the model is given away, for model-card.md: CC-BY-4.0, say",
    placeholder: "text",
  }),
  systemInfo: runOption(yesOrNo, "true", {
    about: "write system.json (versions, processor, memory) beside the model",
  }),
};
