/** @file `anygiven predict`: median, scaled MAD and quantiles of columns for every row of a table. */
import { defined } from "../base/defined.ts";
import { predictedColumns } from "../model/predict.ts";
import { shares } from "./arguments.ts";
import { modelCommand, modelOptions, TABLE_HELP, withAsking, withKept, withModel } from "./options.ts";
import { answer, note } from "./output.ts";
import { blocksFor, keptChoice, writeAnswers } from "./tables.ts";

export function predictCommand() {
  return withKept(
    withAsking(
      modelCommand(
        "predict",
        "Answer for every row of a table: columns NAME (median), NAME_sd (scaled MAD) and quantiles.",
      )
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
    ),
  )
    .addHelpText("after", HELP)
    .action(async (folder, sources, { device, unseen, out, json, ...options }) => {
      await withModel(folder, { device, unseen }, async (model) => {
        const { of, given, quantiles, method, size, seed, keep, overwrite, ...choice } = options;
        const question = defined({ of, given, quantiles, method, size, seed });
        const columns = predictedColumns(model.config, of, quantiles ?? []);
        const wishes = { keep: keptChoice(keep) };
        const open = () => blocksFor(model, sources, choice, { of, given }, wishes);
        const file = { out, sources, overwrite, columns, open };
        const { rows } = await writeAnswers(file, async function* (table, work) {
          for await (const made of model.predict(table, { ...question, ...work }))
            yield Object.fromEntries(made.columns.map(({ name, values }) => [name, values]));
        });
        answer(json, { out, rows, of }, `${rows} rows are in ${out}.`);
        if (method === "ancestral") note(`Each answer is the median of ${size} samples.`);
      });
    });
}

const HELP = `
Examples:
  anygiven predict houses new.csv --of HouseValue --out values.csv
  anygiven predict survey stars.parquet --of teff,logg --given bprp,jh,jk --out labels.parquet
  anygiven predict houses new.csv --of HouseValue --quantiles 0.05,0.95 --out values.parquet

A cell that is missing is not given: the answer is then wider. --size and --seed are for --method ancestral.
The table may be longer than memory: its rows are read, answered and written some at a time. Ctrl-C writes nothing.
For means and categories, see anygiven density.`;
