/** @file Planning a run: columns and their scaling, the network, and the state it starts from. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import { type ColumnEncoding, classCount, type ModelColumn, plainEncoding } from "../columns/encoding.ts";
import { fitEncoding } from "../columns/kinds.ts";
import { measureScaling } from "../columns/scaling.ts";
import { readModelConfig } from "../model/trained-model.ts";
import { type AnyNetwork, checkAnyNetwork, isShared, parametersOf } from "../networks/any-network.ts";
import { initialise, parameterCount } from "../networks/layers/parameter-layout.ts";
import type { NetworkConfig } from "../networks/leung-bovy/config.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import type { SharedConfig } from "../networks/query/config.ts";
import type { Device } from "../runtime/device-names.ts";
import type { Column, Table } from "../table/table.ts";
import { type Checkpoint, newestCheckpoint, readCheckpoint } from "./checkpoint.ts";
import { startPlateau } from "./learning-rate.ts";
import type { TrainOptions } from "./options.ts";
import {
  checkOptions,
  givenSettings,
  settingsOf,
  sizeSettings,
  storedSettings,
  timedEpochs,
} from "./presets.ts";
import {
  type About,
  type AnySettings,
  DEFAULT_PRESET,
  type PublishedSettings,
  SETTINGS,
  type SettingName,
  type SharedSettings,
  type TrainingSettings,
} from "./settings.ts";

export interface Plan {
  readonly config: ModelConfig;
  readonly settings: TrainingSettings;
  readonly start: Checkpoint;
}

/**
 * A new run: scaling measured on the table, weights at their start values.
 * @param table the rows that columns are measured on. @param rows how many the whole table has.
 */
export async function freshPlan(
  table: Table,
  rows: number,
  options: TrainOptions,
  device: Device,
): Promise<Plan> {
  const { preset = DEFAULT_PRESET, out } = options;
  const settings = withWorkers(freshSettings(table, rows, options), device);
  if (out !== undefined && (await holdsModel(out))) {
    throw new InputError(
      `${out} holds a model already: choose another folder, remove it, or go on with \`resume\`.`,
      { option: "out" },
    );
  }
  const columns = modelColumns(table, settings, options);
  const network = checkAnyNetwork(
    settings.architecture === "shared"
      ? sharedNetworkOf(columns, settings)
      : networkOf(columns.length, settings),
  );
  const config: ModelConfig = { preset, columns, network, training: { ...settings } };
  return { config, settings, start: freshStart(network, settings, rows) };
}

