/** @file `anygiven plot marginals`, `predictions` and `calibration`: a model beside the rows of a table. */
import { defined } from "../../base/defined.ts";
import { evaluate } from "../../evaluation/evaluate.ts";
import type { Model } from "../../model/model.ts";
import type { UnseenChoice } from "../../model/unseen-names.ts";
import { checkNumbers } from "../../plot/axis.ts";
import type { Figure } from "../../plot/figure.ts";
import type { DeviceChoice } from "../../runtime/device-names.ts";
import type { Table } from "../../table/table.ts";
import { names } from "../arguments.ts";
import { modelCommand, modelOptions, TABLE_HELP, withReading, withRowChoice } from "../options.ts";
import { rowsFor, type TableChoice } from "../tables.ts";
import { axisChoices, figureOptions, plotOptions, plottedColumns, withAxes, withPicture } from "./options.ts";
import { type PlotLibrary, writeModelPicture } from "./picture.ts";

export function plotMarginalsCommand() {
  return axesCommand(
    "marginals",
    "Each column given nothing, with the table's histogram or shares behind and the distance between both.",
  )
    .option("--of <columns>", "the columns (default: all that the model answers for)", names)
    .addHelpText("after", "\nExample:\n  anygiven plot marginals houses houses.csv --out marginals.svg")
    .action(async (folder, sources, options) => {
      const { of, units } = options;
      await drawn(folder, sources, options, (plot, model, table) => {
        const axes = axisChoices(model, of ?? model.columns, options);
        return plot.marginalsOf(model, table, { of, units, axes, ...figureOptions(options) });
      });
    });
}

export function plotPredictionsCommand() {
  return axesCommand(
    "predictions",
    "A column predicted from the others against what the table has, coloured by predicted sigma.",
  )
    .requiredOption("--of <column>", "the column predicted")
    .option("--given <columns>", "the columns given (default: all that the model knows, but --of)", names)
    .addHelpText(
      "after",
      "\nExample:\n  anygiven plot predictions houses houses.csv --held-out --of HouseValue --out value.png",
    )
    .action(async (folder, sources, options) => {
      const { of, given } = options;
      await drawn(folder, sources, options, async (plot, model, table) => {
        checkNumbers(plottedColumns(model, [of], options)); // before the work
        const axes = axisChoices(model, [of], options);
        const subtitle = `given ${given?.join(", ") ?? "all other columns"}`;
        const predictions = await plot.predictionsOf(model, table, { of, given, units: options.units, axes });
        return plot.predictionFigure(predictions, { ...figureOptions(options), subtitle });
      });
    });
}

export function plotCalibrationCommand() {
  return tableCommand(
    "calibration",
    "Whether distributions are as wide as they should be: PIT histogram, coverage of intervals, reliability of classes.",
  )
    .option("--of <columns>", "the columns asked (default: all that the model answers for)", names)
    .option("--given <columns>", "the columns given in every row (default: a random choice in each)", names)
    .addOption(modelOptions.seed("of random choices and resamples"))
    .addHelpText(
      "after",
      "\nExample:\n  anygiven plot calibration houses houses.csv --held-out --out calibration.svg",
    )
    .action(async (folder, sources, options) => {
      const { of, given, seed } = options;
      await drawn(folder, sources, options, async (plot, model, table) => {
        const { overall, columns } = await evaluate(model, table, {
          ...defined({ of, given, seed }),
          baseline: false,
        });
        const classes = columns.flatMap((column) => (column.kind === "category" ? [column] : []));
        const subtitle = `${of?.join(", ") ?? "all columns"} given ${given?.join(", ") ?? "a random choice of the others"}`;
        const figure = { ...figureOptions(options), subtitle };
        if (!overall.numbers) return plot.reliabilityFigure(classes, figure);
        return plot.calibrationFigure(overall.numbers, { ...figure, classes });
      });
    });
}

const axesCommand = (name: string, about: string) => withAxes(tableCommand(name, about));

function tableCommand(name: string, about: string) {
  const command = modelCommand(name, about)
    .argument("<table...>", TABLE_HELP)
    .option("--held-out", "only rows held out for validation; the table is then that of the training");
  return withRowChoice(withReading(withPicture(command).addOption(plotOptions.height())))
    .addOption(modelOptions.unseen())
    .addOption(modelOptions.device());
}

async function drawn(
  folder: string,
  sources: readonly string[],
  options: TableChoice & {
    readonly heldOut?: true | undefined;
    readonly out: string;
    readonly text?: boolean | undefined;
    readonly device: DeviceChoice;
    readonly unseen: UnseenChoice;
  },
  draw: (plot: PlotLibrary, model: Model, table: Table) => Promise<Figure> | Figure,
): Promise<void> {
  await writeModelPicture(folder, options, async (plot, model) =>
    draw(plot, model, await rowsFor(model, folder, sources, options)),
  );
}
