/**
 * @file What all pictures share: colours, light and dark, which colour-blind readers can distinguish too; and the
 * typeface.
 */

import { COUNT, check, checkFields, listOf, shown, TEXT } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { packageFile } from "../files/package-files.ts";

export const THEMES = ["light", "dark"] as const;
export type ThemeName = (typeof THEMES)[number];

export interface Theme {
  readonly name: ThemeName;
  readonly background: string;
  readonly text: string;
  /** Axes, captions. */
  readonly faint: string;
  readonly grid: string;
  /** What was observed, behind the model's answers. */
  readonly data: string;
  /** One for each answer, in this order. */
  readonly answers: readonly string[];
  /** From little to much, for Observable Plot's `range`. */
  readonly ramp: readonly string[];
}

/** After Okabe & Ito (2008), "Color universal design": distinguishable with any kind of colour vision. */
const LIGHT: Theme = {
  name: "light",
  background: "#ffffff",
  text: "#1b2430",
  faint: "#5b6675",
  grid: "#e4e7eb",
  data: "#c3cad3",
  answers: ["#0072b2", "#d55e00", "#009e73", "#a8548a", "#b8860b", "#56b4e9"],
  // The dark part of viridis (Smith & van der Walt 2015): its yellow end is too faint on white.
  ramp: ["#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#c2df23"],
};

const DARK: Theme = {
  name: "dark",
  background: "#12161d",
  text: "#e7eaee",
  faint: "#9aa5b4",
  grid: "#272e39",
  data: "#414b59",
  answers: ["#56b4e9", "#f28e3c", "#2fcf9f", "#e39ac6", "#f0e442", "#8fa8ff"],
  ramp: ["#3b2a6b", "#414487", "#2a788e", "#22a884", "#7ad151", "#fde725"],
};

/**
 * @throws InputError for a theme there isn't.
 * @example
 * console.log(themeOf("dark").background);
 */
export function themeOf(name: ThemeName = "light"): Theme {
  if (name === "light") return LIGHT;
  if (name === "dark") return DARK;
  const written = typeof name === "string" ? `"${name}"` : shown(name);
  throw new InputError(`There is no theme ${written}: use ${THEMES.join(" or ")}.`);
}

/** @throws InputError for what is no theme. */
export function checkTheme(theme: unknown): void {
  const texts = { name: TEXT, background: TEXT, text: TEXT, faint: TEXT, grid: TEXT, data: TEXT };
  checkFields("the theme", theme, { needed: { ...texts, answers: listOf(TEXT), ramp: listOf(TEXT) } });
}

/**
 * Colour of the n-th answer; after the last the first again.
 * @example
 * const colours = [0, 1, 2].map((index) => answerColour(themeOf("light"), index));
 */
export function answerColour(theme: Theme, index: number): string {
  checkTheme(theme);
  check("the index of the answer", index, COUNT);
  const { answers } = theme;
  return answers[index % answers.length];
}

/** The colour at a share of the theme's ramp, from 0 to 1. */
export function rampColour({ ramp }: Theme, share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (ramp.length - 1);
  const left = Math.min(ramp.length - 2, Math.floor(at));
  return mixed(ramp[left], ramp[left + 1], at - left);
}

/** Linear in red, green and blue: from "#rrggbb" to another. */
export function mixed(from: string, to: string, part: number): string {
  const channel = (colour: string, i: number) => Number.parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16);
  const hex = [0, 1, 2].map((i) => {
    const value = Math.round(channel(from, i) + part * (channel(to, i) - channel(from, i)));
    return value.toString(16).padStart(2, "0");
  });
  return `#${hex.join("")}`;
}

/**
 * Inter, shipped with the package, so that PNGs look the same everywhere. A reader of an SVG may not have it: then the
 * system's own.
 */
export const FONT_FAMILY = "Inter, system-ui, sans-serif";
export const FONT_SIZE = 12;
export const TITLE_SIZE = 14;

/** The font files, regular and semi-bold. */
export function fontFiles(): string[] {
  return ["Inter_400Regular.ttf", "Inter_600SemiBold.ttf"].map((file) => packageFile(`fonts/${file}`));
}

/** Mean width of a letter, in units of the font's size: Inter's in English text. */
const LETTER = 0.53;

/** About how wide a text is, in pixels. */
export function textWidth(text: string, size: number): number {
  return text.length * size * LETTER;
}

/** How joint samples are drawn. */
export const JOINT_STYLES = ["contours", "hexbins"] as const;
export type JointStyle = (typeof JOINT_STYLES)[number];