/** What the preset, the size and the caller say together. */
function freshSettings(table: Table, rows: number, options: TrainOptions): TrainingSettings {
  const { preset = DEFAULT_PRESET } = options;
  checkOptions(options, preset);
  const size = "size" in options ? options.size : undefined;
  const suited = sizeSettings(preset, size, { rows, columns: table.columns.length });
  const given = givenSettings(options);
  const { schedule } = settingsOf(preset, { ...suited, ...given });
  return settingsOf(preset, { ...suited, ...timedEpochs(given, schedule), ...given });
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

/** An interrupted or finished run, to go on from its newest checkpoint; table and rows as of {@link freshPlan}. */
export async function resumedPlan(
  table: Table,
  rows: number,
  options: TrainOptions,
  device: Device,
): Promise<Plan> {
  const { out } = options;
  if (out === undefined)
    throw new InputError("To resume, name the folder of the run with `out`.", { option: "out" });
  const stored = await readModelConfig(out);
  if (!stored.training) {
    throw new InputError(
      `${out}/config.json has no training settings: train a new model instead of resuming.`,
    );
  }
  if (!isShared(stored.network) && stored.network.head.conditionDimension === 0) {
    throw new InputError(`${out} was trained blind to its inputs and can't learn to see: train a new model.`);
  }
  checkSameModel(stored, options);
  const settings = withWorkers(resumedSettings(stored, options), device);
  const config: ModelConfig = { ...stored, training: { ...settings } };
  const parameters = parametersOf(config.network);
  const newest = await newestCheckpoint(out);
  if (newest === undefined && existsSync(join(out, "weights.safetensors"))) {
    throw new InputError(
      `${out} holds a finished model without a checkpoint to resume from: train a new one in another folder.`,
    );
  }
  const start = newest
    ? await readCheckpoint(newest, parameters)
    : freshStart(config.network, settings, rows);
  // An imported model does not know its rows: it may be trained on with any.
  if (start.progress.rows !== 0) {
    checkSameRows(rows, start.progress.rows, table.source, out);
    checkSameCells(table, stored, settings, out);
  }
  return { config, settings, start: { ...start, progress: { ...start.progress, rows } } };
}

/** What a run is begun with and can't be changed later is refused, not ignored. */
function checkSameModel({ preset, columns }: ModelConfig, options: TrainOptions): void {
  if (options.preset !== undefined && options.preset !== preset) {
    throw new InputError(
      `\`preset\` is ${preset} in the run to be resumed, not ${options.preset}: leave it out, or train a new model.`,
      { option: "preset" },
    );
  }
  if ("size" in options && options.size !== undefined) {
    throw new InputError("A model keeps its size: leave `size` out when resuming, or train a new model.", {
      option: "size",
    });
  }
  if (options.outputs === undefined) return;
  const before = columns.filter(({ output }) => output).map(({ name }) => name);
  if (String([...before].sort()) !== String([...options.outputs].sort())) {
    throw new InputError(
      `\`outputs\` are ${before.join(", ")} in the run to be resumed, not ${options.outputs.join(", ")}: ` +
        "leave them out, or train a new model.",
      { option: "outputs" },
    );
  }
}

// Another table would make a mixture of two runs, which is hardly ever meant and never reproducible.
const SAME_TABLE = "resume with the same table, or train a new model.";

function checkSameRows(rows: number, before: number, source: string, out: string): void {
  if (rows !== before) {
    throw new InputError(`${out} was trained on ${before} rows, ${source} has ${rows}: ${SAME_TABLE}`);
  }
}

function checkSameCells(
  table: Table,
  { columns, origin }: ModelConfig,
  settings: TrainingSettings,
  out: string,
): void {
  if (origin !== undefined) return; // imported: its scaling was measured elsewhere
  for (const column of table.columns) {
    const known = columns.find(({ name }) => name === column.name);
    if (!known) continue;
    const { center, scale } = encodingFor(settings)(column, table.source);
    if (center !== known.coding.center || scale !== known.coding.scale) {
      throw new InputError(
        `Column "${column.name}" of ${table.source} holds other values than ${out} was trained on ` +
          `(median ${center} instead of ${known.coding.center}): ${SAME_TABLE}`,
      );
    }
  }
}

type Stored = Partial<AnySettings> & Pick<TrainingSettings, "architecture">;

/** A run goes on with its own settings; only how long, how often it saves and on how many threads may change. */
function resumedSettings({ preset, training, origin }: ModelConfig, options: TrainOptions): TrainingSettings {
  const { architecture: _, ...stored }: Stored = storedSettings(
    preset,
    training ?? {},
    `${options.out}/config.json`,
  );
  const given = givenSettings(options);
  for (const name of Object.keys(given) as SettingName[]) {
    const [before, value] = [stored[name], given[name]];
    if (isFree(name, origin) || before === undefined || String(before) === String(value)) continue;
    throw new InputError(
      `\`${name}\` is ${before} in the run to be resumed, not ${value}: leave it out, or train a new model.`,
      { option: name },
    );
  }
  return settingsOf(preset, { ...stored, ...timedEpochs(given, stored.schedule ?? "constant"), ...given });
}

/** Whether a run that goes on may be told so: an imported model does not know all that it was trained with. */
function isFree(name: SettingName, origin: string | undefined): boolean {
  const { resumable }: About = SETTINGS[name];
  return resumable === "always" || (resumable === "imported" && origin !== undefined);
}

function freshStart(network: AnyNetwork, settings: TrainingSettings, rows: number): Checkpoint {
  const parameters = parametersOf(network);
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
export function networkOf(columns: number, settings: PublishedSettings): NetworkConfig {
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

/** The shared-context network of some settings for these columns. */
function sharedNetworkOf(columns: readonly ModelColumn[], settings: SharedSettings): SharedConfig {
  const { embeddingDim, heads, ffnDim, encoderLayers, dropout, frequencies } = settings;
  const [sigmaMin, sigmaMax] = settings.sigmaRange;
  return {
    kind: "shared",
    columns: columns.length,
    classes: columns.map(({ coding }) => classCount(coding)),
    errors: columns.some((column) => column.errors),
    embeddingDim,
    heads,
    ffnDim,
    encoderLayers,
    dropout,
    frequencies,
    head: {
      width: settings.headDim,
      blocks: settings.headLayers,
      frequencies: settings.headFrequencies,
      highestFrequency: settings.highestFrequency,
      sigmaMin,
      sigmaMax,
    },
  };
}

function modelColumns(table: Table, settings: TrainingSettings, options: TrainOptions): ModelColumn[] {
  const { outputs } = options;
  const names = table.columns.map((column) => column.name);
  if (outputs?.length === 0)
    throw new InputError("No output column is named: name at least one, or leave `outputs` out.", {
      option: "outputs",
    });
  for (const output of outputs ?? []) {
    if (!names.includes(output)) throw new InputError(unknownName("column", output, names, table.source));
  }
  return table.columns.map((column) => {
    const output = outputs?.includes(column.name) ?? true;
    return settings.architecture === "shared"
      ? codedColumn(column, table.source, output, settings, options)
      : scaledColumn(column, table.source, output, options);
  });
}

/** A column as the published network sees it: a number, standardised. */
function scaledColumn(
  column: Column,
  source: string,
  output: boolean,
  { onNotice, preset }: TrainOptions,
): ModelColumn {
  if (column.kind === "category") {
    // truth values and dates are numbers enough for it
    throw new InputError(
      `Column "${column.name}" of ${source} holds text, and the published network (preset "${preset}") ` +
        'learns numbers only: train with the preset "default", or leave the column out with `columns`.',
      { option: "preset" },
    );
  }
  const { center, scale, by } = measureScaling(column, source);
  if (by !== "mad") {
    onNotice?.(
      `More than half of the values of "${column.name}" are equal, so it is scaled by its standard deviation instead of its MAD.`,
    );
  }
  return { name: column.name, output, coding: plainEncoding({ center, scale }), ...unitOf(column) };
}

function codedColumn(
  column: Column,
  source: string,
  output: boolean,
  settings: SharedSettings,
  { onNotice }: TrainOptions,
): ModelColumn {
  const { coding, notices } = fitEncoding(column, source, encodingOptions(settings));
  for (const notice of notices) onNotice?.(notice);
  const errors = settings.measurementErrors !== "ignore" && column.errors !== undefined;
  return { name: column.name, output, coding, ...(errors && { errors }), ...unitOf(column) };
}

const unitOf = ({ unit }: Column) => (unit === undefined ? {} : { unit });

/** How a column is measured for a run of these settings: to see whether a table is the one of the run. */
export function encodingFor(settings: TrainingSettings) {
  return (column: Column, source: string): Pick<ColumnEncoding, "center" | "scale"> =>
    settings.architecture === "shared"
      ? fitEncoding(column, source, encodingOptions(settings)).coding
      : measureScaling(column, source);
}

const encodingOptions = ({ transform, pointMasses, measurementErrors }: SharedSettings) => ({
  transform,
  atoms: pointMasses,
  ofTrueValues: measurementErrors === "deconvolve",
});

/** The number of workers is settled when a run begins, so that it is the same when the run is resumed. */
function withWorkers(settings: TrainingSettings, device: Device): TrainingSettings {
  const { workers } = settings;
  return { ...settings, workers: workers > 0 ? workers : device === "cpu" ? availableParallelism() : 1 };
}
