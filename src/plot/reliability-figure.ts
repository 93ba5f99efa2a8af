/** @file Whether classes are found as often as their probabilities say: reliability diagrams (DeGroot & Fienberg 1983). */
import * as Plot from "@observablehq/plot";
import { InputError } from "../base/errors.ts";
import type { CategoryColumnEvaluation } from "../evaluation/evaluate.ts";
import { yAxis } from "./axis.ts";
import { checkClasses, checkShape } from "./checked-plots.ts";
import { FIGURE_WIDTH, type FigureOptions } from "./density-figure.ts";
import { noteMark } from "./density-panel.ts";
import { type Figure, figureOf, type KeyEntry } from "./figure.ts";
import { type Panel, type PanelSize, panel } from "./panel.ts";
import { answerColour, type Theme, themeOf } from "./theme.ts";

/** What is drawn of a column that was evaluated. */
export type ClassReliability = Pick<
  CategoryColumnEvaluation,
  "name" | "questions" | "categories" | "reliability" | "calibrationError"
>;

const HEIGHT = 230;
/** Panels side by side. */
const ACROSS = 2;
/** Of a normal, what holds 95 %. */
const Z = 1.96;

/**
 * For each column the share of the answers whose class was found, over the probability that was given, in tenths: on the diagonal
 * where the model is as often right as it says. Bars hold 95 % (Wilson 1927), were the answers independent; below, how many answers
 * there are.
 * @throws InputError for no column.
 * @example
 * const reliability = [{ from: 0.3, to: 0.4, answers: 50, probability: 0.36, share: 0.34 }];
 * const survived = { name: "survived", categories: ["no", "yes"], questions: 50, calibrationError: 0.02, reliability };
 * await writeFigure(reliabilityFigure([survived]), "reliability.svg"); // as evaluate has them, of each column of categories
 */
export function reliabilityFigure(columns: readonly ClassReliability[], options: FigureOptions = {}): Figure {
  checkClasses(columns);
  checkShape("options", options);
  if (columns.length === 0)
    throw new InputError("A picture of reliability needs at least one column of categories.");
  const theme = themeOf(options.theme);
  const { width = FIGURE_WIDTH, height = HEIGHT, subtitle } = options;
  const said = reliabilityWords(columns);
  const heading = {
    title: options.title ?? "Reliability",
    subtitle: subtitle === undefined ? said : `${subtitle}; ${said}`,
    key: reliabilityKey(theme),
  };
  return figureOf(theme, heading, reliabilityRows(theme, { width, height }, columns));
}

export function reliabilityKey(theme: Theme): KeyEntry[] {
  return [
    { label: "share whose class was found, 95 %", colour: answerColour(theme, 0), mark: "dot" },
    { label: "number of answers", colour: theme.data, mark: "area" },
  ];
}

/** The largest distance between what was said and what was found, and of which column. */
export function reliabilityWords(columns: readonly ClassReliability[]): string {
  const worst = columns.reduce((most, each) => (each.calibrationError > most.calibrationError ? each : most));
  const one = columns.length === 1 ? "" : `at most (${worst.name}) `;
  return `probabilities of classes are ${one}${(100 * worst.calibrationError).toFixed(1)}\u00a0% from what was found, on average`;
}

/** Panels in rows. @param width of a row. */
export function reliabilityRows(
  theme: Theme,
  { width, height }: PanelSize,
  columns: readonly ClassReliability[],
): Panel[][] {
  const size = { width: Math.floor((width - 8) / ACROSS), height };
  return Array.from({ length: Math.ceil(columns.length / ACROSS) }, (_, row) =>
    columns.slice(row * ACROSS, (row + 1) * ACROSS).map((column) => reliabilityPanel(theme, size, column)),
  );
}

function reliabilityPanel(theme: Theme, size: PanelSize, column: ClassReliability): Panel {
  const { name, categories, reliability, questions } = column;
  const colour = answerColour(theme, 0);
  const most = Math.max(...reliability.map(({ answers }) => answers));
  const bins = reliability.map((bin) => ({ ...bin, ends: wilson(bin.share, bin.answers) }));
  type Bin = (typeof bins)[number];
  const what =
    categories.length === 2 ? `probability of ${shortened(categories[1])}` : "probability of each class";
  return panel(theme, size, {
    marginTop: 22,
    x: {
      domain: [0, 1],
      ticks: 5,
      tickFormat: "%",
      label: what,
      labelAnchor: "center",
      labelArrow: "none",
      labelOffset: 34,
      tickSize: 4,
    },
    y: { ...yAxis("found share", [0, 1.04], size.height), ticks: 5, tickFormat: "%", grid: true },
    marks: [
      // How many answers: up to a fifth of the height.
      Plot.rect(bins, {
        x1: "from",
        x2: "to",
        y1: 0,
        y2: ({ answers }: Bin) => (0.2 * answers) / most,
        fill: theme.data,
        inset: 0.5,
      }),
      Plot.link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: theme.faint, strokeDasharray: "4,3" }),
      Plot.ruleX(bins, {
        x: "probability",
        y1: ({ ends }: Bin) => ends[0],
        y2: ({ ends }: Bin) => ends[1],
        stroke: colour,
        strokeWidth: 2,
      }),
      Plot.dot(bins, { x: "probability", y: "share", fill: colour, r: 3.5 }),
      noteMark(theme, `${shortened(name)}, ${questions} rows`),
    ],
  });
}

const shortened = (name: string) => (name.length > 18 ? `${name.slice(0, 17)}…` : name);

/** The interval of a share of so many that holds 95 % (Wilson 1927, JASA 22, 209). */
export function wilson(share: number, count: number): [low: number, high: number] {
  const scale = 1 + Z ** 2 / count;
  const middle = (share + Z ** 2 / (2 * count)) / scale;
  const half = (Z * Math.sqrt((share * (1 - share)) / count + Z ** 2 / (4 * count ** 2))) / scale;
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
