/** @file Several columns together: every pair, each column's histogram with its median on the diagonal. */

import * as Plot from "@observablehq/plot";
import { InputError } from "../base/errors.ts";
import { kindOf } from "../columns/kinds.ts";
import { quantileOfSorted } from "../numeric/statistics.ts";
import type { PlottedColumn } from "./axis.ts";
import { checkCorner } from "./checked-plots.ts";
import {
  acrossScale,
  axisOf,
  type ColumnAxis,
  isShown,
  placed,
  roomBelow,
  roomLeft,
  upScale,
} from "./column-axis.ts";
import type { FigureOptions } from "./density-figure.ts";
import { noteMark } from "./density-panel.ts";
import { type Figure, figureOf, type KeyEntry } from "./figure.ts";
import { sideBars, sideOutline } from "./joint-figure.ts";
import { axesAround, DEFAULT_MASSES, type PairDrawing, pairDrawing } from "./pair-marks.ts";
import { pairWords, truthLabel } from "./pair-words.ts";
import { type Panel, panel } from "./panel.ts";
import { answerColour, FONT_SIZE, type Theme, textWidth, themeOf } from "./theme.ts";

/** A column with the model's joint samples and, where there are any, observed values. */
export interface CornerColumn extends PlottedColumn {
  readonly samples: ArrayLike<number>;
  readonly data?: ArrayLike<number>;
  /** A true value to be marked. */
  readonly truth?: number | undefined;
}

export interface CornerFigureOptions extends FigureOptions {
  readonly dataLabel?: string;
  /** The shares of the samples that the contours hold; default 0.39, 0.68 and 0.95. */
  readonly masses?: readonly number[];
}

const CELL = 150;
/** Room for half a tick's label. */
const EDGE = 18;
/** Above a frame: room for the median of the diagonal. */
const [TOP, NOTE] = [4, 20];
const BINS = 40;
const MIN_CELL = 50;

/**
 * Pairs as in a joint figure: contours, densities for each level, or tables. Above the diagonal stand the median with the
 * distances to the quantiles of 16 and 84 %, or of names the most frequent one; true values are lines through all frames.
 * @param columns at least two; samples (and data) of all belong together row by row.
 * @throws InputError for fewer, and for a width that has no room for them.
 * @example
 * const wave = (frequency: number) => Float64Array.from({ length: 500 }, (_, i) => Math.sin(frequency * i));
 * const figure = cornerFigure([
 *   { name: "a", unit: "m", samples: wave(1), truth: 0.5 },
 *   { name: "b", unit: "s", samples: wave(1.3) },
 *   { name: "c", samples: wave(1.7) },
 * ]);
 * await writeFigure(figure, "corner.svg");
 */
export function cornerFigure(columns: readonly CornerColumn[], options: CornerFigureOptions = {}): Figure {
  checkCorner(columns, options);
  if (columns.length < 2) throw new InputError("A corner plot needs at least two columns.");
  const theme = themeOf(options.theme);
  const { masses = DEFAULT_MASSES } = options;
  const pairs = columns.flatMap(({ samples: y }, row) =>
    columns
      .slice(0, row)
      .map(({ samples: x }, column) => ({ of: [column, row] as const, samples: { x, y } })),
  );
  const plain = columns.map((column) =>
    axisOf(column, column.data ? [column.samples, column.data] : [column.samples]),
  );
  const axes = axesAround(plain, pairs, masses);
  const left = Math.max(...axes.slice(1).map(roomLeft));
  const cell = options.width ? Math.floor((options.width - left) / columns.length) - 14 - EDGE : CELL;
  if (cell < MIN_CELL) {
    const minWidth = columns.length * (MIN_CELL + 14 + EDGE) + left;
    throw new InputError(`${columns.length} columns need a picture of at least ${minWidth} pixels.`);
  }
  const layout = {
    theme,
    cell,
    left,
    bottom: Math.max(...axes.map((axis) => roomBelow(axis, cell))),
    masses,
  };
  const drawings: PairDrawing[] = [];
  const rows = columns.map((_, row) =>
    columns.slice(0, row + 1).map((__, column) => {
      if (row === column) return diagonalPanel(layout, axes, columns, row);
      const [across, up] = [columns[column], columns[row]];
      const drawing = pairDrawing(
        theme,
        {
          axes: [axes[column], axes[row]],
          samples: { x: across.samples, y: up.samples },
          data: across.data && up.data && { x: across.data, y: up.data },
          truth: [across.truth ?? Number.NaN, up.truth ?? Number.NaN],
        },
        { style: "contours", masses, size: cell },
      );
      drawings.push(drawing);
      return pairPanel(layout, axes, drawing, row, column);
    }),
  );
  const words = pairWords(drawings, masses);
  const heading = {
    title: options.title ?? columns.map(({ name }) => name).join(", "),
    subtitle: options.subtitle === undefined ? words : `${options.subtitle}; ${words}`,
    key: keyOf(theme, columns, options.dataLabel),
  };
  return figureOf(theme, heading, rows);
}

