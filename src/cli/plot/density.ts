/** @file `anygiven plot density`: one column's distribution under one or several questions. */
import { defined } from "../../base/defined.ts";
import type { ModelColumn } from "../../columns/encoding.ts";
import type { Model } from "../../model/model.ts";
import type { Given } from "../../model/question-table.ts";
import { givenOfText, givenText } from "../../model/question-text.ts";
import type { Figure } from "../../plot/figure.ts";
import { noteDoubts } from "../asked.ts";
import type { RowQuestion } from "../chosen-rows.ts";
import { listed } from "../name-lists.ts";
import { modelCommand, modelOptions } from "../options.ts";
import { settledLater, textsOf } from "../settled.ts";
import {
  type AxisOptions,
  figureOptions,
  type PictureOptions,
  plotOptions,
  plottedColumns,
  withQuestion,
} from "./options.ts";
import { loadPlot, pictureRows, type RowsBehind, rowsLike, truthOf, writeModelPicture } from "./picture.ts";

export function plotDensityCommand() {
  return withQuestion(
    modelCommand(
      "density",
      "The distribution of a column; of several questions in one picture, with rows of a table behind.",
    )
      .argument("[table...]", "a table whose chosen rows (--row, --id, --where) are asked about")
      .requiredOption("--of <column>", "the column asked")
      .addOption(modelOptions.givenValues("a known value, NAME=VALUE (repeat for more), in all questions"))
      .option(
        "--compare <known>",
        "known values of one more question, NAME=VALUE,... (repeat for more)",
        more,
      ),
  )
    .addOption(plotOptions.height())
    .addHelpText("after", HELP)
    .action(async (folder, sources, { given = {}, ...options }) => {
      await writeModelPicture(folder, options, async (_, model) => {
        const questions = await pictureRows(
          model,
          sources,
          { of: [options.of], values: given, most: MOST_ROWS },
          options,
        );
        return densityPicture(model, { ...options, given, ...defined({ questions }) });
      });
    });
}

const HELP = `
Examples:
  anygiven plot density houses --of HouseValue --given MedInc=7 --data houses.csv --out value.svg
  anygiven plot density survey stars.csv --row 1,2 --of logg --out logg.svg
  anygiven plot density survey --of logg --compare teff=3700 --compare teff=4700 --compare teff=5700 --out logg.png`;

/** "teff=4700,logg=2": the values of one more question. */
function more(text: string, before: readonly Given[] = []): Given[] {
  const made = [...before, oneMore(text, [])];
  return settledLater(made, [...textsOf(before), text], (all, columns) =>
    all.map((each) => oneMore(each, columns)),
  );
}

function oneMore(text: string, columns: readonly ModelColumn[]): Given {
  const known = columns.map(({ name }) => name);
  const isOwn = (piece: string) =>
    /[=<>]/.test(piece) && (known.length === 0 || known.some((name) => piece.startsWith(name)));
  const parts: string[] = [];
  for (const piece of listed(text)) {
    // A comma inside a value or a name parts nothing: what begins no value goes on with the one before.
    if (parts.length === 0 || isOwn(piece)) parts.push(piece);
    else parts.push(`${parts.pop()},${piece}`);
  }
  return parts.reduce<Given>((sofar, part) => givenOfText(part, sofar, columns), {});
}

/** So many curves are told apart. */
const MOST_ROWS = 6;

export interface DensityPicture extends PictureOptions, AxisOptions, RowsBehind {
  readonly of: string;
  readonly given: Given;
  readonly compare?: readonly Given[] | undefined;
  /** Rows of a table, each a question of its own. */
  readonly questions?: readonly RowQuestion[] | undefined;
}

/** Asks the questions and draws the answers. */
export async function densityPicture(model: Model, picture: DensityPicture): Promise<Figure> {
  const { of, given, compare = [{}], questions: rowsAsked } = picture;
  const [column] = plottedColumns(model, [of], picture); // wrong names are reported before any work
  const asked: readonly RowQuestion[] = rowsAsked ?? [{ given }];
  const questions = asked.flatMap((row) =>
    compare.map((each) => ({ ...row, given: { ...row.given, ...each }, own: each })),
  );
  const common = questions.length === 1 && !rowsAsked ? questions[0].given : given; // of several questions, what they share
  for (const question of questions) noteDoubts(model, question.given);
  const answers = [];
  for (const { row, given: known, found = {}, own } of questions) {
    const said = givenText(row === undefined ? known : own).replace(/^ given /, "");
    const label =
      row === undefined ? said || "given nothing" : [`row ${row}`, said].filter(Boolean).join(", ");
    const [truth] = truthOf(model, [of], found);
    answers.push({ label, truth, distribution: await model.density({ of, given: known }) });
  }
  const rows = await rowsLike(model, picture, [of], common);
  const data = rows && { label: rows.label, values: rows.values[of] };
  const { densityFigure } = await loadPlot();
  const title = `${of}${givenText(common)}`;
  return densityFigure({ column, answers, ...defined({ data }) }, figureOptions(picture, title));
}
