/** @file Training that starts from another model: which it is, what its network settles, and the rate that suits it. */
import { InputError } from "../base/errors.ts";
import type { ReadingOptions } from "../model/model-bytes.ts";
import { readTrainedModel, type TrainedModel } from "../model/trained-model.ts";
import { networkOf } from "../networks/registry.ts";
import { platform } from "../runtime/platform.ts";
import type { TrainOptions } from "./options.ts";
import { givenSettings, lengthSettings, settingsOf, sizeSettings, storedSettings } from "./presets.ts";
import { DEFAULT_PRESET, SETTINGS } from "./settings.ts";
import {
  type AnySettings,
  presetsOf,
  SETTING_NAMES,
  type SettingName,
  type TrainingSettings,
} from "./training-settings.ts";

/** A model to start from. */
export interface BaseModel extends TrainedModel {
  /** What it is called in messages and in the new model's file. */
  readonly name: string;
  /** What it was trained with. */
  readonly settings: TrainingSettings;
}

/** @throws InputError for a model that can't be read, and one that no training can start from. */
export async function baseModel(from: string | TrainedModel, how: ReadingOptions = {}): Promise<BaseModel> {
  const name = typeof from === "string" ? from : "a model in memory";
  const { config, weights } =
    typeof from === "string" ? await readTrainedModel(platform().modelFolder(from), how) : from;
  const { preset, network, training } = config;
  if (!presetsOf("from").includes(preset as typeof DEFAULT_PRESET) || !training) {
    const why = training ? `is of the preset "${preset}"` : "has no training settings";
    throw new InputError(
      `${name} ${why}: only models of the preset "${DEFAULT_PRESET}" can be started from; leave out \`from\`.`,
      { option: "from" },
    );
  }
  const { untrainable } = networkOf(network);
  if (untrainable !== undefined)
    throw new InputError(`${name} ${untrainable}: leave out \`from\`.`, { option: "from" });
  const settings = storedSettings(preset, training, `${name}/config.json`);
  // Networks that were trained in turn are trained side by side from here on: their weights are there at once.
  const { members } = networkOf(network);
  const together = "members" in settings ? { ...settings, members, turns: 1 } : settings;
  return { name, config, weights, settings: together };
}

/** What of the network's settings belongs to a training and its table, not to the weights. */
const OF_TRAINING: readonly SettingName[] = ["dropout", "contextRange", "allGiven", "fewGiven"];
/** What the columns' answers mean goes with the weights, too. */
const OF_WEIGHTS: readonly SettingName[] = SETTING_NAMES.filter(
  (name) =>
    name === "measurementErrors" ||
    (SETTINGS[name].group === "Size of the network" && !OF_TRAINING.includes(name)),
);
/** What holds if nothing else is said, because it held before: how new columns are measured, and that intervals are learnt. */
const OF_COLUMNS: readonly SettingName[] = ["transform", "pointMasses", "intervals"];

/** The weights are near where they shall go: larger steps would first lose what they know. */
const SHARE_OF_RATE = 0.3;

/**
 * The network's settings are the other model's, those of length and speed suit the table, at a lower rate.
 * @throws InputError naming a setting that would change the network.
 */
export function fineTuningSettings(
  { config, settings }: BaseModel,
  size: { readonly rows: number; readonly columns: number },
  options: TrainOptions,
): TrainingSettings {
  const { preset } = config;
  refuseOther("preset", preset, options.preset);
  if ("size" in options && options.size !== undefined) {
    throw new InputError("A model keeps its size: leave `size` out, or train a new model without `from`.", {
      option: "size",
    });
  }
  const given = givenSettings(options);
  const stored: Partial<AnySettings> = settings;
  for (const name of OF_WEIGHTS) refuseOther(name, stored[name], given[name]);
  // Bounds of new columns are found, unless the model's columns have none either; those of known columns are in them.
  const bounds = stored.bounds === "none" ? { bounds: stored.bounds } : {};
  const kept = Object.fromEntries([...OF_WEIGHTS, ...OF_COLUMNS].map((name) => [name, stored[name]]));
  const learningRate = settings.learningRate * (config.startedFrom ? 1 : SHARE_OF_RATE);
  const suited = {
    ...sizeSettings(preset as typeof DEFAULT_PRESET, undefined, size),
    ...bounds,
    ...kept,
    learningRate,
  };
  const length = lengthSettings(given, settingsOf(preset, { ...suited, ...given }), size.rows);
  return settingsOf(preset, { ...suited, ...length, ...given });
}

function refuseOther(name: string, before: unknown, value: unknown): void {
  if (value === undefined || String(value) === String(before)) return;
  throw new InputError(
    before === undefined
      ? `The model to start from does not use \`${name}\`: leave it out, or train a new model without \`from\`.`
      : `\`${name}\` is ${before} in the model to start from, not ${value}: leave it out, or train a new model without \`from\`.`,
    { option: name },
  );
}
