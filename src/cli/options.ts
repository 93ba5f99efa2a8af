/** @file The options that several commands have, and what goes with them. */
import { Command, Option, type OptionValues } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { Model, type ModelOptions } from "../model/model.ts";
import type { Given } from "../model/question-table.ts";
import { untrainedErrors } from "../model/questions.ts";
import { DEVICES, type DeviceChoice } from "../runtime/device-names.ts";
import { tableFormats } from "../table/files/source.ts";
import { given, names, numbers, pairs, settings, whole } from "./arguments.ts";
import { note } from "./output.ts";

/** A command that asks a model. */
export function modelCommand(name: string, about: string) {
  return new Command(name).description(about).argument("<model>", "a model's folder");
}

/** The options of commands that ask a model. */
export const modelOptions = {
  of: (about = "the target column (several: each separately)") =>
    new Option("--of <columns>", about).argParser(names).makeOptionMandatory(),
  givenColumns: () =>
    new Option(
      "--given <columns>",
      "the columns given (default: all that the model knows, but those asked)",
    ).argParser(names),
  givenValues: (about = "a known value, NAME=VALUE (repeat for more)") =>
    new Option("--given <name=value>", about).argParser(given),
  known: () =>
    new Option(
      "--given <given>",
      "a known value, NAME=VALUE (NAME=VALUE+-ERROR for a measured one; repeat for more); " +
        "with a table, the columns given (default: all that the model knows, but those asked)",
    ).argParser(givenOrColumns),
  method: () =>
    new Option("--method <method>", "flow: from the density itself; ancestral: by the stochastic sampler")
      .choices(["flow", "ancestral"] as const)
      .default("flow" as const),
  device: () =>
    new Option(
      "--device <device>",
      "where to compute; auto: the fastest that starts here (info --system shows which start, gpu how to get CUDA)",
    )
      .choices(["auto", ...DEVICES] as const)
      .default("cpu" as DeviceChoice),
  size: (size: number) =>
    new Option("--size <n>", "samples for each question").argParser(whole).default(size),
  seed: (about = "the same seed gives the same samples") =>
    new Option("--seed <n>", about).argParser(whole).default(1),
  json: () => new Option("--json", "print JSON instead of text"),
};

/** Loads a model, does the work with it, and gives back what it holds, whatever happens. */
export async function withModel<Made>(
  folder: string,
  options: ModelOptions,
  work: (model: Model) => Promise<Made>,
): Promise<Made> {
  const model = await Model.load(folder, options);
  try {
    return await work(model);
  } finally {
    await model.dispose();
  }
}

/** Says of which given values the measurement errors are not to be relied on. */
export function noteErrors({ config }: Model, given: Given): void {
  for (const name of untrainedErrors(config, given))
    note(`The model was trained without measurement errors of "${name}": don't rely on the one given.`);
}

export const TABLE_HELP =
  'CSV, Parquet, JSON lines (text also .gz) or HDF5; a glob in quotes; "-" for standard input; "survey" for 20,000 simulated stars';

export const tableOptions = {
  columns: () => new Option("--columns <names>", "use only these columns").argParser(names),
  categories: () =>
    new Option("--categories <names>", "columns whose numbers are codes, not measurements").argParser(names),
  units: () =>
    new Option("--units <pairs>", "what columns are measured in, COLUMN=UNIT, for pictures").argParser(
      settings,
    ),
};

/** Adds the options that say how a table is read, but for its errors. */
export function withReading<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command
    .addOption(new Option("--missing <numbers>", "numbers that mean missing, e.g. -9999").argParser(numbers))
    .addOption(new Option("--format <format>", "the format of the table").choices(tableFormats))
    .addOption(
      new Option(
        "--group <path>",
        "of an HDF5 file with several tables: the group or dataset, e.g. survey/stars",
      ),
    )
    .addOption(
      new Option("--allow-remote", "fetch tables named by http:// or https:// addresses from the network"),
    );
}

/** Adds all options that say how a table is read: a `TableChoice` in the command's options. */
export function withTableOptions<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return withReading(
    command.addOption(
      new Option(
        "--errors <pairs>",
        "measurement errors, COLUMN:ERROR_COLUMN; by default NAME_err, NAME_error and e_NAME are the errors of NAME",
      ).argParser(pairs),
    ),
  );
}

/** What `--given` holds: values of one question (NAME=VALUE), or columns of a table. */
interface KnownThings {
  readonly values: Given;
  readonly columns: readonly string[];
}

const NOTHING: KnownThings = { values: {}, columns: [] };

/** "A=1" is a known value, "A,B" are columns: which of them fits is known when all arguments are. */
function givenOrColumns(text: string, before: KnownThings = NOTHING): KnownThings {
  if (text.includes("=")) return { ...before, values: given(text, before.values) };
  return { ...before, columns: names(text, before.columns) };
}

/** What a command is asked: a question about every row of a table, or one question. */
export type Asked =
  | { readonly sources: readonly string[]; readonly out: string; readonly given?: readonly string[] }
  | { readonly sources?: undefined; readonly given: Given };

/** @throws InputError if values are given with a table, or columns without one; for a table without a file to write to. */
export function askedOf(
  sources: readonly string[],
  {
    given: { values, columns } = NOTHING,
    out,
  }: { given?: KnownThings | undefined; out?: string | undefined },
): Asked {
  if (sources.length === 0) {
    if (columns.length === 0) return { given: values };
    throw new InputError(`"${columns[0]}" is not NAME=VALUE, as --given has it without a table.`);
  }
  const [value] = Object.keys(values);
  if (value !== undefined)
    throw new InputError(`With a table, --given names its columns: write --given ${value}, without "=".`);
  return { sources, out: outOf(out), ...(columns.length > 0 && { given: columns }) };
}

/** @throws InputError unless a file is named to write the answers for a table to. */
export function outOf(out: string | undefined): string {
  if (out !== undefined) return out;
  throw new InputError("Name the file to write the answers for the table to, with --out.");
}

/** @throws InputError for options that only a table gives a meaning, without one; for those of one question, with one. */
export function checkTableOptions(
  isTable: boolean,
  { table = {}, question = {} }: { readonly table?: object; readonly question?: object },
): void {
  const wrong = Object.entries(isTable ? question : table).find(([, value]) => value !== undefined);
  if (!wrong) return;
  throw new InputError(
    isTable
      ? `--${wrong[0]} is for one question: leave it out with a table.`
      : `--${wrong[0]} is for a table: name one after the model.`,
  );
}
