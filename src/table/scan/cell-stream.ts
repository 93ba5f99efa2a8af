/** @file The cells of a file as a stream of chunks of numbers: the SQL that makes them so, and its reading. */
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBFloatVector,
  type DuckDBVector,
} from "@duckdb/node-api";
import type { DateForm } from "../date-form.ts";
import { literal, numberSql, numeral } from "../files/duckdb.ts";
import type { FileColumn, FileRelation } from "../files/file-relation.ts";
import type { NumberForm } from "../number-form.ts";
import { TRUTH_WORDS } from "../truth-words.ts";
import type { Numbers } from "./column-cells.ts";
import type { ColumnType } from "./column-types.ts";
import { formedMicrosecondsSql, formedNumberSql } from "./form-sql.ts";
import type { MissingRules } from "./missing-rules.ts";
import type { Part } from "./parts.ts";

/** Where the cells of a part come from in a file, and what they are. */
export interface Cells {
  readonly part: Part;
  readonly column: FileColumn;
  readonly columnType: ColumnType;
  /** The number that stands for a text which is none of the column's. */
  readonly wrong: number;
}

/** A way to read a file's rows. */
export interface FileReading {
  readonly relation: FileRelation;
  readonly cells: readonly Cells[];
  /** What stands after FROM. */
  readonly from: string;
}

/** A stream ended before the last row, and nothing says why. */
export class EndedEarly extends Error {}

/**
 * The rows of a file in their order, some at a time: an array for each of the cells. The arrays are the receiver's.
 * @param missing what means "missing".
 * @throws EndedEarly where the stream fails.
 */
export async function* cellChunks(
  connection: DuckDBConnection,
  { cells, from }: FileReading,
  missing: MissingRules,
): AsyncGenerator<Numbers[]> {
  const selected = cells.map(({ column, columnType, wrong }) => ({
    sql: cellSql(column, columnType, { wrong, missing }),
    blank: `'nan'::${cellType(column, columnType)}`,
  }));
  for await (const { chunk, rows } of wholeStream(connection, selected, from))
    yield cells.map((_, i) => numbersOf(chunk.getColumnVector(i), rows));
}

/** A column of a stream. */
interface Streamed {
  readonly sql: string;
  /** A cell of its type that means nothing. */
  readonly blank: string;
}

/**
 * The rows of a relation in their order, chunk by chunk.
 *
 * A trap: when a stream of DuckDB fails halfway, `fetchChunk` ends it as if all rows had come (1.5.6). So a
 * last row, marked in a column of its own, is put behind the file's: without it the stream has failed.
 *
 * @throws EndedEarly there.
 */
export async function* wholeStream(
  connection: DuckDBConnection,
  columns: readonly Streamed[],
  from: string,
): AsyncGenerator<{ readonly chunk: DuckDBDataChunk; readonly rows: number }> {
  const selected = columns.map(({ sql }) => sql).join(", ");
  const blanks = columns.map(({ blank }) => blank).join(", ");
  const result = await connection.stream(
    `SELECT ${selected}, false FROM ${from} UNION ALL SELECT ${blanks}, true`,
  );
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const isLast = chunk.getColumnVector(columns.length).getItem(chunk.rowCount - 1) === true;
    const rows = chunk.rowCount - (isLast ? 1 : 0);
    if (rows > 0) yield { chunk, rows };
    if (isLast) return;
  }
  throw new EndedEarly(`DuckDB ended a stream early without an error: ${from}`);
}

/** Cells of a column of a chunk, which the SQL made FLOAT or DOUBLE without NULLs. */
function numbersOf(vector: DuckDBVector, rows: number): Numbers {
  const cells = vector instanceof DuckDBFloatVector ? new Float32Array(rows) : new Float64Array(rows);
  for (let row = 0; row < rows; row++) cells[row] = vector.getItem(row) as number;
  return cells;
}

