/** @file The settings of a run: a preset's, a size's, those that are given, and whether they may be so. */
import { check, FUNCTION, type Kind, LONG_WORK, SWITCH, shown } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { JsonSection } from "../base/json-section.ts";
import { unknownName } from "../base/suggestions.ts";
import { MEND } from "../networks/model-config.ts";
import type { HeadName } from "../networks/query/heads/registry.ts";
import {
  type About,
  PRESET_NAMES,
  PRESETS,
  type Preset,
  RUN_OPTIONS,
  SETTINGS,
  type Size,
} from "./settings.ts";
import {
  type AnySettings,
  defaultOf,
  headOfSetting,
  type LeungBovyTrainingSettings,
  presetsOf,
  type QueryTrainingSettings,
  SETTING_NAMES,
  type SettingName,
  type SettingsOf,
  type TrainingSettings,
} from "./training-settings.ts";

/** What each size changes of the preset "default". */
export const SIZE_SETTINGS = {
  small: { embeddingDim: 32, ffnDim: 64, headDim: 32, learningRate: 5e-3 },
  base: {},
  large: {
    embeddingDim: 128,
    heads: 8,
    ffnDim: 256,
    headDim: 128,
    headLayers: 3,
    batchSize: 512,
  },
} as const satisfies Record<Size, Partial<SettingsOf<"query">>>;

/** So few rows are learnt by heart before long: dropout keeps the densities wide enough. */
const FEW_ROWS = 5000;
const FEW_ROWS_DROPOUT = 0.1;
/** And normals that stand would learn single values by heart: all of them move. */
const FEW_ROWS_NORMALS = { freeNormals: 32, fixedNormals: 0 };
/** Of even fewer rows a single network's chances of start and dropout are seen in its answers: several are averaged. */
const ENSEMBLE_ROWS = 3000;
const ENSEMBLE_MEMBERS = 4;
/** Of more rows a single network learns so much that another is worth its time only when it is done; of very many it never is. */
const TURNS_ROWS = 100_000;
const TURNS = 4;

/** In a table with more columns half of the rows favour small contexts; otherwise such questions would almost never occur in training. */
const WIDE_COLUMNS = 10;
const WIDE_FEW_GIVEN = 0.5;

/** In a table with more columns pairs of them are seen too seldom to be learnt soon: they are counted. In others that costs a tenth of the steps for little. */
const COUNTED_COLUMNS = 15;

/** A table of fewer rows and columns than these gets the size. */
const SUITED = [
  { size: "small", rows: 200_000, columns: 20 },
  { size: "base", rows: 1_000_000, columns: 40 },
] as const;

/** About this many steps are enough by default: long tables reach them in fewer epochs than the preset's. */
const MAX_STEPS = 30_000;

/** More epochs than any training gets to that is limited by time. */
export const ENDLESS_EPOCHS = 1_000_000;

/** Fewer held-out rows than this can't tell when a training is done. */
const FEWEST_HELD_OUT = 10;

/**
 * What is meant where only a part of a length is given. A limit of time alone is the only one, if the schedule can do
 * without the number of epochs; without any length a training goes on until it is done, if its network and held-out rows
 * can tell.
 * @param rows of the table.
 */
export function lengthSettings(
  given: Partial<AnySettings>,
  { architecture, schedule, validation, ...settings }: TrainingSettings,
  rows: number,
): Partial<AnySettings> {
  const { seconds = 0, epochs, patience = 0, untilDone } = given;
  if (epochs !== undefined || schedule === "cosine") return "turns" in settings ? { turns: 1 } : {};
  if (seconds > 0 || untilDone) return { epochs: ENDLESS_EPOCHS };
  const canTell =
    architecture === "query" &&
    "head" in settings &&
    settings.head === "mixture" &&
    Math.floor(rows * validation) >= FEWEST_HELD_OUT;
  return canTell && untilDone === undefined && patience === 0
    ? { epochs: ENDLESS_EPOCHS, untilDone: true }
    : {};
}

/** What settings follow from, and what is chosen already of the head and of the networks side by side. */
interface TableSize {
  readonly rows: number;
  readonly columns: number;
  readonly head?: HeadName;
  readonly members?: number;
}

/**
 * The settings of a size, or of the one that suits a table: "small" below 200,000 rows and 20 columns, "large" from
 * 1,000,000 rows or 40 columns on. A table too short for eight batches gets smaller ones; a long one, fewer epochs; one of
 * fewer than 5,000 rows, dropout and a mixture whose normals all move, of fewer than 3,000 four networks side by side, of
 * fewer than 100,000 up to four in turn (with a head that can be averaged); one of more than 10 columns, more questions with little given, of at most 15 no counted shares.
 * Only the preset "default" has sizes.
 */
export function sizeSettings(
  preset: Preset,
  size: Size | undefined,
  { rows, columns, head, members = 1 }: TableSize,
): Partial<SettingsOf<"query">> {
  if (!presetsOf("size").includes(preset)) return {};
  const suited = SUITED.find((each) => rows < each.rows && columns < each.columns)?.size ?? "large";
  const own = SIZE_SETTINGS[size ?? suited];
  const chosen: QueryTrainingSettings = { ...settingsOf("default", {}), ...own };
  const batchSize = Math.min(chosen.batchSize, Math.max(1, 2 ** Math.floor(Math.log2(rows / 8))));
  const steps = Math.max(1, Math.floor((rows * (1 - chosen.validation)) / batchSize));
  const epochs = Math.min(chosen.epochs, Math.ceil(MAX_STEPS / steps));
  const dropout = rows < FEW_ROWS ? FEW_ROWS_DROPOUT : chosen.dropout;
  const fewGiven = columns > WIDE_COLUMNS ? WIDE_FEW_GIVEN : chosen.fewGiven;
  const isMixture = (head ?? chosen.head) === "mixture";
  return {
    ...own,
    batchSize,
    epochs,
    dropout,
    fewGiven,
    ...(columns <= COUNTED_COLUMNS && { counted: false }),
    ...(isMixture && rows < FEW_ROWS && FEW_ROWS_NORMALS),
    ...(isMixture && rows < ENSEMBLE_ROWS && { members: ENSEMBLE_MEMBERS }),
    ...(isMixture && members === 1 && rows >= ENSEMBLE_ROWS && rows < TURNS_ROWS && { turns: TURNS }),
  };
}

