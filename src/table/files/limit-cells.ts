/**
 * @file Limits that stand in the cells of a column of numbers, "<0.006", ">= 10", "85+": found, and read as a number and,
 * in a column of its own, a sign.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { isMissingSql } from "../scan/cell-stream.ts";
import { isLeveled } from "../scan/infer-forms.ts";
import { columnOf, type Part, type Sources } from "../scan/infer-types.ts";
import { isOfCells } from "../scan/limit-rules.ts";
import { literal, rowsOf } from "./duckdb.ts";
import type { FileColumn, FileRelation } from "./file-relation.ts";
import { explainBrokenFile } from "./read-complaints.ts";
import { pointed } from "./text/open-text.ts";

/** Rows of each file in which limits are looked for. */
const LOOKED_AT = 100_000;
/** So much of the present cells must be numbers or limits, and so much numbers: the others are words then. */
const MOST = 0.9;
const FEWEST_NUMBERS = 0.1;

const NUMBER = "[+-]?[0-9.,]*[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?";
const SIGNED = literal(`\\s*([<>≤≥])=?\\s*(${NUMBER})\\s*`);
const OPEN = literal(`\\s*([0-9.,]*[0-9])\\s*\\+\\s*`);

const isSigned = (text: string) => `regexp_full_match(${text}, ${SIGNED})`;
const isOpen = (text: string) => `regexp_full_match(${text}, ${OPEN})`;
const isLimit = (text: string) => `(${isSigned(text)} OR ${isOpen(text)})`;
/** Most cells are neither, which their first and last signs tell. */
const mayBeLimit = (text: string) => `(left(ltrim(${text}), 1) IN ('<', '>', '≤', '≥') OR ${text} LIKE '%+')`;

function signSql(text: string): string {
  const sign = `CASE WHEN regexp_extract(${text}, ${SIGNED}, 1) IN ('<', '≤') THEN -1 ELSE 1 END`;
  return `CASE WHEN ${isSigned(text)} THEN ${sign} WHEN ${isOpen(text)} THEN 1 ELSE 0 END::DOUBLE`;
}

function endSql(text: string): string {
  return `CASE WHEN ${isSigned(text)} THEN regexp_extract(${text}, ${SIGNED}, 2) WHEN ${isOpen(text)} THEN regexp_extract(${text}, ${OPEN}, 1) ELSE ${text} END`;
}

type Rules = Pick<Sources, "missing" | "declared" | "stated">;

/**
 * The files and their parts, where cells of columns hold limits: each such column as numbers, with a part of signs behind it.
 * @param isSought whether they are looked for; otherwise only columns count of which it is said.
 */
export async function withLimitCells(
  connection: DuckDBConnection,
  opened: { readonly relations: readonly FileRelation[]; readonly parts: readonly Part[] },
  rules: Rules,
  isSought: boolean,
): Promise<{ readonly relations: FileRelation[]; readonly parts: Part[] }> {
  const found = isSought ? await partsWithLimits(connection, opened, rules) : new Map<Part, string>();
  const isTheirs = (part: Part) => found.has(part) || isOfCells(part.limits);
  const names = opened.parts.filter(isTheirs).map(({ name }) => name);
  const parts = opened.parts.flatMap((part): Part[] => {
    if (!isTheirs(part)) return [part];
    const example = found.get(part);
    const limits = { cells: true, ...(example !== undefined && { example }) } as const;
    return [
      { ...part, limits },
      { name: signsOf(part.name), limitOf: part.name, as: "flag" },
    ];
  });
  return {
    parts,
    relations: opened.relations.map((each) => (names.length > 0 ? withSigns(each, names) : each)),
  };
}

/** What the part of a column's signs is called. */
function signsOf(name: string): string {
  return `signs of ${name}`;
}

