/** @file The tables that commands name, read as the model or the training wants them, and answers about all their rows. */
import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { readSurvey, surveyBlocks } from "../datasets/survey.ts";
import type { Model } from "../model/model.ts";
import { readingFor } from "../model/questions.ts";
import type { TableBlocks } from "../table/blocks.ts";
import type { ReadingReport } from "../table/file-report.ts";
import type { Hdf5Layout } from "../table/files/hdf5/write.ts";
import type { KeptChoice } from "../table/files/kept-cells.ts";
import { type ReadOptions, readTable, type TableFiles } from "../table/files/read.ts";
import { isChoice, type TablePart } from "../table/files/row-choice.ts";
import { formatOf } from "../table/files/source.ts";
import { tableBlocks } from "../table/files/table-blocks.ts";
import { openTableWriter, writeTable } from "../table/files/write.ts";
import type { WrittenColumn } from "../table/files/written-cells.ts";
import { numberedLayout, numbersOfRows } from "../table/numbered-rows.ts";
import { chosenRows, type Table, withUnits } from "../table/table.ts";
import { heldOutIndices, splitColumn } from "../training/held-out.ts";
import { withFlags } from "./arguments.ts";
import { listedAmong } from "./name-lists.ts";
import { countedAndWritten, note, type Work } from "./output.ts";
import { verifying } from "./verified.ts";

type Undefinable<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** How a table is to be read, as a command's options say it; others among them do not matter. */
export type TableChoice = Undefinable<
  Omit<ReadOptions, "errorColumns" | "signal" | "onProgress"> & {
    readonly errors: ReadOptions["errorColumns"];
  }
>;

/** Options of reading that a command's options have under the same name. */
const SAME_NAMES = [
  ...[
    "columns",
    "categories",
    "kinds",
    "exclude",
    "missing",
    "notMissing",
    "knownNames",
    "limits",
    "format",
    "group",
    "allowRemote",
    "maxUnpacked",
    "maxSeconds",
    "maxMemory",
  ],
  ...[
    "precision",
    "row",
    "id",
    "where",
    "encoding",
    "separator",
    "decimal",
    "header",
    "comment",
    "skipLines",
  ],
  ...["skipEnd", "ragged", "uncheckedErrors"],
] as readonly (keyof ReadOptions & keyof TableChoice)[];

