/** @file docs/settings.md, made of the tables of settings: `npx tsx scripts/settings-page.ts`. A test keeps it true. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { flagOf } from "../src/cli/arguments.ts";
import { SIZE_SETTINGS } from "../src/training/presets.ts";
import { OPTION_GROUPS, PRESET_NAMES, RUN_OPTIONS, SETTINGS } from "../src/training/settings.ts";
import { defaultOf, headOfSetting, presetsOf, SETTING_NAMES } from "../src/training/training-settings.ts";

/** The whole page. */
export function settingsPage(): string {
  return [
    "# Options of a training run",
    "",
    "Each option once, as the library (`train(table, { batchSize: 64 })`) and the command line (`anygiven train ... --batch-size 64`)",
    "have it. An option that the chosen preset does not use is refused. Columns of the table are chosen by other options:",
    "`anygiven train --help`. (Made by `npx tsx scripts/settings-page.ts` from `src/training/settings.ts`.)",
    "",
    ...runOptions(),
    ...OPTION_GROUPS.slice(1).flatMap(settingsUnder),
    ...sizes(),
  ].join("\n");
}

function runOptions(): string[] {
  const rows = (Object.keys(RUN_OPTIONS) as (keyof typeof RUN_OPTIONS)[]).map((name) => {
    const { about, values, otherwise } = RUN_OPTIONS[name];
    const only =
      presetsOf(name).length < PRESET_NAMES.length ? ` (preset ${presetsOf(name).join(", ")})` : "";
    return [`\`${name}\``, code(flag(name, otherwise === "true")), about + only, values.words, otherwise];
  });
  return [
    "## The run",
    "",
    ...table(["library", "command line", "what for", "values", "if not given"], rows),
    "",
  ];
}

function settingsUnder(heading: string): string[] {
  const names = SETTING_NAMES.filter((name) => SETTINGS[name].group === heading);
  const rows = names.map((name) => {
    const defaults = PRESET_NAMES.map((preset) => defaultOf(name, preset));
    const { about, values } = SETTINGS[name];
    const head = headOfSetting(name);
    return [
      `\`${name}\``,
      code(flag(name, defaults.includes(true))),
      about + (head === undefined ? "" : ` (head "${head}")`),
      values.words,
      ...defaults.map((value) => (value === undefined ? "not used" : written(value))),
    ];
  });
  const header = [
    "library",
    "command line",
    "what for",
    "values",
    ...PRESET_NAMES.map((name) => `\`${name}\``),
  ];
  return [`## ${heading}`, "", ...table(header, rows), ""];
}

function sizes(): string[] {
  const entries = Object.entries(SIZE_SETTINGS).map(([size, settings]) => {
    const values = Object.entries(settings).map(([name, value]) => `\`${name}\` ${value}`);
    return `- \`${size}\`: ${values.join(", ") || "the preset's own"}`;
  });
  return [
    "## What `size` changes of the preset `default`",
    "",
    ...entries,
    "",
    "Without `size` it is `small` below 200,000 rows and 20 columns, `large` from 1,000,000 rows or 40 columns on, else `base`.",
    "A table too short for eight batches gets smaller ones, a long one fewer epochs (about 30,000 steps), one of fewer than 5,000",
    "rows `dropout` 0.1 and a mixture whose normals all move (`freeNormals` 32, `fixedNormals` 0), of fewer than 3,000 also four",
    "`members`, of 3,000 to 100,000 up to four `turns` (unless its length is given in epochs), and one of more than 10 columns `fewGiven` 0.5; one of at most 15 columns no `counted`. What is given itself always counts.",
    "",
  ];
}

/** Nothing said of any column is an empty object. */
const written = (value: unknown) =>
  typeof value === "object" && !Array.isArray(value) ? "as found" : String(value);
const flag = (name: string, isNegated: boolean) =>
  isNegated ? flagOf(name).replace("--", "--no-") : flagOf(name);
const code = (text: string) => `\`${text}\``;

function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

const path = fileURLToPath(new URL("../docs/settings.md", import.meta.url));
if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(path, settingsPage());
