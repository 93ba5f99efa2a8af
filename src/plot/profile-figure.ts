/** @file A column's median and intervals, or its probabilities, while another column runs over its range. */
import * as Plot from "@observablehq/plot";
import { InputError } from "../base/errors.ts";
import { axisLabel, type PlottedColumn, yAxis } from "./axis.ts";
import { checkShape } from "./checked-plots.ts";
import {
  acrossScale,
  axisOf,
  type ColumnAxis,
  isShown,
  placed,
  placesOf,
  roomBelow,
  roomLeft,
  upScale,
} from "./column-axis.ts";
import { FIGURE_WIDTH, type FigureOptions } from "./density-figure.ts";
import { type Figure, figureOf, type KeyEntry } from "./figure.ts";
import type { Pairs } from "./pair-marks.ts";
import { panel } from "./panel.ts";
import type { Profile, ProfileBands, ProfileShares } from "./profile.ts";
import { answerColour, mixed, type Theme, themeOf } from "./theme.ts";

export interface ProfileFigureOptions extends FigureOptions {
  /** Rows to be drawn behind, x of the column that runs. */
  readonly data?: Pairs & { readonly label: string };
  /** A row's own values, to be marked. */
  readonly truth?: readonly [x: number, y: number];
}

const HEIGHT = 320;
const [RIGHT, TOP] = [18, 10];
/** More names than this are not told apart: the least probable are taken together. */
const MAX_SHARES = 6;
const MAX_DOTS = 3000;

/**
 * Of a number the median and the intervals that hold 68 and 95 %, as bands, or where names run as bars; of names and few values
 * the probability of each.
 * @param of the column asked, and @param over the one that runs, as their axes show them.
 * @throws InputError where a logarithm is asked for of what has none.
 * @example
 * const profile = await profileOf(await load("survey"), { of: "logg", over: "teff" });
 * await writeFigure(profileFigure(profile, { name: "logg", unit: "dex" }, { name: "teff", unit: "K" }), "profile.svg");
 */
export function profileFigure(
  profile: Profile,
  of: PlottedColumn,
  over: PlottedColumn,
  options: ProfileFigureOptions = {},
): Figure {
  checkShape("profile", profile);
  checkShape("column", of);
  checkShape("column", over);
  checkShape("profile options", options);
  const { values, answers } = profile;
  if (values.length === 0) throw new InputError(`"${over.name}" has no value in this range.`);
  const { data, truth, width = FIGURE_WIDTH, height = HEIGHT, subtitle } = options;
  const theme = themeOf(options.theme);
  const across = runningAxis(over, values);
  const up =
    answers.kind === "bands"
      ? axisOf(of, [answers.outer[0], answers.outer[1], ...(data ? [data.y] : [])])
      : undefined;
  const [left, below] = [up ? roomLeft(up) : 68, roomBelow(across, width - 86)];
  const frame = { width: width - left - RIGHT, height: height - TOP - 40 };
  const places = placesOf(across, values);
  const { marks, key } =
    answers.kind === "bands" && up
      ? bandMarks(theme, across, up, places, answers)
      : shareMarks(theme, across, places, shownShares(answers as ProfileShares));
  const dots = up && data ? observed(theme, across, up, data) : undefined;
  const mark = up && truth ? truthMark(theme, across, up, truth) : [];
  const main = panel(
    theme,
    { width, height: TOP + frame.height + below },
    {
      marginLeft: left,
      marginRight: RIGHT,
      marginTop: TOP,
      marginBottom: below,
      x: { ...acrossScale(across, frame.width), grid: !across.levels },
      y: up
        ? { ...upScale(up, frame.height), grid: !up.levels }
        : { ...yAxis(`probability of ${axisLabel({ name: of.name })}`, [0, 1], frame.height), grid: true },
      marks: [...(dots ? [dots.mark] : []), ...marks, ...mark],
    },
  );
  const keys: KeyEntry[] = [...key];
  if (data && dots) keys.push({ label: `${data.label}${dots.words}`, colour: theme.data, mark: "dot" });
  if (mark.length > 0)
    keys.push({ label: "the row's own values", colour: answerColour(theme, 1), mark: "dot" });
  const heading = {
    title: options.title ?? `${of.name} as ${over.name} runs`,
    ...(subtitle !== undefined && { subtitle }),
    key: keys,
  };
  return figureOf(theme, heading, [[main]]);
}

/** Just as far as it runs; names and few values on levels. */
function runningAxis(over: PlottedColumn, values: Float64Array): ColumnAxis {
  const axis = axisOf(over, [values]);
  if (axis.levels) return axis;
  const places = placesOf(axis, values);
  const [first, last] = [places[0], places[places.length - 1]];
  return { ...axis, range: first < last ? [first, last] : axis.range };
}

interface Drawn {
  readonly marks: Plot.Markish[];
  readonly key: readonly KeyEntry[];
}

