/** @file The densities of one column: curves, point masses, the data's histogram behind, intervals above. */

import * as Plot from "@observablehq/plot";
import { kindOf } from "../columns/kinds.ts";
import type { NumberDistribution } from "../distribution/distribution.ts";
import { densityLabel, type PlottedColumn, yAxis } from "./axis.ts";
import { checkShape } from "./checked-plots.ts";
import { acrossScale, placed, placing, rangeOfPlaces } from "./column-axis.ts";
import { type Bar, histogram, outline, valueRange } from "./histogram.ts";
import { type Panel, type PanelSize, panel } from "./panel.ts";
import { answerColour, checkTheme, type Theme } from "./theme.ts";

/** What a curve is drawn of: also of what is computed from an answer, as a luminosity from a magnitude. */
export type DrawnDistribution = Pick<NumberDistribution, "pdf" | "cdf" | "quantile" | "toJSON" | "period">;

export interface NumberDensities<Of extends DrawnDistribution = DrawnDistribution> {
  readonly column: PlottedColumn;
  readonly answers: readonly Of[];
  /** Observed values, drawn as a histogram behind; missing ones (NaN) are left out. */
  readonly data?: ArrayLike<number>;
  /** From where to where; default: nearly all of the answers and of the data. */
  readonly range?: readonly [number, number];
  /** True values to be marked, one for each answer; NaN where it is not known. */
  readonly truths?: readonly number[];
  /** A few words in the upper right corner. */
  readonly note?: string;
}

/** Bars of the data's histogram: many where there are many rows, and few where there are few. */
const BINS = { min: 12, max: 50 };
/** Of an answer and of the data, what lies between these decides the range. */
const TAIL = 0.003;
const CURVE_POINTS = 400;
/** Point masses with less are not drawn. */
const MIN_MASS = 2e-3;
/** The room that the number of a point mass takes, in bins. */
const LABEL_BINS = 5;
/** Of integers more than this are drawn as a curve. */
const MAX_STEPS = 400;

/**
 * Curves and histogram in one coordinate system.
 * @example
 * const model = await load("survey");
 * const logg = await model.density({ of: "logg", given: { teff: 4700 } });
 * if (logg.kind === "number") {
 *   const theme = themeOf("light");
 *   const panel = densityPanel(theme, { width: 300, height: 200 }, { column: { name: "logg" }, answers: [logg] });
 *   await writeFigure(figureOf(theme, { title: "A giant?" }, [[panel]]), "panel.svg");
 * }
 */
export function densityPanel(theme: Theme, size: PanelSize, densities: NumberDensities): Panel {
  checkTheme(theme);
  checkShape("size", size);
  checkShape("densities", densities);
  const { column, answers, data } = densities;
  const range = shownRange(densities);
  const place = placing(column);
  const bins = binsFor(data);
  const bin = (range[1] - range[0]) / bins;
  const curves = answers.map((answer) => curveOf(answer, column, range));
  const bars = data ? histogram(Float64Array.from(data, place), range, bins) : [];
  const masses = answers.flatMap((answer, index) => massesOf(answer, index, range, place));
  const top = 1.1 * highest(curves, bars, masses, bin);
  const index = placed({ column });
  const marks = [
    Plot.areaY(outline(bars), {
      x: ({ x }) => index(x),
      y1: 0,
      y2: "density",
      fill: theme.data,
      clip: true,
    }),
    ...curves.flatMap((points, i) => curveMarks(points, answerColour(theme, i), answers.length, index)),
    ...massMarks(theme, masses, bin, top, index),
    ...truthRules(theme, densities, range, index),
    Plot.ruleY([0], { stroke: theme.faint }),
    ...(densities.note ? [noteMark(theme, densities.note)] : []),
  ];
  return panel(theme, size, {
    ...(densities.note && { marginTop: 22 }),
    x: acrossScale({ column, range }, size.width - 80),
    y: { ...yAxis(densityLabel(column, size.height), [0, top], size.height), grid: true },
    marks,
  });
}

/** A dashed line at each true value inside the axis, in its answer's colour. */
function truthRules(
  theme: Theme,
  { column, truths = [] }: NumberDensities,
  [low, high]: readonly [number, number],
  index: (place: number) => number | Date,
) {
  const place = placing(column);
  return truths.flatMap((truth, answer) => {
    const at = place(truth);
    const look = { stroke: answerColour(theme, answer), strokeWidth: 1.5, strokeDasharray: "5,3" };
    return at >= low && at <= high ? [Plot.ruleX([index(at)], look)] : [];
  });
}

