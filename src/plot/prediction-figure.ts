/** @file Predicted against true: medians over what was found, coloured by how sure the model was. */

import * as Plot from "@observablehq/plot";
import { checkFields, listOf, OBJECT, recordOf, TEXT } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { geometryOf } from "../columns/kinds.ts";
import type { Model } from "../model/model.ts";
import { medianOfSorted } from "../numeric/statistics.ts";
import { checkTable } from "../table/checked-table.ts";
import { type Table, tableColumn } from "../table/table.ts";
import { type AxisChoices, checkNumbers, type PlottedColumn, plottedOf } from "./axis.ts";
import { checkShape } from "./checked-plots.ts";
import { acrossScale, placing, rangeOfPlaces, upScale } from "./column-axis.ts";
import type { FigureOptions } from "./density-figure.ts";
import { type Figure, figureOf } from "./figure.ts";
import { valueRange } from "./histogram.ts";
import { panel } from "./panel.ts";
import { rampPanel } from "./ramp-panel.ts";
import { rampColour, themeOf } from "./theme.ts";

export interface Predictions {
  readonly column: PlottedColumn;
  /** What was found, one for each row; rows where it is missing (NaN) are left out. */
  readonly truth: ArrayLike<number>;
  /** The distributions' medians, and standard deviations (or 1.4826 MAD). */
  readonly median: ArrayLike<number>;
  readonly sigma: ArrayLike<number>;
}

/** More points than this make a picture heavy and no clearer: an even choice of the rows is drawn. */
const MAX_POINTS = 5000;
const SIZE = 420;
/** What stands beside the square: room for labels, and the ramp. */
const BESIDE = 108;
const TAIL = 0.002;

/**
 * 1.4826 times the median distance of the predictions from the truth around their median: the standard deviation of
 * normal residuals, not moved by outliers. As the published notebooks quote it.
 * @example
 * const { bias, scatter } = scatterOf({ truth: [1, 2, 3], median: [1.1, 1.9, 3.2] });
 * console.log(bias, scatter);
 */
export function scatterOf(
  predictions: Pick<Predictions, "truth" | "median"> & {
    readonly column?: Pick<PlottedColumn, "kind" | "period">;
  },
): {
  bias: number;
  scatter: number;
} {
  checkShape("true and predicted values", predictions);
  const { truth, median, column = {} } = predictions;
  const { kind = "number", period } = column;
  const { difference } = geometryOf({ kind, ...(period !== undefined && { period }) });
  const residuals = Float64Array.from(truth, (value, row) => difference(median[row], value))
    .filter((each) => !Number.isNaN(each))
    .sort();
  const bias = medianOfSorted(residuals);
  return { bias, scatter: 1.4826 * medianOfSorted(residuals.map((each) => Math.abs(each - bias)).sort()) };
}

/**
 * @throws InputError where no row has a value, and for dates and categories.
 * @example
 * const stars = await readTable("stars.parquet");
 * const predictions = await predictionsOf(await load("survey"), stars, { of: "logg", given: ["teff", "m_h"] });
 * await writeFigure(predictionFigure(predictions), "predictions.png");
 */
export function predictionFigure(predictions: Predictions, options: FigureOptions = {}): Figure {
  checkShape("predictions", predictions);
  checkShape("options", options);
  const { column, truth, median, sigma } = predictions;
  checkNumbers([column]);
  const theme = themeOf(options.theme);
  const rows = Array.from({ length: truth.length }, (_, row) => row).filter(
    (row) => !Number.isNaN(truth[row]),
  );
  if (rows.length === 0)
    throw new InputError(`No row has a value of "${column.name}" to compare predictions with.`);
  const step = Math.max(1, Math.ceil(rows.length / MAX_POINTS));
  const drawn = rows.filter((_, i) => i % step === 0);
  const of = (values: ArrayLike<number>) => drawn.map((row) => values[row]);
  const place = placing(column);
  const [xs, ys] = [of(truth), of(median)].map((values) => Float64Array.from(values, place));
  const range: [number, number] =
    column.period && !column.range ? [0, column.period] : rangeOfPlaces(column, [xs, ys], TAIL);
  const inside = drawn
    .map((_, i) => i)
    .filter((i) => [xs[i], ys[i]].every((each) => each >= range[0] && each <= range[1]));
  const [, widest] = valueRange([of(sigma)], 0.02);
  const size = options.height ?? (options.width ? options.width - BESIDE : SIZE);
  const { bias, scatter } = scatterOf(predictions);
  const unit = column.unit ? ` ${column.unit}` : "";
  const named = (what: string) => ({ column: { ...column, name: `${what} ${column.name}` }, range });
  const marks = [
    Plot.link([0], { x1: range[0], y1: range[0], x2: range[1], y2: range[1], stroke: theme.faint }),
    Plot.dot(inside, {
      x: (i: number) => xs[i],
      y: (i: number) => ys[i],
      fill: (i: number) => rampColour(theme, sigma[drawn[i]] / widest),
      r: 1.8,
      fillOpacity: 0.8,
    }),
  ];
  const main = panel(
    theme,
    { width: size + 26, height: size },
    {
      x: { ...acrossScale(named("true"), size), grid: true },
      y: { ...upScale(named("predicted"), size), grid: true },
      marks,
    },
  );
  const ramp = rampPanel(theme, size, {
    label: `sigma${unit ? ` [${column.unit}]` : ""}`,
    domain: [0, widest],
  });
  const outside = drawn.length - inside.length;
  const beyond = outside > 0 ? `, ${outside} outside the axes` : "";
  const some = step > 1 ? `, ${inside.length} of them drawn${beyond}` : beyond;
  const said = `scatter ${short(scatter)}${unit} (1.4826 MAD), bias ${short(bias)}${unit}, ${rows.length} rows${some}`;
  const heading = {
    title: options.title ?? `${column.name}, predicted against true`,
    subtitle: options.subtitle ? `${options.subtitle}; ${said}` : said,
  };
  return figureOf(theme, heading, [[main, ramp]]);
}

/** Three digits. */
const short = (value: number) => String(Number(value.toPrecision(3)));

/**
 * Medians and 1.4826 MADs of a column given others, for a prediction figure.
 * @param question `given`: by default all columns of the table that the model knows, but the target.
 * @throws InputError for a column that model or table lacks.
 * @example
 * const stars = await readTable("stars.parquet");
 * const predictions = await predictionsOf(await load("survey"), stars, { of: "logg", given: ["teff"] });
 * console.log(scatterOf(predictions));
 */
export async function predictionsOf(
  model: Model,
  table: Table,
  question: {
    readonly of: string;
    readonly given?: readonly string[] | undefined;
    readonly units?: Readonly<Record<string, string>> | undefined;
    readonly axes?: AxisChoices | undefined;
  },
): Promise<Predictions> {
  checkShape("model", model);
  checkTable(table);
  checkFields("the question", question, {
    needed: { of: TEXT },
    optional: { given: listOf(TEXT), units: recordOf(TEXT), axes: OBJECT },
  });
  const { of, given, units = {}, axes } = question;
  const truth = tableColumn(table, of).values;
  const answers = await model.density(table, { of, ...(given && { given }) });
  return {
    column: plottedOf(model, of, units, axes),
    truth,
    median: answers.medians(),
    sigma: answers.mads(),
  };
}