function bandMarks(
  theme: Theme,
  across: ColumnAxis,
  up: ColumnAxis,
  places: Float64Array,
  bands: ProfileBands,
): Drawn {
  const colour = answerColour(theme, 0);
  const [toX, toY] = [placed(across), placed(up)];
  const rows = Array.from(places.keys());
  const x = (row: number) => toX(places[row]);
  // What lies beyond the axis ends at it: the axis has no place for it.
  const within = (value: number) => Math.min(up.range[1], Math.max(up.range[0], up.place(value)));
  const y = (values: Float64Array) => (row: number) => toY(within(values[row]));
  const [inner, outer] = [bands.inner, bands.outer].map(([low, high]) => ({ y1: y(low), y2: y(high) }));
  const [light, dark] = [0.16, 0.36].map((part) => mixed(theme.background, colour, part));
  const key: KeyEntry[] = [
    { label: "median", colour, mark: across.levels ? "dot" : "line" },
    { label: "68 %", colour: across.levels ? colour : dark, mark: "area" },
    { label: "95 %", colour: across.levels ? mixed(theme.background, colour, 0.5) : light, mark: "area" },
  ];
  const median = { x, y: y(bands.median) };
  if (across.levels) {
    const bar = (ends: typeof inner, stroke: string, strokeWidth: number) =>
      Plot.ruleX(rows, { x, ...ends, stroke, strokeWidth });
    const dot = { ...median, r: 4, fill: theme.background, stroke: colour, strokeWidth: 2 };
    const marks = [
      bar(outer, mixed(theme.background, colour, 0.5), 2.5),
      bar(inner, colour, 7),
      Plot.dot(rows, dot),
    ];
    return { marks, key };
  }
  return {
    marks: [
      Plot.areaY(rows, { x, ...outer, fill: colour, fillOpacity: 0.16 }),
      Plot.areaY(rows, { x, ...inner, fill: colour, fillOpacity: 0.24 }),
      Plot.line(rows, { ...median, stroke: colour, strokeWidth: 2 }),
    ],
    key,
  };
}

type Level = ProfileShares["levels"][number];

/** The most probable ones, in their order, and all others as one. */
function shownShares({ levels }: ProfileShares): Level[] {
  if (levels.length <= MAX_SHARES) return [...levels];
  const highest = (level: Level) => Math.max(...level.probabilities);
  const chosen = new Set([...levels].sort((a, b) => highest(b) - highest(a)).slice(0, MAX_SHARES - 1));
  const others = levels.filter((level) => !chosen.has(level));
  const probabilities = others[0].probabilities.map((_, row) =>
    others.reduce((sum, other) => sum + other.probabilities[row], 0),
  );
  return [
    ...levels.filter((level) => chosen.has(level)),
    { label: `${others.length} others`, probabilities },
  ];
}

/** Lines over numbers; over levels bars that are stacked to 1. */
function shareMarks(theme: Theme, across: ColumnAxis, places: Float64Array, levels: readonly Level[]): Drawn {
  const key = levels.map(
    ({ label }, i): KeyEntry => ({
      label,
      colour: answerColour(theme, i),
      mark: across.levels ? "area" : "line",
    }),
  );
  const toX = placed(across);
  const rows = Array.from(places.keys());
  if (!across.levels) {
    const marks = levels.map(({ probabilities }, i) =>
      Plot.line(rows, {
        x: (row: number) => toX(places[row]),
        y: (row: number) => probabilities[row],
        stroke: answerColour(theme, i),
        strokeWidth: 2,
      }),
    );
    return { marks, key };
  }
  const below = new Float64Array(places.length);
  const marks = levels.map(({ probabilities }, i) => {
    const from = below.slice();
    for (const row of rows) below[row] += probabilities[row];
    const to = below.slice();
    return Plot.rect(rows, {
      x1: (row: number) => places[row] - 0.38,
      x2: (row: number) => places[row] + 0.38,
      y1: (row: number) => from[row],
      y2: (row: number) => Math.min(1, to[row]),
      fill: answerColour(theme, i),
    });
  });
  return { marks, key };
}

/** Dots, and how many of the rows they are. */
function observed(theme: Theme, across: ColumnAxis, up: ColumnAxis, { x, y }: Pairs) {
  const [xs, ys] = [placesOf(across, x), placesOf(up, y)];
  const present = Array.from(xs.keys()).filter((i) => !Number.isNaN(xs[i]) && !Number.isNaN(ys[i]));
  const inside = present.filter((i) => isShown(across, xs[i]) && isShown(up, ys[i]));
  const step = Math.max(1, Math.ceil(inside.length / MAX_DOTS));
  const drawn = inside.filter((_, i) => i % step === 0);
  // Names have one place each: their dots lie beside each other in an even order.
  const shift = (i: number) => (across.levels ? 0.5 * ((i * 0.618034) % 1) - 0.25 : 0);
  const [toX, toY] = [placed(across), placed(up)];
  const mark = Plot.dot(drawn, {
    x: (i: number) => toX(xs[i] + shift(i)),
    y: (i: number) => toY(ys[i]),
    r: 1.5,
    fill: theme.data,
  });
  const words = drawn.length < present.length ? `, ${drawn.length} of them drawn` : "";
  const beyond = present.length - inside.length;
  return { mark, words: `${words}${beyond > 0 ? `, ${beyond} outside the axes` : ""}` };
}

function truthMark(
  theme: Theme,
  across: ColumnAxis,
  up: ColumnAxis,
  [x, y]: readonly [number, number],
): Plot.Markish[] {
  const [left, height] = [across.place(x), up.place(y)];
  if (!isShown(across, left) || !isShown(up, height)) return [];
  const at = { x: () => placed(across)(left), y: () => placed(up)(height) };
  return [
    Plot.dot([0], { ...at, r: 5, fill: answerColour(theme, 1), stroke: theme.background, strokeWidth: 1.5 }),
  ];
}
