/** @file `anygiven impute`: a table with its missing cells filled in. */
import { Option } from "@commander-js/extra-typings";
import { defined } from "../base/defined.ts";
import { cellText } from "../columns/kinds.ts";
import { countFilled, type ImputeOptions } from "../model/impute.ts";
import type { Model } from "../model/model.ts";
import { type Given, isInterval, questionTable } from "../model/question-table.ts";
import { answerable, readingFor } from "../model/questions.ts";
import { textTable } from "../numeric/text-table.ts";
import { names, number } from "./arguments.ts";
import { checkTableOptions, noteErrors, outOf } from "./asked.ts";
import { askCommand, modelOptions, tableOptions, withAsking, withModel } from "./options.ts";
import { answer } from "./output.ts";
import { tableOf, writeAnswer } from "./tables.ts";

export function imputeCommand() {
  return withAsking(
    askCommand(
      "impute",
      "Fill in the missing cells of a table, each from what is known in its row; or of one row.",
    )
      .option("--out <file>", "write the filled table: .csv, .parquet or .jsonl")
      .addOption(modelOptions.givenValues("without a table: a known value of the one row; repeat for more"))
      .addOption(methodOption())
      .option("--fill <columns>", "fill only these columns (default: all that the model answers for)", names)
      .option(
        "--interval <mass>",
        "with medians: the probability within NAME_low .. NAME_high (default: 0.9; 0: no such columns)",
        number,
      )
      .addOption(modelOptions.seed("the same seed draws the same table"))
      .addOption(tableOptions.columns()),
  )
    .addHelpText("after", HELP)
    .action(async (folder, sources, { out, fill, interval, given, device, unseen, json, ...rest }) => {
      const { method, seed, ...choice } = rest;
      const isTable = sources.length > 0;
      checkTableOptions(isTable, { table: { out }, question: { given } });
      const how = defined({ method, seed, interval, columns: fill });
      if (isTable) outOf(out);
      await withModel(folder, { device, unseen }, async (model) => {
        if (!isTable) return showFilled(model, given ?? {}, how, json);
        const { categories } = readingFor(model.config);
        const open = () => tableOf(sources, { ...choice, categories, precision: "float64" });
        const { table, answered } = await writeAnswer({ out, open }, (rows, work) =>
          model.impute(rows, { ...how, ...work }),
        );
        const filled = countFilled(table, answered);
        const text = `${filled} cells of ${table.rows} rows are filled in; the table is in ${out}.`;
        answer(json, { out, rows: table.rows, filled }, text);
      });
    });
}

const methodOption = () =>
  new Option(
    "--method <method>",
    "median (most probable category): the best single guess; draw: one possible table, drawn jointly",
  )
    .choices(["median", "draw"] as const)
    .default("median" as const);

const HELP = `
Examples:
  anygiven impute houses gaps.csv --out filled.csv --interval 0.9
  anygiven impute survey stars.parquet --out one.parquet --method draw --seed 1
  anygiven impute houses --given MedInc=7 --given HouseAge=20

Known cells stay as they are. For multiple imputation, draw several tables, each with its own --seed.`;

/** What one row's other columns are, from its known values. */
async function showFilled(
  model: Model,
  given: Given,
  how: ImputeOptions,
  json: boolean | undefined,
): Promise<void> {
  noteErrors(model, given);
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
  const header = ["column", how.method === "draw" ? "drawn" : "median", "low", "high"].slice(0, width);
  const text = textTable(
    header,
    rows.map((row) => row.slice(0, width)),
  );
  answer(json, { given, filled: Object.fromEntries(cells) }, text);
}
