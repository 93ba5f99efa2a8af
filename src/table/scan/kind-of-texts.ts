/** @file What a column of texts holds, judged by how many of them are what: numbers, truths, dates, names. */
import { InputError } from "../../base/errors.ts";
import type { ReadAs, StatedWord } from "../stated-kinds.ts";
import { TRUTH_WORDS } from "../truth-words.ts";
import type { ColumnType } from "./column-types.ts";

export const TRUTHS = Object.values(TRUTH_WORDS).flat();

/** What the cells of a column are, counted over all files. */
export interface Counts {
  /** Cells that are not missing. */
  readonly present: number;
  readonly numbers: number;
  /** Numbers that are 0 or 1. */
  readonly bits: number;
  /** true and false. */
  readonly booleans: number;
  /** Words for true and false in any language of tables: yes, N, T. */
  readonly truths: number;
  /** How many different texts there are. */
  readonly different: number;
  readonly dates: number;
  /** Lists and objects of JSON. */
  readonly nested: number;
}

/**
 * A column of numbers with a few words is one with wrong cells, and refused where it is read; so is one of
 * dates. Where fewer than half of the present cells are either, the words are names. So are yes and no, written in one way
 * each: answers are then written so, too. Written in several ways (yes, No, T) they are true and false.
 */
export function kindOf({
  present,
  numbers,
  booleans,
  truths,
  different,
  dates,
}: Counts): "number" | "boolean" | "date" | "category" {
  if (present > 0 && truths === present && (booleans > 0 || different > 2)) return "boolean";
  if (numbers + booleans === present) return booleans > 0 && numbers === 0 ? "boolean" : "number";
  if (numbers >= present / 2) return "number";
  return dates >= present / 2 ? "date" : "category";
}

/** What a reader takes for what a user says: a whole number is a number. */
export function plainKind(kind: StatedWord): "number" | "boolean" | "date" | "category" {
  return kind === "boolean" || kind === "date" || kind === "category" ? kind : "number";
}

/**
 * The type of a column whose cells are read plainly. True among numbers is 1 where these are 0 and 1 only; elsewhere it is a
 * wrong cell.
 */
export function plainType(
  kind: "number" | "boolean" | "date" | "category",
  { numbers, bits, booleans }: Counts,
): ColumnType {
  const hasTruths = kind === "number" && booleans > 0 && bits === numbers;
  return { kind, ...(hasTruths && { hasTruths }) } as ColumnType;
}

/** What is presumed of any column anyway. */
export function isPlainNumber({ kind, numberForm }: ReadAs): boolean {
  return plainKind(kind) === "number" && numberForm === undefined;
}

/** A column of so few different texts, each so often, has levels: a word among numbers is one of them, no mistake. */
const MOST_LEVELS = 20;
export const OFTEN_EACH = 4;
export const WORD = "[A-Za-z][A-Za-z _-]*[A-Za-z]|[<>≤≥]=? *[0-9.,]+|[0-9.,]+ *[+]";
/** A number with words behind, "5 - very": a level if it is there as often as levels are, otherwise a wrong cell. */
export const WORDED = "[0-9.,]+[^0-9A-Za-z]+[A-Za-z].*";

/** Whether there are few different texts, each often. */
export function isLeveled({ present, different }: Pick<Counts, "present" | "different">): boolean {
  return different <= MOST_LEVELS && present >= OFTEN_EACH * different;
}

export function levelsRemark(name: string, word: string): string {
  if (/^[<>≤≥]|\+$/.test(word))
    return `${name}: few different numbers, and "${word}" among them, taken for categories. As numbers, with that for a limit: \`limits\` ${name}=cells.`;
  const spelt = /^\w+$/.test(word) ? word : `"${word}"`;
  return `${name}: few different numbers, and "${word}" among them, taken for categories. As numbers, with that for missing: \`missing\` ${spelt}.`;
}

/** More different texts than this are no categories, unless the user says so. */
const MAX_CATEGORIES = 1000;

/** What a user can declare to be categories: a network has an output for each. */
const MAX_DECLARED_CATEGORIES = 10_000;

/** The most names that a column may have. */
export function mostCategories(declared: boolean): number {
  return declared ? MAX_DECLARED_CATEGORIES : MAX_CATEGORIES;
}

/** A column of too many different texts, whose cells are not kept. */
export function leftOutTexts(different: number): ColumnType {
  return { kind: "category", categories: [], spellings: "", indices: [], read: { different } };
}

export function tooManyTexts(column: {
  readonly name: string;
  readonly source: string;
  readonly declared: boolean;
  readonly example: string;
}): InputError {
  const { name, source, declared } = column;
  const some = `Column "${name}" of ${source} holds more than ${mostCategories(declared).toLocaleString("en")} different`;
  const example = `(such as "${column.example.slice(0, 40)}")`;
  return new InputError(
    declared
      ? `${some} categories ${example}, too many for a model; leave it out with \`columns\`.`
      : `${some} texts ${example}, as an identifier does; leave it out with \`columns\`, or declare it with \`categories\` if they are categories.`,
  );
}

const plainNumber = /^[+-]?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i;

/** The name of a category as it is written: a number in its shortest form (1.0 is 1), any other unchanged (01). */
export function plainName(text: string): string {
  if (!plainNumber.test(text)) return text;
  if (/^[+-]?\d+$/.test(text)) return text === "-0" ? "0" : text.replace("+", ""); // also beyond 2^53
  const value = Number(text);
  return Number.isFinite(value) ? String(value) : text;
}

/** By code points, as DuckDB sorts and as UTF-8 does; `sort()` alone goes by UTF-16 units. */
export function byCodePoint(a: string, b: string): number {
  const [as, bs] = [Array.from(a), Array.from(b)];
  const at = as.findIndex((character, i) => character !== bs[i]);
  if (at < 0) return as.length - bs.length;
  return at < bs.length ? as[at].codePointAt(0)! - bs[at].codePointAt(0)! : 1;
}
