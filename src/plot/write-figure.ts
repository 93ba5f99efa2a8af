/** @file Figures as files: SVG with outlines for letters or as it is, PDF, PNG through resvg. */

import { Resvg } from "@resvg/resvg-js";
import { check, checkFields, POSITIVE, SWITCH, TEXT } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { checkShape } from "./checked-plots.ts";
import { checkFigurePath, type Figure } from "./figure.ts";
import { fontOptions, outlinedSvg } from "./outlined.ts";
import { figurePdf } from "./pdf.ts";

/** Pixels of a PNG per pixel of the figure: sharp in print at column width. */
const DEFAULT_SCALE = 2;
/** A PNG is not higher or wider: a larger picture is drawn with fewer pixels, as long as it can be read. */
const MAX_PIXELS = 16_000;
const MIN_SCALE = 0.5;

/**
 * The figure as the bytes of a PNG, `scale` times its size.
 * @example
 * const epochs = [1, 2].map((epoch) => ({ epoch, loss: 1 / epoch, validationLoss: Number.NaN, learningRate: 1e-3 }));
 * const png = figurePng(trainingFigure(epochs), 3);
 * console.log(png.length);
 */
export function figurePng(figure: Figure, scale = DEFAULT_SCALE): Uint8Array {
  checkShape("figure", figure);
  check("the scale", scale, POSITIVE);
  const { svg, width, height } = figure;
  const fitting = MAX_PIXELS / Math.max(width, height);
  if (fitting < MIN_SCALE)
    throw new InputError(
      `The picture is ${Math.round(width)} by ${Math.round(height)} pixels, too large for PNG: draw fewer columns, or name a .svg file.`,
    );
  const drawn = new Resvg(svg, {
    fitTo: { mode: "zoom", value: Math.min(scale, fitting) },
    font: fontOptions(),
  });
  return drawn.render().asPng();
}

export interface WriteFigureOptions {
  /** Whether the letters of an SVG are text, in Inter where that is installed; default false: outlines, which look alike everywhere. */
  readonly text?: boolean;
}

/**
 * Writes a figure to a .svg, .pdf or .png file, whole or not at all.
 * @throws InputError for another ending, or where the file can't be written.
 * @example
 * const epochs = [1, 2].map((epoch) => ({ epoch, loss: 1 / epoch, validationLoss: Number.NaN, learningRate: 1e-3 }));
 * await writeFigure(trainingFigure(epochs), "training.png");
 */
export async function writeFigure(
  figure: Figure,
  path: string,
  options: WriteFigureOptions = {},
): Promise<void> {
  checkShape("figure", figure);
  check("the path", path, TEXT);
  checkFields("the options", options, { optional: { text: SWITCH } });
  checkFigurePath(path);
  await writeFileAtomic(path, contentOf(figure, path.toLowerCase(), options));
}

function contentOf(figure: Figure, path: string, { text = false }: WriteFigureOptions): string | Uint8Array {
  if (path.endsWith(".png")) return figurePng(figure);
  if (path.endsWith(".pdf")) return figurePdf(figure);
  return text ? figure.svg : outlinedSvg(figure);
}
