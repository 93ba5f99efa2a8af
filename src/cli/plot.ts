/** @file `anygiven plot`: pictures of a model's answers, beside data where there are any. */
import { Command } from "@commander-js/extra-typings";
import { plotDensityCommand } from "./plot/plot-density.ts";
import { plotCornerCommand, plotJointCommand } from "./plot/plot-joint.ts";
import { plotCalibrationCommand, plotMarginalsCommand, plotPredictionsCommand } from "./plot/plot-table.ts";
import { plotTrainingCommand } from "./plot/plot-training.ts";

export function plotCommand() {
  return new Command("plot")
    .description("Draw a model's answers as SVG or PNG, light or dark, beside the rows of a table.")
    .addCommand(plotDensityCommand())
    .addCommand(plotMarginalsCommand())
    .addCommand(plotJointCommand())
    .addCommand(plotCornerCommand())
    .addCommand(plotPredictionsCommand())
    .addCommand(plotCalibrationCommand())
    .addCommand(plotTrainingCommand());
}
