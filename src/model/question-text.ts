/** @file Questions and their answers as people write them: "teff=4700±50", " given teff = 4700 ± 50", values asked about. */
import { InputError } from "../base/errors.ts";
import type { ColumnEncoding, ModelColumn } from "../columns/encoding.ts";
import { valueInForm } from "../columns/given-text.ts";
import { kindOf, valueOfText } from "../columns/kinds.ts";
import type { Distribution } from "../distribution/distribution.ts";
import { formatNumber } from "../numeric/format.ts";
import { truthOf } from "../table/truth-words.ts";
import { type Given, type GivenInterval, isInterval, isMeasured } from "./question-table.ts";

/**
 * "A=1.5", "A=red", "A=2026-11-23"; "A=12±0.5", "A=12+-0.5" or "A=12+/-0.5" has a measurement error. What is a number
 * becomes one, but a code that only looks like one (01234) stays a text; an empty value or NaN stands for missing. "A=5..8",
 * "A=5..", "A>5", "A<=8", "5<A<=8" are intervals. Spaces around the signs do not matter.
 * @param before what is given already; the new value is added to it.
 * @param columns of the model that is asked: a name may then have any signs in it, and a category is looked up as it is
 * written before it is taken for anything else.
 * @throws InputError for another form, and for a column that is given already.
 */
export function givenOfText(text: string, before: Given = {}, columns: readonly ModelColumn[] = []): Given {
  const { name, cell } = namedCell(text, columns);
  const [known, isTwice] = [before[name], Object.hasOwn(before, name)];
  // Two limits are an interval: x>3 and x<5.
  if (
    isTwice &&
    isInterval(cell) &&
    isInterval(known) &&
    Object.keys(cell).every((end) => ENDS_AT[end as keyof GivenInterval].every((each) => !(each in known)))
  )
    return { ...before, [name]: { ...known, ...cell } };
  if (isTwice) throw new InputError(`"${name}" is given twice.`);
  return { ...before, [name]: cell };
}

interface NamedCell {
  readonly name: string;
  readonly cell: Given[string];
}

const SIGNS = { ">": "above", "<": "below", ">=": "lower", "<=": "upper" } as const;
const MIRRORED = { ">": "<", "<": ">", ">=": "<=", "<=": ">=" } as const;
/** Of the ends of an interval those that lie on the same side. */
const ENDS_AT: Readonly<Record<keyof GivenInterval, readonly (keyof GivenInterval)[]>> = {
  lower: ["lower", "above"],
  above: ["lower", "above"],
  upper: ["upper", "below"],
  below: ["upper", "below"],
};

type Sign = keyof typeof SIGNS;

function namedCell(text: string, columns: readonly ModelColumn[]): NamedCell {
  const between = betweenEnds(text);
  if (between) return between;
  const stated = statedOf(text, columns);
  if (!stated) throw new InputError(`"${text}" is not NAME=VALUE, NAME=LOW..HIGH, NAME>LOW or NAME<HIGH.`);
  const { name, sign, value } = stated;
  const column = columns.find((each) => each.name === name);
  if (sign === "=") return { name, cell: column ? cellOfColumn(value, column) : cellOfText(value) };
  return { name, cell: { [SIGNS[sign]]: endOfText(value) } };
}

/** Name, sign and value: of a known column whatever is in its name, the longest first. */
function statedOf(
  text: string,
  columns: readonly ModelColumn[],
): { readonly name: string; readonly sign: Sign | "="; readonly value: string } | undefined {
  const start = text.trimStart();
  const known = columns
    .map(({ name }) => name)
    .filter((name) => start.startsWith(name))
    .sort((a, b) => b.length - a.length);
  for (const name of known) {
    const [, sign, value = ""] = /^\s*(>=|<=|>|<|==?)(.*)$/s.exec(start.slice(name.length)) ?? [];
    if (sign === "=" || sign === "==") return { name, sign: "=", value };
    if (sign !== undefined && isEnd(value)) return { name, sign: sign as Sign, value };
  }
  const [, limited, sign, end = ""] = /^(.+?)\s*([<>]=?)\s*([^<>=]+)$/.exec(start) ?? [];
  if (limited !== undefined && isEnd(end)) return { name: limited, sign: sign as Sign, value: end };
  const at = start.lastIndexOf("=");
  if (at < 1) return undefined;
  return { name: start.slice(0, at).trim(), sign: "=", value: start.slice(at + 1) };
}

/** "5000 < teff <= 5500". */
function betweenEnds(text: string): NamedCell | undefined {
  const [, low = "", first, name = "", second, high = ""] =
    /^\s*([^<>=\s]+)\s*([<>]=?)\s*(.+?)\s*([<>]=?)\s*([^<>=\s]+)\s*$/.exec(text) ?? [];
  if (first === undefined || second === undefined || !isEnd(low) || !isEnd(high)) return undefined;
  if (first[0] !== second[0]) return undefined;
  const ends = [SIGNS[MIRRORED[first as Sign]], SIGNS[second as Sign]];
  return { name, cell: { [ends[0]]: endOfText(low), [ends[1]]: endOfText(high) } };
}

/** What an interval may end at: a number or a date. */
function isEnd(text: string): boolean {
  return isNumber(text) || /^\s*\d{4}-\d{2}-\d{2}/.test(text);
}

