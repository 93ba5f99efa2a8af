/** @file Planning a run: columns and their scaling, the network, and the state it starts from. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import type { ModelColumn } from "../columns/encoding.ts";
import { fitMissingCells } from "../columns/fit-missing-cells.ts";
import type { Wishes } from "../columns/inspection/inspect.ts";
import type { Inspection } from "../columns/inspection/inspected.ts";
import { statedKind } from "../columns/kinds.ts";
import { hasLimits } from "../columns/limits.ts";
import { saidWhole, statedOf } from "../columns/said.ts";
import { writtenValues } from "../columns/written-values.ts";
import { readModelConfig } from "../model/trained-model.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import type { NetworkPlan } from "../networks/network.ts";
import { checkedNetwork, type NetworkConfig, networkOf, networkPlan } from "../networks/registry.ts";
import type { Device } from "../runtime/device-names.ts";
import { partsOf } from "../table/stated-kinds.ts";
import type { Column, Table } from "../table/table.ts";
import { type Checkpoint, newestCheckpoint, readCheckpoint } from "./checkpoint.ts";
import { type BaseModel, baseModel, fineTuningSettings } from "./fine-tuning.ts";
import { grownColumns, startedFrom } from "./grown-columns.ts";
import type { TrainOptions } from "./options.ts";
import {
  checkOptions,
  ENDLESS_EPOCHS,
  givenSettings,
  lengthSettings,
  settingsOf,
  sizeSettings,
  storedSettings,
} from "./presets.ts";
import { type About, DEFAULT_PRESET, SETTINGS } from "./settings.ts";
import { startOf, startWeights, weightsFrom } from "./start.ts";
import type { AnySettings, SettingName, TrainingSettings } from "./training-settings.ts";
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
    : usefulColumns(whole, wishes, known);
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
  const { head } = given;
  const suited = sizeSettings(preset, size, { ...table, ...(head && { head }) });
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
  const { report: _, ...stored } = await readModelConfig(out);
  if (!stored.training) {
    throw new InputError(
      `${out}/config.json has no training settings: train a new model instead of resuming.`,
    );
  }
  const { untrainable, parameters } = networkOf(stored.network);
  if (untrainable !== undefined) throw new InputError(`${out} ${untrainable}: train a new model.`);
  checkSameModel(stored, options);
  const settings = withWorkers(resumedSettings(stored, options), device);
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

/** What a run is begun with and can't be changed later is refused, not ignored. */
function checkSameModel({ preset, columns }: ModelConfig, options: TrainOptions): void {
  if (options.preset !== undefined && options.preset !== preset) {
    throw new InputError(
      `\`preset\` is ${preset} in the run to be resumed, not ${options.preset}: leave it out, or train a new model.`,
      { option: "preset" },
    );
  }
  if (options.from !== undefined) {
    throw new InputError("A run that is resumed has its weights: leave `from` out when resuming.", {
      option: "from",
    });
  }
  if ("size" in options && options.size !== undefined) {
    throw new InputError("A model keeps its size: leave `size` out when resuming, or train a new model.", {
      option: "size",
    });
  }
  for (const [name, said] of Object.entries(options.kinds ?? {})) {
    const { form: _, ...wanted } = partsOf(said);
    const known = columns.find((column) => column.name === name);
    const before = known && (statedKind(known.encoding) ?? { kind: known.encoding.kind });
    if (before && describe(before) === describe(wanted)) continue;
    if (!before && wanted.kind === "ignore") continue;
    throw new InputError(
      `The kind of "${name}" is ${before ? describe(before) : "not known"} in the run to be resumed, not ${describe(wanted)}: leave it out, or train a new model.`,
    );
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

/** "circular (period 360)" */
function describe({ kind, ...own }: { readonly kind: string }): string {
  const numbers = Object.entries(own).map(([name, value]) => `${name} ${value}`);
  return numbers.length === 0 ? kind : `${kind} (${numbers.join(", ")})`;
}

// Another table would make a mixture of two runs, which nobody wants and nobody could reproduce.
const SAME_TABLE = "resume with the same table, or train a new model.";

function checkSameRows(rows: number, before: number, source: string, out: string): void {
  if (rows !== before) {
    throw new InputError(`${out} was trained on ${before} rows, ${source} has ${rows}: ${SAME_TABLE}`);
  }
}

function checkSameCells(table: Table, config: ModelConfig, settings: TrainingSettings, out: string): void {
  if (config.origin !== undefined) return; // imported: its scaling was measured elsewhere
  const other = columnOfOtherCells(table, config, settings);
  if (other === undefined) return;
  throw new InputError(
    `Column "${other.name}" of ${table.source} holds other values than ${out} was trained on ` +
      `(median ${other.center} instead of ${other.before}): ${SAME_TABLE}`,
  );
}

/**
 * A column that is measured otherwise than the model's was when its training began, if there is one.
 * @param table the rows that columns are measured on.
 */
export function columnOfOtherCells(
  table: Table,
  { columns, startedFrom }: ModelConfig,
  settings: TrainingSettings,
): { readonly name: string; readonly center: number; readonly before: number } | undefined {
  const planned = networkPlan(settings);
  for (const column of table.columns) {
    const known = columns.find(({ name }) => name === column.name);
    // Columns of the model that the training started from were measured on another table.
    if (!known || startedFrom?.columns.includes(column.name)) continue;
    const as = statedKind(known.encoding); // what was said of a column holds again
    const { encoding } = planned.fitColumn(column, {
      source: table.source,
      output: known.output,
      ...(as && { as }),
    });
    const { center, scale } = known.encoding;
    if (encoding.center !== center || encoding.scale !== scale) {
      return { name: column.name, center: encoding.center, before: center };
    }
  }
  return undefined;
}

type Stored = Partial<AnySettings> & Pick<TrainingSettings, "architecture">;

/** A resumed run keeps its settings; only how long, how often it saves and on how many threads may change. */
function resumedSettings({ preset, training, origin }: ModelConfig, options: TrainOptions): TrainingSettings {
  const { architecture: _, ...stored }: Stored = storedSettings(
    preset,
    training ?? {},
    `${options.out}/config.json`,
  );
  const given = givenSettings(options);
  for (const name of Object.keys(given) as SettingName[]) {
    const [before, value] = [stored[name], given[name]];
    if (isFree(name, origin) || before === undefined || isSame(before, value)) continue;
    throw new InputError(
      `\`${name}\` is ${shownSetting(before)} in the run to be resumed, not ${shownSetting(value)}: leave it out, or train a new model.`,
      { option: name },
    );
  }
  return settingsOf(preset, { ...stored, ...resumedLength(given, stored), ...given });
}

/** A length that is given takes the place of the one that the run was begun with. */
function resumedLength(given: Partial<AnySettings>, stored: Partial<AnySettings>): Partial<AnySettings> {
  const { epochs, seconds = 0, untilDone } = given;
  const isLimited = epochs !== undefined || seconds > 0;
  const isEndless = epochs === undefined && (seconds > 0 || untilDone) && stored.schedule !== "cosine";
  return {
    ...(isEndless && { epochs: ENDLESS_EPOCHS }),
    ...(untilDone && { seconds: 0 }),
    ...(isLimited && stored.untilDone && { untilDone: false }),
  };
}

const shownSetting = (value: unknown) => (typeof value === "object" ? JSON.stringify(value) : String(value));
const isSame = (a: unknown, b: unknown) => shownSetting(a) === shownSetting(b);

/** Whether a resumed run may be given this: an imported model does not know all that it was trained with. */
function isFree(name: SettingName, origin: string | undefined): boolean {
  const { resumable }: About = SETTINGS[name];
  return resumable === "always" || (resumable === "imported" && origin !== undefined);
}

function modelColumns(
  table: Table,
  planned: NetworkPlan<NetworkConfig>,
  options: TrainOptions,
  base: BaseModel | undefined,
  told: Map<string, string[]>,
): ModelColumn[] {
  const { outputs, kinds = {} } = options;
  const names = table.columns.map((column) => column.name);
  if (outputs?.length === 0)
    throw new InputError("No output column is named: name at least one, or leave `outputs` out.", {
      option: "outputs",
    });
  for (const output of outputs ?? []) {
    if (!names.includes(output)) throw new InputError(unknownName("column", output, names, table.source));
  }
  const bounds = "bounds" in options && typeof options.bounds === "object" ? options.bounds : {};
  for (const name of Object.keys(bounds)) {
    if (!names.includes(name)) throw new InputError(unknownName("column", name, names, table.source));
  }
  const fit = (column: Column): ModelColumn => {
    const said = Object.hasOwn(kinds, column.name) ? kinds[column.name] : undefined;
    const [as, integer] = [statedOf(said), saidWhole(said)];
    const notes: string[] = [];
    told.set(column.name, notes);
    const fitted = planned.fitColumn(column, {
      source: table.source,
      output: outputs?.includes(column.name) ?? true,
      ...(as && { as }),
      ...(integer !== undefined && { integer }),
      onNotice: (notice) => void notes.push(notice),
    });
    // The values of a column with limits end where these begin, not where the column does.
    const written = hasLimits(column) ? undefined : writtenValues(column);
    const form = column.read?.form;
    return { ...fitted, ...(form !== undefined && { form }), ...(written && { written }) };
  };
  if (!base) return table.columns.map(fit);
  const bounded = base.config.columns.find(({ name }) => Object.hasOwn(bounds, name));
  if (bounded) {
    throw new InputError(
      `The bounds of "${bounded.name}" are those of the model to start from: leave them out, or rename the column.`,
      { option: "bounds" },
    );
  }
  const usesErrors = "measurementErrors" in base.settings && base.settings.measurementErrors !== "ignore";
  return grownColumns(base.config.columns, table, { ...options, usesErrors }, fit);
}

/** The number of workers is settled when a run begins, so that it is the same when the run is resumed. */
function withWorkers(settings: TrainingSettings, device: Device): TrainingSettings {
  const { workers } = settings;
  return { ...settings, workers: workers > 0 ? workers : device === "cpu" ? availableParallelism() : 1 };
}
