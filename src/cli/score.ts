/** @file `anygiven score`: how surprising each known cell of a table is, given the rest of its row. */

import { defined } from "../base/defined.ts";
import { InputError } from "../base/errors.ts";
import { unitBehind } from "../columns/encoding.ts";
import type { Model } from "../model/model.ts";
import { mostSurprising, type SurprisingCell } from "../model/outlier-score.ts";
import { givenOfRow, questionTable } from "../model/question-table.ts";
import { answerable } from "../model/questions.ts";
import { networkOf } from "../networks/registry.ts";
import { percent } from "../numeric/format.ts";
import { textTable } from "../numeric/text-table.ts";
import type { TableBlocks } from "../table/blocks.ts";
import type { TablePart } from "../table/files/row-choice.ts";
import type { Table } from "../table/table.ts";
import { names, whole } from "./arguments.ts";
import { checkTableOptions, choiceOfRows, noteDoubts, outOf } from "./asked.ts";
import { askCommand, modelOptions, withAsking, withKept, withModel, withParts } from "./options.ts";
import { answer, counted, type Work } from "./output.ts";
import { inPartition, namedTables } from "./partitions/run.ts";
import { outFormat, tableOut } from "./table-output.ts";
import {
  blocksFor,
  keptChoice,
  onlyBlock,
  type TableChoice,
  type WrittenBeside,
  writeAnswers,
} from "./tables.ts";

export function scoreCommand() {
  return withParts(
    withKept(
      withAsking(
        askCommand(
          "score",
          "Find cells that do not fit the rest of their row: errors in the data, or rare finds.",
        )
          .addOption(modelOptions.givenValues("without a table: a value of the one row; repeat for more"))
          .option("--of <columns>", "the columns scored (default: all that the model answers for)", names)
          .addOption(tableOut("write NAME_log_density and NAME_tail for each row"))
          .addOption(outFormat())
          .option("--worst <n>", "how many of the most surprising cells to print", whole, 10),
      ),
    ),
  )
    .addHelpText("after", HELP)
    .action(async (folder, tables, { device, unseen, json, partition, filesFrom, ...options }) => {
      const named = await namedTables(tables, filesFrom);
      const { of, out: whole, worst, given: known, ...choice } = options;
      const isTable = named.length > 0;
      if (isTable === (known !== undefined))
        throw new InputError("Name a table to score, or the values of one row with --given NAME=VALUE.");
      checkTableOptions(isTable, { table: { out: whole, partition, ...choiceOfRows(choice) } });
      const show = async (out: string | undefined, score: (model: Model) => Promise<Scored>) =>
        withModel(folder, { device, unseen }, async (model) => {
          const scored = await score(model);
          const cells = await worstCells(model, scored, worst);
          const { rows } = scored.table;
          const written = out === undefined ? "" : `\nThe scores of ${rows} rows are in ${out}.`;
          answer(json, { rows, ...defined({ out }), worst: cells }, worstText(model, cells) + written);
        });
      if (known)
        return show(undefined, async (model) => {
          noteDoubts(model, known);
          return scoredRow(model, questionTable(model.config, known), of);
        });
      if (whole === undefined && partition === undefined)
        return show(undefined, (model) => scoredTable(model, named, { of, ...choice }));
      const run = { command: "score", model: folder, sources: named, out: outOf(whole), partition, json };
      await inPartition(
        { ...run, options: { ...choice, ...defined({ of }), unseen } },
        ({ sources, out, part }) =>
          show(out, (model) => scoredTable(model, sources, { of, out, part, ...choice })),
      );
    });
}

const HELP = `
Examples:
  anygiven score houses houses.csv --worst 20
  anygiven score houses new.csv --of HouseValue --out scores.parquet
  anygiven score houses --given MedInc=2 --given AveRooms=6 --given HouseValue=4.9

The tail probability of a cell is that of a value at least as far out, on either side, given all other known
cells of its row. Among n good cells the smallest is about 1/n: look at those far below that. "Rows as unusual" are those, of
rows that the model makes up, that are at most as probable as this one, all of its cells together.`;