/** Above the frame, where nothing is drawn over it. */
export function noteMark(theme: Theme, note: string) {
  const text = () => note;
  return Plot.text([0], {
    facet: "super",
    frameAnchor: "top-right",
    lineAnchor: "bottom",
    text,
    dy: -4,
    fill: theme.text,
  });
}

/** For each answer the densest 68 % (thick) and 90 % (thin) and the median, on the same horizontal scale. */
export function intervalPanel(
  theme: Theme,
  width: number,
  densities: NumberDensities<NumberDistribution>,
): Panel {
  const { column, answers } = densities;
  const range = shownRange(densities);
  const index = placed({ column });
  const place = placing(column);
  const inside = ([low, high]: readonly [number, number]) =>
    [Math.max(place(low), range[0]), Math.min(place(high), range[1])] as const;
  const marks = answers.flatMap((answer, row) => {
    const stroke = answerColour(theme, row);
    const bars = (mass: number, strokeWidth: number) =>
      Plot.ruleY(
        answer
          .highestDensity(mass)
          .flatMap((arc) => arcParts(arc, answer.period))
          .map(inside)
          .filter(([low, high]) => low <= high),
        {
          x1: ([low]: readonly [number, number]) => index(low),
          x2: ([, high]: readonly [number, number]) => index(high),
          y: () => row,
          stroke,
          strokeWidth,
          strokeLinecap: "round",
        },
      );
    const middle = place(answer.median());
    const median = Plot.dot(middle >= range[0] && middle <= range[1] ? [middle] : [], {
      x: index,
      y: () => row,
      r: 3,
      fill: theme.background,
      stroke,
      strokeWidth: 1.5,
    });
    return [bars(0.9, 1.5), bars(0.68, 5), median];
  });
  const height = 10 * answers.length + 6;
  return panel(
    theme,
    { width, height },
    {
      marginTop: 0,
      marginBottom: 0,
      x: { ...acrossScale({ column, range }, width), axis: null },
      y: { domain: [answers.length - 0.4, -0.6], axis: null },
      marks,
    },
  );
}

/** An arc that goes over the origin is seen as two pieces. */
function arcParts(
  [low, high]: readonly [number, number],
  period: number | undefined,
): (readonly [number, number])[] {
  if (period === undefined || low <= high) return [[low, high]];
  return [
    [0, high],
    [low, period],
  ];
}

/** From where to where, in places: what is asked for, or {@link rangeOf}. */
function shownRange({ column, answers, data, range }: NumberDensities): [number, number] {
  const asked = range ?? column.range;
  if (asked) return rangeOfPlaces({ ...column, range: asked }, []);
  if (!column.log) return rangeOf(answers, data);
  const place = placing(column);
  const ends = answers.flatMap((answer) => [answer.quantile(TAIL), answer.quantile(1 - TAIL)]);
  const lists = [...ends.map((end) => [end]), ...(data ? [data] : [])];
  return rangeOfPlaces(
    column,
    lists.map((list) => Float64Array.from(list, place)),
    TAIL,
  );
}

/** How many of the present values lie outside the axis. */
export function valuesOutside(densities: NumberDensities): number {
  const { column, data = [] } = densities;
  const [low, high] = shownRange(densities);
  const places = Float64Array.from(data, placing(column));
  return places.filter((place) => place < low || place > high).length;
}

/** Nearly all of the answers and of the data; of a circle, all of it. */
export function rangeOf(answers: readonly DrawnDistribution[], data?: ArrayLike<number>): [number, number] {
  const period = answers[0]?.period;
  if (period !== undefined) return [0, period];
  const ends = answers.flatMap((answer) => [answer.quantile(TAIL), answer.quantile(1 - TAIL)]);
  return valueRange([...ends.map((end) => [end]), ...(data ? [data] : [])], TAIL);
}

function binsFor(data: ArrayLike<number> | undefined): number {
  if (!data) return BINS.max;
  return Math.min(BINS.max, Math.max(BINS.min, Math.round(2 * Math.sqrt(data.length))));
}

type Point = readonly [x: number, density: number];

/**
 * Averaged over a 400th of the range around each point, which is what a picture resolves: ripples of the quantile
 * curve that are narrower would look like peaks. Integers are steps of their own.
 */
