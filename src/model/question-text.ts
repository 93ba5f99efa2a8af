/** @file Questions and their answers as people write them: "teff=4700±50", " given teff = 4700 ± 50", values asked about. */
import { InputError } from "../base/errors.ts";
import type { ColumnEncoding } from "../columns/encoding.ts";
import { kindOf, valueOfText } from "../columns/kinds.ts";
import type { Distribution } from "../distribution/distribution.ts";
import { formatNumber } from "../numeric/format.ts";
import { type Given, type GivenInterval, isInterval, isMeasured } from "./question-table.ts";

/**
 * "A=1.5", "A=red", "A=2026-11-23"; "A=12±0.5", "A=12+-0.5" or "A=12+/-0.5" has a measurement error. What is a number
 * becomes one; an empty value or NaN stands for missing. "A=5..8", "A=5..", "A>5", "A<=8" are intervals.
 * @param before what is given already; the new value is added to it.
 * @throws InputError for another form, and for a column that is given already.
 */
export function givenOfText(text: string, before: Given = {}): Given {
  const limit = limitOfText(text);
  const at = text.lastIndexOf("=");
  if (!limit && at < 1)
    throw new InputError(`"${text}" is not NAME=VALUE, NAME=LOW..HIGH, NAME>LOW or NAME<HIGH.`);
  const name = limit?.name ?? text.slice(0, at);
  const cell = limit?.cell ?? cellOfText(text.slice(at + 1));
  const [known, isTwice] = [before[name], Object.hasOwn(before, name)];
  // Two limits are an interval: x>3 and x<5.
  if (isTwice && limit && isInterval(known) && Object.keys(limit.cell).every((end) => !(end in known)))
    return { ...before, [name]: { ...known, ...limit.cell } };
  if (isTwice) throw new InputError(`"${name}" is given twice.`);
  return { ...before, [name]: cell };
}

const SIGNS = { ">": "above", "<": "below", ">=": "lower", "<=": "upper" } as const;

/** "x>3", "x<=2026-11-23"; undefined for a text that is no limit: names may have such signs in them. */
function limitOfText(text: string): { readonly name: string; readonly cell: GivenInterval } | undefined {
  const [, name = "", sign, end = ""] = /^(.+?)\s*([<>]=?)\s*([^<>=]+)$/.exec(text) ?? [];
  if (sign === undefined || !isEnd(end)) return undefined;
  return { name, cell: { [SIGNS[sign as keyof typeof SIGNS]]: endOfText(end) } };
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

function cellOfText(text: string): Given[string] {
  if (/^\s*(nan|na|null|none)?\s*$/i.test(text)) return Number.NaN;
  const interval = intervalOfText(text);
  if (interval) return interval;
  const [value = "", error] = text.split(/±|\+\/?-/);
  if (error === undefined || !isNumber(value)) return isNumber(text) ? Number(text) : text;
  if (!isNumber(error)) throw new InputError(`"${error}" is not a number.`);
  return { value: Number(value), error: Number(error) };
}

function isNumber(text: string): boolean {
  return text.trim() !== "" && !Number.isNaN(Number(text));
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
