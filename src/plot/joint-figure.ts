/** @file Two columns together: contours or hexagons of joint samples, the data as dots, both marginals at the sides. */

import * as Plot from "@observablehq/plot";
import { axisLabel, checkNumbers, type PlottedColumn, xAxis, yAxis } from "./axis.ts";
import { checkShape } from "./checked-plots.ts";
import type { FigureOptions } from "./density-figure.ts";
import { type Figure, figureOf, type KeyEntry } from "./figure.ts";
import { histogram, outline, valueRange } from "./histogram.ts";
import { type Panel, panel } from "./panel.ts";
import { answerColour, type JointStyle, mixed, type Theme, themeOf } from "./theme.ts";

/** Values of two columns, row by row; rows where one is missing (NaN) are left out. */
export interface Pairs {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface JointFigureData {
  readonly columns: readonly [x: PlottedColumn, y: PlottedColumn];
  /** Joint samples of the model. */
  readonly samples: Pairs;
  readonly data?: Pairs & { readonly label: string };
  /** Axes that run from high to low, as magnitudes and the Kiel diagram's do. */
  readonly reverse?: { readonly x?: boolean; readonly y?: boolean };
}

export interface JointFigureOptions extends FigureOptions {
  readonly style?: JointStyle;
}

const SIZE = 400;
const SIDE = 70;
const BINS = 60;
const TAIL = 0.003;
const MAX_DOTS = 3000;
/** Between the plane and its sides, as {@link figureOf} leaves it. */
const GAP = 8;
const [LEFT, RIGHT, TOP, BOTTOM] = [60, 8, 8, 40];

/**
 * @throws InputError for dates and categories.
 * @example
 * const x = Float64Array.from({ length: 500 }, (_, i) => Math.sin(i));
 * const y = Float64Array.from(x, (each, i) => each + 0.3 * Math.cos(1.7 * i));
 * const columns = [{ name: "width", unit: "m" }, { name: "height", unit: "m" }] as const;
 * await writeFigure(jointFigure({ columns, samples: { x, y } }, { style: "hexbins" }), "joint.svg");
 */
export function jointFigure(shown: JointFigureData, options: JointFigureOptions = {}): Figure {
  checkShape("joint samples", shown);
  checkShape("joint options", options);
  const { theme: name, style = "contours" } = options;
  const size = options.height ?? (options.width ? options.width - SIDE - GAP : SIZE);
  const theme = themeOf(name);
  const { columns, samples, data, reverse = {} } = shown;
  checkNumbers(columns);
  const x = sideOf(samples.x, data?.x, reverse.x);
  const y = sideOf(samples.y, data?.y, reverse.y);
  const main = panel(
    theme,
    { width: size, height: size },
    {
      marginLeft: LEFT,
      marginRight: RIGHT,
      marginTop: TOP,
      marginBottom: BOTTOM,
      x: { ...xAxis(columns[0], x.shown, size), grid: true },
      y: { ...yAxis(axisLabel(columns[1]), y.shown, size), grid: true },
      color: {
        range: [mixed(theme.background, answerColour(theme, 0), 0.15), answerColour(theme, 0)],
        type: "sqrt",
      },
      marks: jointMarks(theme, shown, { style, ranges: [x.range, y.range], size }),
    },
  );
  const key: KeyEntry[] = [
    { label: "model", colour: answerColour(theme, 0), mark: style === "contours" ? "line" : "area" },
  ];
  if (data) key.push({ label: data.label, colour: theme.data, mark: "dot" });
  const heading = {
    title: options.title ?? `${columns[0].name} and ${columns[1].name}`,
    ...(options.subtitle !== undefined && { subtitle: options.subtitle }),
    key,
  };
  return figureOf(theme, heading, [
    [topPanel(theme, size, columns[0], x)],
    [main, sidePanel(theme, size, columns[1], y)],
  ]);
}

interface JointMarksOptions {
  readonly style: JointStyle;
  readonly ranges: readonly [x: readonly [number, number], y: readonly [number, number]];
  /** Of the panel, in pixels. */
  readonly size: number;
}

/** Dots of the data below, the model above (contours) or around them (hexagons). */
export function jointMarks(
  theme: Theme,
  { samples, data }: Pick<JointFigureData, "samples" | "data">,
  { style, ranges: [x, y], size }: JointMarksOptions,
) {
  const inside = ([a, b]: readonly [number, number]) => a >= x[0] && a <= x[1] && b >= y[0] && b <= y[1];
  const pairs = pairsOf(samples).filter(inside);
  const dots = data ? thinned(pairsOf(data).filter(inside), MAX_DOTS) : [];
  const at = { x: ([a]: readonly [number, number]) => a, y: ([, b]: readonly [number, number]) => b };
  const observed = Plot.dot(dots, {
    ...at,
    r: 1.3,
    fill: style === "hexbins" ? theme.text : theme.data,
    fillOpacity: style === "hexbins" ? 0.35 : 1,
  });
  if (style === "hexbins") {
    return [
      Plot.hexagon(pairs, Plot.hexbin({ fill: "count" }, { ...at, binWidth: 9, stroke: "none" })),
      observed,
    ];
  }
  const stroke = answerColour(theme, 0);
  return [
    observed,
    Plot.density(pairs, {
      ...at,
      // In proportion to the picture's size: otherwise small ones run together.
      bandwidth: size / 60,
      thresholds: 20,
      stroke,
      strokeWidth: 0.8,
      fill: stroke,
      fillOpacity: 0.045,
      clip: true,
    }),
  ];
}

function pairsOf({ x, y }: Pairs): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0; i < x.length; i++) if (!Number.isNaN(x[i] + y[i])) pairs.push([x[i], y[i]]);
  return pairs;
}

