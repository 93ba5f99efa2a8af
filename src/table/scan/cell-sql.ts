/** @file SQL that makes the cells of a column the numbers of the table, whatever they are in the file. */
import { literal, numeral } from "../files/duckdb.ts";
import { type FileColumn, missingSpellings } from "../files/file-relation.ts";

/** What the cells of a column become; see {@link ColumnKind}. */
export type Meaning =
  | { readonly kind: "number" | "boolean" | "date" }
  | {
      readonly kind: "category";
      readonly categories: readonly string[];
      /** The ENUM in DuckDB of all texts in the files; one category may be written in several ways. */
      readonly spellings: string;
      /** The place in `categories` of each spelling, in the order of the ENUM. */
      readonly places: readonly number[];
    };

/** What has not been looked at closer is read as numbers. */
export const presumed: Meaning = { kind: "number" };

export interface CellRule {
  /** The number that stands for a text which is none of the column's. */
  readonly wrong: number;
  /** Numbers that mean "missing" among words and dates. (Among numbers the column's builder looks for them.) */
  readonly missing: readonly number[];
}

/** Space, tab and the carriage return that is left over where lines end in more than one way. */
const blanks = "' ' || chr(9) || chr(13)";

/** A text without blanks around it. */
export function trimmed(text: string): string {
  return `trim(${text}, ${blanks})`;
}

/**
 * True for a text (or NULL) that means "missing".
 *
 * A trap: of a long `IN (...)` DuckDB makes a join, and then rows come in any order (1.5.6). So lists it is.
 */
export function isMissingSql(text: string, missing: readonly number[]): string {
  const words = ["", ...missingSpellings].map(literal).join(", ");
  const numbers = missing.map(numeral).join(", ");
  const isListed = `coalesce(list_contains([${numbers}], TRY_CAST(${text} AS DOUBLE)), false)`;
  const isWord = `list_contains([${words}], lower(${trimmed(text)}))`;
  return `(${text} IS NULL OR ${isWord}${missing.length === 0 ? "" : ` OR ${isListed}`})`;
}

/**
 * Microseconds since 1970-01-01 (UTC) of a text that begins with year, month and day, or NULL. (DuckDB by itself
 * would also take 1-2-3 for a date.) Only a TIMESTAMPTZ heeds an offset such as +02:00, but takes longer.
 */
export function microsecondsSql(text: string): string {
  const plain = `regexp_full_match(${text}, '\\d{4,}[-/]\\d\\d[-/]\\d\\d([ T][0-9:.]+)?')`;
  const possible = `regexp_matches(${text}, '\\d{4}[-/]\\d\\d[-/]\\d\\d')`;
  return `coalesce(
    epoch_us(CASE WHEN ${plain} THEN TRY_CAST(${text} AS TIMESTAMP) END),
    epoch_us(CASE WHEN ${possible} THEN TRY_CAST(${trimmed(text)} AS TIMESTAMPTZ) END))`;
}

/** A cell as FLOAT or DOUBLE (see {@link cellType}), NaN where missing. */
export function cellSql(column: FileColumn, meaning: Meaning, rule: CellRule): string {
  const text = `${column.sql}::VARCHAR`;
  if (meaning.kind === "category") return placeSql(text, meaning);
  if (meaning.kind === "date") return column.kind === "date" ? daysSql(column.sql) : textDaysSql(text, rule);
  switch (column.kind) {
    case "float32":
      return `coalesce(${column.sql}, 'nan'::FLOAT)`;
    case "number":
      return `coalesce(${column.sql}::DOUBLE, 'nan'::DOUBLE)`;
    case "boolean":
      return `coalesce(${column.sql}::INTEGER::DOUBLE, 'nan'::DOUBLE)`;
    default:
      return textSql(text, rule.wrong);
  }
}

export function cellType(column: FileColumn, { kind }: Meaning): "FLOAT" | "DOUBLE" {
  if (kind === "category") return "FLOAT";
  return kind !== "date" && column.kind === "float32" ? "FLOAT" : "DOUBLE";
}

/** The text is looked up in lists: written as CASE ... WHEN, DuckDB does it for all cells and takes twice as long. */
function textSql(text: string, wrong: number): string {
  const words = ["true", "false", "", ...missingSpellings];
  const meanings = words.map((word) => `'${word === "true" ? "1" : word === "false" ? "0" : "nan"}'::DOUBLE`);
  const meaning = `[${meanings.join(", ")}][list_position([${words.map(literal).join(", ")}], lower(${trimmed(text)}))]`;
  return `coalesce(TRY_CAST(${text} AS DOUBLE), CASE WHEN ${text} IS NULL THEN 'nan'::DOUBLE ELSE ${meaning} END, ${wrong}::DOUBLE)`;
}

function placeSql(text: string, { spellings, places }: Meaning & { kind: "category" }): string {
  if (places.length === 0) return "'nan'::FLOAT";
  // Few cells need trimming, which takes longer than the look-up.
  const spelling = `coalesce(TRY_CAST(${text} AS ${spellings}), TRY_CAST(${trimmed(text)} AS ${spellings}))`;
  const code = `enum_code(${spelling})`;
  const isSorted = places.every((place, i) => place === i);
  const place = isSorted ? `${code}::FLOAT` : `([${places.join(", ")}]::FLOAT[])[${code}::BIGINT + 1]`;
  return `coalesce(${place}, 'nan'::FLOAT)`;
}

/** Days since 1970-01-01 (UTC); DuckDB knows infinite dates, but does not count to them. */
function daysSql(date: string): string {
  const days = `CASE WHEN isinf(${date}) THEN 'inf'::DOUBLE ELSE ${microsecondsToDays(`epoch_us(${date})`)} END`;
  return `coalesce(${days}, 'nan'::DOUBLE)`;
}

function textDaysSql(text: string, { wrong, missing }: CellRule): string {
  const days = microsecondsToDays(microsecondsSql(text));
  return `coalesce(${days}, CASE WHEN ${isMissingSql(text, missing)} THEN 'nan'::DOUBLE END, ${wrong}::DOUBLE)`;
}

function microsecondsToDays(microseconds: string): string {
  return `(${microseconds})::DOUBLE / 864e8`;
}
