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