function thinned<T>(rows: readonly T[], max: number): T[] {
  const step = Math.max(1, Math.ceil(rows.length / max));
  return rows.filter((_, i) => i % step === 0);
}

/** Of one column: where it runs, which way round it is shown, and outlines of the model's and the data's histograms. */
function sideOf(
  model: ArrayLike<number>,
  data: ArrayLike<number> | undefined,
  isReversed: boolean | undefined,
) {
  const range = valueRange(data ? [model, data] : [model], TAIL);
  const shown: [number, number] = isReversed ? [range[1], range[0]] : range;
  const outlined = (values: ArrayLike<number>) => outline(histogram(values, range, BINS));
  return { range, shown, model: outlined(model), observed: data ? outlined(data) : [] };
}

type Side = ReturnType<typeof sideOf>;

function topPanel(
  theme: Theme,
  size: number,
  column: PlottedColumn,
  { shown, model, observed }: Side,
): Panel {
  const margins = { marginLeft: LEFT, marginRight: RIGHT, marginTop: 2, marginBottom: 0 };
  return panel(
    theme,
    { width: size, height: SIDE },
    {
      ...margins,
      x: { ...xAxis(column, shown, size), axis: null },
      y: { axis: null },
      marks: [
        Plot.areaY(observed, { x: "x", y1: 0, y2: "density", fill: theme.data }),
        Plot.line(model, { x: "x", y: "density", stroke: answerColour(theme, 0), strokeWidth: 1.6 }),
      ],
    },
  );
}

function sidePanel(
  theme: Theme,
  size: number,
  column: PlottedColumn,
  { shown, model, observed }: Side,
): Panel {
  const margins = { marginLeft: 0, marginRight: 2, marginTop: TOP, marginBottom: BOTTOM };
  return panel(
    theme,
    { width: SIDE, height: size },
    {
      ...margins,
      x: { axis: null },
      y: { ...yAxis(axisLabel(column), shown, size), axis: null },
      marks: [
        Plot.areaX(observed, { y: "x", x1: 0, x2: "density", fill: theme.data }),
        Plot.line(model, { y: "x", x: "density", stroke: answerColour(theme, 0), strokeWidth: 1.6 }),
      ],
    },
  );
}