/**
 * A preset with some settings replaced.
 * @throws InputError naming the first setting that can't be, or that the preset does not use.
 */
export function settingsOf(preset: "default", given: Partial<AnySettings>): QueryTrainingSettings;
export function settingsOf(
  preset: "paper" | "paper-stellar",
  given: Partial<AnySettings>,
): LeungBovyTrainingSettings;
export function settingsOf(preset: string, given: Partial<AnySettings>): TrainingSettings;
export function settingsOf(preset: string, given: Partial<AnySettings>): TrainingSettings {
  if (!isPreset(preset))
    throw new InputError(unknownName("preset", preset, PRESET_NAMES), { option: "preset" });
  checkOptions(given, preset);
  const head = given.head ?? defaultOf("head", preset);
  const used = SETTING_NAMES.filter((name) => {
    const owner = headOfSetting(name);
    if (owner !== undefined && owner !== head && given[name] !== undefined) throw ofOtherHead(name, owner);
    return presetsOf(name).includes(preset) && (owner === undefined || owner === head);
  });
  const values = used.map((name) => [name, given[name] ?? defaultOf(name, preset)]);
  const settings = { architecture: PRESETS[preset], ...Object.fromEntries(values) } as TrainingSettings;
  const { learningRate, learningRateMin } = settings;
  if (learningRateMin > learningRate) {
    throw new InputError(
      `\`learningRateMin\` is ${learningRateMin}; it must be at most \`learningRate\` (${learningRate}).`,
      { option: "learningRateMin" },
    );
  }
  return settings;
}

const isPreset = (name: string): name is Preset => (PRESET_NAMES as readonly string[]).includes(name);

/** The options of a run with which it is watched and ended. */
const CALLS: Readonly<Record<string, Kind>> = {
  ...LONG_WORK,
  onTable: FUNCTION,
  onStep: FUNCTION,
  onEpoch: FUNCTION,
  onCheck: FUNCTION,
  onInspection: FUNCTION,
  onNotice: FUNCTION,
  verify: SWITCH,
};
const OPTIONS = { ...SETTINGS, ...RUN_OPTIONS };

/**
 * Looks whether options are ones that there are, have values that they can have, and are used by the preset, if it is known.
 * @throws InputError naming the first that is not so.
 */
export function checkOptions(options: object, preset?: Preset): void {
  const known = Object.keys(OPTIONS);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (Object.hasOwn(CALLS, name)) {
      check(`\`${name}\``, value, CALLS[name]);
      continue;
    }
    if (!Object.hasOwn(OPTIONS, name)) {
      throw new InputError(unknownName("option", name, known), { option: name });
    }
    const option = name as SettingName | keyof typeof RUN_OPTIONS;
    const { fits, words } = OPTIONS[option].values;
    if (!fits(value)) {
      throw new InputError(
        `\`${name}\` is ${Array.isArray(value) ? value.join(",") : shown(value)}; it must be ${words}.`,
        { option: name },
      );
    }
    if (preset !== undefined && !presetsOf(option).includes(preset)) throw unused(option, preset);
  }
}

function unused(name: SettingName | keyof typeof RUN_OPTIONS, preset: Preset): InputError {
  const using = presetsOf(name).map((each) => `"${each}"`);
  const presets =
    using.length === 1 ? `the preset ${using[0]} has` : `the presets ${using.join(" and ")} have`;
  return new InputError(
    `The preset "${preset}" does not use \`${name}\`, which only ${presets}: leave it out, or choose another \`preset\`.`,
    { option: name },
  );
}

function ofOtherHead(name: SettingName, head: string): InputError {
  return new InputError(
    `\`${name}\` belongs to the head "${head}": choose that \`head\` too, or leave it out.`,
    { option: name },
  );
}

/**
 * The settings in a model's config.json: those that its preset uses, also under the names of older versions.
 * @param path the file's name. @throws InputError naming it and the field that can't be so.
 */
export function storedSettings(
  preset: string,
  stored: Readonly<Record<string, unknown>>,
  path = "config.json",
): TrainingSettings {
  const section = new JsonSection(path, stored, MEND, "training");
  const named = SETTING_NAMES.flatMap((name) => {
    const { formerly, before }: About = SETTINGS[name];
    const value = stored[name] ?? (formerly === undefined ? undefined : stored[formerly]) ?? before;
    const isUsed = !isPreset(preset) || presetsOf(name).includes(preset);
    if (value === undefined || !isUsed) return [];
    const { fits, words } = SETTINGS[name].values;
    if (!fits(value))
      throw section.wrong(name in stored ? name : (formerly ?? name), `${shown(value)}, not ${words}`);
    return [[name, value]];
  });
  return settingsOf(preset, Object.fromEntries(named));
}

/** The settings among the options. */
export function givenSettings(options: Partial<AnySettings>): Partial<AnySettings> {
  return Object.fromEntries(
    SETTING_NAMES.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}
