/** @file Planning a run that begins: columns and their scaling, the network, and the state it starts from. */
import { defined } from "../base/defined.ts";
import type { ModelColumn } from "../columns/encoding.ts";
import { fitMissingCells } from "../columns/fit-missing-cells.ts";
import type { Wishes } from "../columns/inspection/inspect.ts";
import type { Inspection } from "../columns/inspection/inspected.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import type { NetworkPlan } from "../networks/network.ts";
import { checkedNetwork, type NetworkConfig, networkPlan } from "../networks/registry.ts";
import type { Device } from "../runtime/device-names.ts";
import { platform } from "../runtime/platform.ts";
import type { Table } from "../table/table.ts";
import { type BaseModel, baseModel, fineTuningSettings } from "./fine-tuning.ts";
import { startedFrom } from "./grown-columns.ts";
import { modelColumns } from "./model-columns.ts";
import type { TrainOptions } from "./options.ts";
import { checkOptions, givenSettings, lengthSettings, settingsOf, sizeSettings } from "./presets.ts";
import type { Checkpoint } from "./progress.ts";
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
  const { preset = DEFAULT_PRESET, from } = options;
  const base = from === undefined ? undefined : await baseModel(from, options);
  const known = base?.config.columns.map(({ name }) => name) ?? [];
  // The published presets learn what they are given.
  const isPublished = preset !== DEFAULT_PRESET;
  const { table, leftOut } = isPublished
    ? { table: whole, leftOut: new Map<string, string>() }
    : usefulColumns(whole, withSplit(wishes, whole, options.splitBy), known);
  const size = { rows, columns: table.columns.length };
  const chosen = base ? fineTuningSettings(base, size, options) : freshSettings(size, options);
  const settings = withWorkers(chosen, device);
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

/** More threads than these only wait for one another, and each takes memory. */
const mostWorkers = (cores: number) => Math.max(8, 4 * cores);

/** The number of workers is settled when a run begins, so that it is the same when the run is resumed. */
export function withWorkers(settings: TrainingSettings, device: Device): TrainingSettings {
  const { workers } = settings;
  const { cores } = platform().threads;
  const count = workers > 0 ? workers : device === "cpu" ? cores : 1;
  return { ...settings, workers: Math.min(count, mostWorkers(cores)) };
}
