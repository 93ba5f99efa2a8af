/** @file Whether distributions are as wide as they should be: PIT histogram, quantile curve, coverage of intervals. */

import * as Plot from "@observablehq/plot";
import { ksOfPerfectModel } from "../evaluation/calibration.ts";
import type { NumberScores } from "../evaluation/number-answers.ts";
import { yAxis } from "./axis.ts";
import { checkShape } from "./checked-plots.ts";
import { FIGURE_WIDTH, type FigureOptions } from "./density-figure.ts";
import { type Figure, figureOf, type KeyEntry } from "./figure.ts";
import { type Panel, type PanelSize, panel } from "./panel.ts";
import {
  type ClassReliability,
  reliabilityKey,
  reliabilityRows,
  reliabilityWords,
} from "./reliability-figure.ts";
import { answerColour, type Theme, themeOf } from "./theme.ts";

export interface CalibrationFigureOptions extends FigureOptions {
  /** Columns of categories, as they were evaluated. */
  readonly classes?: readonly ClassReliability[];
}

const HEIGHT = 260;

/**
 * Left: how many values fell into each twentieth of their distributions (flat is perfect; the band holds 95 % of the
 * bars of a perfect model, were the questions independent). Right: the share of values below each quantile, and the
 * share inside central intervals with its 95 % bootstrap interval, against what was promised (the diagonal is perfect).
 * Below, the reliability of columns of classes, if any are named.
 * @example
 * const stars = await readTable("stars.parquet");
 * const model = await load("survey");
 * const { overall } = await evaluate(model, stars, { of: ["logg"], given: ["teff"], bootstrap: 0 });
 * if (overall.numbers) await writeFigure(calibrationFigure(overall.numbers), "calibration.svg");
 */
export function calibrationFigure(scores: NumberScores, options: CalibrationFigureOptions = {}): Figure {
  checkShape("scores", scores);
  checkShape("calibration options", options);
  const theme = themeOf(options.theme);
  const { width = FIGURE_WIDTH, height = HEIGHT, classes = [] } = options;
  const size = { width: Math.floor((width - 8) / 2), height };
  const { ks, questions, intervals } = scores;
  const coverage = intervals.map(
    ({ mass, coverage: { value } }) => `${100 * mass}\u00a0%: ${percent(value)}`,
  );
  const said = `KS distance ${ks.value.toFixed(3)} (a perfect model: below ${ksOfPerfectModel(questions).toFixed(3)}, were the questions independent); inside ${coverage.join(", ")}; ${questions} questions`;
  const key: KeyEntry[] = [
    { label: "values below a quantile", colour: answerColour(theme, 0), mark: "line" },
    { label: "values inside a central interval", colour: answerColour(theme, 1), mark: "dot" },
  ];
  const words = [options.subtitle, said, ...(classes.length > 0 ? [reliabilityWords(classes)] : [])];
  const heading = {
    title: options.title ?? "Calibration",
    subtitle: words.filter(Boolean).join("; "),
    key: [...key, ...(classes.length > 0 ? reliabilityKey(theme) : [])],
  };
  return figureOf(theme, heading, [
    [pitPanel(theme, size, scores), coveragePanel(theme, size, scores)],
    ...reliabilityRows(theme, { width, height }, classes),
  ]);
}

/** Of the bars of a perfect model, 95 % lie within 1.96 binomial standard deviations. */
function pitPanel(theme: Theme, size: PanelSize, { pitHistogram, questions }: NumberScores): Panel {
  const bins = pitHistogram.length;
  const bars = pitHistogram.map((count, i) => ({
    x1: i / bins,
    x2: (i + 1) / bins,
    density: (count * bins) / questions,
  }));
  const spread = 1.96 * Math.sqrt((bins - 1) / questions);
  const top = Math.max(1.6, 1 + 1.3 * spread, 1.08 * Math.max(...bars.map(({ density }) => density)));
  return panel(theme, size, {
    x: shareAxis("PIT: share below the value"),
    y: { ...yAxis("density", [0, top], size.height), grid: true },
    marks: [
      Plot.rectY(bars, {
        x1: "x1",
        x2: "x2",
        y: "density",
        fill: answerColour(theme, 0),
        fillOpacity: 0.75,
        inset: 0.5,
      }),
      Plot.rect([0], {
        x1: 0,
        x2: 1,
        y1: Math.max(0, 1 - spread),
        y2: 1 + spread,
        fill: theme.text,
        fillOpacity: 0.12,
      }),
      Plot.ruleY([1], { stroke: theme.text, strokeDasharray: "4,3" }),
      Plot.ruleY([0], { stroke: theme.faint }),
    ],
  });
}

function coveragePanel(theme: Theme, size: PanelSize, { calibrationCurve, intervals }: NumberScores): Panel {
  const curve = [{ level: 0, share: 0 }, ...calibrationCurve, { level: 1, share: 1 }];
  const dot = answerColour(theme, 1);
  return panel(theme, size, {
    x: shareAxis("promised share"),
    y: { ...yAxis("found share", [0, 1], size.height), tickFormat: "%", grid: true },
    marks: [
      Plot.link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: theme.faint, strokeDasharray: "4,3" }),
      Plot.line(curve, { x: "level", y: "share", stroke: answerColour(theme, 0), strokeWidth: 2 }),
      Plot.ruleX(intervals, {
        x: "mass",
        y1: ({ coverage }) => (Number.isNaN(coverage.lower) ? coverage.value : coverage.lower),
        y2: ({ coverage }) => (Number.isNaN(coverage.upper) ? coverage.value : coverage.upper),
        stroke: dot,
        strokeWidth: 2,
      }),
      Plot.dot(intervals, { x: "mass", y: ({ coverage }) => coverage.value, fill: dot, r: 3.5 }),
    ],
  });
}

function shareAxis(label: string) {
  return {
    domain: [0, 1],
    ticks: 5,
    tickFormat: "%",
    label,
    labelAnchor: "center",
    labelArrow: "none",
    labelOffset: 34,
    tickSize: 4,
  } as const;
}

const percent = (share: number) => `${(100 * share).toFixed(1)}\u00a0%`;
