/** @file Columns of text that are numbers or dates in a form of their own, and whole numbers that are days: found and told. */
import { type DateForm, formOfDates, orderOf, otherOrder } from "../date-form.ts";
import type { FileReport } from "../file-report.ts";
import { answersOfEach, literal, rowsOf } from "../files/duckdb.ts";
import type { FileColumn } from "../files/file-relation.ts";
import { describedForm, formOfNumbers, numberOfForm } from "../number-form.ts";
import type { ReadAs, StatedWord } from "../stated-kinds.ts";
import type { HowRead } from "../table.ts";
import { type ColumnType, isMissingSql } from "./cell-stream.ts";
import { formedMicrosecondsSql, formedNumberSql, isDayNumberSql } from "./form-sql.ts";
import { type Counts, columnOf, type Part, rowsOrComplaint, type Sources } from "./infer-types.ts";

/** Different texts by which a form is chosen; all of them then say whether it is right. */
const LOOKED_AT = 500;
/** So much of the present cells must be in a form; the others are then wrong cells. */
const MOST = 0.9;
/** Rows in which days and codes written as numbers are looked for before all are. */
const FIRST_ROWS = 1000;

interface Asked {
  readonly part: Part;
  /** The column's place in the table "texts" of DuckDB. */
  readonly index: number;
  readonly counts: Counts;
  /** What it is without a form. */
  readonly kind: ColumnType["kind"];
}

/** What a reader takes for what a user says: a whole number is a number. */
export function plainKind(kind: StatedWord): "number" | "boolean" | "date" | "category" {
  return kind === "boolean" || kind === "date" || kind === "category" ? kind : "number";
}

/** What is presumed of any column anyway. */
export function isPlainNumber({ kind, numberForm }: ReadAs): boolean {
  return plainKind(kind) === "number" && numberForm === undefined;
}

/** The type of a column whose texts are numbers or dates in a form; undefined if plain ones are, or none. */
export async function formedType(sources: Sources, asked: Asked): Promise<ColumnType | undefined> {
  const { part, counts, kind } = asked;
  const said = sources.stated.get(part.name);
  if (said?.numberForm) return { kind: "number", form: said.numberForm, read: { form: said.numberForm } };
  if (said?.dateForm !== undefined)
    return { kind: "date", form: said.dateForm, read: { form: said.dateForm } };
  const wanted = said && plainKind(said.kind);
  if (wanted === "category" || wanted === "boolean" || counts.present === 0) return undefined;
  const isPlain = counts.numbers + counts.booleans === counts.present || counts.dates === counts.present;
  if (wanted === undefined && (isPlain || kind === "boolean")) return undefined;
  const texts = await someTexts(sources, asked.index);
  if (wanted !== "date") {
    const found = await formedNumbers(sources, asked, texts, wanted === "number");
    if (found) return found;
  }
  return wanted === "number" ? undefined : await formedDates(sources, asked, texts, wanted === "date");
}

/** A column of so few different texts, each so often, has levels: a word among numbers is one of them, no mistake. */
const MOST_LEVELS = 20;
const OFTEN_EACH = 4;
const WORD = "[A-Za-z][A-Za-z _-]*[A-Za-z]|[<>≤≥]=? *[0-9.,]+|[0-9.,]+ *[+]";
/** A number with words behind, "5 - very": a level if it is there as often as levels are, otherwise a wrong cell. */
const WORDED = "[0-9.,]+[^0-9A-Za-z]+[A-Za-z].*";

/** Whether there are few different texts, each often. */
export function isLeveled({ present, different }: Pick<Counts, "present" | "different">): boolean {
  return different <= MOST_LEVELS && present >= OFTEN_EACH * different;
}

/** A word or limit that stands among few different numbers: 3, 4, 6, rotary; 0, 1, 2, 3+. Undefined if there is none, or anything else. */
export async function wordsAmongLevels(
  { connection }: Sources,
  index: number,
  { present, numbers, booleans, different }: Counts,
): Promise<string | undefined> {
  if (numbers + booleans === present || !isLeveled({ present, different })) return undefined;
  const isLevel = `regexp_full_match(text, ${literal(WORD)})
    OR (regexp_full_match(text, ${literal(WORDED)}) AND sum(cells) >= ${OFTEN_EACH})`;
  const others = `SELECT text, ${isLevel} FROM texts
    WHERE place = ${index} AND NOT word AND TRY_CAST(text AS DOUBLE) IS NULL GROUP BY text ORDER BY text`;
  const words = await rowsOf(connection, others);
  const isEach = words.length > 0 && words.every(([, isWord]) => isWord === true);
  return isEach ? String(words[0][0]) : undefined;
}

