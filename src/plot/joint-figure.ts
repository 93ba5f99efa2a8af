/** @file Two columns together: contours, hexagons, densities or a table of joint samples, the data, both marginals at the sides. */

import * as Plot from "@observablehq/plot";
import type { PlottedColumn } from "./axis.ts";
import { checkShape } from "./checked-plots.ts";
import {
  acrossScale,
  axisOf,
  type ColumnAxis,
  placed,
  placesOf,
  roomBelow,
  roomLeft,
  upScale,
} from "./column-axis.ts";
import type { FigureOptions } from "./density-figure.ts";
import { type Figure, figureOf, type KeyEntry } from "./figure.ts";
import { type Bar, histogram, outline } from "./histogram.ts";
import { axesAround, DEFAULT_MASSES, type Pairs, pairDrawing } from "./pair-marks.ts";
import { pairWords, truthLabel } from "./pair-words.ts";
import { type Panel, panel } from "./panel.ts";
import { answerColour, type JointStyle, mixed, type Theme, themeOf } from "./theme.ts";

export interface JointFigureData {
  readonly columns: readonly [x: PlottedColumn, y: PlottedColumn];
  /** Joint samples of the model. */
  readonly samples: Pairs;
  readonly data?: Pairs & { readonly label: string };
  /** True values to be marked, NaN where one is not known. */
  readonly truth?: readonly [x: number, y: number];
  /** Axes that run from high to low, as magnitudes and the Kiel diagram's do. */
  readonly reverse?: { readonly x?: boolean; readonly y?: boolean };
}

export interface JointFigureOptions extends FigureOptions {
  readonly style?: JointStyle;
  /** The shares of the samples that the contours hold; default 0.39, 0.68 and 0.95. */
  readonly masses?: readonly number[];
}

const SIZE = 400;
const SIDE = 70;
const BINS = 60;
/** Between the plane and its sides, as {@link figureOf} leaves it. */
const GAP = 8;
const [RIGHT, TOP] = [8, 8];

/**
 * Two numbers: contours that hold the stated shares of the samples, or hexagons, and the data as dots. A number and a column of
 * categories or few values: a density for each level, as wide as it is probable. Two such columns: a table of shares.
 * The line below the title says what the contours hold, and how many samples and rows are drawn or lie outside.
 * @throws InputError where a logarithm or a range is asked for of what has none.
 * @example
 * const x = Float64Array.from({ length: 500 }, (_, i) => Math.sin(i));
 * const y = Float64Array.from(x, (each, i) => each + 0.3 * Math.cos(1.7 * i));
 * const columns = [{ name: "width", unit: "m" }, { name: "height", unit: "m" }] as const;
 * await writeFigure(jointFigure({ columns, samples: { x, y } }, { style: "hexbins" }), "joint.svg");
 */
export function jointFigure(shown: JointFigureData, options: JointFigureOptions = {}): Figure {
  checkShape("joint samples", shown);
  checkShape("joint options", options);
  const { theme: name, style = "contours", masses = DEFAULT_MASSES } = options;
  const theme = themeOf(name);
  const { columns, samples, data, reverse = {}, truth } = shown;
  const plain = [
    axisOf(columns[0], data ? [samples.x, data.x] : [samples.x]),
    axisOf(columns[1], data ? [samples.y, data.y] : [samples.y]),
  ];
  const hasContours = style === "contours";
  const [acrossAxis, upAxis] = hasContours ? axesAround(plain, [{ of: [0, 1], samples }], masses) : plain;
  const axes = [acrossAxis, upAxis] as const;
  const size = options.height ?? (options.width ? options.width - SIDE - GAP : SIZE);
  const [left, bottom] = [roomLeft(axes[1]), roomBelow(axes[0], size - roomLeft(axes[1]))];
  const frame = { width: size - left - RIGHT, height: size - TOP - 40 };
  const margins = { marginLeft: left, marginRight: RIGHT, marginTop: TOP, marginBottom: bottom };
  const drawing = pairDrawing(theme, { axes, samples, data, truth }, { style, masses, size: frame.width });
  const scales = {
    x: turned(acrossScale(axes[0], frame.width), reverse.x),
    y: turned(upScale(axes[1], frame.height), reverse.y),
  };
  const height = TOP + frame.height + bottom;
  const main = panel(
    theme,
    { width: size, height },
    {
      ...margins,
      x: { ...scales.x, grid: !axes[0].levels },
      y: { ...scales.y, grid: !axes[1].levels },
      color: {
        range: [mixed(theme.background, answerColour(theme, 0), 0.15), answerColour(theme, 0)],
        type: "sqrt",
      },
      marks: drawing.marks,
    },
  );
  const words = pairWords([drawing], masses);
  const heading = {
    title: options.title ?? `${columns[0].name} and ${columns[1].name}`,
    subtitle: options.subtitle === undefined ? words : `${options.subtitle}; ${words}`,
    key: keyOf(theme, shown, drawing.kind),
  };
  const marginals = (
    axis: ColumnAxis,
    values: ArrayLike<number>,
    observed: ArrayLike<number> | undefined,
  ) => ({
    axis,
    model: sideBars(axis, values),
    data: observed ? sideBars(axis, observed) : [],
  });
  const [top, side] = [marginals(axes[0], samples.x, data?.x), marginals(axes[1], samples.y, data?.y)];
  return figureOf(theme, heading, [
    [
      topPanel(
        theme,
        { width: size, height: SIDE },
        { ...margins, marginTop: 2, marginBottom: 0 },
        top,
        scales.x,
      ),
    ],
    [
      main,
      sidePanel(
        theme,
        { width: SIDE, height },
        { ...margins, marginLeft: 0, marginRight: 2 },
        side,
        scales.y,
      ),
    ],
  ]);
}

