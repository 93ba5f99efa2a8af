/**
 * @file A figure as a PDF of one page, with its letters as outlines: the paths of the SVG as operators of PDF
 * (ISO 32000-1, chapter 8). Nothing is embedded, so nothing can be missing; the text lies below, unpainted, to be searched.
 */
import { zlibSync } from "fflate";
import { DOMParser } from "linkedom";
import { checkShape } from "./checked-plots.ts";
import type { Figure } from "./figure.ts";
import { asPaths } from "./outlined.ts";
import { textLayer } from "./pdf-text.ts";

/** Points of 1/72 inch for each pixel of 1/96. */
const POINTS = 72 / 96;

/** What is read of an element of these paths. */
interface Element {
  readonly localName: string;
  readonly children: Iterable<Element>;
  getAttribute(name: string): string | null;
}

/**
 * The bytes of the PDF, the same for the same figure.
 * @example
 * const epochs = [1, 2].map((epoch) => ({ epoch, loss: 1 / epoch, validationLoss: Number.NaN, learningRate: 1e-3 }));
 * console.log(figurePdf(trainingFigure(epochs)).length);
 */
export function figurePdf(figure: Figure): Uint8Array {
  checkShape("figure", figure);
  const root = new DOMParser().parseFromString(asPaths(figure.svg), "image/svg+xml")
    .documentElement as unknown as Element;
  const page = new Page(root);
  const [width, height] = [figure.width * POINTS, figure.height * POINTS].map(digits);
  const text = textLayer(figure.svg, digits);
  const operators = [`${POINTS} 0 0 ${-POINTS} 0 ${height} cm`, ...text.operators, ...page.operators];
  const content = zlibSync(new TextEncoder().encode(`${operators.join("\n")}\n`));
  return fileOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents 4 0 R /Resources << /ExtGState << ${page.states()} >> /Font << /F0 5 0 R >> >> >>`,
    [`<< /Length ${content.length} /Filter /FlateDecode >>`, content],
    text.font(6),
    [`<< /Length ${text.toUnicode.length} >>`, new TextEncoder().encode(text.toUnicode)],
    `<< /Title ${textOf(figure.title)} /Producer (anygiven) >>`,
  ]);
}

/** The operators that draw a tree of groups and paths. */
class Page {
  readonly operators: string[] = [];
  readonly #clips = new Map<string, Element>();
  /** By opacities of fill and stroke, the names of graphics states. */
  readonly #opacities = new Map<string, string>();

  constructor(root: Element) {
    for (const child of root.children)
      if (child.localName === "defs")
        for (const clip of child.children) this.#clips.set(clip.getAttribute("id") ?? "", clip);
    this.#draw(root);
  }

  states(): string {
    return [...this.#opacities]
      .map(([key, name]) => {
        const [fill, stroke] = key.split(" ");
        return `/${name} << /ca ${fill} /CA ${stroke} >>`;
      })
      .join(" ");
  }

  #draw(parent: Element): void {
    for (const element of parent.children) {
      if (element.localName === "path") this.#path(element);
      else if (element.localName === "g") this.#group(element);
      else if (element.localName !== "defs" && element.localName !== "title")
        throw new Error(`a figure has no <${element.localName}>`);
    }
  }

  #group(element: Element): void {
    this.operators.push("q");
    this.#transform(element);
    const [, clip] = /url\(#(.*)\)/.exec(element.getAttribute("clip-path") ?? "") ?? [];
    if (clip !== undefined) this.#clip(clip);
    this.#draw(element);
    this.operators.push("Q");
  }

  #transform(element: Element): void {
    const [, matrix] = /matrix\((.*)\)/.exec(element.getAttribute("transform") ?? "") ?? [];
    if (matrix !== undefined) this.operators.push(`${numbersOf(matrix).map(digits).join(" ")} cm`);
  }

  #clip(name: string): void {
    const clip = this.#clips.get(name);
    if (!clip) throw new Error(`a figure has no clip path ${name}`);
    const paths = [...clip.children].map((path) => pathOperators(path.getAttribute("d") ?? ""));
    this.operators.push(...paths, "W n");
  }

  #path(element: Element): void {
    const [fill, stroke] = [
      element.getAttribute("fill") ?? "#000000",
      element.getAttribute("stroke") ?? "none",
    ];
    const [isFilled, isStroked] = [fill !== "none", stroke !== "none"];
    if (!isFilled && !isStroked) return;
    const drawn = pathOperators(element.getAttribute("d") ?? "");
    const fillOperator = element.getAttribute("fill-rule") === "evenodd" ? "f*" : "f";
    const value = (name: string, otherwise: number) => Number(element.getAttribute(name) ?? otherwise);
    const style = [
      `/${this.#state(value("fill-opacity", 1), value("stroke-opacity", 1))} gs`,
      ...(isFilled ? [`${colourOf(fill)} rg`] : []),
      ...(isStroked ? strokeStyle(element, value, stroke) : []),
    ];
    this.operators.push("q");
    this.#transform(element);
    this.operators.push(...style);
    const steps = [...(isFilled ? [fillOperator] : []), ...(isStroked ? ["S"] : [])];
    // A halo of a text is painted before the text.
    if (element.getAttribute("paint-order")?.startsWith("stroke")) steps.reverse();
    for (const step of steps) this.operators.push(`${drawn} ${step}`);
    this.operators.push("Q");
  }

  #state(fill: number, stroke: number): string {
    const key = `${digits(fill)} ${digits(stroke)}`;
    const name = this.#opacities.get(key) ?? `G${this.#opacities.size}`;
    this.#opacities.set(key, name);
    return name;
  }
}

