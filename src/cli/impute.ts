/** @file `anygiven impute`: a table with its missing cells filled in. */
import { Command, Option } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import type { ImputeOptions } from "../model/impute.ts";
import type { Model } from "../model/model.ts";
import { type Given, questionTable } from "../model/question-table.ts";
import { textTable } from "../numeric/text-table.ts";
import { writeTable } from "../table/files/write.ts";
import type { Column, Table } from "../table/table.ts";
import { given, names, number } from "./arguments.ts";
import { refuseUnwritable, tableFor } from "./asked-table.ts";
import { cellText, noteErrors } from "./column-values.ts";
import { checkOut } from "./known-things.ts";
import { modelOptions, withModel } from "./model-options.ts";
import { onRows, print, printJson } from "./output.ts";
import { TABLE_HELP, tableOptions, withTableOptions } from "./table-options.ts";

export function imputeCommand() {
  return withTableOptions(
    new Command("impute")
      .description("Fill in the missing cells of a table, each from what is known in its row; or of one row.")
      .argument("<model>", "a model's folder")
      .argument("[table...]", TABLE_HELP)
      .option("--out <file>", "write the filled table: .csv, .parquet or .jsonl")
      .addOption(
        new Option(
          "--given <name=value>",
          "without a table: a known value of the one row; repeat for more",
        ).argParser(given),
      )
      .addOption(
        new Option(
          "--method <method>",
          "median (most probable category): the best single guess; draw: one possible table, drawn jointly",
        )
          .choices(["median", "draw"] as const)
          .default("median" as const),
      )
      .option("--fill <columns>", "fill only these columns (default: all that the model answers for)", names)
      .option(
        "--interval <mass>",
        "with medians: the probability within NAME_low .. NAME_high (default: 0.9; 0: no such columns)",
        number,
      )
      .addOption(modelOptions.seed("the same seed draws the same table"))
      .addOption(tableOptions.columns()),
  )
    .addOption(modelOptions.device())
    .addOption(modelOptions.json())
    .addHelpText(
      "after",
      `
Examples:
  anygiven impute houses gaps.csv --out filled.csv --interval 0.9
  anygiven impute survey stars.parquet --out one.parquet --method draw --seed 1
  anygiven impute houses --given MedInc=7 --given HouseAge=20

Known cells stay as they are. For multiple imputation, draw several tables, each with its own --seed.`,
    )
    .action(async (folder, sources, { out, fill, interval, given: known, device, json, ...rest }) => {
      const { method, seed, ...choice } = rest;
      const isTable = sources.length > 0;
      checkOut(isTable, out);
      refuseMixed(isTable, known, out);
      const how = {
        method,
        seed,
        ...(interval !== undefined && { interval }),
        ...(fill && { columns: fill }),
      };
      await withModel(folder, { device }, async (model) => {
        if (isTable) {
          const table = await tableFor(model, sources, { ...choice, precision: "float64" });
          await writeFilled(model, table, how, out!, json);
        } else await showFilled(model, known ?? {}, how, json);
      });
    });
}

async function writeFilled(
  model: Model,
  table: Table,
  how: ImputeOptions,
  out: string,
  json: boolean | undefined,
): Promise<void> {
  await refuseUnwritable(out);
  const filled = await onRows(
    table.rows,
    (work) => model.impute(table, { ...how, ...work }),
    (made) => writeTable(made, out),
  );
  const cells = newCells(table.columns, filled.columns);
  if (json) printJson({ out, rows: table.rows, filled: cells });
  else print(`${cells} cells of ${table.rows} rows are filled in; the table is in ${out}.`);
}

/** What one row's other columns are, from its known values. */
async function showFilled(
  model: Model,
  known: Given,
  how: ImputeOptions,
  json: boolean | undefined,
): Promise<void> {
  noteErrors(model.config, known);
  const columns = how.columns ?? openOutputs(model, known);
  const filled = await model.impute(questionTable(model.config, known), { ...how, columns });
  const cellOf = (name: string) => {
    const column = filled.columns.find((each) => each.name === name);
    return column ? cellText(column, column.values[0]) : "";
  };
  const rows = columns.map((name) => [name, cellOf(name), cellOf(`${name}_low`), cellOf(`${name}_high`)]);
  if (json) {
    const cells = rows.map(([name, value, low, high]) => [name, { value, ...(low !== "" && { low, high }) }]);
    printJson({ given: known, filled: Object.fromEntries(cells) });
    return;
  }
  const width = how.method !== "draw" && how.interval !== 0 ? 4 : 2;
  const header = ["column", how.method === "draw" ? "drawn" : "median", "low", "high"];
  print(
    textTable(
      header.slice(0, width),
      rows.map((row) => row.slice(0, width)),
    ),
  );
}

function openOutputs(model: Model, known: Given): string[] {
  const outputs = model.config.columns.filter(({ output }) => output).map(({ name }) => name);
  return outputs.filter((name) => !Object.hasOwn(known, name));
}

function refuseMixed(isTable: boolean, known: Given | undefined, out: string | undefined): void {
  if (isTable && known) throw new InputError("--given is for one row: leave it out with a table.");
  if (!isTable && out !== undefined) throw new InputError("--out is for a table: name one after the model.");
}

/** How many cells are known after that were missing before. */
function newCells(before: readonly Column[], after: readonly Column[]): number {
  let cells = 0;
  for (const { name, values } of before) {
    const filled = after.find((column) => column.name === name)?.values;
    values.forEach((value, row) => {
      if (Number.isNaN(value) && filled && !Number.isNaN(filled[row])) cells++;
    });
  }
  return cells;
}
