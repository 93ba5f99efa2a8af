/** @file Colours between colours. */
import type { Theme } from "./theme.ts";

/** The colour at a place of the theme's ramp, 0 to 1. */
export function rampColour({ ramp }: Theme, place: number): string {
  const at = Math.min(1, Math.max(0, place)) * (ramp.length - 1);
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