export function levelsRemark(name: string, word: string): string {
  if (/^[<>≤≥]|\+$/.test(word))
    return `${name}: few different numbers, and "${word}" among them, taken for categories. As numbers, with that for a limit: \`limits\` ${name}=cells.`;
  const spelt = /^\w+$/.test(word) ? word : `"${word}"`;
  return `${name}: few different numbers, and "${word}" among them, taken for categories. As numbers, with that for missing: \`missing\` ${spelt}.`;
}

async function someTexts({ connection }: Sources, index: number): Promise<string[]> {
  const sql = `SELECT DISTINCT text FROM texts WHERE NOT word AND place = ${index} ORDER BY hash(text) LIMIT ${LOOKED_AT}`;
  return (await rowsOf(connection, sql)).map(([text]) => String(text));
}

/** How many cells of the column fulfil a condition on `text`. */
async function cellsWhere({ connection }: Sources, index: number, condition: string): Promise<number> {
  const sql = `SELECT coalesce(sum(cells), 0)::BIGINT FROM texts WHERE NOT word AND place = ${index} AND ${condition}`;
  return Number((await rowsOf(connection, sql))[0][0]);
}

/** Beside semicolons a comma is a decimal one, unless decimals have points there. */
function hasCommas({ separator, decimal }: FileReport): boolean {
  return decimal?.mark === "," || (separator?.mark === ";" && decimal?.mark !== ".");
}

async function formedNumbers(
  sources: Sources,
  { part, index, counts }: Asked,
  texts: readonly string[],
  isSaid: boolean,
): Promise<ColumnType | undefined> {
  const found = formOfNumbers(texts, hasCommas(sources.relations[0].report));
  if (!found) return undefined;
  const { form, isOpen } = found;
  const cells = await cellsWhere(sources, index, `${formedNumberSql("text", form)} IS NOT NULL`);
  if (cells <= counts.numbers || (!isSaid && cells < MOST * counts.present)) return undefined;
  const example = texts.find((text) => Number.isNaN(Number(text)) && numberOfForm(text, form) !== undefined);
  if (example === undefined) return undefined;
  const remarks = [
    `${part.name}: ${describedForm(form, example)}: "${example}" is read as ${numberOfForm(example, form)}. As text: \`kinds\` ${part.name}=category.`,
    ...(isOpen
      ? [
          `${part.name}: a comma may part thousands or decimals; it is taken for ${form.decimal === "," ? "a decimal one" : "one between thousands"}. Otherwise: \`decimal\` ${form.decimal === "," ? "." : ","}.`,
        ]
      : []),
  ];
  return { kind: "number", form, read: { form, remarks } };
}

async function formedDates(
  sources: Sources,
  { part, index, counts }: Asked,
  texts: readonly string[],
  isSaid: boolean,
): Promise<ColumnType | undefined> {
  const order = sources.stated.get(part.name)?.order;
  const found = formOfDates(texts, order);
  if (!found) return undefined;
  const countOf = (form: DateForm) =>
    cellsWhere(sources, index, `${formedMicrosecondsSql("text", form)} IS NOT NULL`);
  const cells = await countOf(found.form);
  const other = otherOrder(found.form);
  const isOpen = found.isOpen && other !== undefined && (await countOf(other)) >= cells;
  // Texts that were not looked at may tell the order.
  const isOther = found.isOpen && other !== undefined && (await countOf(other)) > cells;
  const form = isOther ? other : found.form;
  const most = isOther ? await countOf(other) : cells;
  if (most <= counts.dates || (!isSaid && most < MOST * counts.present)) return undefined;
  return { kind: "date", form, read: readDates(part.name, form, texts, isOpen && !isOther) };
}

