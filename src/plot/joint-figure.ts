/** @file Two columns together: contours or hexagons of joint samples, the data as dots, both marginals at the sides. */
import * as Plot from "@observablehq/plot";
import { axisLabel, checkNumbers, type PlottedColumn, xAxis, yAxis } from "./axis.ts";
import { mixed } from "./colours.ts";
import type { FigureOptions } from "./density-figure.ts";
import { type Figure, figureOf, type KeyEntry } from "./figure.ts";
import { histogram, outline, valueRange } from "./histogram.ts";
import type { JointStyle } from "./joint-style.ts";
import { type Panel, panel } from "./panel.ts";
import { answerColour, type Theme, themeOf } from "./theme.ts";

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
const MOST_DOTS = 3000;
/** Between the plane and its sides, as {@link figureOf} leaves it. */
const GAP = 8;
const [LEFT, RIGHT, TOP, BOTTOM] = [60, 8, 8, 40];

/** @throws InputError for dates and categories. */
export function jointFigure(shown: JointFigureData, options: JointFigureOptions = {}): Figure {
  const { theme: name, style = "contours" } = options;
  const size = options.height ?? (options.width ? options.width - SIDE - GAP : SIZE);
  const theme = themeOf(name);
  const { columns, samples, data, reverse = {} } = shown;
  checkNumbers(columns);
  const both = data ? [samples, data] : [samples];
  const ranges = [
    valueRange(
      both.map(({ x }) => x),
      TAIL,
    ),
    valueRange(
      both.map(({ y }) => y),
      TAIL,
    ),
  ] as const;
  const [x, y] = ranges;
  const shownX: [number, number] = reverse.x ? [x[1], x[0]] : x;
  const shownY: [number, number] = reverse.y ? [y[1], y[0]] : y;
  const main = panel(
    theme,
    { width: size, height: size },
    {
      marginLeft: LEFT,
      marginRight: RIGHT,
      marginTop: TOP,
      marginBottom: BOTTOM,
      x: { ...xAxis(columns[0], shownX, size), grid: true },
      y: { ...yAxis(axisLabel(columns[1]), shownY, size), grid: true },
      color: {
        range: [mixed(theme.background, answerColour(theme, 0), 0.15), answerColour(theme, 0)],
        type: "sqrt",
      },
      marks: jointMarks(theme, shown, { style, ranges, size }),
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
    [topPanel(theme, size, shown, x, shownX)],
    [main, sidePanel(theme, size, shown, y, shownY)],
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
  const dots = data ? thinned(pairsOf(data).filter(inside), MOST_DOTS) : [];
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
      // Of a piece with the picture's size: else small ones run together.
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
  for (let i = 0; i < x.length; i++) if (!Number.isNaN(x[i]! + y[i]!)) pairs.push([x[i]!, y[i]!]);
  return pairs;
}

function thinned<T>(rows: readonly T[], most: number): T[] {
  const step = Math.max(1, Math.ceil(rows.length / most));
  return rows.filter((_, i) => i % step === 0);
}

function topPanel(
  theme: Theme,
  size: number,
  { columns, samples, data }: JointFigureData,
  range: [number, number],
  shown: [number, number],
): Panel {
  const model = histogram(samples.x, range, BINS);
  const observed = data ? histogram(data.x, range, BINS) : [];
  return panel(
    theme,
    { width: size, height: SIDE },
    {
      marginLeft: LEFT,
      marginRight: RIGHT,
      marginTop: 2,
      marginBottom: 0,
      x: { ...xAxis(columns[0], shown, size), axis: null },
      y: { axis: null },
      marks: [
        Plot.areaY(outline(observed), { x: "x", y1: 0, y2: "density", fill: theme.data }),
        Plot.line(outline(model), { x: "x", y: "density", stroke: answerColour(theme, 0), strokeWidth: 1.6 }),
      ],
    },
  );
}

function sidePanel(
  theme: Theme,
  size: number,
  { columns, samples, data }: JointFigureData,
  range: [number, number],
  shown: [number, number],
): Panel {
  const model = histogram(samples.y, range, BINS);
  const observed = data ? histogram(data.y, range, BINS) : [];
  return panel(
    theme,
    { width: SIDE, height: size },
    {
      marginLeft: 0,
      marginRight: 2,
      marginTop: TOP,
      marginBottom: BOTTOM,
      y: { ...yAxis(axisLabel(columns[1]), shown, size), axis: null },
      x: { axis: null },
      marks: [
        Plot.areaX(outline(observed), { y: "x", x1: 0, x2: "density", fill: theme.data }),
        Plot.line(outline(model), { y: "x", x: "density", stroke: answerColour(theme, 0), strokeWidth: 1.6 }),
      ],
    },
  );
}