function endOfText(text: string): number | string {
  return isNumber(text) ? Number(text) : text.trim();
}

/** "5000..5500", "..3", "17..". */
function intervalOfText(text: string): GivenInterval | undefined {
  const [, low = "", high = ""] = /^(.*?)\.\.(.*)$/.exec(text.trim()) ?? [];
  const ends = [low, high].filter((end) => end.trim() !== "");
  if (ends.length === 0 || !ends.every(isEnd)) return undefined;
  return {
    ...(low.trim() !== "" && { lower: endOfText(low) }),
    ...(high.trim() !== "" && { upper: endOfText(high) }),
  };
}

const MISSING = /^\s*(nan|na|null|none)?\s*$/i;

/** A name is looked up as it is written; what else is a number is one, whatever it looks like. */
function cellOfColumn(text: string, column: ModelColumn): Given[string] {
  const { encoding } = column;
  const { isCategorical, isText } = kindOf(encoding);
  if (!isCategorical) {
    const formed = formedCell(text, column);
    if (formed !== undefined) return formed;
    const cell = cellOfText(text);
    const truth = String(encoding.pointMasses) === "0,1" ? truthOf(text) : undefined;
    if (truth !== undefined) return Number(truth);
    return typeof cell === "string" && !isText && isNumber(cell) ? Number(cell) : cell;
  }
  const written = [text, text.trim()].find((each) => encoding.categories.includes(each));
  if (written !== undefined) return written;
  if (MISSING.test(text)) return Number.NaN;
  const plain = isNumber(text) ? String(Number(text)) : "";
  return encoding.categories.includes(plain) ? plain : text.trim();
}

/** A value or an interval in the form of the column's table; undefined if the text is none. */
function formedCell(text: string, column: ModelColumn): Given[string] {
  if (column.form === undefined) return undefined;
  const kind = kindOf(column.encoding);
  const inForm = (part: string) => {
    const value = valueInForm(part, column);
    return value === undefined || !kind.isText ? value : kind.write(value, {});
  };
  const whole = inForm(text);
  if (whole !== undefined) return whole;
  const [, low, high] = /^(.*?)\.\.(.*)$/.exec(text) ?? [];
  if (low === undefined || high === undefined) return undefined;
  const [lower, upper] = [low, high].map(inForm);
  const isEmpty = (end: string) => end.trim() === "";
  if ((lower === undefined && !isEmpty(low)) || (upper === undefined && !isEmpty(high))) return undefined;
  if (lower === undefined && upper === undefined) return undefined;
  return { ...(lower !== undefined && { lower }), ...(upper !== undefined && { upper }) };
}

function cellOfText(text: string): Given[string] {
  if (MISSING.test(text)) return Number.NaN;
  const interval = intervalOfText(text);
  if (interval) return interval;
  const [value = "", error] = text.split(/±|\+\/?-/);
  if (error === undefined || !isNumber(value))
    return isNumber(text) && !isCode(text) ? Number(text) : text.trim();
  if (!isNumber(error)) throw new InputError(`"${error}" is not a number.`);
  return { value: Number(value), error: Number(error) };
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && !Number.isNaN(Number(text));
}

/** Digits that a number would lose: zeros in front, more than float64 holds. */
function isCode(text: string): boolean {
  return /^\s*[+-]?(0\d|\d{16,}\s*$)/.test(text);
}

/** " given teff = 4700 ± 50, kind = red", or nothing. */
export function givenText(given: Given): string {
  const parts = Object.entries(given).map(([name, cell]) => {
    if (isInterval(cell)) return intervalText(name, cell);
    if (!isMeasured(cell)) return `${name} = ${written(cell)}`;
    return `${name} = ${formatNumber(cell.value)} ± ${formatNumber(cell.error)}`;
  });
  return parts.length === 0 ? "" : ` given ${parts.join(", ")}`;
}

function written(cell: Given[string]): string {
  return typeof cell === "number" ? formatNumber(cell) : `${cell}`;
}

/** "teff > 5000", "5000 <= teff < 5500". */
function intervalText(name: string, { lower, above, upper, below }: GivenInterval): string {
  const [low, high] = [lower ?? above, upper ?? below];
  const [atLow, atHigh] = [lower === undefined ? "" : "=", upper === undefined ? "" : "="];
  if (low === undefined) return `${name} <${atHigh} ${written(high)}`;
  if (high === undefined) return `${name} >${atLow} ${written(low)}`;
  return `${written(low)} <${atLow} ${name} <${atHigh} ${written(high)}`;
}

/** What a distribution says of one value; of a category only its probability. */
export interface AnswerAt {
  /** A date or a category as its text. */
  readonly value: string | number;
  readonly pdf?: number;
  readonly cdf?: number;
  /** Of exactly this value: above 0 at a point mass, an integer or a category. */
  readonly probability: number;
}

/** @throws InputError for a text that can't be a value of the column. */
export function answersAt(
  distribution: Distribution,
  texts: readonly string[],
  encoding: ColumnEncoding,
): AnswerAt[] {
  return texts.map((text) => {
    if (distribution.kind === "category") return { value: text, probability: distribution.probability(text) };
    const value = valueOfText(text, distribution.name, encoding);
    return {
      value: kindOf(encoding).isText ? text : value,
      pdf: distribution.pdf(value),
      cdf: distribution.cdf(value),
      probability: distribution.probability(value),
    };
  });
}
