/** @file `anygiven plot`: pictures of a model's answers, beside data where there are any. */
import { Command } from "@commander-js/extra-typings";
import { plotCalibrationCommand, plotMarginalsCommand, plotPredictionsCommand } from "./beside-table.ts";
import { plotDensityCommand } from "./density.ts";
import { plotCornerCommand, plotJointCommand } from "./joint.ts";
import { plotProfileCommand } from "./profile.ts";
import { plotSkyCommand } from "./sky.ts";
import { plotTrainingCommand } from "./training.ts";

export function plotCommand() {
  return new Command("plot")
    .description("Draw a model's answers as SVG, PDF or PNG, light or dark, beside the rows of a table.")
    .addCommand(plotDensityCommand())
    .addCommand(plotMarginalsCommand())
    .addCommand(plotJointCommand())
    .addCommand(plotCornerCommand())
    .addCommand(plotProfileCommand())
    .addCommand(plotPredictionsCommand())
    .addCommand(plotCalibrationCommand())
    .addCommand(plotSkyCommand())
    .addCommand(plotTrainingCommand());
}
