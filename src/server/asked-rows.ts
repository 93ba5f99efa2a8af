/** @file Rows that are asked about: objects of a question, or a table that was sent. */
import { InputError } from "../base/errors.ts";
import type { Model } from "../model/model.ts";
import { type Row, rowsTable } from "../model/question-table.ts";
import { readingFor } from "../model/questions.ts";
import { oneBlock, type TableBlocks } from "../table/blocks.ts";
import { fileComplaint, openDuckDB, pathLiteral, rowsOf } from "../table/files/duckdb.ts";
import { type BlockOptions, tableBlocks } from "../table/files/table-blocks.ts";
import type { Table } from "../table/table.ts";
import type { TableReading } from "./question-schemas.ts";
import { Refusal } from "./refusals.ts";
import { SENT, type SentTable, withoutPaths } from "./request-body.ts";

/** Rows as a request has them. */
export type Sent =
  | { readonly rows: readonly Row[] }
  | { readonly table: SentTable; readonly reading: Partial<TableReading> };

/** What of a table is wanted. */
export interface Wanted {
  /** Without it, all columns that the model knows. */
  readonly question?: { readonly of: readonly string[]; readonly given?: readonly string[] | undefined };
  /** Whether all cells are kept as they stand, to be passed on. */
  readonly keepsAll?: boolean;
  /** Whether the rows are wanted in one block. */
  readonly inOne?: boolean;
}

export interface AskedRows {
  readonly blocks: TableBlocks;
  /** What was decided when the table was read, a sentence each. */
  readonly notices: readonly string[];
}

/**
 * The rows, to be closed in the end.
 * @throws InputError for what is wrong with them; Refusal (413) for too many.
 */
export async function askedRows(
  model: Model,
  sent: Sent,
  { question, keepsAll, inOne }: Wanted,
  { rows: most, signal }: { readonly rows: number; readonly signal: AbortSignal },
): Promise<AskedRows> {
  if ("rows" in sent) {
    refuseManyRows(sent.rows.length, most);
    refuseManyNames(sent.rows);
    return { blocks: oneBlock(rowsTable(model.config, sent.rows)), notices: [] };
  }
  const { table, reading } = sent;
  const notices: string[] = [];
  const options: BlockOptions = {
    ...reading,
    ...readingFor(model.config, question),
    ...(keepsAll && {
      keep: (known: readonly string[]) => known.filter((name) => name !== ""),
      precision: "float64",
    }),
    ...(inOne && { blockRows: Number.MAX_SAFE_INTEGER }),
    format: table.format,
    signal,
    onReport: (report) => notices.push(...report.notices.map((each) => each.replaceAll(table.path, SENT))),
  };
  try {
    if (table.format === "parquet") refuseManyRows(await rowsOfParquet(table.path), most);
    const blocks = await tableBlocks(table.path, options);
    try {
      refuseManyRows(blocks.rows, most);
    } catch (error) {
      await blocks.close();
      throw error;
    }
    return { blocks: nameless(blocks, table), notices };
  } catch (error) {
    throw withoutPaths(error, table);
  }
}

/** @throws Refusal (413) for more rows than may be. */
export function refuseManyRows(rows: number, most: number): void {
  if (rows > most)
    throw new Refusal(413, `${rows} rows are asked about, and ${most} can be at once: send fewer.`);
}

/** Every row has a cell in each column that any of them names. */
const MOST_CELLS = 20_000_000;

/** @throws Refusal (413) for rows of which each brings columns of its own. */
function refuseManyNames(rows: readonly Row[]): void {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  if (names.size * rows.length > MOST_CELLS)
    throw new Refusal(
      413,
      `The rows have ${names.size} columns in all: send only those that are known, or fewer rows.`,
    );
}

/** What the file's end says, before its rows are unpacked: a few bytes may stand for many of them. */
async function rowsOfParquet(path: string): Promise<number> {
  const duckdb = await openDuckDB({ files: [path], folders: [] }, {});
  try {
    const [[rows]] = await rowsOf(
      duckdb.connection,
      `SELECT sum(num_rows)::DOUBLE FROM parquet_file_metadata(${pathLiteral(path)})`,
    );
    return Number(rows);
  } catch (error) {
    if (fileComplaint(error) === undefined) throw error;
    return 0; // a broken file: reading it tells what is wrong
  } finally {
    duckdb.close();
  }
}

/** The same blocks, in whatever they say of themselves called "the table": the path is nobody's business. */
function nameless(blocks: TableBlocks, table: SentTable): TableBlocks {
  const { rows, columns, kept } = blocks;
  return {
    ...{ source: SENT, rows, columns },
    ...(kept && { kept }),
    close: () => blocks.close(),
    async *[Symbol.asyncIterator]() {
      try {
        for await (const block of blocks) yield { ...block, source: SENT };
      } catch (error) {
        throw withoutPaths(error, table);
      }
    },
  };
}

/** All rows in memory. */
export async function inMemory(blocks: TableBlocks): Promise<Table> {
  for await (const block of blocks) return block;
  throw new InputError(`${SENT} has no rows.`);
}