function readDates(name: string, form: DateForm, texts: readonly string[], isOpen: boolean): HowRead {
  const order = orderOf(form);
  const first = order === "dmy" ? "the day" : "the month";
  const [own, turned] = order === "dmy" ? ["dmy", "mdy"] : ["mdy", "dmy"];
  const about = `${name}: dates such as "${texts[0]}", read by the pattern ${form}`;
  const remarks = isOpen
    ? [
        `${about}. Day and month may be either way round: ${first} is taken to be first (${own}). Otherwise: \`kinds\` ${name}=date:${turned}.`,
      ]
    : [
        `${about}${order ? ` (${first} first, as the cells show)` : ""}. As text: \`kinds\` ${name}=category.`,
      ];
  return { form, remarks };
}

/** What of the columns that are presumed to hold numbers the first rows, and then all, show to be days or codes. */
export async function typesAtFirstSight(
  sources: Sources,
  known: ReadonlyMap<Part, ColumnType>,
): Promise<Map<Part, ColumnType>> {
  const parts = sources.parts.filter((part) => {
    const isNumbers = sources.relations.every((each) =>
      ["number", "text"].includes(columnOf(each, part).kind),
    );
    return (
      isNumbers &&
      !known.has(part) &&
      !sources.stated.has(part.name) &&
      part.errorsOf === undefined &&
      part.limitOf === undefined
    );
  });
  const found = new Map<Part, ColumnType>();
  const isPossible = await look(sources, parts, ` LIMIT ${FIRST_ROWS}`);
  const candidates = parts.filter(
    (_, i) => isPossible[i].days || (isPossible[i].codes && !isPossible[i].words),
  );
  const isRight = await look(sources, candidates, "");
  for (const [i, part] of candidates.entries()) {
    const { days, codes, words, example } = isRight[i];
    if (days) found.set(part, dayNumbers(part.name, example));
    else if (codes && !words)
      found.set(part, { kind: "number", read: { remarks: [codeRemark(part.name, example)] } });
  }
  return found;
}

interface FirstSight {
  /** Whether each cell is a day such as 20230623. */
  readonly days: boolean;
  /** Whether numbers begin with a 0 that a number would lose. */
  readonly codes: boolean;
  /** Whether a cell is no number: 00 among names of states is a name. */
  readonly words: boolean;
  readonly example: string;
}

async function look(sources: Sources, parts: readonly Part[], limit: string): Promise<FirstSight[]> {
  let sights = parts.map((): FirstSight => ({ days: true, codes: false, words: false, example: "" }));
  if (parts.length === 0) return sights;
  for (const relation of sources.relations) {
    const about = (some: readonly FileColumn[]) => {
      const asked = some.map((_, i) => {
        const cell = `x${i}::VARCHAR`;
        const present = `NOT ${isMissingSql(cell, sources.missing)}`;
        const code = `regexp_full_match(trim(${cell}), '0[0-9]+')`;
        return [
          `coalesce(bool_and(${isDayNumberSql(`x${i}`)}) FILTER (${present}), false) AND count(DISTINCT ${cell}) FILTER (${present}) > 1`,
          `coalesce(bool_or(${code}), false)`,
          `coalesce(bool_or(TRY_CAST(${cell} AS DOUBLE) IS NULL) FILTER (${present}), false)`,
          `coalesce(any_value(${cell}) FILTER (${code}), any_value(${cell}) FILTER (${present}), '')`,
        ].join(", ");
      });
      const named = some.map(({ sql }, i) => `${sql} AS x${i}`).join(", ");
      return `SELECT ${asked} FROM (SELECT ${named} FROM ${relation.from}${limit})`;
    };
    const columns = parts.map((part) => columnOf(relation, part));
    const found = await answersOfEach(columns, about, (sql) => rowsOrComplaint(sources, relation, sql));
    sights = sights.map((sight, i) => {
      const [days, codes, words, example] = found[i];
      return {
        days: sight.days && days === true,
        codes: sight.codes || codes === true,
        words: sight.words || words === true,
        example: sight.example || String(example),
      };
    });
  }
  return sights;
}

function dayNumbers(name: string, example: string): ColumnType {
  const form = "%Y%m%d";
  const remarks = [
    `${name}: whole numbers such as ${Number(example)}, read as days. As numbers: \`kinds\` ${name}=number.`,
  ];
  return { kind: "date", form, read: { form, remarks } };
}

function codeRemark(name: string, example: string): string {
  return `${name}: some numbers are written with a 0 in front (${example}), as codes are, and read without it. As codes: \`kinds\` ${name}=category.`;
}
