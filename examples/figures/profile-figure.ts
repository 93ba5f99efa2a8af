/** @file Answers about many columns in a row, as a spectrum: medians with their intervals, and what was found. */
import * as Plot from "@observablehq/plot";
import { InputError } from "../../src/base/errors.ts";
import { yAxis } from "../../src/plot/axis.ts";
import { FIGURE_WIDTH, type FigureOptions } from "../../src/plot/density-figure.ts";
import { type Figure, figureOf, type KeyEntry } from "../../src/plot/figure.ts";
import { withRoom } from "../../src/plot/histogram.ts";
import { type Panel, panel } from "../../src/plot/panel.ts";
import { answerColour, type Theme, themeOf } from "../../src/plot/theme.ts";

/** One row's answers about the columns at places 0, 1, 2 ... */
export interface Profile {
  readonly label: string;
  readonly median: ArrayLike<number>;
  /** The ends of an interval around each median. */
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  /** What was found; NaN where it is missing. */
  readonly found?: ArrayLike<number>;
}

export interface ProfileOptions extends FigureOptions {
  /** Of the horizontal axis: what the places are. */
  readonly across?: string;
  readonly up?: string;
  /** What the band holds, for the key: "90 %". */
  readonly interval?: string;
}

const HEIGHT = 170;

/** One panel for each profile, on the same scales. @throws InputError for none. */
export function profileFigure(profiles: readonly Profile[], options: ProfileOptions = {}): Figure {
  if (profiles.length === 0) throw new InputError("A picture of profiles needs at least one.");
  const theme = themeOf(options.theme);
  const { title = "Profiles", subtitle, interval = "90 %" } = options;
  const all = profiles.flatMap(({ low, high, found = [] }) => [
    ...Array.from(low),
    ...Array.from(high),
    ...Array.from(found),
  ]);
  const present = all.filter((value) => !Number.isNaN(value));
  const range = withRoom(Math.min(...present), Math.max(...present));
  const key: KeyEntry[] = [
    { label: `median and ${interval} interval`, colour: answerColour(theme, 0), mark: "line" },
    { label: "found", colour: theme.text, mark: "dot" },
  ];
  const rows = profiles.map((profile, i) => [
    profilePanel(theme, profile, range, options, i === profiles.length - 1),
  ]);
  return figureOf(theme, { title, ...(subtitle !== undefined && { subtitle }), key }, rows);
}

function profilePanel(
  theme: Theme,
  { label, median, low, high, found = [] }: Profile,
  range: [number, number],
  { width = FIGURE_WIDTH, height = HEIGHT, across = "column", up = "value" }: ProfileOptions,
  isLast: boolean,
): Panel {
  const indices = Array.from({ length: median.length }, (_, index) => index);
  const known = Array.from({ length: found.length }, (_, index) => index).filter(
    (index) => !Number.isNaN(found[index]),
  );
  const stroke = answerColour(theme, 0);
  const x = (index: number) => index;
  const axis = {
    label: across,
    labelAnchor: "center",
    labelArrow: "none",
    labelOffset: 34,
    tickSize: 4,
  } as const;
  return panel(
    theme,
    { width, height: height + (isLast ? 32 : 0) },
    {
      marginBottom: isLast ? 40 : 8,
      x: { domain: [0, median.length - 1], ...axis, ...(!isLast && { axis: null }) },
      y: { ...yAxis(up, range, height), grid: true },
      marks: [
        Plot.areaY(indices, {
          x,
          y1: (index: number) => low[index],
          y2: (index: number) => high[index],
          fill: stroke,
          fillOpacity: 0.25,
        }),
        Plot.line(indices, { x, y: (index: number) => median[index], stroke, strokeWidth: 1.6 }),
        Plot.dot(known, { x, y: (index: number) => found[index], r: 1.7, fill: theme.text }),
        Plot.text([label], {
          frameAnchor: "top-right",
          dx: -4,
          dy: 2,
          text: (text: string) => text,
          stroke: theme.background,
          fill: theme.text,
          strokeWidth: 3,
        }),
      ],
    },
  );
}
