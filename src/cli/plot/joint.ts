/** @file `anygiven plot joint` and `plot corner`: several columns together. */
import { Option } from "@commander-js/extra-typings";
import { defined } from "../../base/defined.ts";
import { InputError } from "../../base/errors.ts";
import { givenText } from "../../model/question-text.ts";
import type { PlottedColumn } from "../../plot/axis.ts";
import type { Figure } from "../../plot/figure.ts";
import { JOINT_STYLES } from "../../plot/theme.ts";
import type { DeviceChoice } from "../../runtime/device-names.ts";
import { names } from "../arguments.ts";
import { noteDoubts } from "../asked.ts";
import { questionTitle, type RowQuestion } from "../chosen-rows.ts";
import { modelCommand, modelOptions } from "../options.ts";
import type { DensityPicture } from "./density.ts";
import { figureOptions, plotOptions, plottedColumns, withQuestion } from "./options.ts";
import { type PlotLibrary, pictureRows, rowsLike, truthOf, writeModelPicture } from "./picture.ts";

const SAMPLES = 4000;

export function plotJointCommand() {
  return jointCommand(
    "joint",
    "Two columns together: contours of joint samples (densities or a table, where one has names or few values), both marginals, rows of a table.",
  )
    .addOption(
      new Option("--style <style>", "how samples are drawn")
        .choices(JOINT_STYLES)
        .default("contours" as const),
    )
    .addOption(plotOptions.height())
    .option("--reverse <columns>", "axes that run from high to low", names)
    .addHelpText("after", JOINT_HELP)
    .action(async (folder, sources, { style, reverse = [], ...options }) => {
      const [x, y] = pairOf(options.of);
      const stray = reverse.find((name) => !options.of.includes(name));
      if (stray !== undefined) throw new InputError(`--reverse names "${stray}", which is not asked.`);
      await drawn(folder, { ...options, sources }, (plot, { columns, samples, rows, title, truth }) =>
        plot.jointFigure(
          {
            columns: [columns[0], columns[1]],
            samples: { x: samples[x], y: samples[y] },
            ...(rows && { data: { label: rows.label, x: rows.values[x], y: rows.values[y] } }),
            truth: [truth[0], truth[1]],
            reverse: { x: reverse.includes(x), y: reverse.includes(y) },
          },
          { ...figureOptions(options, title), style, ...defined({ masses: options.masses }) },
        ),
      );
    });
}

const JOINT_HELP = `
Examples:
  anygiven plot joint survey --of teff,logg --reverse teff,logg --data survey --out kiel.svg
  anygiven plot joint houses --of Longitude,Latitude --given MedInc=7 --style hexbins --out map.png`;

function pairOf(of: readonly string[]): [string, string] {
  if (of.length === 2) return [of[0], of[1]];
  throw new InputError(`This picture shows 2 columns: name 2 with --of, not ${of.length}.`);
}

export function plotCornerCommand() {
  return jointCommand(
    "corner",
    "Several columns together: every pair as in plot joint, each column's histogram with its median.",
  )
    .addHelpText("after", CORNER_HELP)
    .action(async (folder, sources, options) => {
      await drawn(folder, { ...options, sources }, (plot, { columns, samples, rows, title, truth }) =>
        plot.cornerFigure(
          columns.map((column, i) => ({
            ...column,
            samples: samples[column.name],
            truth: truth[i],
            ...defined({ data: rows?.values[column.name] }),
          })),
          {
            ...figureOptions(options, title),
            ...defined({ dataLabel: rows?.label, masses: options.masses }),
          },
        ),
      );
    });
}

const CORNER_HELP = `
Example:
  anygiven plot corner survey --of teff,logg,m_h --given bprp=1.1 --data survey --out corner.svg`;

function jointCommand(name: string, about: string) {
  return withQuestion(
    modelCommand(name, about)
      .argument("[table...]", "a table of which one row (--row, --id, --where) is asked about")
      .addOption(modelOptions.of("the columns asked together"))
      .addOption(modelOptions.givenValues())
      .addOption(plotOptions.truth())
      .addOption(plotOptions.masses())
      .addOption(modelOptions.size(SAMPLES))
      .addOption(modelOptions.seed()),
  );
}

interface JointPicture extends Omit<DensityPicture, "of" | "given" | "compare" | "questions" | "truth"> {
  readonly of: readonly string[];
  readonly given?: DensityPicture["given"];
  readonly truth?: DensityPicture["given"];
  readonly sources: readonly string[];
  readonly size: number;
  readonly seed: number;
  readonly out: string;
  readonly text?: boolean | undefined;
  readonly device: DeviceChoice;
}

interface Shown {
  readonly columns: readonly PlottedColumn[];
  readonly samples: Readonly<Record<string, Float64Array>>;
  readonly rows: Awaited<ReturnType<typeof rowsLike>>;
  readonly title: string;
  /** NaN where none is known. */
  readonly truth: readonly number[];
}

/** Draws joint samples and the rows like the question, and writes the picture. */
async function drawn(
  folder: string,
  picture: JointPicture,
  draw: (plot: PlotLibrary, shown: Shown) => Figure,
): Promise<void> {
  await writeModelPicture(folder, picture, async (plot, model) => {
    const { of, given: values = {}, sources, size, seed, truth: said = {} } = picture;
    const columns = plottedColumns(model, of, picture); // before the work
    const stray = Object.keys(said).find((name) => !of.includes(name));
    if (stray !== undefined) throw new InputError(`--truth names "${stray}", which is not asked.`);
    const asked = { of, values, most: 1 };
    const [question = { given: values } as RowQuestion] =
      (await pictureRows(model, sources, asked, picture)) ?? [];
    const { given, found = {} } = question;
    const truth = truthOf(model, of, { ...found, ...said });
    noteDoubts(model, given);
    const { samples } = await model.sample({ of, given, size, seed, joint: true });
    const rows = await rowsLike(model, picture, of, values);
    const title = `${of.join(", ")}${questionTitle(question, givenText(values))}`;
    return draw(plot, { columns, samples, rows, title, truth });
  });
}
