/** @file Planning a run: columns and their scaling, the network, and the state it starts from. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import type { ModelColumn } from "../columns/encoding.ts";
import { fitMissingCells } from "../columns/fit-missing-cells.ts";
import type { Wishes } from "../columns/inspection/inspect.ts";
import type { Inspection } from "../columns/inspection/inspected.ts";
import { readModelConfig } from "../model/trained-model.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import type { NetworkPlan } from "../networks/network.ts";
import {
  checkedNetwork,
  type NetworkConfig,
  networkOf,
  networkOfMembers,
  networkPlan,
} from "../networks/registry.ts";
import type { Device } from "../runtime/device-names.ts";
import type { Table } from "../table/table.ts";
import { type Checkpoint, newestCheckpoint, readCheckpoint } from "./checkpoint.ts";
import { type BaseModel, baseModel, fineTuningSettings } from "./fine-tuning.ts";
import { startedFrom } from "./grown-columns.ts";
import { modelColumns } from "./model-columns.ts";
import type { TrainOptions } from "./options.ts";
import { checkOptions, givenSettings, lengthSettings, settingsOf, sizeSettings } from "./presets.ts";
import { checkSameCells, checkSameModel, checkSameRows, resumedSettings } from "./resumption.ts";
import { DEFAULT_PRESET } from "./settings.ts";
import { isSplitInOrder, splitColumnOf } from "./split-groups.ts";
import { startOf, startWeights, weightsFrom } from "./start.ts";
import type { TrainingSettings } from "./training-settings.ts";
import { toldInspection, usefulColumns, wishesOf } from "./understood.ts";

export interface Plan {
  readonly config: ModelConfig;
  readonly settings: TrainingSettings;
  readonly start: Checkpoint;
}

/**
 * A new run: scaling measured on the table, weights at their start values; or both from the model that `options.from` names,
 * and so only for what that does not know.
 * @param table the rows that columns are measured on. @param rows how many the whole table has.
 */
export async function freshPlan(
  whole: Table,
  rows: number,
  options: TrainOptions,
  device: Device,
  wishes = wishesOf(options),
): Promise<Plan> {
  const { preset = DEFAULT_PRESET, out, from } = options;
  const base = from === undefined ? undefined : await baseModel(from);
  const known = base?.config.columns.map(({ name }) => name) ?? [];
  // The published presets learn what they are given.
  const isPublished = preset !== DEFAULT_PRESET;
  const { table, leftOut } = isPublished
    ? { table: whole, leftOut: new Map<string, string>() }
    : usefulColumns(whole, withSplit(wishes, whole, options.splitBy), known);
  const size = { rows, columns: table.columns.length };
  const chosen = base ? fineTuningSettings(base, size, options) : freshSettings(size, options);
  const settings = withWorkers(chosen, device);
  if (out !== undefined && (await holdsModel(out))) {
    throw new InputError(
      `${out} holds a model already: choose another folder, remove it, or go on with \`resume\`.`,
      { option: "out" },
    );
  }
  const planned = networkPlan(settings);
  const looked = { whole, table, leftOut, rows };
  const { columns, inspection, sentences } = understood(looked, planned, options, wishes, base);
  options.onInspection?.(inspection);
  for (const sentence of sentences) options.onNotice?.(sentence);
  const network = checkedNetwork(planned.config(columns, table, base?.config.network));
  const weights = base ? weightsFrom(base, columns, network, settings) : startWeights(network, settings);
  const started = base && startedFrom(base.name, base.config.columns, table);
  const config: ModelConfig = {
    preset,
    columns,
    network,
    missing: [...fitMissingCells(table), ...(started?.absent ?? []).map((column) => ({ column, tree: 1 }))],
    inspection,
    ...(started && { startedFrom: started }),
    training: { ...settings },
  };
  return { config, settings, start: startOf(weights, settings, rows) };
}

/** What a new model of preset "default" would take a table's columns for. @param table the rows that are measured. */
export function understoodTable(
  table: Table,
  rows: number,
  options: TrainOptions,
  wishes: Wishes,
): Pick<Understood, "columns" | "inspection"> & { readonly notices: readonly string[] } {
  const useful = usefulColumns(table, wishes, []);
  const settings = freshSettings({ rows, columns: useful.table.columns.length }, options);
  const { columns, inspection, sentences } = understood(
    { whole: table, rows, ...useful },
    networkPlan(settings),
    options,
    wishes,
    undefined,
  );
  return { columns, inspection, notices: sentences };
}

