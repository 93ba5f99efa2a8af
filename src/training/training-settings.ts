/** @file What the tables of settings say: the settings of a run by its network and head, and which preset and head use which. */
import { HEAD_NAMES, type HeadName } from "../networks/query/heads/registry.ts";
import type { NetworkKind } from "../networks/registry.ts";
import type { Values } from "./option-values.ts";
import { PRESET_NAMES, type PRESETS, type Preset, RUN_OPTIONS, SETTINGS, type Size } from "./settings.ts";

type Table = typeof SETTINGS;
export type SettingName = keyof Table;
type NamesOf<P extends Preset> = {
  [Name in SettingName]: P extends keyof Table[Name]["defaults"] ? Name : never;
}[SettingName];
type ValueOf<Option> = Option extends { readonly values: Values<infer Value> } ? Value : never;

/** Every setting there is, of whichever preset. */
export type AnySettings = { readonly [Name in SettingName]: ValueOf<Table[Name]> };
type PresetsOf<Kind extends NetworkKind> = {
  [P in Preset]: (typeof PRESETS)[P] extends Kind ? P : never;
}[Preset];

/** The settings that the presets of one network use. */
export type SettingsOf<Kind extends NetworkKind> = Pick<AnySettings, NamesOf<PresetsOf<Kind>>>;
/** The settings of the default network that only one of its heads uses. */
const OF_HEAD = {
  mixture: ["members", "turns", "freeNormals", "fixedNormals"],
  diffusion: ["draws", "headFrequencies", "highestFrequency", "sigmaRange"],
} as const satisfies Record<HeadName, readonly SettingName[]>;
type NamesOfHead<Head extends HeadName> = (typeof OF_HEAD)[Head][number];

/** The head that alone uses a setting; undefined for what every head uses. */
export function headOfSetting(name: SettingName): HeadName | undefined {
  return HEAD_NAMES.find((head) => (OF_HEAD[head] as readonly SettingName[]).includes(name));
}

/** The settings of a run with the default network. */
export type QueryTrainingSettings = { readonly architecture: "query" } & Omit<
  SettingsOf<"query">,
  "head" | NamesOfHead<HeadName>
> &
  {
    [Head in HeadName]: { readonly head: Head } & Pick<AnySettings, NamesOfHead<Head>>;
  }[HeadName];
/** The settings of a run with the published network. */
export type LeungBovyTrainingSettings = { readonly architecture: "leung-bovy" } & SettingsOf<"leung-bovy">;
/** All settings of a run. */
export type TrainingSettings = QueryTrainingSettings | LeungBovyTrainingSettings;

type GivenRunOptions = { readonly [Name in keyof typeof RUN_OPTIONS]?: ValueOf<(typeof RUN_OPTIONS)[Name]> };

/** The options of a run: those of the preset that is chosen, "default" if none is. */
export type SettingOptions = Omit<GivenRunOptions, "preset" | "size"> &
  (
    | ({ readonly preset?: PresetsOf<"query">; readonly size?: Size } & Partial<SettingsOf<"query">>)
    | ({ readonly preset: PresetsOf<"leung-bovy"> } & Partial<SettingsOf<"leung-bovy">>)
  );

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** The presets that use an option. */
export function presetsOf(name: SettingName | keyof typeof RUN_OPTIONS): readonly Preset[] {
  if (name in SETTINGS) return Object.keys(SETTINGS[name as SettingName].defaults) as Preset[];
  return RUN_OPTIONS[name as keyof typeof RUN_OPTIONS].presets ?? PRESET_NAMES;
}

/** A preset's default of a setting; undefined if it does not use it. */
export function defaultOf(name: SettingName, preset: Preset): AnySettings[SettingName] | undefined {
  const { defaults }: { readonly defaults: Partial<Record<Preset, AnySettings[SettingName]>> } =
    SETTINGS[name];
  return defaults[preset];
}
