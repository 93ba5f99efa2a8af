/** @file A figure with its letters as outlines: it looks alike where its typeface is missing. resvg lays the text out. */
import { Resvg } from "@resvg/resvg-js";
import { DOMParser } from "linkedom";
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
 * The figure with paths in place of its text, as a whole SVG document: editors and browsers without the typeface show it alike.
 * The letters lie above everything else, each text a path with what it says as its title.
 * @example
 * const epochs = [1, 2].map((epoch) => ({ epoch, loss: 1 / epoch, validationLoss: Number.NaN, learningRate: 1e-3 }));
 * console.log(outlinedSvg(trainingFigure(epochs)).includes("<text")); // false
 */
export function outlinedSvg(figure: Figure): string {
  checkShape("figure", figure);
  const { svg, title } = figure;
  const { svg: drawn, texts } = lettersOf(svg);
  const [, definitions = "", painted = ""] = /^<svg[^>]*>(<defs>.*<\/defs>)?(.*)<\/svg>$/s.exec(drawn) ?? [];
  const waiting = [...texts];
  const named = painted.replace(/<path[^>]*>/g, (path) =>
    titled(
      path.replace(/ d="([^"]*)"/, (_, places: string) => ` d="${shortPath(places)}"`),
      waiting.shift(),
    ),
  );
  // The panels have clip paths, too, with other names.
  const letters = `${definitions}${named}`.replace(/(id="|url\(#)clipPath/g, "$1letters");
  const bare = withGroups(svg.trim().replace(/<text\b[\s\S]*?<\/text>/g, ""));
  const end = bare.lastIndexOf("</svg>");
  const about = bare.includes("<title>") ? "" : `<title>${escaped(title)}</title>`;
  return `${bare.slice(0, end)}${about}${letters}</svg>\n`;
}

/** Panels as groups that are cut where they end: not every program places an SVG within an SVG, or knows the current colour. */
function withGroups(svg: string): string {
  let panels = 0;
  let colour = "";
  const grouped = svg
    .replace(/<svg (x="[^>]*)>|currentColor/g, (_, attributes: string | undefined) => {
      if (attributes === undefined) return colour;
      const value = (name: string) => new RegExp(`(?<![-\\w])${name}="([^"]*)"`).exec(attributes)?.[1] ?? "0";
      colour = value("color");
      const kept = attributes.replace(/(?<![-\w])(x|y|width|height|viewBox|color)="[^"]*" ?/g, "");
      const name = `panel${panels++}`;
      const clip = `<clipPath id="${name}"><rect width="${value("width")}" height="${value("height")}"/></clipPath>`;
      const place = `transform="translate(${value("x")},${value("y")})" clip-path="url(#${name})"`;
      return `<g ${place} ${kept.trim().replaceAll("currentColor", colour)}>${clip}`;
    })
    .replaceAll("</svg>", "</g>");
  return grouped.replace(/<\/g>$/, "</svg>");
}

/** The same path by steps from place to place, in fewer than half the letters. */
function shortPath(path: string): string {
  let [x, y] = [0, 0];
  let [startX, startY] = [0, 0];
  return Array.from(path.matchAll(/([MLQCZ])([^MLQCZ]*)/g), ([, command, rest]) => {
    const at = rest
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    if (command === "Z") {
      [x, y] = [startX, startY];
      return "z";
    }
    const steps = at.map((value, i) => shortNumber(value - (i % 2 === 0 ? x : y)));
    [x, y] = at.slice(-2);
    if (command === "M") [startX, startY] = [x, y];
    return (
      command.toLowerCase() +
      steps.map((step, i) => (i > 0 && !step.startsWith("-") ? ` ${step}` : step)).join("")
    );
  }).join("");
}

/** In hundredths: ".5", "-12". */
const shortNumber = (value: number) => String(Number(value.toFixed(2)) + 0).replace(/^(-?)0\./, "$1.");

/** What a title says is for those who can't see, and for a search. */
function titled(path: string, text = ""): string {
  const letters = (tag: string) => tag.replace(/\/>$/, `><title>${escaped(text)}</title></path>`);
  if (!path.includes(' paint-order="stroke')) return letters(path);
  // Not every editor paints a stroke before the fill: two paths do.
  const without = (what: string) => path.replace(new RegExp(` ${what}="[^"]*"`), ` ${what}="none"`);
  return without("fill") + letters(without("stroke"));
}

/** A whole SVG document as one of nothing but groups, paths and clip paths. */
export function asPaths(svg: string): string {
  const drawn = new Resvg(svg, { font: fontOptions() }).toString();
  return drawn
    .trim()
    .replace(/>\s+</g, "><")
    .replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (digits) => String(Number(Number(digits).toFixed(2)) + 0));
}

/** What is drawn, but for letters. */
const SHAPES = "path, rect, circle, ellipse, line, polyline, polygon, image, use";

/** The letters alone as paths, and what they say: a path for each text, in the same order. */
export function lettersOf(svg: string): { readonly svg: string; readonly texts: readonly string[] } {
  const document = new DOMParser().parseFromString(svg, "image/svg+xml");
  for (const shape of document.querySelectorAll(SHAPES)) if (!shape.closest("clipPath")) shape.remove();
  const texts = [...document.querySelectorAll("text")].map(({ textContent }) => textContent ?? "");
  return { svg: asPaths(document.toString()), texts: texts.filter((text) => text.trim() !== "") };
}
