/** @file `anygiven plot training`: losses and learning rate of a model's training. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { InputError } from "../../base/errors.ts";
import { folderToAsk } from "../../files/model-files.ts";
import { readMetrics } from "../../training/run-log.ts";
import { print } from "../output.ts";
import { figureOptions, loadPlot, plotOptions } from "./options.ts";

export function plotTrainingCommand() {
  return new Command("training")
    .description("Losses and learning rate by epoch, also while the training runs.")
    .argument("<model>", "a model's folder")
    .addOption(plotOptions.out())
    .addOption(plotOptions.theme())
    .addOption(plotOptions.title())
    .addOption(plotOptions.width())
    .addOption(plotOptions.height())
    .addHelpText("after", "\nExample:\n  anygiven plot training houses --out losses.svg")
    .action(async (model, { out, ...options }) => {
      const folder = folderToAsk(model);
      if (!existsSync(join(folder, "metrics.csv")))
        throw new InputError(
          `${folder} has no metrics.csv: it is not the folder of a training (or the model was imported).`,
        );
      const { trainingFigure, writeFigure } = await loadPlot();
      await writeFigure(trainingFigure(await readMetrics(folder), figureOptions(options)), out);
      print(`The picture is in ${out}.`);
    });
}
