/** @file A picture: a title, a line about it, a key, and panels in rows below. */

import { InputError } from "../base/errors.ts";
import { checkPanels, checkShape } from "./checked-plots.ts";
import type { Panel } from "./panel.ts";
import { checkTheme, FONT_FAMILY, FONT_SIZE, type Theme, TITLE_SIZE, textWidth } from "./theme.ts";

export interface Figure {
  /** A whole SVG document. */
  readonly svg: string;
  /** In pixels of 1/96 inch. */
  readonly width: number;
  readonly height: number;
  readonly title: string;
}

/** How a line of the key is drawn: a line, an area, a dot. */
export interface KeyEntry {
  readonly label: string;
  readonly colour: string;
  readonly mark: "line" | "area" | "dot";
}

export interface Heading {
  readonly title: string;
  /** What is shown and how well: numbers belong here. */
  readonly subtitle?: string;
  readonly key?: readonly KeyEntry[];
}

const EDGE = 14;
const LINE = 17;
const GAP = 8;
/** Room of a key's mark. */
const KEY_MARK = 22;

/**
 * Puts panels in rows below a heading. The figure is as wide as its widest row.
 * @example
 * const theme = themeOf("dark");
 * const panels = ["teff", "logg"].map((name) =>
 *   densityPanel(theme, { width: 260, height: 200 }, { column: { name }, answers: [], data: [1, 2, 2, 3], range: [0, 4] }),
 * );
 * const figure = figureOf(theme, { title: "Two columns", subtitle: "four rows" }, [panels]);
 * console.log(figure.width, figure.height);
 */
export function figureOf(theme: Theme, heading: Heading, rows: readonly (readonly Panel[])[]): Figure {
  checkTheme(theme);
  checkShape("heading", heading);
  checkPanels(rows);
  const width = Math.max(...rows.map((row) => row.reduce((sum, panel) => sum + panel.width + GAP, -GAP)));
  const { lines, bottom } = headingLines(theme, heading, width);
  const placed: string[] = [];
  let y = bottom;
  for (const row of rows) {
    let x = 0;
    for (const panel of row) {
      placed.push(panel.svg.replace("<svg", `<svg x="${x}" y="${y}"`));
      x += panel.width + GAP;
    }
    y += Math.max(...row.map((panel) => panel.height)) + GAP;
  }
  const height = y - GAP;
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${FONT_FAMILY}" font-size="${FONT_SIZE}" fill="${theme.text}" color="${theme.text}" role="img">` +
    `<title>${escaped(heading.title)}</title><rect width="${width}" height="${height}" fill="${theme.background}"/>` +
    `${[...lines, ...placed].join("\n")}</svg>\n`;
  return { svg: inXml(svg), width, height, title: heading.title };
}

function headingLines(
  theme: Theme,
  { title, subtitle, key = [] }: Heading,
  width: number,
): { lines: string[]; bottom: number } {
  const lines: string[] = [];
  let y = 6;
  for (const line of wrapped(title, TITLE_SIZE, width)) {
    y += LINE + 1;
    lines.push(
      `<text x="${EDGE}" y="${y}" font-size="${TITLE_SIZE}" font-weight="600">${escaped(line)}</text>`,
    );
  }
  for (const line of subtitle ? wrapped(subtitle, FONT_SIZE, width) : []) {
    y += LINE;
    lines.push(`<text x="${EDGE}" y="${y}" fill="${theme.faint}">${escaped(line)}</text>`);
  }
  const keyed = keyLines(key, width, y);
  return { lines: [...lines, ...keyed.lines], bottom: keyed.bottom + 6 };
}

function keyLines(key: readonly KeyEntry[], width: number, top: number): { lines: string[]; bottom: number } {
  if (key.length === 0) return { lines: [], bottom: top };
  const lines: string[] = [];
  let x = EDGE;
  let y = top + LINE + 2;
  for (const entry of key) {
    // A label that is wider than the picture continues below.
    const [first = "", ...more] = wrapped(entry.label, FONT_SIZE, width - KEY_MARK);
    const wide = KEY_MARK + textWidth(first, FONT_SIZE);
    if (x > EDGE && x + wide > width - EDGE) {
      x = EDGE;
      y += LINE;
    }
    lines.push(keyMark(entry, x, y), `<text x="${x + KEY_MARK}" y="${y}">${escaped(first)}</text>`);
    for (const line of more) {
      y += LINE;
      lines.push(`<text x="${x + KEY_MARK}" y="${y}">${escaped(line)}</text>`);
    }
    x = more.length > 0 ? width : x + wide + 18;
  }
  return { lines, bottom: y };
}

function keyMark({ colour, mark }: KeyEntry, x: number, y: number): string {
  if (mark === "line") return `<path d="M${x},${y - 4}h16" stroke="${colour}" stroke-width="2.5"/>`;
  if (mark === "dot") return `<circle cx="${x + 8}" cy="${y - 4}" r="4" fill="${colour}"/>`;
  return `<rect x="${x}" y="${y - 9}" width="16" height="10" fill="${colour}"/>`;
}

/** Lines no wider than the figure, broken between words. */
function wrapped(text: string, size: number, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, size) <= width - 2 * EDGE) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}

export function escaped(text: string): string {
  return inXml(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** @throws InputError unless the ending is one that writeFigure knows: before the work, not after it. */
export function checkFigurePath(path: string): void {
  if (!/\.(svg|pdf|png)$/i.test(path))
    throw new InputError(`A picture is .svg, .pdf or .png; ${path} is none of these.`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML has no room for.
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|\p{Surrogate}/gu;

/** A text, or a whole document, as XML 1.0 may hold it: characters that it has none of as they are written in JSON, "\u001b". */
function inXml(text: string): string {
  return text.replace(
    NOT_IN_XML,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
