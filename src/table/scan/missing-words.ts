/** @file Which spellings mean "missing", and in which columns some are names as others: "NA" as a country, "None" as a kind. */
import { answersOfEach, literal, numeral, rowsOf } from "../files/duckdb.ts";
import { explainBrokenFile } from "../files/read-complaints.ts";
import { ALWAYS_MISSING, MISSING_WORDS } from "../files/text/cell-forms.ts";
import { trimmed } from "./cell-stream.ts";
import { columnOf, type Part, type Sources } from "./infer-types.ts";

/** What the user says of missing cells, settled. */
export interface MissingRules {
  /** Numbers that mean "missing". */
  readonly numbers: readonly number[];
  /** Spellings that mean "missing" in all columns, in small letters; those of the user among them. */
  readonly words: readonly string[];
  /** Those of them that the user named. */
  readonly told: readonly string[];
  /** Spellings that never mean "missing", in small letters. */
  readonly never: readonly string[];
}

/** @param missing numbers and words. @param notMissing spellings that are names, whatever they usually mean. */
export function missingRules(
  missing: readonly (number | string)[],
  notMissing: readonly string[],
): MissingRules {
  const plain = (word: string) => word.trim().toLowerCase();
  const words = missing.filter((each) => typeof each === "string").map(plain);
  const told = words.filter((word) => !Number.isFinite(numberOf(word)));
  const never = notMissing.map(plain).filter((word) => !words.includes(word));
  const numbers = missing.map((each) => (typeof each === "string" ? numberOf(plain(each)) : each));
  return {
    numbers: [...new Set(numbers.filter((each) => !Number.isNaN(each)))],
    words: [...new Set([...MISSING_WORDS, ...told])].filter((word) => !never.includes(word)),
    told,
    never,
  };
}

/** "-9999" and "inf" are numbers, too; NaN for a word. */
function numberOf(word: string): number {
  const infinite = /^([+-]?)inf(inity)?$/.exec(word);
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return word === "" ? Number.NaN : Number(word);
}

/** A text is parsed as a whole for each query: of so many columns that it is not read too often. */
const ALL_ROWS_AT_ONCE = 100;

/** The spellings that were found in a column, as they are written, and how many cells have each. */
export type Spellings = ReadonlyMap<string, number>;

/**
 * Counts the cells of each part that may say "missing", in all files: empty ones, words, the user's numbers. (Cells that
 * begin with a digit are no words, which spares most of the work.)
 */
export async function spellingsOf(sources: Sources): Promise<Map<Part, Spellings>> {
  const found = new Map<Part, Map<string, number>>();
  const { words, numbers } = sources.missing;
  const listed = `[${["", ...words].map(literal).join(", ")}]`;
  for (const relation of sources.relations) {
    const parts = sources.parts.filter((part) => columnOf(relation, part).kind === "text");
    if (parts.length === 0) continue;
    const selected = (part: Part) => {
      const text = `${columnOf(relation, part).sql}::VARCHAR`;
      const isWord = `NOT (${text} > '0' AND ${text} < ':') AND list_contains(${listed}, lower(${trimmed(text)}))`;
      const isNumber =
        numbers.length === 0
          ? ""
          : ` OR coalesce(list_contains([${numbers.map(numeral).join(", ")}], TRY_CAST(${text} AS DOUBLE)), false)`;
      return `count(*) - count(${text}), histogram(${text}) FILTER (${isWord}${isNumber})`;
    };
    const about = (some: readonly Part[]) => `SELECT ${some.map(selected).join(", ")} FROM ${relation.from}`;
    const rows = (sql: string) =>
      rowsOf(sources.connection, sql).catch(async (error: unknown) => {
        throw await explainBrokenFile(relation, error);
      });
    const answers = await answersOfEach(parts, about, rows, { atOnce: ALL_ROWS_AT_ONCE });
    for (const [i, part] of parts.entries()) {
      const counts = found.get(part) ?? new Map<string, number>();
      const add = (text: string, cells: number) => {
        if (cells > 0) counts.set(text, (counts.get(text) ?? 0) + cells);
      };
      add("", Number(answers[i][0]));
      const histogram = answers[i][1] as
        | readonly { readonly key: string; readonly value: string | number }[]
        | null;
      for (const { key, value } of histogram ?? []) add(key, Number(value));
      found.set(part, counts);
    }
  }
  return found;
}

/** What a spelling in a column of words is taken for, and why, in words. */
export interface Taken {
  readonly takenFor: "missing" | "category";
  readonly why: string;
}

/** What speaks for and against a name. */
export interface Evidence {
  /** The other texts of the column, none of which may mean "missing". */
  readonly others: readonly string[];
  /** Columns of numbers or dates in which the same spelling stands. */
  readonly inNumbers: readonly string[];
  /** Columns of numbers or dates with empty cells. */
  readonly emptyInNumbers: readonly string[];
  /** Whether the column has empty cells, too. */
  readonly hasEmpty: boolean;
  /** The names that a model knows, where one is asked. */
  readonly known: readonly string[] | undefined;
}

const NEVER_NAMES: ReadonlySet<string> = new Set(["", ...ALWAYS_MISSING]);

/** Spellings that are names where nothing speaks against it. */
const OFTEN_NAMES = new Set(["none", "missing", "nil"]);

/** Decides whether a spelling in a column of words is a name as the others. */
export function takenFor(spelling: string, rules: MissingRules, evidence: Evidence): Taken {
  const word = spelling.trim().toLowerCase();
  const { others, inNumbers, emptyInNumbers, hasEmpty, known } = evidence;
  const missing = (why: string): Taken => ({ takenFor: "missing", why });
  const category = (why: string): Taken => ({ takenFor: "category", why });
  if (rules.told.includes(word)) return missing("you said so");
  if (known !== undefined) {
    return known.includes(spelling.trim())
      ? category("the model knows it")
      : missing("the model does not know it");
  }
  if (NEVER_NAMES.has(word) || others.length === 0) return missing("it always means so");
  if (inNumbers.length > 0) return missing(`the column "${inNumbers[0]}" of numbers says so, too`);
  if (!/\p{L}/u.test(word)) {
    const marks = others.filter((each) => !/[\p{L}\d]/u.test(each));
    return marks.length >= others.length / 2
      ? category("the others are signs, too")
      : missing("the others are words");
  }
  if (word === "na" && isCodeAmong(spelling.trim(), others))
    return category("the others are codes of two letters, too");
  if (OFTEN_NAMES.has(word)) {
    return isWrittenAs(spelling.trim(), others)
      ? category("it is written as the others are")
      : missing("the others are written otherwise");
  }
  if (word === "null") return missing("it mostly means so");
  if (hasEmpty) return category("the column has empty cells for missing ones");
  if (emptyInNumbers.length > 0)
    return category(`the column "${emptyInNumbers[0]}" has empty cells for missing ones`);
  return missing("it mostly means so");
}

/** At least half of the others are of two letters, small or capital as this one. */
function isCodeAmong(spelling: string, others: readonly string[]): boolean {
  const form = spelling === spelling.toUpperCase() ? /^\p{Lu}{2}$/u : /^\p{Ll}{2}$/u;
  return form.test(spelling) && others.filter((each) => form.test(each)).length >= others.length / 2;
}

/** Most others begin with a capital, or a small letter, as this one does. */
function isWrittenAs(spelling: string, others: readonly string[]): boolean {
  const isCapital = (text: string) => /^\p{Lu}/u.test(text);
  const alike = others.filter((each) => !/^\p{L}/u.test(each) || isCapital(each) === isCapital(spelling));
  return alike.length >= (2 * others.length) / 3;
}
