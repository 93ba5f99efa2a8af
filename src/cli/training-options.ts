/** @file The options of `anygiven train`, made of the table of settings. */
import { type CommandUnknownOpts, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { STATED_KINDS } from "../columns/kinds.ts";
import type { Values } from "../training/option-values.ts";
import type { TrainOptions } from "../training/options.ts";
import { type About, PRESET_NAMES, RUN_OPTIONS, SETTINGS } from "../training/settings.ts";
import { defaultOf, presetsOf, SETTING_NAMES, type SettingName } from "../training/training-settings.ts";
import {
  bounds,
  flagOf,
  names,
  number,
  numberSettings,
  pair,
  settings as textSettings,
  whole,
  withFlags,
} from "./arguments.ts";

const RUN_NAMES = Object.keys(RUN_OPTIONS) as (keyof typeof RUN_OPTIONS)[];

/** What is said of a table's columns. */
export function columnOptions(): Option[] {
  return runOptions(["kinds", "exclude", "schema"]);
}

/** Options that belong to the run and not to the model. */
export function runOptions(named: readonly (keyof typeof RUN_OPTIONS)[] = RUN_NAMES): Option[] {
  return named.flatMap((name) => {
    const { values, otherwise, presets, ...about } = RUN_OPTIONS[name];
    const isNegated = otherwise === "true";
    const only = presets ? ` (preset ${presets.join(", ")})` : "";
    if (name === "kinds")
      return [
        optionOf(
          "kind",
          values,
          false,
          about,
          `${only} (default: ${otherwise}; repeat for more)`,
        ).argParser<unknown>(saidKinds),
        ...kindOptions(values, about.group, only),
      ];
    const option = optionOf(name, values, isNegated, about, only);
    if (name === "out") option.description += " (default: the table's name, without its ending)";
    else if (values.type !== "yes or no") option.description += ` (default: ${otherwise})`;
    return option;
  });
}

/** The settings, under their headings; names of older versions are taken, but not shown. */
export function settingOptions(): Option[] {
  return SETTING_NAMES.flatMap((name) => {
    const { values, ...about }: About & { values: Values<unknown> } = SETTINGS[name];
    const using = presetsOf(name);
    const only =
      using.length === PRESET_NAMES.length
        ? ""
        : ` (${using.length === 1 ? "preset" : "presets"} ${using.join(", ")})`;
    const isNegated = defaultOf(name, using[0]) === true;
    const option = optionOf(name, values, isNegated, about, only).helpGroup(
      `${about.group} (defaults by preset):`,
    );
    if (about.rare) option.hideHelp();
    const { formerly } = about;
    // An older name that stands for something else today (--errors) can't be an alias.
    if (formerly === undefined || formerly === "errors")
      return name === "seconds" ? [option, MINUTES] : [option];
    return [option, optionOf(formerly, values, isNegated, about, only).hideHelp()];
  });
}

function optionOf(
  name: string,
  values: Values<unknown>,
  isNegated: boolean,
  about: About,
  only: string,
): Option {
  const { type, choices } = values;
  const does = withFlags(`${isNegated ? "do not " : ""}${about.about}${only}`);
  if (type === "yes or no")
    return new Option(isNegated ? flagOf(name).replace("--", "--no-") : flagOf(name), does);
  const option = new Option(`${flagOf(name)} <${about.placeholder ?? PLACEHOLDERS[type]}>`, does);
  if (choices) return option.choices(choices as readonly string[]);
  return type === "text" ? option : option.argParser<unknown>(PARSERS[type]);
}

const PLACEHOLDERS = {
  integer: "n",
  number: "x",
  choice: "name",
  integers: "a,b",
  numbers: "a,b",
  names: "names",
  kinds: "columns",
  bounds: "column=low..high",
  text: "text",
  model: "folder",
} as const;

const PARSERS = {
  integer: whole,
  number,
  choice: String,
  integers: (text: string) => pair(text, whole),
  numbers: (text: string) => pair(text, number),
  names: (text: string, before: unknown) => names(text, before as string[] | undefined),
  kinds: String,
  bounds: (text: string, before: unknown) => bounds(text, before as ReturnType<typeof bounds> | undefined),
  model: String,
} as const;

/** A flag for each kind of column that only a user can tell: --circular phase=360,hour=24. Repeated ones add up. */
function kindOptions(values: Values<unknown>, group: About["group"], more: string): Option[] {
  return STATED_KINDS.map(({ name, about, asks }) => {
    const said = {
      group,
      about: `columns that are ${about}`,
      placeholder: asks ? `column=${asks.name}` : "columns",
    };
    return optionOf(name, values, false, said, more).argParser<unknown>((text, before) => {
      const columns = asks
        ? Object.entries(numberSettings(text)).map(([column, value]) => [
            column,
            { kind: name, [asks.name]: value },
          ])
        : names(text).map((column) => [column, { kind: name }]);
      return { ...(before as TrainOptions["kinds"]), ...Object.fromEntries(columns) };
    });
  });
}

/** "zip=category,start=date:dmy": repeated options add up. */
function saidKinds(text: string, before: unknown): TrainOptions["kinds"] {
  const said = Object.entries(textSettings(text)).map(([column, kind]) => {
    if (kind === "circular" || kind.startsWith("circular:")) {
      const period = Number(kind.slice("circular:".length));
      if (!(period > 0))
        throw new InvalidArgumentError(`"${column}=${kind}" lacks its period: write ${column}=circular:360.`);
      return [column, { kind: "circular", period }] as const;
    }
    return [column, kind as "category"] as const;
  });
  return { ...(before as TrainOptions["kinds"]), ...Object.fromEntries(said) };
}

/** What these flags were given, in one. */
function givenKinds(given: (name: string) => unknown): TrainOptions["kinds"] {
  const said = ["kind", ...STATED_KINDS.map(({ name }) => name)]
    .map((name) => given(name))
    .filter((each) => each !== undefined);
  return said.length === 0 ? undefined : Object.assign({}, ...said);
}

const MINUTES = new Option("--minutes <x>", "the same in minutes (with --resume those before count too)")
  .argParser(number)
  .helpGroup("Length and speed of training (defaults by preset):");

/** What of the options was given to the command, in the words of the library, which looks whether it may be so. */
export function givenTrainOptions(command: CommandUnknownOpts): TrainOptions {
  const given = (name: string) =>
    command.getOptionValueSource(name) === "cli" ? command.getOptionValue(name) : undefined;
  const settings = [...RUN_NAMES, ...SETTING_NAMES].flatMap((name) => {
    const formerly = SETTINGS[name as SettingName]?.formerly;
    const value =
      name === "kinds"
        ? givenKinds(given)
        : (given(new Option(flagOf(name)).attributeName()) ??
          (formerly === undefined || formerly === "errors" ? undefined : given(formerly)));
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(settings), ...timeLimit(given("seconds"), given("minutes")) };
}

function timeLimit(seconds: unknown, minutes: unknown): { readonly seconds?: number } {
  if (typeof minutes !== "number") return {};
  if (seconds !== undefined)
    throw new InputError("`seconds` and `minutes` say the same: leave out one of the two.");
  if (minutes < 0)
    throw new InputError(`\`minutes\` is ${minutes}; it must be a number of at least 0.`, {
      option: "minutes",
    });
  return { seconds: 60 * minutes };
}
