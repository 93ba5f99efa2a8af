/** @file `anygiven plot profile`: what a column would be while another runs over its range. */
import { defined } from "../../base/defined.ts";
import { InputError } from "../../base/errors.ts";
import { givenText } from "../../model/question-text.ts";
import { noteDoubts } from "../asked.ts";
import { questionTitle, type RowQuestion } from "../chosen-rows.ts";
import { modelCommand, modelOptions } from "../options.ts";
import { figureOptions, plotOptions, plottedColumns, withQuestion } from "./options.ts";
import { pictureRows, rowsLike, truthOf, writeModelPicture } from "./picture.ts";

export function plotProfileCommand() {
  return withQuestion(
    modelCommand(
      "profile",
      "What a column would be while another runs: median, 68 % and 95 %, or the probability of each name.",
    )
      .argument("[table...]", "a table of which one row (--row, --id, --where) is asked about")
      .requiredOption("--of <column>", "the column asked")
      .requiredOption("--over <column>", "the column that runs over its range (or over --range)")
      .addOption(
        modelOptions.givenValues("a known value, NAME=VALUE (repeat for more), that stays as it is"),
      ),
  )
    .addOption(plotOptions.height())
    .addHelpText("after", HELP)
    .action(async (folder, sources, { given: values = {}, of, over, ...options }) => {
      await writeModelPicture(folder, options, async (plot, model) => {
        const [asked, running] = plottedColumns(model, [of, over], options);
        const chosen = { of: [of, over], values, most: 1 };
        const [question = { given: values } as RowQuestion] =
          (await pictureRows(model, sources, chosen, options)) ?? [];
        const { given, found = {} } = question;
        noteDoubts(model, given);
        const rows = await rowsLike(model, options, [over, of], values);
        const profile = await plot.profileOf(model, {
          ...{ of, over, given },
          ...defined({ range: running.range, spacing: running.log ? ("logarithmic" as const) : undefined }),
        });
        if (profile.values.length === 0) throw new InputError(`"${over}" has no value in this range.`);
        const [x, y] = truthOf(model, [over, of], found);
        const title = `${of} over ${over}${questionTitle(question, givenText(values))}`;
        return plot.profileFigure(profile, asked, running, {
          ...figureOptions(options, title),
          truth: [x, y],
          ...(rows && { data: { label: rows.label, x: rows.values[over], y: rows.values[of] } }),
        });
      });
    });
}

const HELP = `
Examples:
  anygiven plot profile survey --of logg --over teff --given m_h=0 --out logg.svg
  anygiven plot profile survey stars.csv --row 17 --of teff --over bprp --out what-if.svg`;
