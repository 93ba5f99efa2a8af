/**
 * @file The text of a figure as a PDF has it below its outlines: letters that are not painted (ISO 32000-1, 9.3.6, mode 3), so
 * that a reader can search and copy them. They are set in Courier, which every reader has, as wide as the outlines are.
 */
import { DOMParser } from "linkedom";
import { lettersOf } from "./outlined.ts";

/** The advance of every letter of Courier, in units of its size. */
const ADVANCE = 0.6;
/** The codes of a font are one byte; those of ASCII say themselves. */
const [FIRST_OTHER, LAST] = [128, 255];

/** What is read of an element of the outlined letters. */
interface Element {
  readonly localName: string;
  readonly children: Iterable<Element>;
  getAttribute(name: string): string | null;
}

export interface TextLayer {
  readonly operators: readonly string[];
  /** The font's name in the operators is F0; this is its dictionary, where `toUnicode` is the number of that object. */
  readonly font: (toUnicode: number) => string;
  /** What its codes mean. */
  readonly toUnicode: string;
}

/** Each text where its outlines lie. @param digits how a number is written. */
export function textLayer(svg: string, digits: (value: number) => string): TextLayer {
  const { svg: letters, texts } = lettersOf(svg);
  const root = new DOMParser().parseFromString(letters, "image/svg+xml")
    .documentElement as unknown as Element;
  const codes = codesOf(texts);
  const operators: string[] = [];
  const waiting = [...texts];
  const set = (parent: Element) => {
    for (const element of parent.children) {
      if (element.localName === "path") {
        operators.push(...textOperators(element, waiting.shift() ?? "", codes, digits));
      } else if (element.localName === "g") {
        const [, matrix] = /matrix\((.*)\)/.exec(element.getAttribute("transform") ?? "") ?? [];
        operators.push(
          "q",
          ...(matrix === undefined ? [] : [`${numbersOf(matrix).map(digits).join(" ")} cm`]),
        );
        set(element);
        operators.push("Q");
      }
    }
  };
  set(root);
  const widths = new Array(LAST + 1).fill(1000 * ADVANCE).join(" ");
  return {
    operators,
    font: (toUnicode) =>
      `<< /Type /Font /Subtype /Type1 /BaseFont /Courier /FirstChar 0 /LastChar ${LAST} /Widths [${widths}] /ToUnicode ${toUnicode} 0 R >>`,
    toUnicode: characterMap(codes),
  };
}

function textOperators(
  path: Element,
  text: string,
  codes: ReadonlyMap<string, number>,
  digits: (value: number) => string,
): string[] {
  const at = numbersOf((path.getAttribute("d") ?? "").replace(/[A-Z]/g, " "));
  const [xs, ys] = [at.filter((_, i) => i % 2 === 0), at.filter((_, i) => i % 2 === 1)];
  const known = [...text].flatMap((letter) => codes.get(letter) ?? []);
  if (known.length === 0 || xs.length === 0) return [];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const size = Math.max(1, bottom - top);
  const stretch = (100 * (right - left)) / (ADVANCE * size * known.length);
  const bytes = known.map((code) => code.toString(16).padStart(2, "0")).join("");
  // The page runs downwards, letters stand upright.
  return [
    `BT 3 Tr /F0 ${digits(size)} Tf ${digits(stretch)} Tz 1 0 0 -1 ${digits(left)} ${digits(bottom)} Tm <${bytes}> Tj ET`,
  ];
}

function codesOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const codes = new Map<string, number>();
  let next = FIRST_OTHER;
  for (const letter of texts.join("")) {
    const own = letter.codePointAt(0) ?? 0;
    if (codes.has(letter)) continue;
    if (own >= 32 && own < 127) codes.set(letter, own);
    else if (next <= LAST) codes.set(letter, next++);
  }
  return codes;
}

function characterMap(codes: ReadonlyMap<string, number>): string {
  const hex = (value: number, length: number) => value.toString(16).padStart(length, "0");
  const units = (letter: string) =>
    Array.from({ length: letter.length }, (_, i) => hex(letter.charCodeAt(i), 4)).join("");
  const pairs = [...codes].map(([letter, code]) => `<${hex(code, 2)}> <${units(letter)}>`);
  // At most 100 to a block.
  const blocks = Array.from({ length: Math.ceil(pairs.length / 100) }, (_, i) =>
    pairs.slice(100 * i, 100 * (i + 1)),
  ).map((block) => `${block.length} beginbfchar\n${block.join("\n")}\nendbfchar`);
  return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CMapName /Letters def
/CMapType 2 def
1 begincodespacerange
<00> <ff>
endcodespacerange
${blocks.join("\n")}
endcmap
end
end`;
}

const numbersOf = (text: string) =>
  text
    .trim()
    .split(/[\s,]+/)
    .filter((each) => each !== "")
    .map(Number);
