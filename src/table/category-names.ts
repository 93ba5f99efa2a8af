/** @file The names of category columns: all texts of the files, brought into one list. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../errors.ts";
import { isMissingSql, type Meaning, trimmed } from "./cell-sql.ts";
import { identifier, rowsOf } from "./duckdb.ts";
import type { FileRelation } from "./file-relation.ts";
import { explainBrokenFile } from "./read-complaints.ts";

/** More different texts than this are no categories, unless the user says so. */
const mostCategories = 1000;

/** What a user can declare to be categories: a network has an output for each. */
const mostDeclaredCategories = 10_000;

/** A column of words (or of codes) in the files. */
export interface WordColumn {
  readonly name: string;
  /** True if the user declared it: then it may hold numbers, and more names. */
  readonly declared: boolean;
}

/**
 * Gathers the names of columns over all files and makes an ENUM in DuckDB of each column's texts.
 *
 * @param source What the user calls the files.
 * @throws InputError for a column with too many names.
 */
export async function gatherNames(
  connection: DuckDBConnection,
  relations: readonly FileRelation[],
  columns: readonly WordColumn[],
  missing: readonly number[],
  source: string,
): Promise<Meaning[]> {
  if (columns.length === 0) return [];
  await connection.run("CREATE OR REPLACE TEMP TABLE spellings (place INTEGER, spelling VARCHAR)");
  for (const relation of relations) {
    const lists = columns.map(({ name }, i) => {
      const text = `${relation.columns.find((column) => column.name === name)!.sql}::VARCHAR`;
      return `{'place': ${i}, 'spelling': list(DISTINCT ${trimmed(text)}) FILTER (NOT ${isMissingSql(text, missing)})}`;
    });
    const gathered = `SELECT unnest([${lists.join(", ")}], recursive := true) FROM ${relation.from}`;
    try {
      await connection.run(`INSERT INTO spellings SELECT place, unnest(spelling) FROM (${gathered})`);
    } catch (error) {
      throw await explainBrokenFile(relation, error);
    }
  }
  const meanings: Meaning[] = [];
  for (const [place, column] of columns.entries()) {
    meanings.push(await categoriesOf(connection, place, column, source));
  }
  return meanings;
}

async function categoriesOf(
  connection: DuckDBConnection,
  place: number,
  column: WordColumn,
  source: string,
): Promise<Meaning> {
  const texts = `SELECT DISTINCT spelling FROM spellings WHERE place = ${place} ORDER BY spelling`;
  const spellings = (await rowsOf(connection, texts)).map(([text]) => String(text));
  const names = spellings.map(plainName);
  const categories = [...new Set(names)].sort(byCodePoint);
  refuseTooMany(column, categories.length, spellings[0], source);
  // In hexadecimal, as DuckDB takes names that differ in capitals only for one.
  const type = identifier(`categories ${Buffer.from(column.name).toString("hex")}`);
  if (spellings.length > 0) await connection.run(`CREATE TYPE ${type} AS ENUM (${texts})`);
  const placeOf = new Map(categories.map((name, i) => [name, i]));
  return { kind: "category", categories, spellings: type, places: names.map((name) => placeOf.get(name)!) };
}

/** @throws InputError for so many different texts that they hardly are categories. */
export function refuseTooMany(
  { name, declared }: WordColumn,
  count: number,
  example: string | undefined,
  source: string,
): void {
  const most = declared ? mostDeclaredCategories : mostCategories;
  if (count <= most) return;
  const [limit, some] = [
    most.toLocaleString("en"),
    example === undefined ? "" : ` (such as "${example.slice(0, 40)}")`,
  ];
  throw new InputError(
    declared
      ? `column "${name}" of ${source} holds more than ${limit} different categories${some}, too many for a model; leave it out with --columns`
      : `column "${name}" of ${source} holds more than ${limit} different texts${some}, as an identifier does; leave it out with --columns, or declare it with --categories if they are categories`,
  );
}

const plainNumber = /^[+-]?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i;

/** The name of a category as it is written: a number in its shortest form (1.0 is 1), all else unchanged (01). */
export function plainName(text: string): string {
  if (!plainNumber.test(text)) return text;
  if (/^[+-]?\d+$/.test(text)) return text === "-0" ? "0" : text.replace("+", ""); // also beyond 2^53
  const value = Number(text);
  return Number.isFinite(value) ? String(value) : text;
}

/** By code points, as DuckDB sorts and as UTF-8 does; `sort()` alone goes by UTF-16 units. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
