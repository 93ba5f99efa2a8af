/** @file `anygiven impute`: a table with its missing cells filled in. */
import { Option } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { cellText } from "../columns/kinds.ts";
import { columnsWithGaps, filledLayout, filledValues } from "../model/filled-layout.ts";
import { countFilled, IMPUTE_METHODS, type ImputeOptions } from "../model/impute.ts";
import type { Model } from "../model/model.ts";
import { type Given, isInterval, questionTable } from "../model/question-table.ts";
import { answerable, targetIndices } from "../model/questions.ts";
import { textTable } from "../numeric/text-table.ts";
import type { TableBlocks } from "../table/blocks.ts";
import type { TablePart } from "../table/files/row-choice.ts";
import { openTableWriter, type TableWriter } from "../table/files/write.ts";
import { hasValues } from "../table/files/written-cells.ts";
import { names, number } from "./arguments.ts";
import { checkTableOptions, noteDoubts, outOf } from "./asked.ts";
import {
  askCommand,
  modelOptions,
  rowOptions,
  tableOptions,
  withAsking,
  withModel,
  withParts,
} from "./options.ts";
import { answer, counted } from "./output.ts";
import { firstRowOf, inPartition, namedTables } from "./partitions/run.ts";
import { outFormat, tableOut } from "./table-output.ts";
import { blocksFor, refuseUnwritable, type TableChoice } from "./tables.ts";

export function imputeCommand() {
  return withParts(
    withAsking(
      askCommand(
        "impute",
        "Fill in the missing cells of a table, each from what is known in its row; or of one row.",
      )
        .addOption(tableOut("write the filled table"))
        .addOption(outFormat())
        .addOption(modelOptions.givenValues("without a table: a known value of the one row; repeat for more"))
        .addOption(methodOption())
        .option(
          "--fill <columns>",
          "fill only these columns (default: all that the model answers for)",
          names,
        )
        .option(
          "--interval <mass>",
          "with medians and means: the probability within NAME_low .. NAME_high (default: 0.9; 0: no such columns)",
          number,
        )
        .addOption(modelOptions.seed("the same seed draws the same table"))
        .addOption(tableOptions.columns())
        .addOption(rowOptions.overwrite()),
    ),
  )
    .addHelpText("after", HELP)
    .action(async (folder, tables, { device, unseen, json, partition, filesFrom, ...options }) => {
      const named = await namedTables(tables, filesFrom);
      const { out: whole, given, ...asked } = options;
      const { fill, interval, method, seed, overwrite: _, ...choice } = asked;
      const isTable = named.length > 0;
      checkTableOptions(isTable, { table: { out: whole, partition }, question: { given } });
      const how = defined({ method, seed, interval, columns: fill });
      if (!isTable)
        return withModel(folder, { device, unseen }, (model) => showFilled(model, given ?? {}, how, json));
      const run = { command: "impute", model: folder, sources: named, out: outOf(whole), partition, json };
      await inPartition({ ...run, options: { ...asked, unseen } }, ({ sources, out, part }) =>
        withModel(folder, { device, unseen }, async (model) => {
          const { rows, filled } = await writeFilled(model, sources, { out, how, part, ...choice });
          const text = `${filled} cells of ${rows} rows are filled in; the table is in ${out}.`;
          answer(json, { out, rows, filled }, text);
        }),
      );
    });
}

const methodOption = () =>
  new Option(
    "--method <method>",
    "median (most probable category): the best single guess; mean: the best by squared errors; draw: one possible table, drawn jointly",
  )
    .choices(IMPUTE_METHODS)
    .default("median" as const);

const HELP = `
Examples:
  anygiven impute houses gaps.csv --out filled.csv --interval 0.9
  anygiven impute survey stars.parquet --out one.parquet --method draw --seed 1
  anygiven impute houses --given MedInc=7 --given HouseAge=20

Known cells stay as they are, letter by letter, and so do columns that the model does not know. For multiple imputation, draw several tables, each with its own --seed.`;

interface Filling extends TableChoice {
  readonly out: string;
  readonly how: ImputeOptions;
  readonly part: TablePart | undefined;
}

