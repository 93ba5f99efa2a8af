/** @file `anygiven train`: from a table to a model. */
import { parse } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { inspectionText } from "../columns/inspection/words.ts";
import { reachedLines, recalibratedNames, whetherMore } from "../model/training-words.ts";
import type { TrainOptions } from "../training/options.ts";
import type { TrainedRun } from "../training/prepared-training.ts";
import { names, settings, withFlags } from "./arguments.ts";
import { modelOptions, TABLE_HELP, tableOptions, withReading } from "./options.ts";
import { answer, note } from "./output.ts";
import { trainingSourceOf } from "./tables.ts";
import { trainWithDisplay } from "./training-display.ts";
import { givenTrainOptions, runOptions, settingOptions } from "./training-options.ts";
import { verifying } from "./verified.ts";

export function trainCommand() {
  const command = new Command("train")
    .description("Train a model on a table.")
    .argument("<table...>", TABLE_HELP);
  for (const option of runOptions()) command.addOption(option);
  const withTable = withReading(
    command
      .addOption(tableOptions.columns())
      .option("--categories <names>", "columns whose numbers are codes, not measurements", names)
      .option("--units <pairs>", "what columns are measured in, COLUMN=UNIT, for pictures", settings)
      .addOption(modelOptions.json()),
  );
  for (const option of settingOptions()) withTable.addOption(option);
  return withTable.addHelpText("after", HELP).action(async (sources, { json, ...choice }, self) => {
    const options = givenTrainOptions(self);
    const { out = folderFor(sources) } = options;
    const source = await trainingSourceOf(sources, choice);
    const how = {
      ...options,
      ...verifying(),
      out,
      onInspection: (inspection) => note(inspectionText(inspection, true)),
      onNotice: (sentence) => note(withFlags(sentence)),
    } satisfies TrainOptions;
    const notice = "Ending after the step in hand (Ctrl-C again to end at once) ...";
    const run = await trainWithDisplay(source, how, notice);
    const { why, epochs, steps, metrics } = run;
    const { report } = run.model.config;
    const text = [
      ending(out, run),
      ...(report
        ? [...reachedLines(report), ...recalibratedNames(report, out), whetherMore(report, out)]
        : []),
    ];
    answer(json, { folder: out, why, epochs, steps, metrics, report }, text.join("\n"));
  });
}

/** The folder for the model of a table, named as the table is. @throws InputError where the table's name tells none. */
function folderFor(sources: readonly string[]): string {
  const [source] = sources;
  const { base, name } = parse(source);
  const isName = sources.length === 1 && /^[^*?[\]]+$/.test(source) && name !== "-" && name !== "survey";
  const folder = base.toLowerCase().endsWith(".gz") ? parse(name).name : name;
  if (isName && folder !== base) return folder;
  throw new InputError("Name the folder for the model with --out.");
}

const HELP = `
Examples:
  anygiven train houses.csv                                    until no column gets better any more, into the folder houses
  anygiven train houses.csv --out houses --minutes 5
  anygiven train 'runs/*.parquet' --out runs --columns a,b,c --missing -9999
  anygiven train houses.csv --out houses --resume --epochs 80
  anygiven train few.csv --from survey --out mine     start from another model
  anygiven train stars.csv.gz --out stars --preset paper-stellar --outputs teff,logg
  anygiven train survey.h5 --group catalogue/stars --out stars
  anygiven train 'gaia/*.parquet' --out gaia --memory 2000 --minutes 60     larger than memory

A table that would take more memory than --memory is read from the disk while it trains. Its rows are copied, ready for
training, to a temporary file in the folder --out, 4 bytes for each number.
Ctrl-C ends the run after the step in hand, with a checkpoint to resume from.`;

function ending(folder: string, { why, epochs, steps, metrics, model: { config } }: TrainedRun): string {
  if (why === "interrupted") {
    return `Interrupted after ${epochs} epochs; go on with: anygiven train ... --out ${folder} --resume`;
  }
  const last = metrics.at(-1);
  const validation =
    last && !Number.isNaN(last.validationLoss) ? `, validation loss ${last.validationLoss.toFixed(4)}` : "";
  const loss = last ? `: loss ${last.loss.toFixed(4)}${validation}` : "";
  const { report } = config;
  const kept =
    report && report.keptStep < steps
      ? `; the best weights, of step ${report.keptStep} of ${steps}, are kept`
      : "";
  return `Trained ${epochs} ${epochs === 1 ? "epoch" : "epochs"} (${why})${loss}${kept}. The model is in ${folder}; ask it with: anygiven density ${folder} --of COLUMN`;
}
