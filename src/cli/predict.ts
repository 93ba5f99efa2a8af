/** @file `anygiven predict`: median, scaled MAD and quantiles of columns for every row of a table. */

import { Command } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { encodingOfColumn } from "../columns/encoding.ts";
import { columnLike, kindOf } from "../columns/kinds.ts";
import type { Model } from "../model/model.ts";
import { predictedNames } from "../model/predict.ts";
import { openTableWriter } from "../table/files/write.ts";
import { shares } from "./arguments.ts";
import { givenBlocks } from "./asked-table.ts";
import { modelOptions, withModel } from "./model-options.ts";
import { note, onRows, print, printJson, type RowWork } from "./output.ts";
import { TABLE_HELP, type TableChoice, withTableOptions } from "./table-options.ts";

export function predictCommand() {
  return withTableOptions(
    new Command("predict")
      .description(
        "Answer for every row of a table: columns NAME (median), NAME_sd (scaled MAD) and quantiles.",
      )
      .argument("<model>", "a model's folder")
      .argument("<table...>", TABLE_HELP)
      .addOption(modelOptions.of("the columns asked, each on its own"))
      .addOption(modelOptions.givenColumns())
      .requiredOption(
        "--out <file>",
        "write the answers: .csv, .parquet or .jsonl, one row for each row of the table",
      )
      .option("--quantiles <shares>", "also write these quantiles: 0.05,0.95 as NAME_q05, NAME_q95", shares)
      .addOption(modelOptions.method())
      .addOption(modelOptions.size(1000))
      .addOption(modelOptions.seed()),
  )
    .addOption(modelOptions.device())
    .addOption(modelOptions.json())
    .addHelpText(
      "after",
      `
Examples:
  anygiven predict houses new.csv --of HouseValue --out values.csv
  anygiven predict survey stars.parquet --of teff,logg --given bprp,jh,jk --out labels.parquet
  anygiven predict houses new.csv --of HouseValue --quantiles 0.05,0.95 --out values.parquet

A cell that is missing is not given: the answer is then wider. --size and --seed are for --method ancestral.
The table may be longer than memory: its rows are read, answered and written some at a time. Ctrl-C writes nothing.
For means and categories, see anygiven density.`,
    )
    .action(async (folder, sources, { device, out, json, ...options }) => {
      await withModel(folder, { device }, async (model) => {
        const rows = await writePredictions(model, folder, sources, { out, ...options });
        const { of, method, size } = options;
        if (json) printJson({ out, rows, of });
        else print(`${rows} rows are in ${out}.`);
        if (method === "ancestral") note(`Each answer is the median of ${size} samples.`);
      });
    });
}

interface PredictOptions extends Omit<TableChoice, "columns" | "categories"> {
  readonly of: readonly string[];
  readonly given?: readonly string[] | undefined;
  readonly quantiles?: readonly number[] | undefined;
  readonly method: "flow" | "ancestral";
  readonly size: number;
  readonly seed: number;
  readonly out: string;
}

/** @returns the number of rows. */
async function writePredictions(
  model: Model,
  folder: string,
  sources: readonly string[],
  { of, given, quantiles = [], method, size, seed, out, ...choice }: PredictOptions,
): Promise<number> {
  const encodings = of.map((name) => encodingOfColumn(model.config, name));
  refuseCategories(folder, of[encodings.findIndex((encoding) => kindOf(encoding).isCategorical)]);
  const columns = of.flatMap((name, i) =>
    predictedNames(name, quantiles).map((each) =>
      each === `${name}_sd` ? { name: each } : columnLike(each, encodings[i]),
    ),
  );
  // Opened before the table is read, so that a wrong name of a file is told at once.
  const writer = await openTableWriter(out, columns);
  try {
    const table = await givenBlocks(model, sources, { of, given, ...choice });
    const question = { of, ...(given && { given }), quantiles, method, size, seed };
    const append = async (work: RowWork) => {
      for await (const block of model.predict(table, { ...question, ...work })) {
        await writer.append(Object.fromEntries(block.columns.map(({ name, values }) => [name, values])));
      }
    };
    try {
      await onRows(table.rows, append, () => writer.close());
    } finally {
      await table.close();
    }
    return table.rows;
  } finally {
    await writer.abort();
  }
}

function refuseCategories(folder: string, name: string | undefined): void {
  if (name === undefined) return;
  throw new InputError(
    `"${name}" has categories, which have no median: ask with anygiven density ${folder} TABLE --of ${name} --out FILE.`,
  );
}
