/** @file Several columns together: every pair as contours, each column's histogram on the diagonal. */

import * as Plot from "@observablehq/plot";
import { InputError } from "../base/errors.ts";
import { axisLabel, checkNumbers, type PlottedColumn, xAxis, yAxis } from "./axis.ts";
import { checkCorner } from "./checked-plots.ts";
import type { FigureOptions } from "./density-figure.ts";
import { type Figure, figureOf, type KeyEntry } from "./figure.ts";
import { histogram, outline, valueRange } from "./histogram.ts";
import { jointMarks } from "./joint-figure.ts";
import { type Panel, panel } from "./panel.ts";
import { answerColour, type Theme, themeOf } from "./theme.ts";

/** A column with the model's joint samples and, where there are any, observed values. */
export interface CornerColumn extends PlottedColumn {
  readonly samples: ArrayLike<number>;
  readonly data?: ArrayLike<number>;
}

const CELL = 150;
const [LEFT, BOTTOM] = [60, 40];
/** Room for half a tick's label. */
const EDGE = 12;
const BINS = 40;
const MIN_CELL = 50;
const TAIL = 0.003;

/**
 * @param columns at least two; samples (and data) of all belong together row by row.
 * @throws InputError for fewer, for dates and categories, and for a width that has no room for them.
 * @example
 * const wave = (frequency: number) => Float64Array.from({ length: 500 }, (_, i) => Math.sin(frequency * i));
 * const figure = cornerFigure([
 *   { name: "a", unit: "m", samples: wave(1) },
 *   { name: "b", unit: "s", samples: wave(1.3) },
 *   { name: "c", samples: wave(1.7) },
 * ]);
 * await writeFigure(figure, "corner.svg");
 */
export function cornerFigure(
  columns: readonly CornerColumn[],
  options: FigureOptions & { readonly dataLabel?: string } = {},
): Figure {
  checkCorner(columns, options);
  if (columns.length < 2) throw new InputError("A corner plot needs at least two columns.");
  checkNumbers(columns);
  const theme = themeOf(options.theme);
  const cell = options.width ? Math.floor((options.width - LEFT) / columns.length) - 14 - EDGE : CELL;
  if (cell < MIN_CELL) {
    const minWidth = columns.length * (MIN_CELL + 14 + EDGE) + LEFT;
    throw new InputError(`${columns.length} columns need a picture of at least ${minWidth} pixels.`);
  }
  const ranges = columns.map(({ samples, data }) => valueRange(data ? [samples, data] : [samples], TAIL));
  const rows = columns.map((_, row) =>
    columns.slice(0, row + 1).map((__, column) => cellPanel(theme, cell, columns, ranges, row, column)),
  );
  const key: KeyEntry[] = [{ label: "model", colour: answerColour(theme, 0), mark: "line" }];
  if (columns.every(({ data }) => data))
    key.push({ label: options.dataLabel ?? "data", colour: theme.data, mark: "dot" });
  const heading = {
    title: options.title ?? columns.map(({ name }) => name).join(", "),
    ...(options.subtitle !== undefined && { subtitle: options.subtitle }),
    key,
  };
  return figureOf(theme, heading, rows);
}

/** Axes only at the outer edges, where there is room for them. */
function cellPanel(
  theme: Theme,
  cell: number,
  columns: readonly CornerColumn[],
  ranges: readonly [number, number][],
  row: number,
  column: number,
): Panel {
  const [isLeft, isBottom] = [column === 0, row === columns.length - 1];
  const size = { width: cell + (isLeft ? LEFT : 6) + EDGE, height: cell + (isBottom ? BOTTOM : 6) };
  const margins = {
    marginLeft: isLeft ? LEFT : 6,
    marginRight: EDGE,
    marginTop: 4,
    marginBottom: isBottom ? BOTTOM : 2,
  };
  const [across, up] = [columns[column], columns[row]];
  const x = { ...xAxis(across, ranges[column], cell), ticks: 3, ...(!isBottom && { axis: null }) };
  if (row === column)
    return panel(theme, size, {
      ...margins,
      x,
      y: { axis: null },
      marks: diagonalMarks(theme, across, ranges[column]),
    });
  const y = {
    ...yAxis(axisLabel(up), ranges[row], cell),
    ticks: 3,
    labelOffset: 54,
    ...(!isLeft && { axis: null }),
  };
  const data = across.data && up.data && { x: across.data, y: up.data, label: "" };
  const samples = { x: across.samples, y: up.samples };
  const marks = jointMarks(
    theme,
    { samples, ...(data && { data }) },
    { style: "contours", ranges: [ranges[column], ranges[row]], size: cell },
  );
  return panel(theme, size, { ...margins, x, y, marks: [Plot.frame({ stroke: theme.grid }), ...marks] });
}

function diagonalMarks(theme: Theme, { samples, data }: CornerColumn, range: [number, number]) {
  const model = outline(histogram(samples, range, BINS));
  const observed = data ? outline(histogram(data, range, BINS)) : [];
  return [
    Plot.areaY(observed, { x: "x", y1: 0, y2: "density", fill: theme.data }),
    Plot.line(model, { x: "x", y: "density", stroke: answerColour(theme, 0), strokeWidth: 1.6 }),
    Plot.ruleY([0], { stroke: theme.faint }),
  ];
}
