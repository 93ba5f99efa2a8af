/** @file The options that pictures share, and what they mean. */
import { type Command, Option, type OptionValues } from "@commander-js/extra-typings";
import { defined } from "../../base/defined.ts";
import { InputError } from "../../base/errors.ts";
import { columnIndex } from "../../columns/encoding.ts";
import type { Model } from "../../model/model.ts";
import { type PlottedColumn, plottedOf } from "../../plot/axis.ts";
import type { FigureOptions } from "../../plot/density-figure.ts";
import { checkFigurePath } from "../../plot/figure.ts";
import { THEMES, type ThemeName } from "../../plot/theme.ts";
import { numberSettings, settings, whole } from "../arguments.ts";
import { modelOptions, withReading, withRowChoice } from "../options.ts";

export const plotOptions = {
  theme: () => new Option("--theme <name>", "colours").choices(THEMES).default("light" as const),
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

/** Adds the options of every picture; but for `height`, they are a `PictureOptions` and `out`. */
export function withPicture<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command
    .addOption(
      new Option("--out <file>", "the picture: .svg or .png").makeOptionMandatory().argParser(figurePath),
    )
    .addOption(plotOptions.theme())
    .option("--title <text>", "what stands above the picture")
    .option("--width <pixels>", "width of the picture (1/96 inch each)", size);
}

/** Adds the options of a picture of one question with the rows of a table that look like it behind. */
export function withQuestion<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  const asked = command
    .option("--data <table...>", "a table whose rows that look like the question are drawn behind")
    .option(
      "--within <windows>",
      "how near a row's value must be, NAME=WIDTH,... (default: a tenth of the column's scale)",
      numberSettings,
    );
  return withRowChoice(withReading(withPicture(asked).addOption(plotOptions.units()))).addOption(
    modelOptions.device(),
  );
}

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
  return { theme, ...defined({ title: title ?? fallbackTitle, width, height }) };
}

/** A model's column as its picture names it. @throws InputError if the model does not know it. */
export function plotted(
  model: Pick<Model, "config">,
  name: string,
  units: Readonly<Record<string, string>> = {},
): PlottedColumn {
  for (const named of [name, ...Object.keys(units)])
    columnIndex(model.config.columns, named, model.config.inspection);
  return plottedOf(model, name, units);
}