/** Rows that are filled at once: all of most tables, and of others so many as fit into little memory. */
const BLOCK_ROWS = 131_072;

/** Writes the table's own cells, and what is filled in where they are missing. */
async function writeFilled(
  model: Model,
  sources: readonly string[],
  { out, how, part, columns, ...choice }: Filling,
): Promise<{ readonly rows: number; readonly filled: number }> {
  await refuseUnwritable(out);
  const reading = { ...choice, precision: "float64" } as const;
  const wishes = { keep: "all", blockRows: BLOCK_ROWS, columns, part } as const;
  const blocks = await blocksFor(model, sources, reading, undefined, wishes);
  let writer: TableWriter | undefined;
  try {
    const { kept, rows } = blocks;
    if (!kept) throw new Error("the cells of the table are not kept");
    const file = kept.columns.map(({ name }) => name);
    const gaps = await gapsOf(blocks);
    const fill = columnsToFill(model, blocks, { wanted: how.columns, gaps, isPart: part !== undefined });
    let filled = 0;
    await counted("rows", async ({ signal, onProgress }) => {
      let [start, firstRow] = [0, firstRowOf(part) ?? 0];
      for await (const block of blocks) {
        const table = { ...block, source: blocks.source };
        const told = (done: number) => onProgress(start + done, rows);
        const work = { signal, onProgress: told };
        const made = await model.impute(table, { ...how, columns: fill, firstRow, ...work });
        const layout = filledLayout(model.config, table, made, file, gaps);
        writer ??= await openTableWriter(out, layout, { kept });
        await writer.append(filledValues(table, made, layout.filter(hasValues)));
        filled += countFilled(table, made);
        start += block.rows;
        firstRow += block.rows;
      }
    });
    await writer?.close();
    return { rows, filled };
  } finally {
    await writer?.abort();
    await blocks.close();
  }
}

/** The columns in which a cell is missing anywhere. */
async function gapsOf(blocks: TableBlocks): Promise<Set<string>> {
  const gaps = new Set<string>();
  for await (const block of blocks) for (const name of columnsWithGaps(block)) gaps.add(name);
  return gaps;
}

/** Of a partition all that are wanted, as others may have the gaps. @throws InputError for one that the model doesn't answer for. */
function columnsToFill(
  { config }: Model,
  { columns }: TableBlocks,
  {
    wanted,
    gaps,
    isPart,
  }: { wanted: readonly string[] | undefined; gaps: ReadonlySet<string>; isPart: boolean },
): string[] {
  const all = wanted ?? answerable(config, { columns });
  if (all.length > 0) targetIndices(config, all);
  const known = new Set(columns.map(({ name }) => name));
  return all.filter((name) => isPart || gaps.has(name) || !known.has(name));
}

/** What one row's other columns are, from its known values. */
async function showFilled(
  model: Model,
  given: Given,
  how: ImputeOptions,
  json: boolean | undefined,
): Promise<void> {
  noteDoubts(model, given);
  const { config } = model;
  const columns =
    how.columns ??
    answerable(config, config).filter((name) => !Object.hasOwn(given, name) || isInterval(given[name]));
  const filled = await model.impute(questionTable(config, given), { ...how, columns });
  const cellOf = (name: string) => {
    const column = filled.columns.find((each) => each.name === name);
    return column ? cellText(column, 0) : "";
  };
  const rows = columns.map((name) => [name, cellOf(name), cellOf(`${name}_low`), cellOf(`${name}_high`)]);
  const cells = rows.map(([name, value, low, high]) => [name, { value, ...(low !== "" && { low, high }) }]);
  const width = how.method !== "draw" && how.interval !== 0 ? 4 : 2;
  const header = ["column", how.method === "draw" ? "drawn" : (how.method ?? "median"), "low", "high"].slice(
    0,
    width,
  );
  const text = textTable(
    header,
    rows.map((row) => row.slice(0, width)),
  );
  answer(json, { given, filled: Object.fromEntries(cells) }, text);
}
