/** @file What DuckDB counts of texts that are numbers or dates in a form of their own, and of whole numbers that are days. */
import { answersOfEach, literal, numberSql, rowsOf } from "../files/duckdb.ts";
import type { FileColumn } from "../files/file-relation.ts";
import { isMissingSql } from "./cell-stream.ts";
import type { ColumnType } from "./column-types.ts";
import { formedMicrosecondsSql, formedNumberSql, isDayNumberSql } from "./form-sql.ts";
import { codeRemark, dayNumbers, hasCommas, type TextsOfColumn } from "./forms-of-texts.ts";
import { columnOf, rowsOrComplaint, type Sources } from "./infer-types.ts";
import { type Counts, isLeveled, OFTEN_EACH, WORD, WORDED } from "./kind-of-texts.ts";
import type { Part } from "./parts.ts";

/** Rows in which days and codes written as numbers are looked for before all are. */
const FIRST_ROWS = 1000;

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
    WHERE place = ${index} AND NOT word AND ${numberSql("text")} IS NULL GROUP BY text ORDER BY text`;
  const words = await rowsOf(connection, others);
  const isEach = words.length > 0 && words.every(([, isWord]) => isWord === true);
  return isEach ? String(words[0][0]) : undefined;
}

/** A column's texts, counted in the table "texts" of DuckDB. @param index the column's place there. */
export function textsIn(sources: Sources, { part, index, counts, kind }: Counted): TextsOfColumn {
  return {
    ...{ name: part.name, counts, kind, said: sources.stated.get(part.name) },
    hasCommas: hasCommas(sources.relations[0].report),
    some: (most) => someTexts(sources, index, most),
    cellsOfNumbers: (form) => cellsWhere(sources, index, `${formedNumberSql("text", form)} IS NOT NULL`),
    cellsOfDates: (form) => cellsWhere(sources, index, `${formedMicrosecondsSql("text", form)} IS NOT NULL`),
  };
}

interface Counted extends Pick<TextsOfColumn, "counts" | "kind"> {
  readonly part: Part;
  readonly index: number;
}

async function someTexts({ connection }: Sources, index: number, most: number): Promise<string[]> {
  const sql = `SELECT DISTINCT text FROM texts WHERE NOT word AND place = ${index} ORDER BY hash(text) LIMIT ${most}`;
  return (await rowsOf(connection, sql)).map(([text]) => String(text));
}

/** How many cells of the column fulfil a condition on `text`. */
async function cellsWhere({ connection }: Sources, index: number, condition: string): Promise<number> {
  const sql = `SELECT coalesce(sum(cells), 0)::BIGINT FROM texts WHERE NOT word AND place = ${index} AND ${condition}`;
  return Number((await rowsOf(connection, sql))[0][0]);
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
          `coalesce(bool_or(${numberSql(cell)} IS NULL) FILTER (${present}), false)`,
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
