/** @file Every column given nothing, each beside the rows of a table, with how far apart they are. */

import { basename } from "node:path";
import type { LongWork } from "../base/async.ts";
import { checkFields, FINITE, LONG_WORK, listOf, OBJECT, POSITIVE, recordOf, TEXT } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import type { ColumnDistributions } from "../distribution/column-distributions.ts";
import type { CategoryDistribution, NumberDistribution } from "../distribution/distribution.ts";
import { ksDistance, ksOfPerfectModel } from "../evaluation/calibration.ts";
import { cellsAt } from "../model/matching-rows.ts";
import type { Model } from "../model/model.ts";
import { generator } from "../numeric/generator.ts";
import { checkTable } from "../table/checked-table.ts";
import type { Column, Table } from "../table/table.ts";
import { tableColumn } from "../table/table.ts";
import { type AxisChoices, type PlottedColumn, plottedOf } from "./axis.ts";
import { categoryPanel, sharesOf } from "./category-panel.ts";
import { checkShape } from "./checked-plots.ts";
import type { FigureOptions } from "./density-figure.ts";
import { densityPanel, valuesOutside } from "./density-panel.ts";
import { discretePanel, discreteValues } from "./discrete-panel.ts";
import { type Figure, figureOf, type KeyEntry } from "./figure.ts";
import type { Panel } from "./panel.ts";
import { answerColour, type Theme, themeOf } from "./theme.ts";

export interface MarginalsOptions extends FigureOptions, LongWork {
  /** The columns; default all that the model answers for and the table has. */
  readonly of?: readonly string[] | undefined;
  readonly units?: Readonly<Record<string, string>> | undefined;
  readonly axes?: AxisChoices | undefined;
  /** Panels in a row; default 3. */
  readonly columns?: number;
  /** Decides which rows the KS distances are measured on, if there are many; default 1. */
  readonly seed?: number;
}

/** Between panels, as figureOf leaves it. */
const GAP = 8;
const PANEL = { width: 260, height: 190 } as const;
/** Enough for the KS distance: that of a perfect model is below 0.019 with so many. */
const MAX_ROWS = 5000;

/** The KS distance between a column given nothing and the table's rows. */
export interface Marginal {
  readonly name: string;
  readonly ks: number;
  /** What a perfect model stays below in 95 of 100 cases. */
  readonly perfect: number;
  readonly rows: number;
}

/** How far the probabilities of a column's categories given nothing are from the shares in the table's rows. */
export interface CategoryMarginal {
  readonly name: string;
  /** The total variation distance: the share of rows that would have to be in another category. */
  readonly tv: number;
  readonly rows: number;
}

/**
 * One panel for each column: the model's density given nothing, the table's histogram behind, the KS distance of the
 * rows' PIT values in the corner (measured on at most 5,000 rows; where the model answers about true values,
 * these are blurred by each row's error first). Categories are bars, with the total variation distance (TV) of their
 * probabilities from the shares in the table.
 * @throws InputError for unknown columns, and if there is nothing to draw.
 * @example
 * const stars = await readTable("stars.parquet");
 * await writeFigure(await marginalsOf(await load("survey"), stars, { of: ["teff", "logg"] }), "marginals.svg");
 */
export async function marginalsOf(
  model: Model,
  table: Table,
  options: MarginalsOptions = {},
): Promise<Figure> {
  return (await measuredMarginals(model, table, options)).figure;
}

/**
 * As {@link marginalsOf}, with the numbers of the picture.
 * @example
 * const stars = await readTable("stars.parquet");
 * const { marginals } = await measuredMarginals(await load("survey"), stars, { of: ["teff", "logg"] });
 * for (const { name, ks, perfect } of marginals) console.log(name, ks, perfect);
 */
export async function measuredMarginals(
  model: Model,
  table: Table,
  options: MarginalsOptions = {},
): Promise<{
  readonly figure: Figure;
  readonly marginals: readonly Marginal[];
  readonly categories: readonly CategoryMarginal[];
}> {
  checkShape("model", model);
  checkTable(table);
  checkShape("options", options);
  checkFields("the options", options, {
    optional: {
      ...LONG_WORK,
      of: listOf(TEXT),
      units: recordOf(TEXT),
      axes: OBJECT,
      columns: POSITIVE,
      seed: FINITE,
    },
  });
  const theme = themeOf(options.theme);
  const columns = chosenColumns(model, table, options.of);
  const across = options.columns ?? 3;
  const { width = across * (PANEL.width + GAP) - GAP, height = PANEL.height } = options;
  const size = { width: Math.floor((width + GAP) / across) - GAP, height };
  const marginals: Marginal[] = [];
  const panels: Panel[] = [];
  const categories: CategoryMarginal[] = [];
  const nothing: Table = { source: "the question", rows: 1, columns: [] };
  for (const [done, column] of columns.entries()) {
    const answers = await model.density(nothing, { of: column.name, given: [] });
    const answer = answers.at(0);
    const shown = plottedOf(model, column.name, options.units, options.axes);
    const drawn = { theme, size, column: shown };
    if (answer.kind === "category") {
      const { panel, ...marginal } = categoryMarginal(model, table, column, answer, drawn);
      categories.push(marginal);
      panels.push(panel);
    } else {
      const marginal = distanceOf(table, column, answers, options.seed ?? 1);
      marginals.push(marginal);
      panels.push(numberPanel(drawn, answer, column.values, `KS ${marginal.ks.toFixed(3)}`));
    }
    options.onProgress?.(done + 1, columns.length);
    options.signal?.throwIfAborted();
  }
  const { title = "Each column given nothing", subtitle } = options;
  const rows = Array.from({ length: Math.ceil(panels.length / across) }, (_, row) =>
    panels.slice(row * across, (row + 1) * across),
  );
  const said = [subtitle, ...distanceWords(marginals, categories)].filter(Boolean).join("; ");
  const heading = { title, subtitle: said, key: keyOf(theme, table) };
  return { figure: figureOf(theme, heading, rows), marginals, categories };
}

