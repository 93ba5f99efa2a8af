/** @file `anygiven synthesize`: a table of rows made up, and whether any of them is a copy. */
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { columnLike, inUnitOf, kindOf } from "../columns/kinds.ts";
import { ClosestRecordSearch, type ClosestRecords } from "../model/closest-records.ts";
import type { Model } from "../model/model.ts";
import { givenText } from "../model/question-text.ts";
import { type SynthesisOptions, type SynthesisOrder, synthesizedColumns } from "../model/synthesize.ts";
import { percent } from "../numeric/format.ts";
import { openTableWriter } from "../table/files/write.ts";
import { names, whole } from "./arguments.ts";
import { noteDoubts } from "./asked.ts";
import { modelCommand, modelOptions, withModel, withReading } from "./options.ts";
import { answer, counted, countedAndWritten, note } from "./output.ts";
import { outFormat, tableOut } from "./table-output.ts";
import { type TableChoice, tableFor } from "./tables.ts";

export function synthesizeCommand() {
  return withReading(
    modelCommand(
      "synthesize",
      "Make up a whole table: rows drawn jointly, as the training's table might have gone on.",
    )
      .addOption(new Option("--rows <n>", "how many rows to make").argParser(whole).makeOptionMandatory())
      .addOption(tableOut("write the rows").makeOptionMandatory())
      .addOption(outFormat())
      .addOption(modelOptions.givenValues("a subgroup: what all rows have, NAME=VALUE (repeat for more)"))
      .option("--complete", "no missing cells (default: missing as in the training's table)")
      .addOption(
        new Option(
          "--order <order>",
          "in which order columns are drawn: random:M, rows shared out over M random orders; table; or names, the others after",
        )
          .argParser(synthesisOrder)
          .default(8 as SynthesisOrder, "random:8"),
      )
      .addOption(modelOptions.seed("the same seed makes the same rows"))
      .option(
        "--compare <table>",
        "the training's table: tell how many made rows coincide with its rows, and how near they are",
        names,
      )
      .addOption(modelOptions.device())
      .addOption(modelOptions.json()),
  )
    .addHelpText("after", HELP)
    .action(
      async (folder, { out, rows, given = {}, order, seed, complete, compare, device, json, ...choice }) => {
        await withModel(folder, { device }, async (model) => {
          noteDoubts(model, given);
          noteWhatLacks(model, given);
          const asked = { rows, given, order, seed, ...defined({ complete }) };
          const records = await writeRows(model, asked, { out, compare, choice });
          const columns = synthesizedColumns(model.config, given).map(({ name }) => name);
          const made = `${rows} rows${givenText(given)} are in ${out}: ${columns.join(", ")}.`;
          const text = `${made}\n${records ? copiesText(records, compare!.join(", ")) : NOT_COMPARED}`;
          answer(
            json,
            { out, rows, given, order, seed, columns, ...defined({ closestRecords: records }) },
            text,
          );
        });
      },
    );
}

const HELP = `
Examples:
  anygiven synthesize houses --rows 10000 --out made.csv --compare houses.csv
  anygiven synthesize adult --rows 1000 --given sex=Female --given age=30 --complete --out women.parquet
  anygiven synthesize survey --rows 500 --order random:4 --seed 7 --out stars.csv

Columns, names, kinds and decimals are those of the training's table; numbers lie between its least and greatest.
A column with measurement errors gets true values, without errors. More rows of the same seed begin with the same rows.
Ctrl-C writes nothing. For draws of some columns with their density, see anygiven sample --joint.`;

const NOT_COMPARED =
  "Whether any of them is a copy was not looked at: name the training's table with --compare.";

function synthesisOrder(text: string): SynthesisOrder {
  if (text === "table") return text;
  if (!text.startsWith("random:")) return names(text);
  const [, orders] = /^random:(\d+)$/.exec(text) ?? [];
  if (orders === undefined) throw new InvalidArgumentError(`"${text}" is not random:M, M a whole number.`);
  return whole(orders);
}

/** Says what the made table can't have, because the model has not learnt it. */
function noteWhatLacks({ config }: Model, given: SynthesisOptions["given"] = {}): void {
  const kept = synthesizedColumns(config, given);
  const left = config.columns.filter((column) => !kept.includes(column)).map(({ name }) => name);
  if (left.length > 0)
    note(`The model takes ${left.join(", ")} as given only: the made table is without, unless given.`);
  if (!config.missing)
    note("The model does not know which cells were missing in its training's table: the rows are complete.");
}

interface Written {
  readonly out: string;
  readonly compare: readonly string[] | undefined;
  readonly choice: TableChoice;
}

/** @returns what the comparison with a table found, if one is named. */
async function writeRows(
  model: Model,
  asked: SynthesisOptions,
  { out, compare, choice }: Written,
): Promise<ClosestRecords | undefined> {
  const columns = synthesizedColumns(model.config, asked.given);
  const writer = await openTableWriter(
    out,
    columns.map(({ name, encoding, written, unit }) => ({
      ...inUnitOf({ unit }, columnLike(name, encoding)),
      isWhole: kindOf(encoding).inTable === "number" && (written?.step ?? 0) >= 1,
    })),
  );
  try {
    const search =
      compare &&
      (await searchIn(
        model,
        compare,
        choice,
        asked,
        columns.map(({ name }) => name),
      ));
    await countedAndWritten(
      "rows",
      async (work) => {
        work.onProgress(0, asked.rows);
        for await (const block of model.synthesizeBlocks({ ...asked, ...work })) {
          search?.add(block);
          await writer.append(Object.fromEntries(block.columns.map(({ name, values }) => [name, values])));
        }
      },
      () => writer.close(),
    );
    return search && (await counted("rows", async ({ signal }) => search.report(signal)));
  } finally {
    await writer.abort();
  }
}

async function searchIn(
  model: Model,
  sources: readonly string[],
  choice: TableChoice,
  { rows }: SynthesisOptions,
  columns: readonly string[],
): Promise<ClosestRecordSearch> {
  const table = await tableFor(model, sources, choice);
  return new ClosestRecordSearch(model.config, table, columns, rows);
}

/** What was found, in three sentences. */
function copiesText(found: ClosestRecords, name: string): string {
  const { rows, coincidences, tableRows, twins, made, reference, copied } = found;
  const share = (count: number, of: number) => `${percent(count / of)}`;
  return [
    `${coincidences} of them (${share(coincidences, rows)}) equal a row of ${name} in every cell; ` +
      `of its own ${tableRows} rows ${twins} (${share(twins, tableRows)}) equal another one.`,
    `Distance to the closest row of ${name}: median ${made.median.toPrecision(3)}, a twentieth nearer than ` +
      `${made.nearest.toPrecision(3)}; between its own rows ${reference.median.toPrecision(3)} and ${reference.nearest.toPrecision(3)}.`,
    copied
      ? "They are nearer to the table's rows than these are to each other: the model may have learnt rows by heart."
      : "So they are no nearer to the table's rows than these are to each other: nothing looks copied.",
  ].join("\n");
}
