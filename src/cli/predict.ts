/** @file `anygiven predict`: median and scaled MAD of columns for every row of a table. */
import { Command, Option } from "@commander-js/extra-typings";
import { Model } from "../density/model.ts";
import { askedPlaces, givenByDefault } from "../density/questions.ts";
import { openTableWriter } from "../table/write.ts";
import { names } from "./arguments.ts";
import { modelOptions } from "./model-options.ts";
import { abortOnInterrupt, note, ProgressBar, print, printJson } from "./output.ts";
import { TABLE_HELP, tableOf, tableOptions } from "./table-options.ts";

export function predictCommand() {
  return new Command("predict")
    .description("Answer for every row of a table: columns NAME (median) and NAME_error (scaled MAD).")
    .argument("<model>", "a model's folder")
    .argument("<table...>", TABLE_HELP)
    .addOption(
      new Option("--of <columns>", "the columns asked, each on its own")
        .argParser(names)
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        "--given <columns>",
        "the columns given (default: all that the model knows, but those asked)",
      ).argParser(names),
    )
    .requiredOption(
      "--out <file>",
      "write the answers: .csv, .parquet or .jsonl, one row for each row of the table",
    )
    .addOption(modelOptions.size(1000))
    .addOption(modelOptions.seed())
    .addOption(tableOptions.missing())
    .addOption(tableOptions.format())
    .addOption(modelOptions.device())
    .addOption(modelOptions.json())
    .addHelpText(
      "after",
      `
Examples:
  anygiven predict houses new.csv --of HouseValue --out values.csv
  anygiven predict survey stars.parquet --of teff,logg --given bprp,jh,jk --out labels.parquet

A cell that is missing is not given: the answer is then wider.`,
    )
    .action(async (folder, sources, options) => {
      const model = await Model.load(folder, { device: options.device });
      const table = await tableOf(sources, {
        columns: options.given ?? ((known) => columnsToRead(model, known, options.of)),
        missing: options.missing,
        format: options.format,
      });
      // Opened before the work, so that a wrong name of a file is told at once.
      const writer = await openTableWriter(
        options.out,
        options.of.flatMap((name) => [name, `${name}_error`]),
      );
      const bar = new ProgressBar(
        "{bar} {percentage}% | {value}/{total} rows | {eta_formatted} left",
        table.rows,
      );
      const interrupt = abortOnInterrupt("Ending; nothing is written ...");
      try {
        const answers = await model.predict(table, {
          of: options.of,
          ...(options.given && { given: options.given }),
          size: options.size,
          seed: options.seed,
          signal: interrupt.signal,
          onProgress: (done) => bar.update(done),
        });
        await writer.append(Object.fromEntries(answers.columns.map(({ name, values }) => [name, values])));
        await writer.close();
      } finally {
        bar.stop();
        interrupt.stop();
        await writer.abort();
        await model.dispose();
      }
      if (options.json) printJson({ out: options.out, rows: table.rows, of: options.of });
      else print(`${table.rows} rows are in ${options.out}.`);
      note(`Each answer is the median of ${options.size} samples.`);
    });
}

/** What to read: the given columns, or, where all of the model's are asked, these, to count the rows. */
function columnsToRead(model: Model, known: readonly string[], asked: readonly string[]): string[] {
  const given = givenByDefault(model.config, known, askedPlaces(model.config, asked));
  return given.length > 0 ? given : known.filter((name) => model.columns.includes(name));
}
