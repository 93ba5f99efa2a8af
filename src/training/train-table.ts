/** @file Training a model on a table, from the first row read to the last checkpoint written. */

import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { InputError } from "../errors.ts";
import type { ModelColumn, ModelConfig } from "../model/model-config.ts";
import {
  readModelConfig,
  type TrainedModel,
  writeModelConfig,
  writeTrainedModel,
} from "../model/trained-model.ts";
import { checkNetwork, type NetworkConfig } from "../network/config.ts";
import { initialise, networkParameters, type Parameter, parameterCount } from "../network/parameters.ts";
import type { Device } from "../runtime/executable.ts";
import { unknownName } from "../table/near-misses.ts";
import { measureScaling, standardise } from "../table/scaling.ts";
import type { Table } from "../table/table.ts";
import { type Checkpoint, newestCheckpoint, readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import type { TrainingData } from "./draw.ts";
import { startPlateau } from "./learning-rate.ts";
import { DEFAULT_PRESET, settingsOf, type TrainingSettings } from "./presets.ts";
import { type EpochMetrics, RunLog } from "./run-log.ts";
import { DivergedError, runTraining, type StepProgress, type TrainingEnd } from "./trainer.ts";

export interface TrainOptions extends Partial<TrainingSettings> {
  /** Where all settings not given come from; default "paper". */
  readonly preset?: string;
  /** The columns the model shall answer for; default all. */
  readonly outputs?: readonly string[];
  /** The folder to write model, checkpoints and logs to; without one the model stays in memory. */
  readonly out?: string;
  /** Go on from the newest checkpoint in `out`, bit for bit as if the run had never stopped. */
  readonly resume?: boolean;
  readonly device?: Device;
  /** Write system.json (versions, processor, memory) beside the model; default true. */
  readonly systemInfo?: boolean;
  /** Ends the run cleanly after the step in hand, with a checkpoint. */
  readonly signal?: AbortSignal;
  readonly onStep?: (progress: StepProgress) => void;
  readonly onEpoch?: (metrics: EpochMetrics) => void;
  /** Told, one sentence each, what the user should know (a scale by standard deviation, say). */
  readonly onNotice?: (notice: string) => void;
}

export interface TrainedRun {
  readonly model: TrainedModel;
  readonly metrics: readonly EpochMetrics[];
  readonly why: TrainingEnd["why"];
  /** Optimizer steps and epochs done in all. */
  readonly steps: number;
  readonly epochs: number;
}

interface Plan {
  readonly config: ModelConfig;
  readonly settings: TrainingSettings;
  readonly start: Checkpoint;
}

/**
 * Trains a model.
 * @throws InputError for a column or setting that can't be used, a folder that holds a model already, a
 * full disk, and a loss that stops being a number (naming the epoch and the last good checkpoint).
 */
export async function trainTable(table: Table, options: TrainOptions = {}): Promise<TrainedRun> {
  const { out, device = "cpu", signal, onStep } = options;
  const plan = options.resume ? await resumedPlan(table, options) : await freshPlan(table, options);
  const { config, settings, start } = plan;
  const data = trainingData(table, config);
  checkRows(data, settings);
  const { workers } = settings;
  const log = out === undefined ? undefined : await openLog(out, plan, options, device, workers);
  const parameters = networkParameters(config.network);
  const metrics: EpochMetrics[] = [];
  const saved = new Saver(out, config, parameters, log);
  try {
    const end = await runTraining({
      network: config.network,
      settings,
      data,
      start,
      device,
      workers,
      ...(signal && { signal }),
      ...(onStep && { onStep }),
      onEpoch: async (epoch, checkpoint) => {
        metrics.push(epoch);
        options.onEpoch?.(epoch);
        await log?.epoch(epoch);
        const due = settings.checkpointEvery > 0 && epoch.epoch % settings.checkpointEvery === 0;
        if (due && epoch.epoch < settings.epochs) await saved.save(checkpoint());
      },
    });
    await saved.save(end.checkpoint);
    const { progress, weights } = end.checkpoint;
    await log?.line(`${end.why} after ${progress.epoch} epochs, ${progress.step} steps`);
    return {
      model: { config, weights },
      metrics,
      why: end.why,
      steps: progress.step,
      epochs: progress.epoch,
    };
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    await log?.line(error.message);
    throw new InputError(await divergedMessage(error, out, settings));
  }
}

/** The number of workers is settled when a run begins, so that it is the same when the run is resumed. */
function withWorkers(settings: TrainingSettings, device: Device = "cpu"): TrainingSettings {
  const { workers } = settings;
  return { ...settings, workers: workers > 0 ? workers : device === "cpu" ? availableParallelism() : 1 };
}

/** Writes checkpoints, and with each the model as it then is, so that it can be asked while training goes on. */
class Saver {
  constructor(
    readonly out: string | undefined,
    readonly config: ModelConfig,
    readonly parameters: readonly Parameter[],
    readonly log: RunLog | undefined,
  ) {}

  async save(checkpoint: Checkpoint): Promise<void> {
    if (this.out === undefined) return;
    const path = await writeCheckpoint(this.out, this.parameters, checkpoint);
    await writeTrainedModel(this.out, { config: this.config, weights: checkpoint.weights });
    await this.log?.line(`checkpoint ${path}`);
  }
}

async function freshPlan(table: Table, options: TrainOptions): Promise<Plan> {
  const { preset = DEFAULT_PRESET, out } = options;
  if (out !== undefined && (await holdsModel(out))) {
    throw new InputError(
      `${out} holds a model already: choose another folder, remove it, or go on with --resume.`,
    );
  }
  const settings = withWorkers(settingsOf(preset, givenSettings(options)), options.device);
  const columns = modelColumns(table, options);
  const network = checkNetwork(networkOf(columns.length, settings));
  const config: ModelConfig = { preset, columns, network, training: { ...settings } };
  return { config, settings, start: freshStart(network, settings, table.rows) };
}

/**
 * Whether training into the folder would overwrite something. A run that ended before its first checkpoint
 * (a device that did not start, a loss that was no number) has left only its plan and logs, and may be begun anew.
 */
async function holdsModel(folder: string): Promise<boolean> {
  if (existsSync(join(folder, "weights.safetensors"))) return true;
  if (!existsSync(join(folder, "config.json"))) return false;
  if ((await newestCheckpoint(folder)) !== undefined) return true;
  return readModelConfig(folder).then(
    () => false,
    () => true, // not one of ours, or of a newer format: never overwritten
  );
}

async function resumedPlan(table: Table, options: TrainOptions): Promise<Plan> {
  const { out } = options;
  if (out === undefined) throw new InputError("To resume, name the folder of the run with --out.");
  const stored = await readModelConfig(out);
  if (!stored.training) {
    throw new InputError(
      `${out}/config.json has no training settings: train a new model instead of resuming.`,
    );
  }
  if (stored.network.head.conditionDimension === 0) {
    throw new InputError(`${out} was trained blind to its inputs and can't learn to see: train a new model.`);
  }
  checkSameModel(stored, options);
  const settings = withWorkers(resumedSettings(stored, options), options.device);
  const config: ModelConfig = { ...stored, training: { ...settings } };
  const parameters = networkParameters(config.network);
  const newest = await newestCheckpoint(out);
  const start = newest
    ? await readCheckpoint(newest, parameters)
    : freshStart(config.network, settings, table.rows);
  if (start.progress.rows !== 0 && start.progress.rows !== table.rows) {
    throw new InputError(
      `${out} was trained on ${start.progress.rows} rows, ${table.source} has ${table.rows}: ` +
        "resume with the same table, or train a new model.",
    );
  }
  return { config, settings, start: { ...start, progress: { ...start.progress, rows: table.rows } } };
}

/** What a run is begun with and can't be changed later is refused, not ignored. */
function checkSameModel({ preset, columns }: ModelConfig, options: TrainOptions): void {
  if (options.preset !== undefined && options.preset !== preset) {
    throw new InputError(
      `preset is ${preset} in the run to be resumed, not ${options.preset}: leave it out, or train a new model.`,
    );
  }
  if (options.outputs === undefined) return;
  const before = columns.filter(({ output }) => output).map(({ name }) => name);
  if (String([...before].sort()) !== String([...options.outputs].sort())) {
    throw new InputError(
      `outputs are ${before.join(", ")} in the run to be resumed, not ${options.outputs.join(", ")}: ` +
        "leave them out, or train a new model.",
    );
  }
}

/** A run goes on with its own settings; only how long, how often it saves and on how many threads may change. */
function resumedSettings({ preset, training }: ModelConfig, options: TrainOptions): TrainingSettings {
  const stored = training as unknown as TrainingSettings;
  const given = givenSettings(options);
  const free = ["epochs", "checkpointEvery", "patience", "workers"];
  for (const [name, value] of Object.entries(given)) {
    const before = stored[name as keyof TrainingSettings];
    if (!free.includes(name) && String(before) !== String(value)) {
      throw new InputError(
        `${name} is ${before} in the run to be resumed, not ${value}: leave it out, or train a new model.`,
      );
    }
  }
  return settingsOf(preset, { ...stored, ...given });
}

function freshStart(network: NetworkConfig, settings: TrainingSettings, rows: number): Checkpoint {
  const parameters = networkParameters(network);
  const count = parameterCount(parameters);
  const weights = new Float32Array(count);
  initialise(parameters, weights, settings.seed);
  const progress = {
    epoch: 0,
    stepOfEpoch: 0,
    lossSum: 0,
    step: 0,
    rows,
    plateau: startPlateau(settings),
    bestValidation: null,
    generator: null,
    seconds: 0,
  };
  return { weights, firstMoment: new Float32Array(count), secondMoment: new Float32Array(count), progress };
}

/** The network of some settings for a table of so many columns. */
export function networkOf(columns: number, settings: TrainingSettings): NetworkConfig {
  const { embeddingDim, heads, ffnDim, encoderLayers, dropout } = settings;
  return {
    columns,
    embeddingDim,
    heads,
    ffnDim,
    encoderLayers,
    dropout,
    head: {
      dimension: 1,
      conditionDimension: embeddingDim,
      width: settings.headDim,
      layers: settings.headLayers,
      steps: settings.steps,
      schedule: settings.noiseSchedule,
      betaStart: settings.betaStart,
      betaEnd: settings.betaEnd,
    },
  };
}

function modelColumns(table: Table, { outputs, onNotice }: TrainOptions): ModelColumn[] {
  const names = table.columns.map((column) => column.name);
  for (const output of outputs ?? []) {
    if (!names.includes(output)) throw new InputError(unknownName("column", output, names, table.source));
  }
  return table.columns.map((column) => {
    const { center, scale, by } = measureScaling(column, table.source);
    if (by !== "mad") {
      onNotice?.(
        `More than half of the values of "${column.name}" are equal, so it is scaled by its standard deviation instead of its MAD.`,
      );
    }
    return { name: column.name, center, scale, output: outputs?.includes(column.name) ?? true };
  });
}

/** The table's columns in the model's order and scale. */
function trainingData(table: Table, { columns }: ModelConfig): TrainingData {
  const standardised = columns.map(({ name, center, scale }) => {
    const column = table.columns.find((c) => c.name === name);
    if (!column) {
      const names = table.columns.map((c) => c.name);
      throw new InputError(unknownName("column", name, names, table.source));
    }
    return standardise(column, { center, scale });
  });
  const outputs = columns.flatMap(({ output }, place) => (output ? [place] : []));
  return { rows: table.rows, columns: standardised, outputs: Int32Array.from(outputs) };
}

function checkRows({ rows }: TrainingData, { batchSize, validation }: TrainingSettings): void {
  const training = rows - Math.floor(rows * validation);
  if (training < batchSize) {
    throw new InputError(
      `The table has ${training} rows to train on, fewer than one batch of ${batchSize}: give more rows or a smaller --batch-size.`,
    );
  }
}

async function openLog(
  out: string,
  { config, settings, start }: Plan,
  { systemInfo = true }: TrainOptions,
  device: Device,
  workers: number,
): Promise<RunLog> {
  await writeModelConfig(out, config);
  const log = await RunLog.open(out, start.progress.epoch);
  if (systemInfo) await log.system(device, workers);
  const parameters = parameterCount(networkParameters(config.network));
  const { epoch, step, rows } = start.progress;
  await log.line(
    `${parameters} parameters, ${config.columns.length} columns, ${rows} rows, ${JSON.stringify(settings)}`,
  );
  await log.line(step === 0 ? "starting" : `resuming after epoch ${epoch}, step ${step}`);
  return log;
}

async function divergedMessage(
  { epoch, step, loss }: DivergedError,
  out: string | undefined,
  { learningRate }: TrainingSettings,
): Promise<string> {
  const good = out === undefined ? undefined : await newestCheckpoint(out);
  const kept = good ? `the last good checkpoint is ${good}` : "there is no checkpoint before it";
  return (
    `The loss became ${loss} in epoch ${epoch} (step ${step}); ${kept}. ` +
    `Train again with a --learning-rate below ${learningRate}.`
  );
}

const SETTING_NAMES = Object.keys(settingsOf(DEFAULT_PRESET, {})) as (keyof TrainingSettings)[];

/** The settings among the options. */
function givenSettings(options: TrainOptions): Partial<TrainingSettings> {
  return Object.fromEntries(
    SETTING_NAMES.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}