/** The parts that hold limits in cells, by themselves or because their column is known to be of numbers; with an example each. */
async function partsWithLimits(
  connection: DuckDBConnection,
  { relations, parts }: { readonly relations: readonly FileRelation[]; readonly parts: readonly Part[] },
  { missing, declared, stated }: Rules,
): Promise<Map<Part, string>> {
  const isNumber = (part: Part) => ["number", "integer"].includes(stated.get(part.name)?.kind ?? "");
  const candidates = parts.filter(
    (part) =>
      part.errorsOf === undefined &&
      part.limitOf === undefined &&
      part.limits === undefined &&
      !declared.has(part.name) &&
      (!stated.has(part.name) || isNumber(part)) &&
      relations.every((each) => columnOf(each, part).kind === "text"),
  );
  const ask = (of: readonly Part[], each: (text: string) => string) =>
    askedOf(connection, relations, of, each);
  const may = await ask(
    candidates,
    (text) => `coalesce(bool_or(${mayBeLimit(text)} AND ${isLimit(text)}), false)`,
  );
  const likely = candidates.filter((_, i) => may.some((answers) => answers[i][0] === true));
  const counts = await ask(likely, (text) => {
    const present = `NOT ${isMissingSql(text, missing)}`;
    const isPlain = `regexp_full_match(${text}, ${literal(`\\s*${NUMBER}\\s*`)})`;
    return `count(*) FILTER (${present}), count(*) FILTER (${present} AND ${isPlain}), count(*) FILTER (${isLimit(text)}),
      count(DISTINCT ${text}) FILTER (${present}), min(${text}) FILTER (${isLimit(text)})`;
  });
  const found = new Map<Part, string>();
  for (const [i, part] of likely.entries()) {
    const sum = (at: number) => counts.reduce((all, answers) => all + Number(answers[i][at]), 0);
    const [present, numbers, limits] = [sum(0), sum(1), sum(2)];
    const different = Math.max(...counts.map((answers) => Number(answers[i][3])));
    const isOfNumbers = numbers >= FEWEST_NUMBERS * present && !isLeveled({ present, different });
    if (numbers + limits >= MOST * present && (isOfNumbers || isNumber(part)))
      found.set(part, String(counts.map((answers) => answers[i][4]).find((each) => each !== null)));
  }
  return found;
}

/** Of the first rows of each file, what is asked of each part's cells. */
async function askedOf(
  connection: DuckDBConnection,
  relations: readonly FileRelation[],
  parts: readonly Part[],
  each: (text: string) => string,
): Promise<unknown[][][]> {
  if (parts.length === 0) return [];
  const all: unknown[][][] = [];
  for (const relation of relations) {
    const cells = parts.map((part, i) => {
      const { sql, written } = columnOf(relation, part);
      return `${written ?? sql}::VARCHAR AS x${i}`;
    });
    const asked = parts.map((_, i) => each(`x${i}`)).join(", ");
    const sql = `SELECT ${asked} FROM (SELECT ${cells.join(", ")} FROM ${relation.from} LIMIT ${LOOKED_AT})`;
    const [answers] = await rowsOf(connection, sql).catch(async (error: unknown) => {
      throw await explainBrokenFile(relation, error);
    });
    const width = answers.length / parts.length;
    all.push(parts.map((_, i) => answers.slice(i * width, (i + 1) * width)));
  }
  return all;
}

/** The file with the columns' limits as numbers, and a column of signs for each: -1 below, 1 above, 0 a value. */
function withSigns(relation: FileRelation, names: readonly string[]): FileRelation {
  const { fastFrom } = relation;
  const theirs = relation.columns.filter(({ name }) => names.includes(name));
  const made = theirs.map(({ sql, written }, i) => {
    const text = `${written ?? sql}::VARCHAR`;
    const end = endSql(text);
    return `${written === undefined ? end : pointed(`(${end})`)} AS limit_end${i}, ${signSql(text)} AS limit_sign${i}`;
  });
  const from = (inner: string) => `(SELECT *, ${made.join(", ")} FROM ${inner})`;
  const columns = relation.columns.flatMap((column): FileColumn[] => {
    const i = theirs.indexOf(column);
    if (i < 0) return [column];
    const { sql, written = sql } = column;
    return [{ ...column, sql: `limit_end${i}`, type: "VARCHAR", written }];
  });
  const signs = theirs.map(
    ({ name }, i): FileColumn => ({
      name: signsOf(name),
      sql: `limit_sign${i}`,
      kind: "number",
      type: "DOUBLE",
    }),
  );
  return {
    ...relation,
    columns: [...columns, ...signs],
    from: from(relation.from),
    ...(fastFrom && {
      fastFrom: (texts, missing) => from(fastFrom(new Set([...texts, ...names]), missing)),
    }),
  };
}
