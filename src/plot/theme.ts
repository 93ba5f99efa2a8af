/** @file Colours and sizes of all pictures: light and dark, told apart by colour-blind readers too. */
import { InputError } from "../base/errors.ts";

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

/** After Okabe & Ito (2008), "Color universal design": told apart with any kind of colour vision. */
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

/** @throws InputError for a theme there isn't. */
export function themeOf(name: ThemeName = "light"): Theme {
  if (name === "light") return LIGHT;
  if (name === "dark") return DARK;
  throw new InputError(`There is no theme "${String(name)}": use ${THEMES.join(" or ")}.`);
}

/** Colour of the n-th answer; after the last the first again. */
export function answerColour({ answers }: Theme, place: number): string {
  return answers[place % answers.length];
}