interface CellRule {
  /** The number that stands for a text which is none of the column's. */
  readonly wrong: number;
  /** What means "missing". (The numbers of it, among numbers, are looked for by the column's builder.) */
  readonly missing: MissingRules;
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
export function isMissingSql(text: string, missing: Pick<MissingRules, "numbers" | "words">): string {
  const words = ["", ...missing.words].map(literal).join(", ");
  const numbers = missing.numbers.map(numeral).join(", ");
  const isListed = `coalesce(list_contains([${numbers}], TRY_CAST(${text} AS DOUBLE)), false)`;
  const isWord = `list_contains([${words}], lower(${trimmed(text)}))`;
  return `(${text} IS NULL OR ${isWord}${missing.numbers.length === 0 ? "" : ` OR ${isListed}`})`;
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
function cellSql(column: FileColumn, columnType: ColumnType, rule: CellRule): string {
  const text = `${column.sql}::VARCHAR`;
  if (columnType.kind === "category") return indexSql(text, columnType);
  if (columnType.kind === "date")
    return column.kind === "date"
      ? daysSql(column.sql)
      : textDaysSql(dateText(column), rule, columnType.form);
  if (columnType.kind === "number" && columnType.form && column.kind === "text")
    return formedTextSql(text, rule, columnType.form);
  switch (column.kind) {
    case "float32":
      return `coalesce(${column.sql}, 'nan'::FLOAT)`;
    case "number":
      return `coalesce(${column.sql}::DOUBLE, 'nan'::DOUBLE)`;
    case "boolean":
      return `coalesce(${column.sql}::INTEGER::DOUBLE, 'nan'::DOUBLE)`;
    default:
      return textSql(text, rule, truthsOf(columnType));
  }
}

/** The words for true and false among a column's cells. */
function truthsOf(columnType: Exclude<ColumnType, { kind: "category" | "date" }>): Truths {
  if (columnType.kind === "boolean") return TRUTH_WORDS;
  return columnType.hasTruths ? { true: ["true"], false: ["false"] } : { true: [], false: [] };
}

type Truths = Readonly<Record<keyof typeof TRUTH_WORDS, readonly string[]>>;

function cellType(column: FileColumn, { kind }: ColumnType): "FLOAT" | "DOUBLE" {
  if (kind === "category") return "FLOAT";
  return kind !== "date" && column.kind === "float32" ? "FLOAT" : "DOUBLE";
}

/** The text is looked up in lists: written as CASE ... WHEN, DuckDB does it for all cells and takes twice as long. */
function textSql(text: string, { wrong, missing }: CellRule, truths: Truths): string {
  const words = [...truths.true, ...truths.false, "", ...missing.words];
  const said = (word: string) =>
    truths.true.includes(word) ? "1" : truths.false.includes(word) ? "0" : "nan";
  const values = words.map((word) => `'${said(word)}'::DOUBLE`);
  const value = `[${values.join(", ")}][list_position([${words.map(literal).join(", ")}], lower(${trimmed(text)}))]`;
  return `coalesce(${numberSql(text)}, CASE WHEN ${text} IS NULL THEN 'nan'::DOUBLE ELSE ${value} END, ${wrong}::DOUBLE)`;
}

function indexSql(text: string, { spellings, indices }: ColumnType & { kind: "category" }): string {
  if (indices.length === 0) return "'nan'::FLOAT";
  // Few cells need trimming, which takes longer than the look-up.
  const spelling = `coalesce(TRY_CAST(${text} AS ${spellings}), TRY_CAST(${trimmed(text)} AS ${spellings}))`;
  const code = `enum_code(${spelling})`;
  const isSorted = indices.every((index, i) => index === i);
  const index = isSorted ? `${code}::FLOAT` : `([${indices.join(", ")}]::FLOAT[])[${code}::BIGINT + 1]`;
  return `coalesce(${index}, 'nan'::FLOAT)`;
}

/** Days since 1970-01-01 (UTC); DuckDB knows infinite dates, but does not count to them. */
function daysSql(date: string): string {
  const days = `CASE WHEN isinf(${date}) THEN 'inf'::DOUBLE ELSE ${microsecondsToDays(`epoch_us(${date})`)} END`;
  return `coalesce(${days}, 'nan'::DOUBLE)`;
}

/** A cell as a text that may be a date: of whole numbers without a point. */
function dateText({ sql, kind }: FileColumn): string {
  return kind === "number" || kind === "float32" ? `TRY_CAST(${sql} AS BIGINT)::VARCHAR` : `${sql}::VARCHAR`;
}

/** Where the form does not fit, the number may be written plainly. */
function formedTextSql(text: string, { wrong, missing }: CellRule, form: NumberForm): string {
  const blank = `CASE WHEN ${isMissingSql(text, missing)} THEN 'nan'::DOUBLE END`;
  return `coalesce(${blank}, ${formedNumberSql(text, form)}, ${numberSql(text)}, ${wrong}::DOUBLE)`;
}

function textDaysSql(text: string, { wrong, missing }: CellRule, form: DateForm | undefined): string {
  const microseconds = form === undefined ? microsecondsSql(text) : formedMicrosecondsSql(text, form);
  const days = microsecondsToDays(microseconds);
  return `coalesce(${days}, CASE WHEN ${isMissingSql(text, missing)} THEN 'nan'::DOUBLE END, ${wrong}::DOUBLE)`;
}

function microsecondsToDays(microseconds: string): string {
  return `(${microseconds})::DOUBLE / 864e8`;
}
