/** @file `anygiven plot joint` and `plot corner`: several columns together. */

import { Command, Option } from "@commander-js/extra-typings";
import { InputError } from "../../base/errors.ts";
import type { Model } from "../../model/model.ts";
import { checkNumbers } from "../../plot/axis.ts";
import type { Figure } from "../../plot/figure.ts";
import { JOINT_STYLES } from "../../plot/theme.ts";
import { given, names } from "../arguments.ts";
import { givenText, noteErrors } from "../column-values.ts";
import { modelOptions, withModel } from "../model-options.ts";
import { print } from "../output.ts";
import { tableOptions } from "../table-options.ts";
import { type DensityPicture, dataOption, withinOption } from "./density.ts";
import { rowsLike } from "./matching-rows.ts";
import { figureOptions, loadPlot, plotOptions, plotted } from "./options.ts";

const SAMPLES = 4000;

export function plotJointCommand() {
  return withPicture(new Command("joint"))
    .description("Two columns together: contours of joint samples, both marginals, rows of a table as dots.")
    .addOption(
      new Option("--style <style>", "how samples are drawn")
        .choices(JOINT_STYLES)
        .default("contours" as const),
    )
    .addOption(plotOptions.height())
    .option("--reverse <columns>", "axes that run from high to low", names)
    .addHelpText(
      "after",
      `
Examples:
  anygiven plot joint survey --of teff,logg --reverse teff,logg --data survey --out kiel.svg
  anygiven plot joint houses --of Longitude,Latitude --given MedInc=7 --style hexbins --out map.png`,
    )
    .action(async (folder, { style, reverse = [], ...options }) => {
      const [x, y] = pairOf(options.of);
      const stray = reverse.find((name) => !options.of.includes(name));
      if (stray !== undefined) throw new InputError(`--reverse names "${stray}", which is not asked.`);
      await drawn(folder, options, async (model, { samples, observed, title }) => {
        const { jointFigure } = await loadPlot();
        return jointFigure(
          {
            columns: [plotted(model, x, options.units), plotted(model, y, options.units)],
            samples: { x: samples[x], y: samples[y] },
            ...(observed && {
              data: { label: observed.label, x: observed.values[x], y: observed.values[y] },
            }),
            reverse: { x: reverse.includes(x), y: reverse.includes(y) },
          },
          { ...figureOptions(options, title), style },
        );
      });
    });
}

function pairOf(of: readonly string[]): [string, string] {
  if (of.length === 2) return [of[0], of[1]];
  throw new InputError(`This picture shows 2 columns: name 2 with --of, not ${of.length}.`);
}

export function plotCornerCommand() {
  return withPicture(new Command("corner"))
    .description("Several columns together: every pair as contours, each column's histogram.")
    .addHelpText(
      "after",
      `
Example:
  anygiven plot corner survey --of teff,logg,m_h --given bprp=1.1 --data survey --out corner.svg`,
    )
    .action(async (folder, options) => {
      await drawn(folder, options, async (model, { samples, observed, title }) => {
        const { cornerFigure } = await loadPlot();
        return cornerFigure(
          options.of.map((name) => ({
            ...plotted(model, name, options.units),
            samples: samples[name],
            ...(observed && { data: observed.values[name] }),
          })),
          { ...figureOptions(options, title), ...(observed && { dataLabel: observed.label }) },
        );
      });
    });
}

function withPicture<Name extends Command>(command: Name) {
  return command
    .argument("<model>", "a model's folder")
    .addOption(modelOptions.of("the columns asked together"))
    .option("--given <known>", "a known value, NAME=VALUE (repeat for more)", given)
    .addOption(dataOption())
    .addOption(withinOption())
    .addOption(modelOptions.size(SAMPLES))
    .addOption(modelOptions.seed())
    .addOption(plotOptions.out())
    .addOption(plotOptions.theme())
    .addOption(plotOptions.title())
    .addOption(plotOptions.units())
    .addOption(plotOptions.width())
    .addOption(tableOptions.missing())
    .addOption(tableOptions.format())
    .addOption(tableOptions.group())
    .addOption(tableOptions.allowRemote())
    .addOption(modelOptions.device());
}

interface JointPicture extends Omit<DensityPicture, "of" | "given" | "compare"> {
  readonly of: readonly string[];
  readonly given?: DensityPicture["given"] | undefined;
  readonly size: number;
  readonly seed: number;
  readonly out: string;
  readonly device: NonNullable<Parameters<typeof Model.load>[1]>["device"];
}

interface Shown {
  readonly samples: Readonly<Record<string, Float64Array>>;
  readonly observed?:
    | { readonly label: string; readonly values: Readonly<Record<string, Float64Array>> }
    | undefined;
  readonly title: string;
}

/** Draws joint samples and the rows like the question, and writes the picture. */
async function drawn(
  folder: string,
  { of, given: known = {}, data, size, seed, out, device, units, ...reading }: JointPicture,
  draw: (model: Model, shown: Shown) => Promise<Figure>,
): Promise<void> {
  await withModel(folder, { device: device ?? "cpu" }, async (model) => {
    checkNumbers(of.map((name) => plotted(model, name, units))); // before the work
    noteErrors(model.config, known);
    const { samples } = await model.sample({ of, given: known, size, seed, joint: true });
    const observed = data && (await rowsLike(model, data, { ...reading, of, given: known }));
    const title = `${of.join(", ")}${givenText(known)}`;
    const { writeFigure } = await loadPlot();
    await writeFigure(await draw(model, { samples, observed, title }), out);
    print(`The picture is in ${out}.`);
  });
}
