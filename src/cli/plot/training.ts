/** @file `anygiven plot training`: losses and learning rate of a model's training. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import { folderToAsk } from "../../files/model-files.ts";
import { readMetrics } from "../../training/run-log.ts";
import { modelCommand } from "../options.ts";
import { figureOptions, plotOptions, withPicture } from "./options.ts";
import { writePicture } from "./picture.ts";

export function plotTrainingCommand() {
  return withPicture(
    modelCommand("training", "Losses and learning rate by epoch, also while the training runs."),
  )
    .addOption(plotOptions.height())
    .addHelpText("after", "\nExample:\n  anygiven plot training houses --out losses.svg")
    .action(async (model, { out, text, ...options }) => {
      const folder = folderToAsk(model);
      if (!existsSync(join(folder, "metrics.csv")))
        throw new InputError(
          `${folder} has no metrics.csv: it is not the folder of a training (or the model was imported).`,
        );
      const epochs = await readMetrics(folder);
      await writePicture(out, ({ trainingFigure }) => trainingFigure(epochs, figureOptions(options)), {
        text,
      });
    });
}
