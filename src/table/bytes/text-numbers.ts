/** @file The numbers that a column's texts mean, once it is known what it holds. */
import { daysOfForm } from "../date-form.ts";
import { numberOfForm } from "../number-form.ts";
import type { ColumnType } from "../scan/column-types.ts";
import { plainName } from "../scan/kind-of-texts.ts";
import type { MissingRules } from "../scan/missing-rules.ts";
import { TRUTH_WORDS } from "../truth-words.ts";
import { plainDays, plainNumber, withoutBlanks } from "./counted-texts.ts";

/** Stands for a text that is none of its column's: at the far end of float64, where no table's cell is. */
export const WRONG = -1.618033988749895e308;

/** NaN is missing. */
export function numbersOf(texts: readonly string[], type: ColumnType, missing: MissingRules): Float64Array {
  const meaning = meaningOf(type, missing);
  const known = new Map<string, number>();
  return Float64Array.from(texts, (text) => {
    let value = known.get(text);
    if (value === undefined) {
      value = meaning(text);
      known.set(text, value);
    }
    return value;
  });
}

function meaningOf(type: ColumnType, missing: MissingRules): (text: string) => number {
  const words = new Set(["", ...missing.words]);
  const isMissing = (text: string) =>
    words.has(withoutBlanks(text).toLowerCase()) || missing.numbers.includes(plainNumber(text) ?? Number.NaN);
  switch (type.kind) {
    case "category": {
      const indices = new Map(type.categories.map((name, i) => [name, i]));
      return (text) => indices.get(plainName(withoutBlanks(text))) ?? Number.NaN;
    }
    case "date": {
      const { form } = type;
      return (text) => {
        const days = form === undefined ? plainDays(text) : daysOfForm(withoutBlanks(text), form);
        return days ?? (isMissing(text) ? Number.NaN : WRONG);
      };
    }
    case "boolean":
      return (text) =>
        plainNumber(text) ?? truth(text, TRUTH_WORDS) ?? (isMissing(text) ? Number.NaN : WRONG);
    case "number": {
      const { form } = type;
      if (form)
        return (text) =>
          isMissing(text) ? Number.NaN : (numberOfForm(text, form) ?? plainNumber(text) ?? WRONG);
      const words = type.hasTruths ? { true: ["true"], false: ["false"] } : { true: [], false: [] };
      return (text) => plainNumber(text) ?? truth(text, words) ?? (isMissing(text) ? Number.NaN : WRONG);
    }
  }
}

function truth(
  text: string,
  words: Readonly<Record<keyof typeof TRUTH_WORDS, readonly string[]>>,
): number | undefined {
  const word = withoutBlanks(text).toLowerCase();
  if (words.true.includes(word)) return 1;
  return words.false.includes(word) ? 0 : undefined;
}
