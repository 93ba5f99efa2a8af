/** @file A density over a plane: filled contours of values on a grid, with what the colours mean. */
import * as Plot from "@observablehq/plot";
import { InputError } from "../../src/base/errors.ts";
import { axisLabel, type PlottedColumn, xAxis, yAxis } from "../../src/plot/axis.ts";
import type { FigureOptions } from "../../src/plot/density-figure.ts";
import { type Figure, figureOf } from "../../src/plot/figure.ts";
import { panel } from "../../src/plot/panel.ts";
import { rampPanel } from "../../src/plot/ramp-panel.ts";
import { rampColour, themeOf } from "../../src/plot/theme.ts";

export interface DensityMap {
  readonly columns: readonly [x: PlottedColumn, y: PlottedColumn];
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** Cells across; the rows follow from the number of values. */
  readonly across: number;
  /** Densities at the cells' middles, row by row from the lowest y up. */
  readonly values: ArrayLike<number>;
}

const WIDTH = 440;
const LEVELS = 16;

/** Where the middles of a map's cells are, in the order of its values. */
export function mapPoints(
  { x, y, across }: Pick<DensityMap, "x" | "y" | "across">,
  up: number,
): [number, number][] {
  return Array.from({ length: across * up }, (_, i) => [
    x[0] + ((x[1] - x[0]) * ((i % across) + 0.5)) / across,
    y[0] + ((y[1] - y[0]) * (Math.floor(i / across) + 0.5)) / up,
  ]);
}

/** @throws InputError if the values are not a whole number of rows. */
export function densityMapFigure(map: DensityMap, options: FigureOptions = {}): Figure {
  const { columns, x, y, across, values } = map;
  const up = values.length / across;
  if (!Number.isInteger(up) || up < 2)
    throw new InputError(`${values.length} values are no grid of ${across} across.`);
  const theme = themeOf(options.theme);
  const { width = WIDTH, title = "Density", subtitle } = options;
  const height = options.height ?? Math.round(((width - 80) * (y[1] - y[0])) / (x[1] - x[0])) + 48;
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]);
  const thresholds = Array.from({ length: LEVELS }, (_, i) => (most * (i + 0.5)) / LEVELS);
  const main = panel(
    theme,
    { width, height },
    {
      x: xAxis(columns[0], x, width),
      y: yAxis(axisLabel(columns[1]), y, height),
      color: { type: "identity" },
      marks: [
        Plot.frame({ fill: rampColour(theme, 0) }),
        Plot.contour(Array.from(values), {
          width: across,
          height: up,
          x1: x[0],
          y1: y[0],
          x2: x[1],
          y2: y[1],
          value: Plot.identity,
          fill: (level: { value: number }) => rampColour(theme, level.value / most),
          thresholds,
        } as Plot.ContourOptions),
      ],
    },
  );
  const ramp = rampPanel(theme, height, { label: "density", domain: [0, most] });
  return figureOf(theme, { title, ...(subtitle !== undefined && { subtitle }) }, [[main, ramp]]);
}
