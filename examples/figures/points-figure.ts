/** @file Clouds of points in a row of panels: the forward and the reverse walk of a diffusion, step by step. */
import * as Plot from "@observablehq/plot";
import { InputError } from "../../src/base/errors.ts";
import type { FigureOptions } from "../../src/plot/density-figure.ts";
import { type Figure, figureOf } from "../../src/plot/figure.ts";
import { type Panel, panel } from "../../src/plot/panel.ts";
import { answerColour, type Theme, themeOf } from "../../src/plot/theme.ts";

/** One panel: points of a plane. */
export interface Cloud {
  readonly title: string;
  readonly points: readonly (readonly number[])[];
}

/** The same for both axes of all panels, so that clouds can be compared. */
export interface Square {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

const CELL = 140;
const TITLE = 20;
const MAX_POINTS = 800;

export interface PointsFigureOptions extends FigureOptions {
  /** Panels in a row; default 5. */
  readonly columns?: number;
  /** Default: all points of all panels fit in. */
  readonly square?: Square;
  /** Width and height of a panel's plane; default 140. */
  readonly cell?: number;
  /** Places in the colours of the answers, one for each panel; default the first for all. */
  readonly colours?: readonly number[];
}

/** @throws InputError for no panels or points. */
export function pointsFigure(clouds: readonly Cloud[], options: PointsFigureOptions = {}): Figure {
  const theme = themeOf(options.theme);
  const { columns = 5, cell = CELL, square = squareAround(clouds), colours = [] } = options;
  const panels = clouds.map((cloud, i) =>
    cloudPanel(theme, cloud, square, cell, answerColour(theme, colours[i] ?? 0)),
  );
  const rows = Array.from({ length: Math.ceil(panels.length / columns) }, (_, row) =>
    panels.slice(row * columns, (row + 1) * columns),
  );
  const { title = "Points", subtitle } = options;
  return figureOf(theme, { title, ...(subtitle !== undefined && { subtitle }) }, rows);
}

/** @throws InputError for no points. */
export function squareAround(clouds: readonly Cloud[]): Square {
  const range = (axis: 0 | 1): [number, number] => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { points } of clouds) {
      for (const point of points) {
        low = Math.min(low, point[axis]);
        high = Math.max(high, point[axis]);
      }
    }
    if (!(high > low)) throw new InputError("There are no points to draw.");
    const room = 0.04 * (high - low);
    return [low - room, high + room];
  };
  return { x: range(0), y: range(1) };
}

function cloudPanel(
  theme: Theme,
  { title, points }: Cloud,
  { x, y }: Square,
  cell: number,
  fill: string,
): Panel {
  const step = Math.max(1, Math.ceil(points.length / MAX_POINTS));
  return panel(
    theme,
    { width: cell, height: cell + TITLE },
    {
      marginTop: TITLE,
      marginLeft: 2,
      marginRight: 2,
      marginBottom: 2,
      x: { domain: [...x], axis: null },
      y: { domain: [...y], axis: null },
      marks: [
        Plot.frame({ stroke: theme.grid }),
        Plot.dot(
          points.filter((_, i) => i % step === 0),
          { x: "0", y: "1", r: 0.9, fill, fillOpacity: 0.7, clip: true },
        ),
        Plot.text([title], {
          frameAnchor: "top",
          lineAnchor: "bottom",
          dy: -5,
          text: (text: string) => text,
          fill: theme.text,
        }),
      ],
    },
  );
}
