/** @file What columns of texts in memory hold, decided by the rules by which Node decides it of files. */
import type { FileReport, SpellingReport } from "../file-report.ts";
import type { ColumnType } from "../scan/column-types.ts";
import { presumed } from "../scan/column-types.ts";
import { codeRemark, dayNumbers, formedType, hasCommas } from "../scan/forms-of-texts.ts";
import {
  byCodePoint,
  kindOf,
  leftOutTexts,
  levelsRemark,
  mostCategories,
  plainKind,
  plainName,
  plainType,
  tooManyTexts,
} from "../scan/kind-of-texts.ts";
import { evidenceFor, type MissingRules, takenFor } from "../scan/missing-rules.ts";
import type { Part } from "../scan/parts.ts";
import type { ReadAs } from "../stated-kinds.ts";
import { type CountedTexts, plainNumber } from "./counted-texts.ts";

export interface TextRules {
  readonly missing: MissingRules;
  /** What a user says of columns. */
  readonly stated: ReadonlyMap<string, ReadAs>;
  readonly declared: ReadonlySet<string>;
  readonly report: FileReport;
  readonly label: string;
}

export interface TypedTexts {
  readonly types: ReadonlyMap<Part, ColumnType>;
  readonly spellings: readonly SpellingReport[];
}

/** @throws InputError for a declared column of too many names. */
export async function typesOfTexts(
  counted: ReadonlyMap<Part, CountedTexts>,
  rules: TextRules,
): Promise<TypedTexts> {
  const types = new Map<Part, ColumnType>();
  const levels = new Map<Part, string>();
  for (const [part, texts] of counted) {
    const found = await typeWithoutNames(part, texts, rules);
    if (found === "names") continue;
    if (typeof found === "string") levels.set(part, found.slice(LEVELS.length));
    else types.set(part, found);
  }
  const words = new Set([...counted.keys()].filter((part) => !types.has(part)));
  const spellings = new Map([...counted].map(([part, texts]) => [part, texts.spellings]));
  const told: SpellingReport[] = [];
  for (const [part, texts] of counted) {
    const own = texts.texts;
    const evidence = evidenceFor({ parts: [...counted.keys()] }, part, { spellings, words }, own);
    const isWord = words.has(part);
    const names = new Set<string>();
    for (const [spelling, cells] of texts.spellings) {
      const about = { column: part.name, spelling, cells };
      const trimmed = spelling.trim();
      if (trimmed === "") told.push({ ...about, takenFor: "missing", why: "the cell is empty" });
      else if (isWord) {
        const taken = takenFor(trimmed, rules.missing, evidence(trimmed));
        if (taken.takenFor === "category") names.add(trimmed);
        told.push({ ...about, ...taken });
      } else {
        const isTold =
          rules.missing.told.includes(trimmed.toLowerCase()) || plainNumber(trimmed) !== undefined;
        told.push({ ...about, takenFor: "missing", why: isTold ? "you said so" : "it is no number" });
      }
    }
    if (isWord) types.set(part, categoriesOf(part, [...own, ...names], rules, levels.get(part)));
  }
  return { types, spellings: told };
}

const LEVELS = "levels: ";

/** The type of a column; "names" if it holds words, and a word with "levels: " before it where that stands among levels. */
async function typeWithoutNames(
  part: Part,
  texts: CountedTexts,
  { stated, declared, report }: TextRules,
): Promise<ColumnType | string> {
  if (part.errorsOf !== undefined) return presumed;
  const { counts } = texts;
  const said = stated.get(part.name);
  const isDeclared = declared.has(part.name);
  if (counts.present === 0 && !said && !isDeclared) return presumed;
  const found = kindOf(counts);
  const kind = isDeclared ? "category" : found;
  const formed = isDeclared
    ? undefined
    : await formedType({
        ...{ name: part.name, counts, kind, said, hasCommas: hasCommas(report) },
        some: async (most) => texts.some(most),
        cellsOfNumbers: async (form) => texts.cellsOfNumbers(form),
        cellsOfDates: async (form) => texts.cellsOfDates(form),
      });
  if (formed) return formed;
  const level = !said && kind === "number" ? texts.wordAmongLevels() : undefined;
  if (level !== undefined) return LEVELS + level;
  if (said ? said.kind === "category" : kind === "category") return "names";
  if (said) return plainType(plainKind(said.kind), counts);
  if (kind !== "number" || counts.numbers < counts.present || part.limitOf !== undefined)
    return plainType(kind, counts);
  return atFirstSight(part.name, texts);
}

/** Of plain numbers: whether they are days, or look like codes. */
function atFirstSight(name: string, { texts, counts }: CountedTexts): ColumnType {
  const days = counts.different > 1 && texts.every(isDayNumber);
  if (days) return dayNumbers(name, texts[0]);
  const code = texts.find((text) => /^0[0-9]+$/.test(text));
  return code === undefined ? presumed : { kind: "number", read: { remarks: [codeRemark(name, code)] } };
}

/** Whether a number is a day such as 20230623. */
function isDayNumber(text: string): boolean {
  const number = plainNumber(text) ?? Number.NaN;
  if (!(number >= 18_000_101 && number <= 22_001_231 && Number.isInteger(number))) return false;
  const [year, month, day] = [Math.floor(number / 10_000), Math.floor(number / 100) % 100, number % 100];
  const made = new Date(Date.UTC(year, month - 1, day));
  return made.getUTCMonth() === month - 1 && made.getUTCDate() === day;
}

function categoriesOf(
  { name }: Part,
  texts: readonly string[],
  { declared, label }: TextRules,
  level: string | undefined,
): ColumnType {
  const isDeclared = declared.has(name);
  const categories = [...new Set(texts.map(plainName))].sort(byCodePoint);
  if (categories.length > mostCategories(isDeclared)) {
    if (!isDeclared) return leftOutTexts(texts.length);
    throw tooManyTexts({ name, source: label, declared: isDeclared, example: texts[0] });
  }
  const read = level === undefined ? undefined : { remarks: [levelsRemark(name, level)] };
  return { kind: "category", categories, spellings: "", indices: [], ...(read && { read }) };
}