type WorstCell = SurprisingCell & { readonly unusual?: number };

/** The most surprising cells, by the numbers of their rows in the whole table. */
async function worstCells(
  model: Model,
  { table, answered, numberOf }: Scored,
  worst: number,
): Promise<WorstCell[]> {
  const found = mostSurprising(table, answered, worst);
  const shares = await unusualShares(model, table, found);
  return found.map((cell) => ({
    ...cell,
    row: numberOf(cell.row - 1),
    ...defined({ unusual: shares.get(cell.row) }),
  }));
}

interface Scored {
  readonly table: Table;
  readonly answered: Table;
  /** Of a row by its index. */
  readonly numberOf: (row: number) => number;
}

async function scoredRow(model: Model, table: Table, of: readonly string[] | undefined): Promise<Scored> {
  return { table, answered: await model.score(table, defined({ of })), numberOf: (row) => row + 1 };
}

async function scoredTable(
  model: Model,
  sources: readonly string[],
  {
    of,
    out,
    keep,
    overwrite: _,
    part,
    ...choice
  }: TableChoice &
    WrittenBeside & {
      readonly of?: readonly string[] | undefined;
      readonly out?: string | undefined;
      readonly part?: TablePart | undefined;
    },
): Promise<Scored> {
  const open = () =>
    blocksFor(model, sources, choice, undefined, { keep: keptChoice(keep, out), inOne: true, part });
  let scored: Scored | undefined;
  const score = async (blocks: TableBlocks, work: Work) => {
    const table = await onlyBlock(blocks);
    const answered = await model.score(table, { ...defined({ of }), ...work });
    const { firstRow = 0, kept } = blocks;
    scored = { table, answered, numberOf: (row) => 1 + (kept?.rowIndices?.[row] ?? firstRow + row) };
    return scored;
  };
  if (out === undefined) {
    const blocks = await open();
    try {
      return await counted("rows", (work) => score(blocks, work));
    } finally {
      await blocks.close();
    }
  }
  const columns = (table: TableBlocks) =>
    (of ?? answerable(model.config, table)).flatMap((name) => [
      { name: `${name}_log_density` },
      { name: `${name}_tail` },
    ]);
  await writeAnswers({ out, columns, open }, async function* (blocks, work) {
    const { answered } = await score(blocks, work);
    yield Object.fromEntries(answered.columns.map(({ name, values }) => [name, values]));
  });
  if (!scored) throw new Error("nothing is scored");
  return scored;
}

/** Of the rows of these cells, how unusual their values are together; by the row's number in the table. */
async function unusualShares(
  model: Model,
  table: Table,
  cells: readonly SurprisingCell[],
): Promise<Map<number, number>> {
  const shares = new Map<number, number>();
  if (!networkOf(model.config.network).isMixture) return shares; // a flow would take minutes
  for (const row of new Set(cells.map((each) => each.row))) {
    const found = await model.unusual({
      given: givenOfRow(model.config, table, row - 1),
      size: UNUSUAL_SIZE,
    });
    if (found) shares.set(row, found.share);
  }
  return shares;
}

/** Made-up rows that a row is laid beside: enough to tell one in a hundred. */
const UNUSUAL_SIZE = 500;

function worstText({ config }: Model, cells: readonly WorstCell[]): string {
  if (cells.length === 0) return "No cell is scored.";
  const rows = cells.map(({ row, column, value, tail, logDensity, unusual }) => [
    column,
    String(row),
    `${value}${unitBehind(config, column)}`,
    tail.toPrecision(3),
    logDensity.toFixed(2),
    unusual === undefined ? "-" : percent(unusual),
  ]);
  const header = ["column", "row", "value", "tail probability", "log density", "rows as unusual"];
  const width = cells.some(({ unusual }) => unusual !== undefined) ? header.length : header.length - 1;
  return textTable(
    header.slice(0, width),
    rows.map((row) => row.slice(0, width)),
  );
}