/** Groups are no column of the model: what is learnt of one says nothing about another. */
function withSplit(wishes: Wishes, table: Table, splitBy = ""): Wishes {
  if (splitBy === "" || isSplitInOrder(table, splitBy)) return wishes;
  return { ...wishes, splitBy: splitColumnOf(splitBy).name };
}

interface Understood {
  readonly columns: readonly ModelColumn[];
  readonly inspection: Inspection;
  readonly sentences: readonly string[];
}

interface Looked {
  /** The rows that columns are measured on, with all columns and without those that are left out. */
  readonly whole: Table;
  readonly table: Table;
  readonly leftOut: ReadonlyMap<string, string>;
  /** How many rows there are in all. */
  readonly rows: number;
}

function understood(
  { whole, table, leftOut, rows }: Looked,
  planned: NetworkPlan<NetworkConfig>,
  options: TrainOptions,
  wishes: Wishes,
  base: BaseModel | undefined,
): Understood {
  const told = new Map<string, string[]>();
  const columns = modelColumns(table, planned, options, base, told);
  const learnt = new Map(
    columns.map((column) => [column.name, { column, notes: told.get(column.name) ?? [] }]),
  );
  const decided = { leftOut, learnt, said: wishes.said };
  return { columns, ...toldInspection(whole, rows, decided, wishes) };
}

/** What the preset, the size and the caller say together. */
function freshSettings(
  table: { readonly rows: number; readonly columns: number },
  options: TrainOptions,
): TrainingSettings {
  const { preset = DEFAULT_PRESET } = options;
  checkOptions(options, preset);
  const size = "size" in options ? options.size : undefined;
  const given = givenSettings(options);
  const { head, members } = given;
  const suited = sizeSettings(preset, size, { ...table, ...defined({ head, members }) });
  const length = lengthSettings(given, settingsOf(preset, { ...suited, ...given }), table.rows);
  return settingsOf(preset, { ...suited, ...length, ...given });
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

/** An interrupted or finished run, to continue from its newest checkpoint; table and rows as of {@link freshPlan}. */
export async function resumedPlan(
  table: Table,
  rows: number,
  options: TrainOptions,
  device: Device,
): Promise<Plan> {
  const { out } = options;
  if (out === undefined)
    throw new InputError("To resume, name the folder of the run with `out`.", { option: "out" });
  const { report: _, ...written } = await readModelConfig(out);
  if (!written.training) {
    throw new InputError(
      `${out}/config.json has no training settings: train a new model instead of resuming.`,
    );
  }
  const { untrainable } = networkOf(written.network);
  if (untrainable !== undefined) throw new InputError(`${out} ${untrainable}: train a new model.`);
  checkSameModel(written, options);
  const settings = withWorkers(resumedSettings(written, options), device);
  // Networks that were trained in turn are together in the model; trained is one of them.
  const stored = { ...written, network: trainedAtOnce(written.network, settings) };
  const { parameters } = networkOf(stored.network);
  const config: ModelConfig = { ...stored, training: { ...settings } };
  const newest = await newestCheckpoint(out);
  if (newest === undefined && existsSync(join(out, "weights.safetensors"))) {
    throw new InputError(
      `${out} holds a finished model without a checkpoint to resume from: train a new one in another folder.`,
    );
  }
  if (newest === undefined && config.startedFrom) {
    throw new InputError(
      `${out} ended before its first checkpoint: begin anew, with \`from\` and without \`resume\`.`,
    );
  }
  const start = newest
    ? await readCheckpoint(newest, parameters)
    : startOf(startWeights(config.network, settings), settings, rows);
  // An imported model does not know its rows: it may be trained on with any.
  if (start.progress.rows !== 0) {
    checkSameRows(rows, start.progress.rows, table.source, out);
    checkSameCells(table, stored, settings, out);
  }
  return { config, settings, start: { ...start, progress: { ...start.progress, rows } } };
}

function trainedAtOnce(network: NetworkConfig, settings: TrainingSettings): NetworkConfig {
  return "members" in settings ? networkOfMembers(network, settings.members) : network;
}

/** The number of workers is settled when a run begins, so that it is the same when the run is resumed. */
function withWorkers(settings: TrainingSettings, device: Device): TrainingSettings {
  const { workers } = settings;
  return { ...settings, workers: workers > 0 ? workers : device === "cpu" ? availableParallelism() : 1 };
}
