/** @file A figure with its letters as outlines: it looks alike where its typeface is missing. resvg lays the text out. */
import { Resvg } from "@resvg/resvg-js";
import { checkShape } from "./checked-plots.ts";
import { escaped, type Figure } from "./figure.ts";
import { fontFiles } from "./theme.ts";

/** How resvg finds letters: those that come with the package, and no others. */
export const fontOptions = () => ({
  fontFiles: fontFiles(),
  loadSystemFonts: false,
  defaultFontFamily: "Inter",
});

/**
 * The figure with paths in place of its text, as a whole SVG document of nothing but groups, paths and clip paths.
 * @example
 * const epochs = [1, 2].map((epoch) => ({ epoch, loss: 1 / epoch, validationLoss: Number.NaN, learningRate: 1e-3 }));
 * console.log(outlinedSvg(trainingFigure(epochs)).includes("<text")); // false
 */
export function outlinedSvg(figure: Figure): string {
  checkShape("figure", figure);
  const outlined = new Resvg(figure.svg, { font: fontOptions() }).toString();
  const plain = outlined
    .replace(/>\s+</g, "><")
    .replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (digits) => String(Number(Number(digits).toFixed(2)) + 0));
  return `${plain.trim().replace(/>/, ` role="img"><title>${escaped(figure.title)}</title>`)}\n`;
}