function distanceWords(marginals: readonly Marginal[], categories: readonly CategoryMarginal[]): string[] {
  const words: string[] = [];
  if (marginals.length > 0) {
    const worst = marginals.reduce((most, each) => (each.ks > most.ks ? each : most));
    words.push(
      `KS: distance of the model from ${worst.rows} rows; the largest ${worst.ks.toFixed(3)} (${worst.name}), a perfect model's below ${worst.perfect.toFixed(3)}`,
    );
  }
  if (categories.length > 0) {
    const worst = categories.reduce((most, each) => (each.tv > most.tv ? each : most));
    words.push(
      `TV: share of rows that would have to be in another category; the largest ${worst.tv.toFixed(3)} (${worst.name})`,
    );
  }
  return words;
}

interface DrawnColumn {
  readonly theme: Theme;
  readonly size: { readonly width: number; readonly height: number };
  readonly column: PlottedColumn;
}

function numberPanel(
  { theme, size, column }: DrawnColumn,
  answer: NumberDistribution,
  data: ArrayLike<number>,
  distance: string,
): Panel {
  const drawn = { column, answers: [answer], data, note: distance };
  const values = discreteValues(drawn);
  if (values) return discretePanel(theme, size, drawn, values);
  const outside = valuesOutside(drawn);
  const note = outside > 0 ? `${outside} outside, ${distance}` : distance;
  return densityPanel(theme, size, { ...drawn, note });
}

function categoryMarginal(
  { config }: Model,
  table: Table,
  column: Column,
  answer: CategoryDistribution,
  { theme, size, column: shown }: DrawnColumn,
): CategoryMarginal & { readonly panel: Panel } {
  const all = Array.from(column.values.keys());
  const data = cellsAt(config, column, all).filter((value) => !Number.isNaN(value));
  if (data.length === 0) throw nothingOf(table, column);
  const shares = sharesOf(data, answer.categories.length);
  const apart = answer.probabilities.map((probability, i) => Math.abs(probability - shares[i]));
  const tv = apart.reduce((sum, each) => sum + each, 0) / 2;
  const note = `TV ${tv.toFixed(3)}`;
  const panel = categoryPanel(theme, size, { column: shown, answers: [answer], data, note });
  return { name: column.name, tv, rows: data.length, panel };
}

function keyOf(theme: Theme, { source, rows }: Table): KeyEntry[] {
  return [
    { label: "model", colour: answerColour(theme, 0), mark: "line" },
    { label: `${basename(source)}, ${rows} rows`, colour: theme.data, mark: "area" },
  ];
}

function chosenColumns(model: Model, table: Table, of: readonly string[] | undefined): Column[] {
  const known = model.config.columns.filter(({ output }) => output);
  const isKnown = (name: string) => known.some((column) => column.name === name);
  const names = of ?? table.columns.map(({ name }) => name).filter(isKnown);
  if (names.length === 0) throw new InputError(`${table.source} has no column that the model answers for.`);
  return names.map((name) => tableColumn(table, name));
}

const nothingOf = (table: Table, { name }: Column) =>
  new InputError(`No row of ${table.source} has a value of "${name}".`);

/**
 * Given nothing all rows have the same answer: it is worked out once, and blurred by each row's error where need be.
 */
function distanceOf(table: Table, column: Column, answers: ColumnDistributions, seed: number): Marginal {
  const present = Array.from(column.values.keys()).filter((row) => !Number.isNaN(column.values[row]));
  const rows = someRows(present, seed);
  if (rows.length === 0) throw nothingOf(table, column);
  const each = answers.repeated(rows.length);
  const errors = Float64Array.from(rows, (row) => column.errors?.[row] ?? Number.NaN);
  const observed = each.ofTrueValues ? each.observed(errors) : each;
  const pits = observed.pits(
    Float64Array.from(rows, (row) => column.values[row]),
    seed,
  );
  return {
    name: column.name,
    ks: ksDistance(pits),
    perfect: ksOfPerfectModel(rows.length),
    rows: rows.length,
  };
}

function someRows(present: readonly number[], seed: number): Uint32Array {
  const order = Uint32Array.from(present);
  if (order.length <= MAX_ROWS) return order;
  generator(seed, "rows of marginals").shuffle(order, MAX_ROWS);
  return order.subarray(0, MAX_ROWS);
}