function keyOf(theme: Theme, { data, truth, columns }: JointFigureData, kind: string): KeyEntry[] {
  const isDots = kind === "contours" || kind === "hexbins";
  const key: KeyEntry[] = [
    {
      label: "model",
      colour: answerColour(theme, 0),
      mark: kind === "contours" || kind === "densities" ? "line" : "area",
    },
  ];
  if (data) key.push({ label: data.label, colour: theme.data, mark: isDots ? "dot" : "area" });
  const label = truth && truthLabel(columns, truth);
  if (label) key.push({ label, colour: answerColour(theme, 1), mark: "line" });
  return key;
}

/** The scale with its ends exchanged, where it runs from high to low. */
function turned(scale: Plot.ScaleOptions, isReversed = false): Plot.ScaleOptions {
  const domain = [...(scale.domain as readonly (number | Date)[])];
  return isReversed ? { ...scale, domain: domain.reverse() } : scale;
}

/** Shares of the levels; of numbers densities. */
export function sideBars(axis: ColumnAxis, values: ArrayLike<number>, bins = BINS): Bar[] {
  const places = placesOf(axis, values);
  if (!axis.levels) return histogram(places, axis.range, bins);
  return histogram(places, axis.range, axis.levels.length).map(({ x1, x2, density }) => ({
    x1: x1 + 0.2,
    x2: x2 - 0.2,
    density,
  }));
}

/** Outlines to be filled: those of levels come down to nothing between them. */
export function sideOutline({ levels }: ColumnAxis, bars: readonly Bar[]): { x: number; density: number }[] {
  if (!levels) return outline(bars);
  return bars.flatMap(({ x1, x2, density }) => [
    { x: x1, density: 0 },
    { x: x1, density },
    { x: x2, density },
    { x: x2, density: 0 },
  ]);
}

interface Side {
  readonly axis: ColumnAxis;
  readonly model: readonly Bar[];
  readonly data: readonly Bar[];
}

type Margins = Readonly<Record<"marginLeft" | "marginRight" | "marginTop" | "marginBottom", number>>;
type Size = { readonly width: number; readonly height: number };

function topPanel(
  theme: Theme,
  size: Size,
  margins: Margins,
  { axis, model, data }: Side,
  scale: Plot.ScaleOptions,
): Panel {
  const x = ({ x: place }: { x: number }) => placed(axis)(place);
  return panel(theme, size, {
    ...margins,
    x: { ...scale, axis: null },
    y: { axis: null },
    marks: [
      Plot.areaY(sideOutline(axis, data), { x, y1: 0, y2: "density", fill: theme.data }),
      Plot.line(sideOutline(axis, model), {
        x,
        y: "density",
        stroke: answerColour(theme, 0),
        strokeWidth: 1.6,
      }),
    ],
  });
}

function sidePanel(
  theme: Theme,
  size: Size,
  margins: Margins,
  { axis, model, data }: Side,
  scale: Plot.ScaleOptions,
): Panel {
  const y = ({ x: place }: { x: number }) => placed(axis)(place);
  return panel(theme, size, {
    ...margins,
    x: { axis: null },
    y: { ...scale, axis: null },
    marks: [
      Plot.areaX(sideOutline(axis, data), { y, x1: 0, x2: "density", fill: theme.data }),
      Plot.line(sideOutline(axis, model), {
        y,
        x: "density",
        stroke: answerColour(theme, 0),
        strokeWidth: 1.6,
      }),
    ],
  });
}