function curveOf(
  answer: DrawnDistribution,
  column: PlottedColumn,
  [low, high]: readonly [number, number],
): Point[] {
  const { kind = "number", log } = column;
  const valueAt = (place: number) => (log ? 10 ** place : place);
  const [least, greatest] = [valueAt(low), valueAt(high)];
  if (kindOf({ kind }).isInteger && greatest - least < MAX_STEPS) {
    const place = placing(column);
    const first = Math.ceil(least);
    return Array.from({ length: Math.floor(greatest) - first + 1 }, (_, i) => first + i).flatMap(
      (k): Point[] => {
        const [from, to] = [place(k - 0.5), place(k + 0.5)];
        const density = log ? answer.pdf(k) / (to - from) : answer.pdf(k);
        return [
          [from, density],
          [to, density],
        ];
      },
    );
  }
  const step = (high - low) / CURVE_POINTS;
  const { pointMasses } = answer.toJSON();
  const { period = Number.POSITIVE_INFINITY } = answer;
  const continuous = (x: number) => {
    const turns = Number.isFinite(period) ? Math.floor(x / period) : 0; // each adds all of a circle's probability
    const at = turns === 0 ? x : x - turns * period;
    const below = pointMasses.reduce(
      (sum, { value, probability }) => sum + (value <= at ? probability : 0),
      0,
    );
    const all = 1 - pointMasses.reduce((sum, { probability }) => sum + probability, 0);
    return turns === 0 ? answer.cdf(at) - below : turns * all + answer.cdf(at) - below;
  };
  let below = continuous(valueAt(low - step / 2));
  return Array.from({ length: CURVE_POINTS + 1 }, (_, i): Point => {
    const x = low + i * step;
    const upTo = continuous(valueAt(x + step / 2));
    const density = Math.max(0, upTo - below) / step;
    below = upTo;
    return [x, density];
  });
}

function curveMarks(
  points: readonly Point[],
  stroke: string,
  answers: number,
  index: (x: number) => number | Date,
) {
  const at = { x: ([x]: Point) => index(x), y: ([, y]: Point) => y, clip: true } as const;
  const line = Plot.line(points, { ...at, stroke, strokeWidth: 2, strokeLinejoin: "round" });
  return answers > 3
    ? [line]
    : [Plot.areaY(points, { x: at.x, y1: 0, y2: at.y, clip: true, fill: stroke, fillOpacity: 0.13 }), line];
}

interface Mass {
  readonly x: number;
  readonly probability: number;
  readonly answer: number;
}

function massesOf(
  answer: DrawnDistribution,
  index: number,
  [low, high]: readonly [number, number],
  place: (value: number) => number,
): Mass[] {
  return answer
    .toJSON()
    .pointMasses.map(({ value, probability }) => ({ x: place(value), probability, answer: index }))
    .filter(({ x, probability }) => probability >= MIN_MASS && x >= low && x <= high);
}

/** The curves decide, and the bars away from point masses: a heavy point mass would flatten the rest. */
function highest(
  curves: readonly Point[][],
  bars: readonly Bar[],
  masses: readonly Mass[],
  bin: number,
): number {
  const isAtMass = ({ x1, x2 }: Bar) => masses.some(({ x }) => x >= x1 && x <= x2);
  const density = Math.max(0, ...curves.flat().map(([, y]) => y));
  const others = Math.max(0, ...bars.filter((bar) => !isAtMass(bar)).map((bar) => bar.density));
  const continuous = Math.max(density, Math.min(others, 2 * density || others));
  const mass = Math.max(0, ...masses.map(({ probability }) => probability / bin));
  if (continuous === 0) return mass || 1;
  return Math.max(continuous, Math.min(mass, 1.5 * continuous));
}

/** A stem as high as the mass's bar in a histogram would be, as far as there is room; its number says the rest. */
function massMarks(
  theme: Theme,
  masses: readonly Mass[],
  bin: number,
  top: number,
  index: (x: number) => number | Date,
) {
  const height = ({ probability }: Mass) => Math.min(probability / bin, 0.9 * top);
  const stroke = ({ answer }: Mass) => answerColour(theme, answer);
  const x = (mass: Mass) => index(mass.x);
  return [
    Plot.ruleX(masses, { x, y1: 0, y2: height, stroke, strokeWidth: 2 }),
    Plot.dot(masses, { x, y: height, fill: stroke, r: 3.5 }),
    Plot.text(labelled(masses, bin), {
      x,
      y: height,
      text: ({ probability }: Mass) => `${Number((100 * probability).toPrecision(2))} %`,
      dy: -10,
      fill: theme.text,
      stroke: theme.background,
      strokeWidth: 3,
    }),
  ];
}

/** Of neighbours whose numbers would run into each other, the heaviest. */
function labelled(masses: readonly Mass[], bin: number): Mass[] {
  const chosen: Mass[] = [];
  for (const mass of [...masses].sort((a, b) => b.probability - a.probability)) {
    if (chosen.every(({ x }) => Math.abs(x - mass.x) > LABEL_BINS * bin)) chosen.push(mass);
  }
  return chosen;
}
