/** @file The options that several commands have, and what goes with them. */
import { Command, Option, type OptionValues } from "@commander-js/extra-typings";
import { Model, type ModelOptions } from "../model/model.ts";
import { earlyWarning } from "../model/training-words.ts";
import { UNSEEN_CHOICES, type UnseenChoice } from "../model/unseen-names.ts";
import { DEVICES, type DeviceChoice } from "../runtime/device-names.ts";
import { tableFormats } from "../table/files/source.ts";
import { newestCheckpoint } from "../training/checkpoint.ts";
import {
  bytes,
  decimalMark,
  errorPairs,
  events,
  given,
  headerChoice,
  ids,
  limits,
  missingValues,
  names,
  number,
  rows,
  texts,
  whole,
} from "./arguments.ts";
import { known } from "./asked.ts";
import { note } from "./output.ts";
import { partitionOptions } from "./partitions/options.ts";
import { verifying } from "./verified.ts";

export const TABLE_HELP =
  'CSV, ECSV, Parquet, JSON, HDF5, FITS or VOTable (text and FITS also .gz); a folder of HATS; a glob in quotes; "-" for standard input; "survey" for 20,000 simulated stars';

/** A command that asks a model. */
export function modelCommand(name: string, about: string) {
  return new Command(name).description(about).argument("<model>", "a model's folder");
}

/** One that answers a question, or one for each row of a table. */
export function askCommand(name: string, about: string) {
  return modelCommand(name, about).argument("[table...]", TABLE_HELP);
}

/** The options of commands that ask a model. */
export const modelOptions = {
  of: (about = "the target column (several: each separately), or all") =>
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
    ).argParser(known),
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
  probability: () =>
    new Option(
      "--probability <event>",
      'also tell how probable this is: "teff < 5000", "5000 < teff < 6000", kind=giant (repeat for more)',
    ).argParser(events),
  unseen: () =>
    new Option(
      "--unseen <what>",
      "a category that training has not seen: error, or missing: such cells are not given, and counted",
    )
      .choices(UNSEEN_CHOICES)
      .default("error" as UnseenChoice),
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
  const model = await Model.load(folder, { onWarning: note, ...verifying(), ...options });
  try {
    const made = await work(model);
    // What can't be gone on with, a model that was published, is as good as it gets.
    const warning = (await newestCheckpoint(folder)) && earlyWarning(model.config.report, folder);
    if (warning) note(warning);
    return made;
  } finally {
    await model.dispose();
  }
}

export const tableOptions = {
  columns: () => new Option("--columns <names>", "use only these columns").argParser(names),
  missing: () =>
    new Option(
      "--missing <values>",
      'numbers and words that mean missing, e.g. -9999 or "?" (several: --missing "?" -9999); empty cells, NA, - and the like ' +
        "do by themselves, except where they are names among names",
    ).argParser(missingValues),
  notMissing: () =>
    new Option("--not-missing <words>", "words that never mean missing: NA of a country").argParser(texts),
  separator: () =>
    new Option(
      "--separator <mark>",
      "of CSV: what parts the cells: a character, tab, blanks, or fixed for columns of fixed width (default: found)",
    ),
  decimal: () =>
    new Option("--decimal <mark>", "of CSV: the decimal mark, . or , (default: found)").argParser(
      decimalMark,
    ),
  encoding: () =>
    new Option("--encoding <name>", "of CSV: utf-8, latin1, windows-1252, utf-16le, ... (default: found)"),
  header: () =>
    new Option(
      "--header <what>",
      "of CSV: none where no line has the names (columns are column1, column2, ...), names where the first one has, or the names: a,b,c",
    ).argParser(headerChoice),
  comment: () =>
    new Option("--comment <mark>", 'of CSV: what begins a line that is a remark (default: found; "": none)'),
  skipLines: () =>
    new Option("--skip-lines <n>", "of CSV: lines at the beginning to leave out").argParser(whole),
  skipEnd: () =>
    new Option(
      "--skip-end <n>",
      "of CSV: lines at the end to leave out (0: none, also where they look like footnotes or sums)",
    ).argParser(whole),
  ragged: () =>
    new Option(
      "--ragged <what>",
      "of CSV: rows with too few or too many cells: fill (with missing ones; surplus ones are dropped), skip, or error",
    ).choices(["error", "fill", "skip"] as const),
  errors: () =>
    new Option(
      "--errors <pairs>",
      "measurement errors, COLUMN:ERROR_COLUMN; by default NAME_err, NAME_error and e_NAME are the errors of NAME, and what is like them (mag_err_u, MAGERR_AUTO, sigma_teff); " +
        "a column named twice, x:x_hi,x:x_lo, has errors to either side, as NAME_err1 and NAME_err2 are by default; " +
        "none: these are columns as others",
    ).argParser(errorPairs),
  limits: () =>
    new Option(
      "--limits <rules>",
      "cells with limits and no value: COLUMN=CODE:LOW..HIGH where it holds a code (u_mag=99:27.8.. is fainter than 27.8; " +
        "an end may be a column), COLUMN=FLAGS where the column FLAGS has < or >, COLUMN=cells where its cells have them (<0.006); " +
        "by default cells such as <0.006 among numbers, NAME_lower and NAME_upper where NAME has no value; none: none of these",
    ).argParser(limits),
  format: () => new Option("--format <format>", "the format of the table").choices(tableFormats),
  group: () =>
    new Option(
      "--group <path>",
      "of a file with several tables: in HDF5 the group or dataset, e.g. survey/stars, in FITS EXTNAME or number, in VOTable name, ID or number; the sheet of a spreadsheet",
    ),
  allowRemote: () =>
    new Option("--allow-remote", "fetch tables named by http:// or https:// addresses from the network"),
  maxUnpacked: () =>
    new Option(
      "--max-unpacked <size>",
      "what may come out of a packed file (gzip, zip, .xlsx, HDF5, .pt), such as 50GB (default: 1 GiB, or 100 times the file's own size)",
    ).argParser(bytes),
  maxSeconds: () =>
    new Option(
      "--max-seconds <seconds>",
      "how long a step of reading HDF5, .xlsx and .pt may take, some 64 MB (default: 30)",
    ).argParser(number),
  maxMemory: () =>
    new Option(
      "--max-memory <size>",
      "the memory that reading HDF5, .xlsx and .pt may take, besides arrays (default: 2 GiB)",
    ).argParser(bytes),
};

