/** @file The options that all pictures share, and what they mean. */
import { Option } from "@commander-js/extra-typings";
import { InputError } from "../../base/errors.ts";
import { columnIndex } from "../../columns/encoding.ts";
import type { Model } from "../../model/model.ts";
import { type PlottedColumn, plottedOf } from "../../plot/axis.ts";
import type { FigureOptions } from "../../plot/density-figure.ts";
import { checkFigurePath } from "../../plot/figure.ts";
import { THEMES, type ThemeName } from "../../plot/theme.ts";
import { settings, whole } from "../arguments.ts";

export const plotOptions = {
  out: () =>
    new Option("--out <file>", "the picture: .svg or .png").makeOptionMandatory().argParser(figurePath),
  theme: () => new Option("--theme <name>", "colours").choices(THEMES).default("light" as const),
  title: () => new Option("--title <text>", "what stands above the picture"),
  width: () => new Option("--width <pixels>", "width of the picture (1/96 inch each)").argParser(size),
  height: () =>
    new Option(
      "--height <pixels>",
      "height of the main panel (of joint and predictions, a square: its width, too)",
    ).argParser(size),
  units: () =>
    new Option(
      "--units <pairs>",
      "units for the axes, COLUMN=UNIT (default: those the model was trained with)",
    ).argParser(settings),
};

export function figurePath(path: string): string {
  checkFigurePath(path);
  return path;
}

function size(text: string): number {
  const pixels = whole(text);
  if (pixels < 100 || pixels > 5000)
    throw new InputError(`A picture can't be ${text} pixels: give 100 to 5000.`);
  return pixels;
}

export interface PictureOptions {
  readonly theme: ThemeName;
  readonly title?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** Without those that were not given: these have defaults of their own in each figure. */
export function figureOptions(
  { theme, title, width, height }: PictureOptions,
  fallbackTitle?: string,
): FigureOptions {
  const shown = title ?? fallbackTitle;
  return {
    theme,
    ...(shown !== undefined && { title: shown }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
  };
}

/** A model's column as its picture names it. @throws InputError if the model does not know it. */
export function plotted(
  model: Pick<Model, "config">,
  name: string,
  units: Readonly<Record<string, string>> = {},
): PlottedColumn {
  for (const named of [name, ...Object.keys(units)]) columnIndex(model.config.columns, named);
  return plottedOf(model, name, units);
}

/** The drawing library, when something is to be drawn: loading it takes a fifth of a second. */
export const loadPlot = () => import("../../plot/index.ts");
