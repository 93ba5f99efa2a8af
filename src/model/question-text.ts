/** @file Questions and their answers as people write them: "teff=4700±50", " given teff = 4700 ± 50", values asked about. */
import { InputError } from "../base/errors.ts";
import type { ColumnEncoding } from "../columns/encoding.ts";
import { kindOf, valueOfText } from "../columns/kinds.ts";
import type { Distribution } from "../distribution/distribution.ts";
import { formatNumber } from "../numeric/format.ts";
import type { Given } from "./question-table.ts";

/**
 * "A=1.5", "A=red", "A=2026-11-23"; "A=12±0.5", "A=12+-0.5" or "A=12+/-0.5" has a measurement error. What is a number
 * becomes one; an empty value or NaN stands for missing.
 * @param before what is given already; the new value is added to it.
 * @throws InputError for another form, and for a column that is given already.
 */
export function givenOfText(text: string, before: Given = {}): Given {
  const at = text.lastIndexOf("=");
  if (at < 1) throw new InputError(`"${text}" is not NAME=VALUE.`);
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  if (Object.hasOwn(before, name)) throw new InputError(`"${name}" is given twice.`);
  return { ...before, [name]: cellOfText(value) };
}

function cellOfText(text: string): Given[string] {
  if (/^\s*(nan|na|null|none)?\s*$/i.test(text)) return Number.NaN;
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
    if (typeof cell !== "object" || cell === null) {
      return `${name} = ${typeof cell === "number" ? formatNumber(cell) : cell}`;
    }
    return `${name} = ${formatNumber(cell.value)} ± ${formatNumber(cell.error)}`;
  });
  return parts.length === 0 ? "" : ` given ${parts.join(", ")}`;
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
