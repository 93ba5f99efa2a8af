/** @file Columns whose cells say two things, as "<0.006" and "8.55 ± 0.79" do: asked of their cells, and read as two columns. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { isMissingSql } from "../scan/cell-stream.ts";
import { columnOf, type Sources } from "../scan/infer-types.ts";
import type { Part } from "../scan/parts.ts";
import { answersOfEach, rowsOf } from "./duckdb.ts";
import type { FileColumn, FileRelation } from "./file-relation.ts";
import { explainBrokenFile } from "./read-complaints.ts";

/** The files as they are opened, and their columns that are wanted. */
export interface OpenedParts {
  readonly relations: readonly FileRelation[];
  readonly parts: readonly Part[];
}

export type ReadingRules = Pick<Sources, "missing" | "declared" | "stated">;

/** Rows of each file in which cells that say two things are looked for. */
export const LOOKED_AT = 100_000;

/** The columns of texts that may be numbers: nothing else is said of them, and none belongs to another. */
function textsThatMayBeNumbers(
  { relations, parts }: OpenedParts,
  { declared, stated }: ReadingRules,
): Part[] {
  return parts.filter(
    (part) =>
      part.errorsOf === undefined &&
      part.limitOf === undefined &&
      part.limits === undefined &&
      !declared.has(part.name) &&
      (!stated.has(part.name) || isSaidNumber(part, stated)) &&
      relations.every((each) => columnOf(each, part).kind === "text"),
  );
}

/** Whether a user, or a model, says that a column is one of numbers. */
export function isSaidNumber({ name }: Part, stated: ReadingRules["stated"]): boolean {
  return ["number", "integer"].includes(stated.get(name)?.kind ?? "");
}

/**
 * Of the first rows of each file, what is asked of each part's cells. @param each SQL of one or more answers about a text;
 * @param textIn the text that is asked about.
 */
export async function askedOfCells(
  connection: DuckDBConnection,
  relations: readonly FileRelation[],
  parts: readonly Part[],
  each: (text: string) => string,
  textIn: (column: FileColumn) => string = textOf,
): Promise<unknown[][][]> {
  if (parts.length === 0) return [];
  const all: unknown[][][] = [];
  for (const relation of relations) {
    const about = (some: readonly Part[]) => {
      const cells = some.map((part, i) => `${textIn(columnOf(relation, part))} AS x${i}`);
      const asked = some.map((_, i) => each(`x${i}`)).join(", ");
      return `SELECT ${asked} FROM (SELECT ${cells.join(", ")} FROM ${relation.from} LIMIT ${LOOKED_AT})`;
    };
    const rows = (sql: string) =>
      rowsOf(connection, sql).catch(async (error: unknown) => {
        throw await explainBrokenFile(relation, error);
      });
    all.push(await answersOfEach(parts, about, rows));
  }
  return all;
}

/** What is found in the cells of a column of texts, in all files together. */
export interface FoundInCells {
  readonly part: Part;
  /** Cells that are not missing, those of them that are wholly told by `plain`, and those that say two things. */
  readonly present: number;
  readonly plain: number;
  readonly told: number;
  /** Different texts, of the file that has most. */
  readonly different: number;
  /** A cell that says two things. */
  readonly example: string;
}

/** SQL of conditions on a text. */
export interface CellConditions {
  /** Quickly told, and true of every cell of `isTold`: most columns have none. */
  readonly mayBe: (text: string) => string;
  /** Whether it says two things. */
  readonly isTold: (text: string) => string;
  /** Whether it is a number, or what else may stand among those. */
  readonly isPlain: (text: string) => string;
}

/** The columns of texts that may be numbers and of which some cell says two things. */
export async function columnsThatTell(
  connection: DuckDBConnection,
  opened: OpenedParts,
  rules: ReadingRules,
  { mayBe, isTold, isPlain }: CellConditions,
): Promise<FoundInCells[]> {
  const ask = (of: readonly Part[], each: (text: string) => string) =>
    askedOfCells(connection, opened.relations, of, each);
  const candidates = textsThatMayBeNumbers(opened, rules);
  const may = await ask(candidates, (text) => `coalesce(bool_or(${mayBe(text)} AND ${isTold(text)}), false)`);
  const likely = candidates.filter((_, i) => may.some((answers) => answers[i][0] === true));
  const counts = await ask(likely, (text) => {
    const present = `NOT ${isMissingSql(text, rules.missing)}`;
    return `count(*) FILTER (${present}), count(*) FILTER (${present} AND ${isPlain(text)}), count(*) FILTER (${isTold(text)}),
      count(DISTINCT ${text}) FILTER (${present}), min(${text}) FILTER (${isTold(text)})`;
  });
  return likely.map((part, i): FoundInCells => {
    const sum = (at: number) => counts.reduce((all, answers) => all + Number(answers[i][at]), 0);
    return {
      part,
      ...{ present: sum(0), plain: sum(1), told: sum(2) },
      different: Math.max(...counts.map((answers) => Number(answers[i][3]))),
      example: String(counts.map((answers) => answers[i][4]).find((each) => each !== null)),
    };
  });
}

/** A cell as it stands in the file, or what of it has not been read as something else already. */
const textOf = ({ sql, written = sql, isHalf }: FileColumn) => `${isHalf ? sql : written}::VARCHAR`;

/** A cell as the text of the number that is read of it. */
export const numberAsRead = ({ sql }: FileColumn) => `${sql}::VARCHAR`;

/** What is made of a cell's text, as SQL. */
export interface Halves {
  /** The text of its number. @param isRewritten whether the column's numbers are written in another way than SQL has them. */
  readonly number: (text: string, isRewritten: boolean) => string;
  /** The other, a number too. */
  readonly other: (text: string) => string;
  /** What the column of the others is called. */
  readonly nameOfOther: (column: string) => string;
  /** Names of the two in SQL begin with it. */
  readonly mark: string;
}

/** The file with each of the named columns as two: its numbers under its own name, and the others. */
export function withHalves(
  relation: FileRelation,
  names: readonly string[],
  { number, other, nameOfOther, mark }: Halves,
): FileRelation {
  const { fastFrom } = relation;
  const theirs = relation.columns.filter(({ name }) => names.includes(name));
  const made = theirs.map((column, i) => {
    const text = textOf(column);
    return `${number(text, column.written !== undefined && !column.isHalf)} AS ${mark}_number${i}, ${other(text)} AS ${mark}_other${i}`;
  });
  const from = (inner: string) => `(SELECT *, ${made.join(", ")} FROM ${inner})`;
  const columns = relation.columns.map((column): FileColumn => {
    const i = theirs.indexOf(column);
    if (i < 0) return column;
    const { sql, written = sql } = column;
    return { ...column, sql: `${mark}_number${i}`, type: "VARCHAR", written, isHalf: true };
  });
  const others = theirs.map(
    ({ name }, i): FileColumn => ({
      name: nameOfOther(name),
      sql: `${mark}_other${i}`,
      kind: "number",
      type: "DOUBLE",
    }),
  );
  return {
    ...relation,
    columns: [...columns, ...others],
    from: from(relation.from),
    ...(fastFrom && {
      fastFrom: (texts, missing) => from(fastFrom(new Set([...texts, ...names]), missing)),
    }),
  };
}
