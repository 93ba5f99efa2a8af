/** @file The tables that commands name, read as the model or the training wants them, and answers about all their rows. */
import { defined } from "../base/defined.ts";
import { readSurvey } from "../datasets/survey.ts";
import type { Model } from "../model/model.ts";
import { readingFor } from "../model/questions.ts";
import { oneBlock, type TableBlocks } from "../table/blocks.ts";
import { type ReadOptions, readTable, type TableFiles } from "../table/files/read.ts";
import { tableBlocks } from "../table/files/table-blocks.ts";
import { openTableWriter, type WrittenColumn, writeTable } from "../table/files/write.ts";
import { type Table, withUnits } from "../table/table.ts";
import { heldOutRows } from "../training/held-out.ts";
import { countedAndWritten, type Work } from "./output.ts";

type Undefinable<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** How a table is to be read, as a command's options say it; others among them do not matter. */
export type TableChoice = Undefinable<
  Omit<ReadOptions, "errorColumns" | "signal" | "onProgress"> & {
    readonly errors: ReadOptions["errorColumns"];
  }
>;

function readOptions(choice: TableChoice): ReadOptions {
  const {
    columns,
    categories,
    missing,
    errors: errorColumns,
    limits,
    format,
    group,
    allowRemote,
    precision,
  } = choice;
  return defined({
    columns,
    categories,
    missing,
    errorColumns,
    limits,
    format,
    group,
    allowRemote,
    precision,
  });
}

const isSurvey = (sources: readonly string[]) => sources.length === 1 && sources[0] === "survey";

/** Several files are one table. */
const sourceOf = (sources: readonly string[]) => (sources.length === 1 ? sources[0] : sources);

export async function tableOf(sources: readonly string[], choice: TableChoice): Promise<Table> {
  const options = readOptions(choice);
  return isSurvey(sources) ? readSurvey(options) : readTable(sourceOf(sources), options);
}

/** What to train on: files are named only, for they may be larger than memory. */
export async function trainingSourceOf(
  sources: readonly string[],
  { units = {}, ...choice }: TableChoice & { readonly units?: Readonly<Record<string, string>> | undefined },
): Promise<Table | TableFiles> {
  // `train --precision` is that of training; how cells are kept is found out by reading them.
  const { precision: _, ...reading } = choice;
  if (isSurvey(sources)) return withUnits(await tableOf(sources, reading), units);
  return { files: sourceOf(sources), units, ...readOptions(reading) };
}

interface TableQuestion {
  readonly of: readonly string[];
  readonly given?: readonly string[] | undefined;
}

/** What of a table a question needs; without a question, all columns that the model knows. */
export function tableFor(
  { config }: Model,
  sources: readonly string[],
  choice: TableChoice,
  question?: TableQuestion,
): Promise<Table> {
  return tableOf(sources, { ...choice, ...readingFor(config, question) });
}

/** The same, block by block, for tables of any length; to be closed in the end. */
export async function blocksFor(
  { config }: Model,
  sources: readonly string[],
  choice: TableChoice,
  question: TableQuestion,
): Promise<TableBlocks> {
  const options = readOptions({ ...choice, ...readingFor(config, question) });
  return isSurvey(sources) ? oneBlock(await readSurvey(options)) : tableBlocks(sourceOf(sources), options);
}

/** The rows beside which a model is looked at: a table's, or those of its training's table that it was not trained on. */
export async function rowsFor(
  model: Model,
  folder: string,
  sources: readonly string[],
  { heldOut, ...choice }: TableChoice & { readonly heldOut?: true | undefined },
): Promise<Table> {
  const table = await tableFor(model, sources, choice);
  return heldOut ? heldOutRows(folder, table) : table;
}

/**
 * Answers about all rows of a table, written piece by piece; the file appears, whole, at the end, or not at all.
 * It is opened before the table is, so that a wrong name is reported at once.
 * @returns the number of rows.
 */
export async function writeAnswers<
  Rows extends { readonly rows: number; readonly close?: () => Promise<void> },
>(
  { out, columns, open }: { out: string; columns: readonly WrittenColumn[]; open: () => Promise<Rows> },
  answers: (rows: Rows, work: Work) => AsyncIterable<Readonly<Record<string, Float32Array | Float64Array>>>,
): Promise<number> {
  const writer = await openTableWriter(out, columns);
  try {
    const rows = await open();
    const append = async (work: Work) => {
      work.onProgress(0, rows.rows);
      for await (const pieces of answers(rows, work)) await writer.append(pieces);
    };
    try {
      await countedAndWritten("rows", append, () => writer.close());
    } finally {
      await rows.close?.();
    }
    return rows.rows;
  } finally {
    await writer.abort();
  }
}

/** The same where the answers are one table, in memory. @param out where there is none, nothing is written. */
export async function writeAnswer(
  { out, open }: { out: string | undefined; open: () => Promise<Table> },
  answer: (table: Table, work: Work) => Promise<Table>,
): Promise<{ readonly table: Table; readonly answered: Table }> {
  if (out !== undefined) await refuseUnwritable(out);
  const table = await open();
  const answered = await countedAndWritten(
    "rows",
    (work) => {
      work.onProgress(0, table.rows);
      return answer(table, work);
    },
    async (made) => {
      if (out !== undefined) await writeTable(made, out);
    },
  );
  return { table, answered };
}

/** A wrong name of a file is reported at once, not after the work. @throws InputError as writing there would. */
export async function refuseUnwritable(path: string): Promise<void> {
  const writer = await openTableWriter(path, ["any"]);
  await writer.abort();
}
