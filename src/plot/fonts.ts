/** @file The typeface of all pictures: Inter, shipped with the package, so that PNGs look the same everywhere. */
import { createRequire } from "node:module";

/** A reader of an SVG may not have Inter: then the system's own. */
export const FONT_FAMILY = "Inter, system-ui, sans-serif";
export const FONT_SIZE = 12;
export const TITLE_SIZE = 14;

/** The font files, regular and semi-bold. */
export function fontFiles(): string[] {
  const { resolve } = createRequire(import.meta.url);
  return [resolve("#font-regular"), resolve("#font-semibold")];
}

/** Mean width of a letter, in units of the font's size: Inter's in English text. */
const LETTER = 0.53;

/** About how wide a text is, in pixels. */
export function textWidth(text: string, size: number): number {
  return text.length * size * LETTER;
}
