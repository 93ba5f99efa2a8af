/** @file `anygiven plot marginals`, `predictions` and `calibration`: a model beside the rows of a table. */
import { Command } from "@commander-js/extra-typings";
import { InputError } from "../../base/errors.ts";
import { kindInTable } from "../../columns/kinds.ts";
import { type EvaluationOptions, evaluate } from "../../evaluation/evaluate.ts";
import type { Model } from "../../model/model.ts";
import { checkNumbers } from "../../plot/axis.ts";
import type { Figure } from "../../plot/figure.ts";
import type { DeviceChoice } from "../../runtime/device-names.ts";
import type { Table } from "../../table/table.ts";
import { names } from "../arguments.ts";
import { rowsFor } from "../asked-table.ts";
import { modelOptions, withModel } from "../model-options.ts";
import { print } from "../output.ts";
import { TABLE_HELP, type TableReading, withTableOptions } from "../table-options.ts";
import { figureOptions, loadPlot, plotOptions, plotted } from "./options.ts";

export function plotMarginalsCommand() {
  return withTable(new Command("marginals"))
    .description(
      "Each column given nothing, with the table's histogram behind and the KS distance between both.",
    )
    .option("--of <columns>", "the columns (default: all numbers that the model answers for)", names)
    .addOption(plotOptions.units())
    .addHelpText("after", "\nExample:\n  anygiven plot marginals houses houses.csv --out marginals.svg")
    .action(async (folder, sources, options) => {
      await drawn(folder, sources, options, async (model, table) =>
        (await loadPlot()).marginalsOf(model, table, {
          of: options.of,
          units: options.units,
          ...figureOptions(options),
        }),
      );
    });
}

export function plotPredictionsCommand() {
  return withTable(new Command("predictions"))
    .description(
      "A column predicted from the others against what the table has, coloured by predicted sigma.",
    )
    .requiredOption("--of <column>", "the column predicted")
    .addOption(plotOptions.units())
    .option("--given <columns>", "the columns given (default: all that the model knows, but --of)", names)
    .addHelpText(
      "after",
      "\nExample:\n  anygiven plot predictions houses houses.csv --held-out --of HouseValue --out value.png",
    )
    .action(async (folder, sources, options) => {
      await drawn(folder, sources, options, async (model, table) => {
        checkNumbers([plotted(model, options.of, options.units)]); // before the work
        const { predictionFigure, predictionsOf } = await loadPlot();
        const given = options.given ? `given ${options.given.join(", ")}` : "given all other columns";
        const predictions = await predictionsOf(model, table, options);
        return predictionFigure(predictions, { ...figureOptions(options), subtitle: given });
      });
    });
}

export function plotCalibrationCommand() {
  return withTable(new Command("calibration"))
    .description(
      "Whether distributions are as wide as they should be: PIT histogram and coverage of intervals.",
    )
    .option("--of <columns>", "the columns asked (default: all numbers that the model answers for)", names)
    .option("--given <columns>", "the columns given in every row (default: a random choice in each)", names)
    .addOption(modelOptions.seed("of random choices and resamples"))
    .addHelpText(
      "after",
      "\nExample:\n  anygiven plot calibration houses houses.csv --held-out --out calibration.svg",
    )
    .action(async (folder, sources, options) => {
      await drawn(folder, sources, options, async (model, table) => {
        const { of, given, seed } = options;
        const asked: EvaluationOptions = {
          seed,
          of: of ?? answerableNumbers(model, table),
          ...(given && { given }),
        };
        const evaluation = await evaluate(model, table, asked);
        const scores = evaluation.overall.numbers;
        if (!scores) throw new InputError("No number was asked about: see anygiven evaluate for categories.");
        const subtitle = `${of?.join(", ") ?? "all columns"} given ${given?.join(", ") ?? "a random choice of the others"}`;
        const { calibrationFigure } = await loadPlot();
        return calibrationFigure(scores, { ...figureOptions(options), subtitle });
      });
    });
}

function answerableNumbers(model: Model, table: Table): string[] {
  const known = new Map(model.config.columns.map((column) => [column.name, column]));
  return table.columns.flatMap((column) => {
    const isNumber = !kindInTable(column).isCategorical;
    return isNumber && known.get(column.name)?.output ? [column.name] : [];
  });
}

function withTable<Name extends Command>(command: Name) {
  return withTableOptions(
    command
      .argument("<model>", "a model's folder")
      .argument("<table...>", TABLE_HELP)
      .option("--held-out", "only rows held out for validation; the table is then that of the training")
      .addOption(plotOptions.out())
      .addOption(plotOptions.theme())
      .addOption(plotOptions.title())
      .addOption(plotOptions.width())
      .addOption(plotOptions.height()),
  ).addOption(modelOptions.device());
}

interface TablePicture extends TableReading {
  readonly heldOut?: true | undefined;
  readonly out: string;
  readonly device: DeviceChoice;
}

async function drawn(
  folder: string,
  sources: readonly string[],
  { out, device, ...choice }: TablePicture,
  draw: (model: Model, table: Table) => Promise<Figure>,
): Promise<void> {
  await withModel(folder, { device }, async (model) => {
    const table = await rowsFor(model, folder, sources, choice);
    const { writeFigure } = await loadPlot();
    await writeFigure(await draw(model, table), out);
    print(`The picture is in ${out}.`);
  });
}
