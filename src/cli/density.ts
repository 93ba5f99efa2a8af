/** @file `anygiven density`: the distribution of a column itself, of one question or for every row of a table. */

import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { InputError } from "../base/errors.ts";
import { encodingOfColumn } from "../columns/encoding.ts";
import { densityJson } from "../distribution/density-json.ts";
import { DEFAULT_LEVELS, evenLevels } from "../distribution/levels.ts";
import type { Model, ModelOptions } from "../model/model.ts";
import type { Given } from "../model/question-table.ts";
import { targetIndices } from "../model/questions.ts";
import { names, shares, whole } from "./arguments.ts";
import { givenText, noteErrors } from "./column-values.ts";
import { answersAt, answersAtText, densityText } from "./density-report.ts";
import { DEFAULT_QUANTILES, type DensityTableOptions, writeDensities } from "./density-table.ts";
import { checkKnown, checkOut, type KnownThings, knownOption, NOTHING } from "./known-things.ts";
import { modelOptions, withModel } from "./model-options.ts";
import { note, print, printJson } from "./output.ts";
import { densityPicture } from "./plot/density.ts";
import { figurePath, loadPlot } from "./plot/options.ts";
import { TABLE_HELP, withTableOptions } from "./table-options.ts";

export function densityCommand() {
  return withTableOptions(
    new Command("density")
      .description("Show the distribution of a column given others; with a table, describe it for every row.")
      .argument("<model>", "a model's folder")
      .argument("[table...]", TABLE_HELP)
      .addOption(modelOptions.of())
      .addOption(knownOption())
      .option("--at <values>", "also tell density and probabilities at these values", names)
      .option(
        "--levels <n>",
        `quantiles worked out, from -4 to 4 sigma (default: ${DEFAULT_LEVELS.length})`,
        levels,
      )
      .option("--plot <file>", "draw it: .svg or .png (more of this: anygiven plot density)", figurePath)
      .addOption(modelOptions.device())
      .addOption(modelOptions.json())
      .optionsGroup("For a table:")
      .option(
        "--out <file>",
        "write the answers: .csv, .parquet or .jsonl, one row for each row of the table",
      )
      .option(
        "--quantiles <shares>",
        `the quantiles to write (default: ${DEFAULT_QUANTILES.join(",")})`,
        shares,
      ),
  )
    .addHelpText("after", HELP)
    .action(async (folder, sources, { levels: count, device, plot, given: known = NOTHING, ...options }) => {
      const isTable = sources.length > 0;
      checkOptions(isTable, known, options);
      checkPlot(isTable, plot, options.of);
      await withModel(folder, modelOptionsOf(device, count), async (model) => {
        if (isTable) {
          const columns = known.columns.length > 0 ? known.columns : undefined;
          await writeDensities(model, sources, { ...options, out: options.out!, given: columns });
        } else {
          await showDensities(model, { ...options, given: known.values });
          if (plot !== undefined) await drawDensity(model, plot, { ...options, given: known.values });
        }
      });
    });
}

const HELP = `
Examples:
  anygiven density houses --of HouseValue --given MedInc=7 --given AveRooms=5
  anygiven density survey --of logg --given teff=4700+-50 --at 2.5,4.6
  anygiven density survey --of logg --given teff=4700 --plot kiel.svg
  anygiven density houses new.csv --of HouseValue,Kind --quantiles 0.05,0.5,0.95 --out answers.parquet

For each row of a table, the answers about NAME are
  NAME_mean, NAME_sd, and NAME_q05, NAME_q50, NAME_q025 ... for quantiles 0.05, 0.5, 0.025 ... of a number or date,
  NAME_mode and, for each category, NAME_p_CATEGORY (its probability) of a category.`;

function checkOptions(
  isTable: boolean,
  known: KnownThings,
  { out, at, quantiles: asked }: Pick<DensityTableOptions, "quantiles"> & { out?: string; at?: unknown },
): void {
  checkKnown(isTable, known);
  checkOut(isTable, out);
  if (isTable && at !== undefined) throw new InputError("--at is for one question, not for a table.");
  if (isTable) return;
  if (out !== undefined || asked !== undefined) {
    throw new InputError(
      `${out === undefined ? "--quantiles" : "--out"} is for the answers about a table: name one after the model.`,
    );
  }
}

function checkPlot(isTable: boolean, plot: string | undefined, of: readonly string[]): void {
  if (plot === undefined) return;
  if (isTable) throw new InputError("--plot is for one question, not for a table.");
  if (of.length > 1) throw new InputError("--plot draws one column: name one with --of.");
}

async function drawDensity(model: Model, file: string, { of: [of], given }: ShownQuestion): Promise<void> {
  const { writeFigure } = await loadPlot();
  await writeFigure(await densityPicture(model, { of: of, given, theme: "light" }), file);
  note(`The picture is in ${file}.`);
}

function levels(text: string): number {
  const count = whole(text);
  if (count < 3) throw new InvalidArgumentError("There must be at least 3 levels.");
  return count;
}

function modelOptionsOf(device: NonNullable<ModelOptions["device"]>, count: number | undefined) {
  return { device, ...(count !== undefined && { levels: evenLevels(count, 4) }) };
}

interface ShownQuestion {
  readonly of: readonly string[];
  readonly given: Given;
  readonly at?: readonly string[];
  readonly json?: boolean | undefined;
}

async function showDensities(model: Model, { of, given, at, json }: ShownQuestion): Promise<void> {
  targetIndices(model.config, of); // all names, before the first is worked out
  if (at && of.length > 1) throw new InputError("--at is for one column: name one with --of.");
  noteErrors(model.config, given);
  const answers: [string, object][] = [];
  for (const name of of) {
    const encoding = encodingOfColumn(model.config, name);
    const distribution = await model.density({ of: name, given });
    const found = at && answersAt(distribution, at, encoding);
    answers.push([name, { ...densityJson(distribution), ...(found && { at: found }) }]);
    if (json) continue;
    print(`${name}${givenText(given)}`);
    print(densityText(distribution, encoding));
    if (found) print(answersAtText(name, found));
  }
  if (json) printJson({ given, of: Object.fromEntries(answers) });
}
