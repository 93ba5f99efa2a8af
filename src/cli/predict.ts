/** @file `anygiven predict`: median and scaled MAD of columns for every row of a table. */
import { Command } from "@commander-js/extra-typings";
import { Model } from "../density/model.ts";
import { InputError } from "../errors.ts";
import { openTableWriter } from "../table/write.ts";
import { givenTable } from "./asked-table.ts";
import { codingOfColumn, hasCategories, writtenAs } from "./column-values.ts";
import { modelOptions } from "./model-options.ts";
import { note, print, printJson } from "./output.ts";
import { onRows } from "./row-work.ts";
import { TABLE_HELP, tableOptions } from "./table-options.ts";

export function predictCommand() {
  return new Command("predict")
    .description("Answer for every row of a table: columns NAME (median) and NAME_error (scaled MAD).")
    .argument("<model>", "a model's folder")
    .argument("<table...>", TABLE_HELP)
    .addOption(modelOptions.of("the columns asked, each on its own"))
    .addOption(modelOptions.givenColumns())
    .requiredOption(
      "--out <file>",
      "write the answers: .csv, .parquet or .jsonl, one row for each row of the table",
    )
    .addOption(modelOptions.method())
    .addOption(modelOptions.size(1000))
    .addOption(modelOptions.seed())
    .addOption(tableOptions.missing())
    .addOption(tableOptions.errors())
    .addOption(tableOptions.format())
    .addOption(tableOptions.group())
    .addOption(modelOptions.device())
    .addOption(modelOptions.json())
    .addHelpText(
      "after",
      `
Examples:
  anygiven predict houses new.csv --of HouseValue --out values.csv
  anygiven predict survey stars.parquet --of teff,logg --given bprp,jh,jk --out labels.parquet

A cell that is missing is not given: the answer is then wider. --size and --seed are for --method ancestral.
For quantiles, means and categories, see anygiven density.`,
    )
    .action(async (folder, sources, { device, out, json, ...options }) => {
      const model = await Model.load(folder, { device });
      const { of, given, method, size, seed } = options;
      const codings = of.map((name) => codingOfColumn(model.config, name));
      refuseCategories(folder, of[codings.findIndex(hasCategories)]);
      const table = await givenTable(model, sources, options);
      // Opened before the work, so that a wrong name of a file is told at once.
      const writer = await openTableWriter(
        out,
        of.flatMap((name, i) => [writtenAs(name, codings[i]!), { name: `${name}_error` }]),
      );
      try {
        await onRows(
          table.rows,
          (work) => model.predict(table, { of, ...(given && { given }), method, size, seed, ...work }),
          async ({ columns }) => {
            await writer.append(Object.fromEntries(columns.map(({ name, values }) => [name, values])));
            await writer.close();
          },
        );
      } finally {
        await writer.abort();
        await model.dispose();
      }
      if (json) printJson({ out, rows: table.rows, of });
      else print(`${table.rows} rows are in ${out}.`);
      if (method === "ancestral") note(`Each answer is the median of ${size} samples.`);
    });
}

function refuseCategories(folder: string, name: string | undefined): void {
  if (name === undefined) return;
  throw new InputError(
    `"${name}" has categories, which have no median: ask with anygiven density ${folder} TABLE --of ${name} --out FILE.`,
  );
}
