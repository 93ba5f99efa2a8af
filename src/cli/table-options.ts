/** @file The options of every command that reads a table, and the table they name. */
import { type Command, Option, type OptionValues } from "@commander-js/extra-typings";
import { readSurvey } from "../datasets/survey.ts";
import { oneBlock, type TableBlocks } from "../table/blocks.ts";
import type { TableFiles } from "../table/files/read.ts";
import { type ReadOptions, readTable } from "../table/files/read.ts";
import { type TableFormat, tableFormats } from "../table/files/source.ts";
import { tableBlocks } from "../table/files/table-blocks.ts";
import type { Table } from "../table/table.ts";
import { withUnits } from "../table/table.ts";
import { names, numbers, pairs, settings } from "./arguments.ts";

export const TABLE_HELP =
  'CSV, Parquet, JSON lines (text also .gz) or HDF5; a glob in quotes; "-" for standard input; "survey" for 20,000 simulated stars';

export const tableOptions = {
  columns: () => new Option("--columns <names>", "use only these columns").argParser(names),
  categories: () =>
    new Option("--categories <names>", "columns whose numbers are codes, not measurements").argParser(names),
  missing: () =>
    new Option("--missing <numbers>", "numbers that mean missing, e.g. -9999").argParser(numbers),
  errors: () =>
    new Option(
      "--errors <pairs>",
      "measurement errors, COLUMN:ERROR_COLUMN; by default NAME_err, NAME_error and e_NAME are the errors of NAME",
    ).argParser(pairs),
  units: () =>
    new Option("--units <pairs>", "what columns are measured in, COLUMN=UNIT, for pictures").argParser(
      settings,
    ),
  format: () => new Option("--format <format>", "the format of the table").choices(tableFormats),
  group: () =>
    new Option(
      "--group <path>",
      "of an HDF5 file with several tables: the group or dataset, e.g. survey/stars",
    ),
  allowRemote: () =>
    new Option("--allow-remote", "fetch tables named by http:// or https:// addresses from the network"),
};

/** Adds the options that say how a table is read; what they take is a `TableReading` in the command's options. */
export function withTableOptions<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command
    .addOption(tableOptions.missing())
    .addOption(tableOptions.errors())
    .addOption(tableOptions.format())
    .addOption(tableOptions.group())
    .addOption(tableOptions.allowRemote());
}

/** Names, or a choice among the names that the files have. */
type ColumnsChoice = NonNullable<ReadOptions["columns"]>;

export interface TableChoice {
  readonly columns?: ColumnsChoice | undefined;
  readonly categories?: ReadOptions["categories"] | undefined;
  readonly missing?: readonly number[] | undefined;
  readonly errors?: Readonly<Record<string, string>> | undefined;
  readonly units?: Readonly<Record<string, string>> | undefined;
  readonly format?: TableFormat | undefined;
  readonly group?: string | undefined;
  readonly allowRemote?: boolean | undefined;
  readonly precision?: ReadOptions["precision"];
}

/** What `withTableOptions` adds. */
export type TableReading = Pick<TableChoice, "missing" | "errors" | "format" | "group" | "allowRemote">;

/** How a table is to be read, out of a command's options. */
export function tableReading({ missing, errors, format, group, allowRemote }: TableReading): TableReading {
  return { missing, errors, format, group, allowRemote };
}

/** Several files are one table. */
export async function tableOf(sources: readonly string[], choice: TableChoice): Promise<Table> {
  return withUnits(await rowsOf(sources, choice), choice.units ?? {});
}

/** The same, block by block. */
export async function blocksOf(
  sources: readonly string[],
  choice: Omit<TableChoice, "units">,
): Promise<TableBlocks> {
  const options = readOptions(choice);
  return isSurvey(sources) ? oneBlock(await readSurvey(options)) : tableBlocks(sourceOf(sources), options);
}

async function rowsOf(sources: readonly string[], choice: TableChoice): Promise<Table> {
  const options = readOptions(choice);
  return isSurvey(sources) ? readSurvey(options) : readTable(sourceOf(sources), options);
}

function isSurvey(sources: readonly string[]): boolean {
  return sources.length === 1 && sources[0] === "survey";
}

function sourceOf(sources: readonly string[]): string | readonly string[] {
  return sources.length === 1 ? sources[0] : sources;
}

/** What to train on: files are named only, for they may be larger than memory. */
export async function trainingSourceOf(
  sources: readonly string[],
  choice: TableChoice,
): Promise<Table | TableFiles> {
  // `train --precision` is that of training; how cells are kept is found out by reading them.
  const { precision: _, ...reading } = choice;
  if (isSurvey(sources)) return tableOf(sources, reading);
  return { files: sourceOf(sources), units: choice.units ?? {}, ...readOptions(reading) };
}

function readOptions(choice: TableChoice): ReadOptions {
  const { columns, categories, missing, errors, format, group, allowRemote, precision } = choice;
  return {
    ...(columns && { columns }),
    ...(categories && { categories }),
    ...(missing && { missing }),
    ...(errors && { errorColumns: errors }),
    ...(format && { format }),
    ...(group !== undefined && { group }),
    ...(allowRemote && { allowRemote }),
    ...(precision && { precision }),
  };
}