function readOptions(choice: TableChoice): ReadOptions {
  const same = Object.fromEntries(SAME_NAMES.map((name) => [name, choice[name]]));
  const onReport = ({ notices }: ReadingReport) => {
    for (const each of notices) note(withFlags(each));
  };
  return { ...defined({ ...same, errorColumns: choice.errors }), onReport };
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
  {
    units = {},
    ...choice
  }: TableChoice & {
    readonly units?: Readonly<Record<string, string>> | undefined;
    readonly measurementErrors?: unknown;
  },
): Promise<Table | TableFiles> {
  // `train --precision` is that of training; how cells are kept is found out by reading them.
  const { precision: _, ...others } = choice;
  const unchecked = choice.measurementErrors === "ignore" && { uncheckedErrors: true };
  const reading = { ...others, ...unchecked };
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

/** What else a command wants of the blocks. */
interface BlockWishes {
  /** Columns of the table that are passed on; default none. */
  readonly keep?: KeptChoice | undefined;
  /** All rows in one block. */
  readonly inOne?: boolean;
  /** So many rows in a block, else. */
  readonly blockRows?: number;
  readonly columns?: ReadOptions["columns"];
  /** Of a partition: read precisely, so that answers do not depend on how the table is cut. */
  readonly part?: TablePart | undefined;
}

/** The same, block by block, for tables of any length; to be closed in the end. */
export function blocksFor(
  { config }: Model,
  sources: readonly string[],
  choice: TableChoice,
  question: TableQuestion | undefined,
  { keep, inOne, blockRows, columns, part }: BlockWishes = {},
): Promise<TableBlocks> {
  const reading = { ...choice, ...readingFor(config, question), ...defined({ columns }) };
  const options = {
    ...readOptions(reading),
    ...(part && { part, precision: "float64" as const }),
    keep: keep ?? [],
    ...defined({ blockRows: inOne ? Number.MAX_SAFE_INTEGER : blockRows }),
  };
  return isSurvey(sources) ? surveyBlocks(options) : tableBlocks(sourceOf(sources), options);
}

/** The only block of a table. */
export async function onlyBlock(blocks: TableBlocks): Promise<Table> {
  for await (const block of blocks) return { ...block, source: blocks.source };
  throw new Error(`${blocks.source} has no block`);
}

/**
 * What `--keep` says: "all", or names, which may have commas in them; and, for a HATS catalogue, the places on the sky.
 * @param out where the columns are passed on to.
 */
export function keptChoice(
  said: readonly string[] | undefined,
  out: string | undefined,
): KeptChoice | undefined {
  const isOfSky = out !== undefined && formatOf(out).format === "hats";
  if (!said && !isOfSky) return undefined;
  return (known, sky) => {
    const isAll = said?.length === 1 && said[0] === "all" && !known.includes("all");
    const names = isAll
      ? known.filter((name) => name !== "")
      : (said ?? []).flatMap((text) => listedAmong(text, known));
    if (!isOfSky || !sky) return names;
    const places = [sky.catalogue?.healpix, sky.longitude, sky.latitude];
    return [...new Set([...known.filter((name) => places.includes(name)), ...names])];
  };
}

/** The rows beside which a model is looked at: a table's, or those of its training's table that it was not trained on. */
export async function rowsFor(
  model: Model,
  folder: string,
  sources: readonly string[],
  { heldOut, ...choice }: TableChoice & { readonly heldOut?: true | undefined },
  more?: string,
): Promise<Table> {
  if (!heldOut && more === undefined) return tableFor(model, sources, choice);
  if (!heldOut) return tableWith(model, sources, choice, more);
  // They are found again among all rows of the table, and chosen among afterwards.
  const whole = { ...choice, row: undefined, id: undefined, where: undefined };
  const table = await tableWith(model, sources, whole, splitColumn(model.config));
  const heldOutOnes = await heldOutIndices(folder, table, verifying());
  const chosen = isChoice(choice) ? await indicesOf(model, sources, choice) : undefined;
  const rows = chosen ? heldOutOnes.filter((row) => chosen.has(row)) : heldOutOnes;
  if (rows.length === 0)
    throw new InputError(
      `No row of ${table.source} that ${folder} was not trained on is among those chosen.`,
    );
  return chosenRows({ ...table, source: `${table.source} (held-out rows)` }, rows);
}

/** The places in the whole table of the rows that --row, --id and --where choose. */
async function indicesOf(
  model: Model,
  sources: readonly string[],
  choice: TableChoice,
): Promise<ReadonlySet<number>> {
  const blocks = await blocksFor(model, sources, choice, undefined, { inOne: true });
  try {
    return new Set(blocks.kept?.rowIndices);
  } finally {
    await blocks.close();
  }
}

/** What the model knows of a table, and one more column, if it is there. */
export function tableWith(
  { config }: Model,
  sources: readonly string[],
  choice: TableChoice,
  more: string | undefined,
): Promise<Table> {
  const { columns, ...reading } = readingFor(config);
  const needed = typeof columns === "function" ? columns : () => columns;
  const withMore = (known: readonly string[]) => {
    const those = needed(known);
    const isMore = more !== undefined && known.includes(more) && !those.includes(more);
    return isMore ? [...those, more] : those;
  };
  return tableOf(sources, { ...choice, ...reading, columns: withMore });
}

/** What `withKept` adds to a command. */
export interface WrittenBeside {
  readonly keep?: readonly string[] | undefined;
  readonly overwrite?: true | undefined;
}

/** Where answers about a table are written, and what of the table goes with them. */
export interface Answered {
  readonly out: string;
  /** The columns of the answers, which may depend on those of the table. */
  readonly columns: readonly WrittenColumn[] | ((table: TableBlocks) => readonly WrittenColumn[]);
  /** Lines that are written for each row; default 1. */
  readonly times?: number;
  /** Of HDF5: where in the file the columns lie. */
  readonly hdf5?: Hdf5Layout | undefined;
  readonly open: () => Promise<TableBlocks>;
}

/** A piece of the answers: arrays for all columns, of rows that follow on those before. */
type Pieces = Readonly<Record<string, Float32Array | Float64Array>>;

/**
 * Answers about all rows of a table, written piece by piece, each line with the number of its row and the columns that are
 * kept; the file appears, whole, at the end, or not at all. A wrong name of the file is reported before any work.
 * @returns the number of rows, all columns that were written, and those of the table that were read.
 */
export async function writeAnswers(
  { out, columns: asked, times = 1, hdf5, open }: Answered,
  answers: (rows: TableBlocks, work: Work) => AsyncIterable<Pieces>,
): Promise<{ readonly rows: number; readonly written: string[]; readonly known: string[] }> {
  await refuseUnwritable(out);
  const rows = await open();
  try {
    const columns = typeof asked === "function" ? asked(rows) : asked;
    const kept = rows.kept?.columns.map(({ name }) => name) ?? [];
    const { layout, rowName } = numberedLayout(columns, kept);
    const writer = await openTableWriter(out, layout, {
      ...{ times, hdf5 },
      kept: kept.length > 0 ? rows.kept : undefined,
    });
    const numbered = numbersOfRows(rows, times);
    const append = async (work: Work) => {
      work.onProgress(0, rows.rows);
      for await (const pieces of answers(rows, work)) {
        const [first] = Object.values(pieces);
        await writer.append({ ...pieces, [rowName]: numbered(first.length) });
      }
    };
    try {
      await countedAndWritten("rows", append, () => writer.close());
    } finally {
      await writer.abort();
    }
    const names = (columns: readonly { readonly name: string }[]) => columns.map(({ name }) => name);
    return { rows: rows.rows, written: names(layout), known: names(rows.columns) };
  } finally {
    await rows.close();
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
  // Any name would do, but a catalogue of the sky needs places.
  const writer = await openTableWriter(path, ["ra", "dec"]);
  await writer.abort();
}