function keyOf(theme: Theme, columns: readonly CornerColumn[], dataLabel = "data"): KeyEntry[] {
  const key: KeyEntry[] = [{ label: "model", colour: answerColour(theme, 0), mark: "line" }];
  if (columns.every(({ data }) => data)) key.push({ label: dataLabel, colour: theme.data, mark: "dot" });
  const label = truthLabel(
    columns,
    columns.map(({ truth = Number.NaN }) => truth),
  );
  if (label !== "") key.push({ label, colour: answerColour(theme, 1), mark: "line" });
  return key;
}

interface Layout {
  readonly theme: Theme;
  readonly cell: number;
  readonly left: number;
  readonly bottom: number;
  readonly masses: readonly number[];
}

/** Axes only at the outer edges, where there is room for them. */
function frameOf({ cell, left, bottom }: Layout, count: number, row: number, column: number) {
  const [isLeft, isBottom] = [column === 0, row === count - 1];
  const marginTop = row === 0 ? NOTE : TOP + NOTE - 4;
  const [marginLeft, marginBottom] = [isLeft ? left : 6, isBottom ? bottom : 2];
  const size = { width: cell - 6 + marginLeft + EDGE, height: cell + marginTop + marginBottom };
  return { size, margins: { marginLeft, marginRight: EDGE, marginTop, marginBottom }, isLeft, isBottom };
}

function pairPanel(
  layout: Layout,
  axes: readonly ColumnAxis[],
  { marks }: PairDrawing,
  row: number,
  column: number,
): Panel {
  const { theme, cell } = layout;
  const { size, margins, isLeft, isBottom } = frameOf(layout, axes.length, row, column);
  return panel(theme, size, {
    ...margins,
    x: { ...acrossScale(axes[column], cell, 3), ...(!isBottom && { axis: null }) },
    y: { ...upScale(axes[row], cell, 3), ...(!isLeft && { axis: null }) },
    marks: [Plot.frame({ stroke: theme.grid }), ...marks],
  });
}

function diagonalPanel(
  layout: Layout,
  axes: readonly ColumnAxis[],
  columns: readonly CornerColumn[],
  at: number,
): Panel {
  const { theme, cell } = layout;
  const { size, margins, isBottom } = frameOf(layout, axes.length, at, at);
  const [axis, { samples, data, truth }] = [axes[at], columns[at]];
  const x = ({ x: place }: { x: number }) => placed(axis)(place);
  const stroke = answerColour(theme, 0);
  const model = sideOutline(axis, sideBars(axis, samples, BINS));
  const observed = data ? sideOutline(axis, sideBars(axis, data, BINS)) : [];
  const { text, median } = middleOf(columns[at]);
  const rule = (value: number | undefined, look: Plot.RuleXOptions) => {
    const place = value === undefined ? Number.NaN : axis.place(value);
    return isShown(axis, place) ? [Plot.ruleX([placed(axis)(place)], look)] : [];
  };
  return panel(theme, size, {
    ...margins,
    x: { ...acrossScale(axis, cell, 3), ...(!isBottom && { axis: null }) },
    y: { axis: null },
    marks: [
      Plot.areaY(observed, { x, y1: 0, y2: "density", fill: theme.data }),
      Plot.line(model, { x, y: "density", stroke, strokeWidth: 1.6 }),
      Plot.ruleY([0], { stroke: theme.faint }),
      ...rule(median, { stroke, strokeDasharray: "4,3" }),
      ...rule(truth, { stroke: answerColour(theme, 1), strokeWidth: 1.2 }),
      noteMark(theme, shortened(text, cell + (at === 0 ? layout.left : EDGE) - 8)),
    ],
  });
}

/** With no more letters than there is room for, before its last word. */
function shortened(text: string, room: number): string {
  const surplus = Math.ceil((textWidth(text, FONT_SIZE) - room) / textWidth("n", FONT_SIZE));
  if (surplus <= 0) return text;
  const last = text.lastIndexOf(" ", text.length - 3);
  return `${text.slice(0, Math.max(1, last - surplus - 1))}…${text.slice(last)}`;
}

/** "4710 +120 −90"; of names the most frequent. The median, where there is one to be marked. */
function middleOf({ samples, kind = "number", categories, unit }: CornerColumn): {
  text: string;
  median?: number;
} {
  const sorted = Float64Array.from(samples)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (categories) {
    const counts = categories.map((_, level) => sorted.filter((value) => value === level).length);
    const most = counts.indexOf(Math.max(...counts));
    return { text: `${categories[most]} ${Math.round((100 * counts[most]) / sorted.length)} %` };
  }
  const [low, median, high] = [0.16, 0.5, 0.84].map((share) => quantileOfSorted(sorted, share));
  const { write, isText } = kindOf({ kind });
  if (isText) return { text: write(median, {}, high - low), median };
  const spread = Math.max(Math.min(high - median, median - low), 1e-12 * Math.abs(median)) || 1;
  const digits = Math.max(0, 1 - Math.floor(Math.log10(spread)));
  const short = (value: number) => String(Number(digits > 12 ? value.toPrecision(4) : value.toFixed(digits)));
  const distances = `+${short(high - median)} −${short(median - low)}`;
  return { text: `${short(median)} ${distances}${unit ? ` ${unit}` : ""}`.replace("-", "−"), median };
}
