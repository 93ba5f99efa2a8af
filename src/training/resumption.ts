/** @file What a run that is resumed may not change: the model's kind, its columns, its table, its settings. */
import { InputError } from "../base/errors.ts";
import { statedKind } from "../columns/kinds.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { networkPlan } from "../networks/registry.ts";
import { partsOf } from "../table/stated-kinds.ts";
import type { Table } from "../table/table.ts";
import type { TrainOptions } from "./options.ts";
import { ENDLESS_EPOCHS, givenSettings, settingsOf, storedSettings } from "./presets.ts";
import { type About, SETTINGS } from "./settings.ts";
import type { AnySettings, SettingName, TrainingSettings } from "./training-settings.ts";

/** What a run is begun with and can't be changed later is refused, not ignored. */
export function checkSameModel({ preset, columns }: ModelConfig, options: TrainOptions): void {
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

export function checkSameRows(rows: number, before: number, source: string, out: string): void {
  if (rows !== before) {
    throw new InputError(`${out} was trained on ${before} rows, ${source} has ${rows}: ${SAME_TABLE}`);
  }
}

export function checkSameCells(
  table: Table,
  config: ModelConfig,
  settings: TrainingSettings,
  out: string,
): void {
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
export function resumedSettings(
  { preset, training, origin }: ModelConfig,
  options: TrainOptions,
): TrainingSettings {
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
