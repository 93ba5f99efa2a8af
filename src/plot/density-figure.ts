/** @file A picture of distributions of one column: several questions overlaid, the data behind. */

import { InputError } from "../base/errors.ts";
import type { CategoryDistribution, Distribution, NumberDistribution } from "../distribution/distribution.ts";
import type { PlottedColumn } from "./axis.ts";
import { categoryPanel } from "./category-panel.ts";
import { checkShape } from "./checked-plots.ts";
import { refuseNumbersOnly } from "./column-axis.ts";
import { densityPanel, intervalPanel, type NumberDensities, valuesOutside } from "./density-panel.ts";
import { discretePanel, discreteValues } from "./discrete-panel.ts";
import { type Figure, figureOf, type KeyEntry } from "./figure.ts";
import { truthLabel } from "./pair-words.ts";
import { answerColour, type Theme, type ThemeName, themeOf } from "./theme.ts";

export interface FigureOptions {
  /** Default "light". */
  readonly theme?: ThemeName;
  /** Of the whole, in pixels of 1/96 inch; default 560, which is read well at the width of a column. */
  readonly width?: number;
  /** Of the main panel. */
  readonly height?: number;
  readonly title?: string;
  readonly subtitle?: string;
}

export interface DensityFigureData {
  readonly column: PlottedColumn;
  /** The answers, with what the key calls them. */
  readonly answers: readonly {
    readonly label: string;
    readonly distribution: Distribution;
    /** The true value, where it is known: marked by a dashed line. */
    readonly truth?: number;
  }[];
  /** Observed values (of a category column: indices in its list), and what the key calls them. */
  readonly data?: { readonly label: string; readonly values: ArrayLike<number> };
  /** From where to where, of a number. */
  readonly range?: readonly [number, number];
}

export const FIGURE_WIDTH = 560;
const PANEL_HEIGHT = 280;

/**
 * Densities of one column. Above the curves lie the densest 68 % (thick) and 90 % (thin) of each, with its median;
 * a point mass is a stem with its share. A column of categories, of few values or of whole numbers in a short range gets bars.
 * @throws InputError for no answers, or for numbers and categories in one picture.
 * @example
 * const model = await load("survey");
 * const [giant, dwarf] = await Promise.all(
 *   [4700, 5800].map((teff) => model.density({ of: "logg", given: { teff } })),
 * );
 * const figure = densityFigure({
 *   column: plottedOf(model, "logg"),
 *   answers: [
 *     { label: "4700 K", distribution: giant },
 *     { label: "5800 K", distribution: dwarf },
 *   ],
 * });
 * await writeFigure(figure, "logg.svg");
 */
export function densityFigure(shown: DensityFigureData, options: FigureOptions = {}): Figure {
  checkShape("densities to be drawn", shown);
  checkShape("options", options);
  const { theme: name, width = FIGURE_WIDTH, height = PANEL_HEIGHT, subtitle } = options;
  const theme = themeOf(name);
  if (shown.answers.length === 0) throw new InputError("A picture of densities needs at least one answer.");
  const numbers = numbersOf(shown);
  const headingOf = (...words: readonly (string | undefined)[]) => {
    const said = [subtitle, ...words].filter(Boolean).join("; ");
    return {
      title: options.title ?? shown.column.name,
      ...(said && { subtitle: said }),
      key: keyOf(theme, shown),
    };
  };
  if (!numbers) {
    refuseNumbersOnly(shown.column, "names");
    return figureOf(theme, headingOf(), [[categoryPanel(theme, { width, height }, categoriesOf(shown))]]);
  }
  const values = discreteValues(numbers);
  if (values)
    return figureOf(theme, headingOf(), [[discretePanel(theme, { width, height }, numbers, values)]]);
  return figureOf(theme, headingOf(intervalWords, outsideWords(numbers)), [
    [intervalPanel(theme, width, numbers)],
    [densityPanel(theme, { width, height }, numbers)],
  ]);
}

const intervalWords = "above: median, and the densest 68 % (thick) and 90 % (thin)";

/** "3 rows lie outside the axis"; undefined where none do. */
function outsideWords(numbers: NumberDensities): string | undefined {
  const outside = valuesOutside(numbers);
  return outside === 0 ? undefined : `${outside} ${outside === 1 ? "row lies" : "rows lie"} outside the axis`;
}

function numbersOf({
  column,
  answers,
  data,
  range,
}: DensityFigureData): NumberDensities<NumberDistribution> | undefined {
  const numbers = answers.flatMap(({ distribution }) => (isNumber(distribution) ? [distribution] : []));
  if (numbers.length === 0) return undefined;
  if (numbers.length < answers.length)
    throw new InputError("Numbers and categories can't be drawn in one picture of densities.");
  const truths = answers.map(({ truth = Number.NaN }) => truth);
  return { column, answers: numbers, truths, ...(data && { data: data.values }), ...(range && { range }) };
}

const isNumber = (distribution: Distribution): distribution is NumberDistribution =>
  distribution.kind === "number";

function categoriesOf({ column, answers, data }: DensityFigureData) {
  const categories = answers.map(({ distribution }) => distribution as CategoryDistribution);
  return { column, answers: categories, ...(data && { data: data.values }) };
}

function keyOf(theme: Theme, { column, answers, data }: DensityFigureData): KeyEntry[] {
  const told = ({ label, truth = Number.NaN }: DensityFigureData["answers"][number]) => {
    const known = truthLabel([column], [truth]);
    return known === "" ? label : `${label} (${known})`;
  };
  const entries = answers.map(
    (answer, i): KeyEntry => ({ label: told(answer), colour: answerColour(theme, i), mark: "line" }),
  );
  if (data) entries.push({ label: data.label, colour: theme.data, mark: "area" });
  return entries;
}
