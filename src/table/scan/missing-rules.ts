/** @file Which spellings mean "missing", and in which columns some are names as others: "NA" as a country, "None" as a kind. */
import { ALWAYS_MISSING, MISSING_WORDS } from "../files/text/cell-forms.ts";
import type { Part } from "./parts.ts";

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

/** The spellings that were found in a column, as they are written, and how many cells have each. */
export type Spellings = ReadonlyMap<string, number>;

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

/** What a column of words and those of numbers beside it tell about a spelling in it. */
export function evidenceFor(
  {
    parts,
    knownNames,
  }: {
    readonly parts: readonly Part[];
    /** The names of a column that a model knows, where one is asked. */
    readonly knownNames?: Readonly<Record<string, readonly string[]>>;
  },
  part: Part,
  {
    spellings,
    words,
  }: { readonly spellings: ReadonlyMap<Part, Spellings>; readonly words: ReadonlySet<Part> },
  others: readonly string[],
): (spelling: string) => Evidence {
  const says = (each: Part, word: string) =>
    [...(spellings.get(each) ?? [])].some(([text]) => text.trim().toLowerCase() === word);
  const numbers = parts.filter((each) => !words.has(each) && spellings.has(each));
  const namesOf = (word: string) => numbers.filter((each) => says(each, word)).map(({ name }) => name);
  const known = knownNames && Object.hasOwn(knownNames, part.name) ? knownNames[part.name] : undefined;
  return (spelling) => ({
    others,
    inNumbers: namesOf(spelling.trim().toLowerCase()),
    emptyInNumbers: namesOf(""),
    hasEmpty: says(part, ""),
    known,
  });
}
