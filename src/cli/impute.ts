/** @file `anygiven impute`: a table with its missing cells filled in. */
import { Command, Option } from "@commander-js/extra-typings";
import { Model } from "../density/model.ts";
import type { Column } from "../table/table.ts";
import { writeTable } from "../table/write.ts";
import { names, number } from "./arguments.ts";
import { refuseUnwritable, tableFor } from "./asked-table.ts";
import { modelOptions } from "./model-options.ts";
import { abortOnInterrupt, print, printJson, RowsBar } from "./output.ts";
import { TABLE_HELP, tableOptions } from "./table-options.ts";

export function imputeCommand() {
  return new Command("impute")
    .description("Fill in the missing cells of a table, each from what is known in its row.")
    .argument("<model>", "a model's folder")
    .argument("<table...>", TABLE_HELP)
    .requiredOption("--out <file>", "write the filled table: .csv, .parquet or .jsonl")
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
    .addOption(tableOptions.columns())
    .addOption(tableOptions.missing())
    .addOption(tableOptions.errors())
    .addOption(tableOptions.format())
    .addOption(modelOptions.device())
    .addOption(modelOptions.json())
    .addHelpText(
      "after",
      `
Examples:
  anygiven impute houses gaps.csv --out filled.csv --interval 0.9
  anygiven impute survey stars.parquet --out one.parquet --method draw --seed 1

Known cells stay as they are. For multiple imputation, draw several tables, each with its own --seed.`,
    )
    .action(async (folder, sources, { out, method, fill, interval, seed, device, json, ...choice }) => {
      const model = await Model.load(folder, { device });
      const table = await tableFor(model, sources, { ...choice, precision: "float64" });
      await refuseUnwritable(out);
      const bar = new RowsBar(table.rows);
      const interrupt = abortOnInterrupt("Ending; nothing is written ...", () => bar.stop());
      try {
        const filled = await model.impute(table, {
          method,
          seed,
          ...(interval !== undefined && { interval }),
          ...(fill && { columns: fill }),
          signal: interrupt.signal,
          onProgress: (done: number) => bar.update(done),
        });
        interrupt.signal.throwIfAborted(); // it may have come in the last batch
        await writeTable(filled, out);
        const cells = newCells(table.columns, filled.columns);
        if (json) printJson({ out, rows: table.rows, filled: cells });
        else print(`${cells} cells of ${table.rows} rows are filled in; the table is in ${out}.`);
      } finally {
        bar.stop();
        interrupt.stop();
        await model.dispose();
      }
    });
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