/** The options that say which rows of a table are asked about, and what of it goes with the answers. */
export const rowOptions = {
  row: () =>
    new Option("--row <numbers>", "only these rows, 1 is the first: 17, or 1,5, or 3..7").argParser(rows),
  where: () =>
    new Option(
      "--where <condition>",
      "only rows that fit, in DuckDB's SQL: \"teff < 5000 AND kind = 'giant'\"",
    ),
  id: () =>
    new Option(
      "--id <name=value>",
      "only the row with this cell: source_id=123 (of any column of the file)",
    ).argParser(ids),
  keep: () =>
    new Option(
      "--keep <columns>",
      "columns of the table to be written beside the answers, as they stood there; or all",
    ).argParser(texts),
  overwrite: () => new Option("--overwrite", "let --out be the table that is read"),
};

const ROWS = "Rows of the table:";

/** Adds what chooses rows of a table. */
export function withRowChoice<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command
    .addOption(rowOptions.row().helpGroup(ROWS))
    .addOption(rowOptions.id().helpGroup(ROWS))
    .addOption(rowOptions.where().helpGroup(ROWS));
}

/** Adds what goes from the table into the file of answers. */
export function withKept<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command
    .addOption(rowOptions.keep().helpGroup(ROWS))
    .addOption(rowOptions.overwrite().helpGroup(ROWS));
}

/** Adds what cuts a long table into parts, each answered by a process of its own. */
export function withParts<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command.addOption(partitionOptions.partition()).addOption(partitionOptions.filesFrom());
}

const READING = "Reading the table:";

/** Adds all options that say how a table is read: a `TableChoice` in the command's options. */
export function withReading<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command
    .addOption(tableOptions.missing().helpGroup(READING))
    .addOption(tableOptions.notMissing().helpGroup(READING))
    .addOption(tableOptions.errors().helpGroup(READING))
    .addOption(tableOptions.separator().helpGroup(READING))
    .addOption(tableOptions.decimal().helpGroup(READING))
    .addOption(tableOptions.encoding().helpGroup(READING))
    .addOption(tableOptions.header().helpGroup(READING))
    .addOption(tableOptions.comment().helpGroup(READING))
    .addOption(tableOptions.skipLines().helpGroup(READING))
    .addOption(tableOptions.skipEnd().helpGroup(READING))
    .addOption(tableOptions.ragged().helpGroup(READING))
    .addOption(tableOptions.limits().helpGroup(READING))
    .addOption(tableOptions.format().helpGroup(READING))
    .addOption(tableOptions.group().helpGroup(READING))
    .addOption(tableOptions.allowRemote().helpGroup(READING))
    .addOption(tableOptions.maxUnpacked().helpGroup(READING))
    .addOption(tableOptions.maxSeconds().helpGroup(READING))
    .addOption(tableOptions.maxMemory().helpGroup(READING));
}

/** Adds what every command has that asks about the rows of a table. */
export function withAsking<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return withRowChoice(withReading(command))
    .addOption(modelOptions.unseen())
    .addOption(modelOptions.device())
    .addOption(modelOptions.json());
}
