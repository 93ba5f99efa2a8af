/** @file `anygiven plot density`: one column's distribution under one or several questions. */

import { Command, Option } from "@commander-js/extra-typings";
import { InputError } from "../../base/errors.ts";
import type { Model } from "../../model/model.ts";
import type { Given } from "../../model/question-table.ts";
import type { Figure } from "../../plot/figure.ts";
import { numberSettings, given as oneGiven } from "../arguments.ts";
import { givenText, noteErrors } from "../column-values.ts";
import { modelOptions, withModel } from "../model-options.ts";
import { print } from "../output.ts";
import { type TableReading, tableOptions } from "../table-options.ts";
import { rowsLike } from "./matching-rows.ts";
import { figureOptions, loadPlot, type PictureOptions, plotOptions, plotted } from "./options.ts";

export function plotDensityCommand() {
  return new Command("density")
    .description(
      "The distribution of a column; of several questions in one picture, with rows of a table behind.",
    )
    .argument("<model>", "a model's folder")
    .requiredOption("--of <column>", "the column asked")
    .option("--given <known>", "a known value, NAME=VALUE (repeat for more), in all questions", oneGiven)
    .option("--compare <known>", "known values of one more question, NAME=VALUE,... (repeat for more)", more)
    .addOption(dataOption())
    .addOption(withinOption())
    .addOption(plotOptions.out())
    .addOption(plotOptions.theme())
    .addOption(plotOptions.title())
    .addOption(plotOptions.units())
    .addOption(plotOptions.width())
    .addOption(plotOptions.height())
    .addOption(tableOptions.missing())
    .addOption(tableOptions.format())
    .addOption(tableOptions.group())
    .addOption(tableOptions.allowRemote())
    .addOption(modelOptions.device())
    .addHelpText("after", HELP)
    .action(async (folder, { of, given = {}, compare, out, device, ...options }) => {
      await withModel(folder, { device }, async (model) => {
        const figure = await densityPicture(model, { of, given, compare, ...options });
        await (await loadPlot()).writeFigure(figure, out);
        print(`The picture is in ${out}.`);
      });
    });
}

const HELP = `
Examples:
  anygiven plot density houses --of HouseValue --given MedInc=7 --data houses.csv --out value.svg
  anygiven plot density survey --of logg --compare teff=3700 --compare teff=4700 --compare teff=5700 --out logg.png`;

export const dataOption = () =>
  new Option("--data <table...>", "a table whose rows that look like the question are drawn behind");

export const withinOption = () =>
  new Option(
    "--within <windows>",
    "how near a row's value must be, NAME=WIDTH,... (default: a tenth of the column's scale)",
  ).argParser(numberSettings);

function more(text: string, before: readonly Given[] = []): Given[] {
  const known = text.split(",").reduce<Given>((sofar, part) => oneGiven(part.trim(), sofar), {});
  return [...before, known];
}

export interface DensityPicture extends PictureOptions, TableReading {
  readonly of: string;
  readonly given: Given;
  readonly compare?: readonly Given[] | undefined;
  readonly data?: readonly string[] | undefined;
  readonly within?: Readonly<Record<string, number>> | undefined;
  readonly units?: Readonly<Record<string, string>> | undefined;
}

/** Asks the questions and draws the answers. */
export async function densityPicture(model: Model, picture: DensityPicture): Promise<Figure> {
  const { of, given, compare = [], data, within, units } = picture;
  const column = plotted(model, of, units); // wrong names are reported before any work
  const questions = compare.length === 0 ? [given] : compare.map((each) => ({ ...given, ...each }));
  if (within && !data) throw new InputError("--within is about the rows of --data: name a table with it.");
  for (const question of questions) noteErrors(model.config, question);
  const answers = [];
  for (const question of questions) {
    const label = givenText(question).replace(/^ given /, "") || "given nothing";
    answers.push({ label, distribution: await model.density({ of, given: question }) });
  }
  const common = questions.length === 1 ? questions[0] : given; // of several questions, what they share
  const rows = data && (await rowsLike(model, data, { ...picture, of: [of], given: common }));
  const title = questions.length === 1 ? `${of}${givenText(questions[0])}` : `${of}${givenText(given)}`;
  const { densityFigure } = await loadPlot();
  return densityFigure(
    { column, answers, ...(rows && { data: { label: rows.label, values: rows.values[of] } }) },
    figureOptions(picture, title),
  );
}
