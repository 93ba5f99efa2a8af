/** @file How a training went: losses and learning rate by epoch. */

import * as Plot from "@observablehq/plot";
import { InputError } from "../base/errors.ts";
import { yAxis } from "./axis.ts";
import { checkEpochs, checkShape } from "./checked-plots.ts";
import { FIGURE_WIDTH, type FigureOptions } from "./density-figure.ts";
import { type Figure, figureOf, type KeyEntry } from "./figure.ts";
import { type Panel, panel } from "./panel.ts";
import { answerColour, type Theme, themeOf } from "./theme.ts";

/** One epoch, as metrics.csv has it. */
export interface EpochLosses {
  readonly epoch: number;
  readonly loss: number;
  /** NaN if no rows are held out. */
  readonly validationLoss: number;
  readonly learningRate: number;
}

const LOSS_HEIGHT = 240;
const RATE_HEIGHT = 110;

/**
 * @throws InputError if no epoch is done.
 * @example
 * const epochs = [1, 2, 3].map((epoch) => ({
 *   epoch,
 *   loss: 1 / epoch,
 *   validationLoss: 1.1 / epoch,
 *   learningRate: 1e-3,
 * }));
 * await writeFigure(trainingFigure(epochs), "training.svg");
 */
export function trainingFigure(epochs: readonly EpochLosses[], options: FigureOptions = {}): Figure {
  checkEpochs(epochs);
  checkShape("options", options);
  if (epochs.length === 0)
    throw new InputError("There is nothing to draw yet: no epoch of the training is done.");
  const theme = themeOf(options.theme);
  const { width = FIGURE_WIDTH, height = LOSS_HEIGHT } = options;
  const held = epochs.filter(({ validationLoss }) => !Number.isNaN(validationLoss));
  const best = held.reduce<EpochLosses | undefined>(
    (least, each) => (least && least.validationLoss <= each.validationLoss ? least : each),
    undefined,
  );
  const key: KeyEntry[] = [{ label: "training", colour: answerColour(theme, 0), mark: "line" }];
  if (best) key.push({ label: "held-out rows", colour: answerColour(theme, 1), mark: "line" });
  const [, top] = lossRange(epochs, held);
  const above = epochs.filter(
    ({ loss, validationLoss }) => Math.max(loss, Number.isNaN(validationLoss) ? loss : validationLoss) > top,
  ).length;
  const beyond = above > 0 ? `; ${above} epoch${above === 1 ? "" : "s"} above the frame` : "";
  const counted = best
    ? `${epochs.length} epochs; least validation loss ${Number(best.validationLoss.toPrecision(4))} in epoch ${best.epoch}`
    : `${epochs.length} epochs`;
  const said = `${counted}${beyond}`;
  const heading = {
    title: options.title ?? "Training",
    subtitle: options.subtitle ? `${options.subtitle}; ${said}` : said,
    key,
  };
  return figureOf(theme, heading, [
    [lossPanel(theme, { width, height }, epochs, held)],
    [ratePanel(theme, width, epochs)],
  ]);
}

/** The first epochs' losses would press the rest flat: the curves come in from above. */
function lossRange(
  epochs: readonly EpochLosses[],
  held: readonly EpochLosses[],
): [low: number, high: number] {
  const losses = [...epochs.map(({ loss }) => loss), ...held.map(({ validationLoss }) => validationLoss)];
  const sorted = losses.filter(Number.isFinite).sort((a, b) => a - b);
  const [low, high] = [sorted[0], sorted[Math.ceil(0.97 * (sorted.length - 1))]];
  const edge = 0.06 * (high - low || Math.abs(high) || 1);
  return [low - edge, high + edge];
}

function lossPanel(
  theme: Theme,
  size: { width: number; height: number },
  epochs: readonly EpochLosses[],
  held: readonly EpochLosses[],
): Panel {
  const line = (rows: readonly EpochLosses[], y: "loss" | "validationLoss", stroke: string) => [
    Plot.line(rows, { x: "epoch", y, stroke, strokeWidth: 1.8, clip: true }),
    ...(rows.length < 40 ? [Plot.dot(rows, { x: "epoch", y, fill: stroke, r: 2, clip: true })] : []),
  ];
  return panel(theme, size, {
    marginBottom: 8,
    x: { ...epochAxis(epochs), axis: null },
    y: { ...yAxis("loss", lossRange(epochs, held), size.height), grid: true },
    marks: [
      ...line(epochs, "loss", answerColour(theme, 0)),
      ...line(held, "validationLoss", answerColour(theme, 1)),
    ],
  });
}

function ratePanel(theme: Theme, width: number, epochs: readonly EpochLosses[]): Panel {
  const top = 1.08 * Math.max(...epochs.map(({ learningRate }) => learningRate));
  return panel(
    theme,
    { width, height: RATE_HEIGHT },
    {
      marginTop: 8,
      x: epochAxis(epochs),
      y: { ...yAxis("rate", [0, top || 1], RATE_HEIGHT), ticks: 2, grid: true },
      marks: [Plot.line(epochs, { x: "epoch", y: "learningRate", stroke: theme.faint, strokeWidth: 1.5 })],
    },
  );
}

function epochAxis(epochs: readonly EpochLosses[]) {
  const [first, last] = [epochs[0].epoch, epochs.at(-1)!.epoch];
  return {
    domain: first === last ? [first - 1, last + 1] : [first, last],
    label: "epoch",
    labelAnchor: "center",
    labelArrow: "none",
    labelOffset: 34,
    ticks: Math.min(8, Math.max(1, last - first)),
    tickFormat: "d",
    tickSize: 4,
  } as const;
}
