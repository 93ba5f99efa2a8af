/** @file The names of category columns: all texts of the files, brought into one list. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { identifier, rowsOf } from "../files/duckdb.ts";
import type { Meaning } from "./cell-sql.ts";

/** More different texts than this are no categories, unless the user says so. */
const mostCategories = 1000;

/** What a user can declare to be categories: a network has an output for each. */
const mostDeclaredCategories = 10_000;

/**
 * Makes an ENUM in DuckDB of all texts of a column, and one list of names.
 *
 * @param texts The SQL of the column's texts: trimmed, none of them missing, some perhaps repeated.
 * @param declared True if the user declared the column: then it may hold numbers, and more names.
 * @param source What the user calls the files.
 * @throws InputError for a column with too many names.
 */
export async function categoriesOf(
  connection: DuckDBConnection,
  texts: string,
  { name, declared, source }: { readonly name: string; readonly declared: boolean; readonly source: string },
): Promise<Meaning> {
  const most = declared ? mostDeclaredCategories : mostCategories;
  const sorted = `SELECT DISTINCT text FROM (${texts}) ORDER BY text`;
  // Some may be two spellings of one name, hardly half of them.
  const spellings = (await rowsOf(connection, `${sorted} LIMIT ${2 * most + 1}`)).map(([text]) =>
    String(text),
  );
  const names = spellings.map(plainName);
  const categories = [...new Set(names)].sort(byCodePoint);
  if (categories.length > most || spellings.length > 2 * most) {
    const some = `column "${name}" of ${source} holds more than ${most.toLocaleString("en")} different`;
    const example = `(such as "${spellings[0].slice(0, 40)}")`;
    throw new InputError(
      declared
        ? `${some} categories ${example}, too many for a model; leave it out with --columns`
        : `${some} texts ${example}, as an identifier does; leave it out with --columns, or declare it with --categories if they are categories`,
    );
  }
  // In hexadecimal, as DuckDB takes names that differ in capitals only for one.
  const type = identifier(`categories ${Buffer.from(name).toString("hex")}`);
  if (spellings.length > 0) await connection.run(`CREATE TYPE ${type} AS ENUM (${sorted})`);
  const placeOf = new Map(categories.map((each, i) => [each, i]));
  return { kind: "category", categories, spellings: type, places: names.map((each) => placeOf.get(each)!) };
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
