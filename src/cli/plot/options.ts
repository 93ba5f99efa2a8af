/** @file The options that pictures share, and what they mean. */
import { type Command, Option, type OptionValues } from "@commander-js/extra-typings";
import { defined } from "../../base/defined.ts";
import { InputError } from "../../base/errors.ts";
import { columnIndex, encodingOfColumn } from "../../columns/encoding.ts";
import { kindOf, valueOfText } from "../../columns/kinds.ts";
import type { Model } from "../../model/model.ts";
import { type AxisChoices, type PlottedColumn, plottedOf } from "../../plot/axis.ts";
import type { FigureOptions } from "../../plot/density-figure.ts";
import { checkFigurePath } from "../../plot/figure.ts";
import { THEMES, type ThemeName } from "../../plot/theme.ts";
import { given, names, numberSettings, settings, shares, whole } from "../arguments.ts";
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
  log: () => new Option("--log <columns>", "columns whose axes are logarithmic").argParser(names),
  range: () =>
    new Option(
      "--range <ranges>",
      "from where to where axes go, COLUMN=LOW..HIGH (default: nearly all that is drawn)",
    ).argParser(ranges),
  masses: () =>
    new Option(
      "--masses <shares>",
      "the shares of the samples that contours hold (default: 0.39,0.68,0.95)",
    ).argParser(shares),
  truth: () =>
    new Option(
      "--truth <name=value>",
      "a true value to be marked, NAME=VALUE (repeat for more; default: what the row has that is asked about)",
    ).argParser(given),
};

/** Adds the options of every picture; but for `height`, they are a `PictureOptions` and `out`. */
export function withPicture<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command
    .addOption(
      new Option("--out <file>", "the picture: .svg, .pdf or .png")
        .makeOptionMandatory()
        .argParser(figurePath),
    )
    .addOption(plotOptions.theme())
    .option(
      "--text",
      "the letters of an SVG as text, to be searched and edited: where the font Inter is missing it looks otherwise",
    )
    .option("--title <text>", "what stands above the picture")
    .option("--width <pixels>", "width of the picture (1/96 inch each)", size);
}

/** Adds how the axes of columns are drawn: `AxisOptions`. */
export function withAxes<Args extends unknown[], Options extends OptionValues>(
  command: Command<Args, Options>,
) {
  return command.addOption(plotOptions.units()).addOption(plotOptions.log()).addOption(plotOptions.range());
}

/** "teff=4000..7000": two values, as they are written, for each name; repeated options add up. */
function ranges(
  text: string,
  before: Readonly<Record<string, readonly [string, string]>> = {},
): Record<string, readonly [string, string]> {
  const made = { ...before };
  for (const [name, said] of Object.entries(settings(text))) {
    const [low, high, ...more] = said.split("..").map((end) => end.trim());
    if (!low || !high || more.length > 0)
      throw new InputError(`"${name}=${said}" is not COLUMN=LOW..HIGH, such as teff=4000..7000.`);
    made[name] = [low, high];
  }
  return made;
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
  return withRowChoice(withReading(withAxes(withPicture(asked)))).addOption(modelOptions.device());
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

export interface AxisOptions {
  readonly units?: Readonly<Record<string, string>> | undefined;
  readonly log?: readonly string[] | undefined;
  readonly range?: Readonly<Record<string, readonly [string, string]>> | undefined;
}

/**
 * How these columns' axes are drawn.
 * @throws InputError for names that the model does not know or that are not drawn, and for what is no range.
 */
export function axisChoices(
  { config }: Pick<Model, "config">,
  drawn: readonly string[],
  { log = [], range = {} }: AxisOptions,
): AxisChoices {
  for (const name of [...log, ...Object.keys(range)]) {
    columnIndex(config.columns, name, config.inspection);
    if (!drawn.includes(name))
      throw new InputError(`"${name}" is not drawn, so it has no axis: leave it out.`);
  }
  const ends = Object.entries(range).map(([name, texts]) => {
    const encoding = encodingOfColumn(config, name);
    if (kindOf(encoding).isCategorical)
      throw new InputError(`"${name}" holds names: they have no range, leave it out.`);
    const [low, high] = texts.map((text) => valueOfText(text, name, encoding)) as [number, number];
    if (!(low < high)) throw new InputError(`The range ${texts.join("..")} of "${name}" does not ascend.`);
    return [name, [low, high] as const] as const;
  });
  return { log, range: Object.fromEntries(ends) };
}

/** Model's columns as their picture draws them. @throws InputError if the model does not know one. */
export function plottedColumns(
  model: Pick<Model, "config">,
  drawn: readonly string[],
  axes: AxisOptions,
): PlottedColumn[] {
  const { config } = model;
  const { units = {} } = axes;
  for (const name of [...drawn, ...Object.keys(units)]) columnIndex(config.columns, name, config.inspection);
  const choices = axisChoices(model, drawn, axes);
  return drawn.map((name) => plottedOf(model, name, units, choices));
}
