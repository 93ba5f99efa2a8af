/** @file What a command writes is nothing that it reads, and no file of a model: looked at before it works. */
import { readFileSync, type Stats, statSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { throughLinks } from "../files/atomic-file.ts";
import { holdsModel, MODEL_FILES } from "../files/model-files.ts";
import { writing } from "../files/system-errors.ts";
import { matchingFiles } from "../table/files/duckdb.ts";
import { hatsFolder } from "../table/files/hats/catalogue.ts";

/** The options that name what is written ... */
const OUTPUTS = ["out", "plot", "report"] as const;
/** ... and what that is where it is a folder: the names in it that are written over. */
const IN_FOLDERS: Readonly<Record<string, readonly string[]>> = {
  train: MODEL_FILES,
  import: MODEL_FILES,
  quickstart: MODEL_FILES,
  report: ["index.html", "evaluation.json"],
  "apogee-gaia": [
    "training_set.h5",
    "testing_set.h5",
    "training_set.parquet",
    "testing_set.parquet",
    "reduction.json",
  ],
};
/** Read again, to be written as it was. */
const READ_AGAIN = ["limitsFrom"];

/**
 * Whatever way the file is named: by a link, from elsewhere, with other capitals where the disk knows none, among those that
 * fit a pattern, or as a folder of files.
 * @throws InputError for the first that would be lost.
 */
export async function refuseOverInputs(command: CommandUnknownOpts): Promise<void> {
  const written = OUTPUTS.flatMap((option) => {
    const path: unknown = command.getOptionValue(option);
    const names = IN_FOLDERS[option] ?? (option === "out" ? IN_FOLDERS[command.name()] : undefined);
    if (typeof path !== "string" || path === "-") return [];
    return names
      ? names.map((name) => ({ option, path: join(path, name), isInFolder: true }))
      : [{ option, path, isInFolder: false }];
  });
  for (const { option, path, isInFolder } of written) {
    const target = writing(path, () => throughLinks(path));
    if (!isInFolder) refuseModelFile(path, target);
    if (command.getOptionValue("overwrite") === true) continue;
    const mend = command.options.some(({ long }) => long === "--overwrite")
      ? ", or add --overwrite to write over it"
      : "";
    for (const input of inputsOf(command)) {
      for (const file of await filesOf(input, target)) {
        if (!(await isLost(file, target))) continue;
        const what = file === input ? "" : ` (of ${input})`;
        throw new InputError(
          isInFolder
            ? `${file} is read, and would be written over: name another folder with --${option}.`
            : `${path} is ${isSame(file, target) ? "the table that is read" : `where ${file} lies, which is read`}${what}: name another file with --${option}${mend}.`,
        );
      }
    }
  }
}

/** A model's files are written by those that make models. */
function refuseModelFile(path: string, target: string): void {
  const folder = basename(dirname(target)) === "checkpoints" ? dirname(dirname(target)) : dirname(target);
  const name = target.slice(join(folder, sep).length);
  const isModels = MODEL_FILES.includes(name) || name.startsWith(`checkpoints${sep}`);
  if (isModels && statOf(target) && holdsModel(folder))
    throw new InputError(`${path} is a file of the model in ${folder}: name another file.`);
}

/** Whatever a command is given beside what it writes. */
function inputsOf(command: CommandUnknownOpts): string[] {
  const options = Object.entries(command.opts() as Record<string, unknown>).flatMap(([name, value]) =>
    (OUTPUTS as readonly string[]).includes(name) || READ_AGAIN.includes(name) ? [] : textsIn(value),
  );
  const list: unknown = command.getOptionValue("filesFrom");
  const listed = typeof list === "string" && statOf(list) ? readFileSync(list, "utf8").split(/\r?\n/) : [];
  return [
    ...command.processedArgs.flatMap(textsIn),
    ...options,
    ...listed.map((line) => line.trim()).filter(Boolean),
  ];
}

function textsIn(value: unknown): string[] {
  return [value].flat().filter((each) => typeof each === "string" && each !== "" && each !== "-") as string[];
}

/** The files that are meant; a pattern matters only where the target is there already. */
async function filesOf(input: string, target: string): Promise<string[]> {
  if (statOf(input)) return [input];
  return /[*?[]/.test(input) && statOf(target) ? await matchingFiles(input) : [];
}

/** Whether reading `file` would be reading what is written: it is that, lies in it, or is a catalogue that it lies in. */
async function isLost(file: string, target: string): Promise<boolean> {
  if (isSame(file, target)) return true;
  const [from, to] = await Promise.all([file, target].map(placeOf));
  if (from.startsWith(join(to, sep))) return true;
  const isWithin = from !== to && to.startsWith(join(from, sep));
  return isWithin && (await hatsFolder(from)) !== undefined;
}

function isSame(file: string, target: string): boolean {
  const [a, b] = [statOf(file), statOf(target)];
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

/** Of a file that is not there yet: where it would be. */
async function placeOf(path: string): Promise<string> {
  if (statOf(path)) return await realpath(path);
  const folder = dirname(path);
  return statOf(folder) ? join(await realpath(folder), basename(path)) : path;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // no path, but a number or a name
  }
}
