/** @file The way from a model, and rows of a table like the question, to a picture in a file. */
import { defined } from "../../base/defined.ts";
import { InputError } from "../../base/errors.ts";
import { cellsAt, matchingRows } from "../../model/matching-rows.ts";
import type { Model } from "../../model/model.ts";
import { type Given, questionTable } from "../../model/question-table.ts";
import type { UnseenChoice } from "../../model/unseen-names.ts";
import type { Figure } from "../../plot/figure.ts";
import type { DeviceChoice } from "../../runtime/device-names.ts";
import { tableColumn } from "../../table/table.ts";
import { checkTableOptions, choiceOfRows } from "../asked.ts";
import { type ChosenRows, type RowQuestion, rowQuestions } from "../chosen-rows.ts";
import { withModel } from "../options.ts";
import { print } from "../output.ts";
import { type TableChoice, tableFor } from "../tables.ts";

/** The drawing library, when something is to be drawn: loading it takes a fifth of a second. */
export const loadPlot = () => import("../../plot/index.ts");
export type PlotLibrary = Awaited<ReturnType<typeof loadPlot>>;

interface PictureWriting {
  readonly say?: (sentence: string) => void;
  readonly text?: boolean | undefined;
}

/** Draws a picture into its file. */
export async function writePicture(
  out: string,
  draw: (plot: PlotLibrary) => Figure | Promise<Figure>,
  { say = print, text = false }: PictureWriting = {},
): Promise<void> {
  const plot = await loadPlot();
  await plot.writeFigure(await draw(plot), out, { text });
  say(`The picture is in ${out}.`);
}

/** Draws a picture of what a model answers into its file. */
export function writeModelPicture(
  folder: string,
  {
    device,
    unseen,
    out,
    text,
  }: {
    readonly device: DeviceChoice;
    readonly unseen?: UnseenChoice;
    readonly out: string;
    readonly text?: boolean | undefined;
  },
  draw: (plot: PlotLibrary, model: Model) => Figure | Promise<Figure>,
): Promise<void> {
  return withModel(folder, defined({ device, unseen }), (model) =>
    writePicture(out, (plot) => draw(plot, model), { text }),
  );
}

/** What `withQuestion` adds of the rows behind a picture. */
export interface RowsBehind extends TableChoice {
  readonly data?: readonly string[] | undefined;
  readonly within?: Readonly<Record<string, number>> | undefined;
}

/** The values of these columns, NaN where none is said: of names their index in the model's list. */
export function truthOf({ config }: Model, of: readonly string[], said: Given): number[] {
  return of.map((name) => {
    if (!Object.hasOwn(said, name)) return Number.NaN;
    const { columns } = questionTable(config, { [name]: said[name] });
    return cellsAt(config, columns[0], [0])[0];
  });
}

/** The chosen rows of a table as questions, with what they have of the columns asked; undefined where no table is named. @throws InputError for rows without a table, or a table without any. */
export async function pictureRows(
  model: Model,
  sources: readonly string[],
  asked: Omit<ChosenRows, "sources">,
  choice: RowsBehind,
): Promise<RowQuestion[] | undefined> {
  if (sources.length === 0) {
    checkTableOptions(false, { table: choiceOfRows(choice) });
    return undefined;
  }
  return rowQuestions(model, { ...asked, sources, finds: true }, choice);
}

/** What is observed where the same is given: the asked columns' cells in the rows of `data` that look like the question. */
export async function rowsLike(
  model: Model,
  { data, within, ...choice }: RowsBehind,
  of: readonly string[],
  given: Given,
): Promise<{ readonly label: string; readonly values: Readonly<Record<string, Float64Array>> } | undefined> {
  if (!data) {
    if (within) throw new InputError("--within is about the rows of --data: name a table with it.");
    return undefined;
  }
  const { config } = model;
  const { row: _, id: __, where: ___, ...reading } = choice; // these choose the rows that are asked about
  const table = await tableFor(model, data, reading);
  const { rows, label } = matchingRows(config, table, given, within, of);
  const values = of.map((name) => [name, cellsAt(config, tableColumn(table, name), rows)]);
  return { label, values: Object.fromEntries(values) };
}