const CAPS = { butt: 0, round: 1, square: 2 };
const JOINS = { miter: 0, round: 1, bevel: 2 };

function strokeStyle(
  element: Element,
  value: (name: string, otherwise: number) => number,
  colour: string,
): string[] {
  const dashes = element.getAttribute("stroke-dasharray");
  const cap = (element.getAttribute("stroke-linecap") ?? "butt") as keyof typeof CAPS;
  const join = (element.getAttribute("stroke-linejoin") ?? "miter") as keyof typeof JOINS;
  return [
    `${colourOf(colour)} RG ${digits(value("stroke-width", 1))} w ${CAPS[cap]} J ${JOINS[join]} j`,
    `${digits(value("stroke-miterlimit", 4))} M`,
    ...(dashes ? [`[${numbersOf(dashes).map(digits).join(" ")}] 0 d`] : []),
  ];
}

/** "M 0 0 Q 1 1 2 0 Z" as operators: a curve of degree two becomes the same one of degree three. */
function pathOperators(path: string): string {
  const operators: string[] = [];
  let [x, y] = [0, 0];
  for (const [, command, rest] of path.matchAll(/([MLCQZ])([^MLCQZ]*)/g)) {
    const at = numbersOf(rest);
    if (command === "M") operators.push(`${pair(at, 0)} m`);
    if (command === "L") operators.push(`${pair(at, 0)} l`);
    if (command === "C") operators.push(`${pair(at, 0)} ${pair(at, 2)} ${pair(at, 4)} c`);
    if (command === "Q") {
      const [controlX, controlY, endX, endY] = at;
      const towards = (from: number, to: number) => from + (2 / 3) * (to - from);
      const first = [towards(x, controlX), towards(y, controlY)];
      const second = [towards(endX, controlX), towards(endY, controlY)];
      operators.push(`${pair(first, 0)} ${pair(second, 0)} ${pair(at, 2)} c`);
    }
    if (command === "Z") operators.push("h");
    else [x, y] = at.slice(-2);
  }
  return operators.join(" ");
}

const numbersOf = (text: string) =>
  text
    .trim()
    .split(/[\s,]+/)
    .map(Number);
const digits = (value: number) => String(Number(value.toFixed(3)) + 0);
const pair = (values: readonly number[], first: number) =>
  `${digits(values[first])} ${digits(values[first + 1])}`;

/** "#ff8000" as shares of red, green and blue. */
function colourOf(hex: string): string {
  return [1, 3, 5].map((at) => digits(Number.parseInt(hex.slice(at, at + 2), 16) / 255)).join(" ");
}

/** A text in UTF-16, as PDF has it. */
function textOf(text: string): string {
  const units = Array.from({ length: text.length }, (_, i) =>
    text.charCodeAt(i).toString(16).padStart(4, "0"),
  );
  return `<feff${units.join("")}>`;
}

/** A file of these objects: the first is the catalogue, the last the information. A pair is a stream. */
function fileOf(objects: readonly (string | readonly [head: string, content: Uint8Array])[]): Uint8Array {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  let length = 0;
  const add = (part: string | Uint8Array) => {
    const bytes = typeof part === "string" ? encoder.encode(part) : part;
    parts.push(bytes);
    length += bytes.length;
  };
  add("%PDF-1.4\n");
  add(Uint8Array.of(0x25, 0xe2, 0xe3, 0xcf, 0xd3, 0x0a)); // a remark that says: bytes, not text
  const places = objects.map((object, i) => {
    const place = length;
    add(`${i + 1} 0 obj\n`);
    if (typeof object === "string") add(object);
    else for (const part of [object[0], "\nstream\n", object[1], "\nendstream"]) add(part);
    add("\nendobj\n");
    return place;
  });
  const table = length;
  const entries = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`);
  add(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries.join("")}`);
  add(
    `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info ${objects.length} 0 R >>\nstartxref\n${table}\n%%EOF\n`,
  );
  const file = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}
