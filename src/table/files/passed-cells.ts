/** @file Kept columns on their way into a file: as they were read, their missing cells filled in the column's own writing. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { isMissingSql } from "../scan/cell-stream.ts";
import { TRUTH_WORDS, truthOf } from "../truth-words.ts";
import { literal, rowsOf } from "./duckdb.ts";
import { MISSING_WORDS } from "./text/cell-forms.ts";
import { momentSql, presentSql, type WrittenColumn } from "./written-cells.ts";

/** A kept column and what fills it. */
export interface PassedColumn {
  readonly column: WrittenColumn;
  /** The SQL of its cells in the rows to be written. */
  readonly cell: string;
  readonly isText: boolean;
  /** The SQL of the values that fill it, if any do. */
  readonly value?: string;
}

/** The rows to be written, for looking at all of their cells. */
export interface PassedRows {
  readonly connection: DuckDBConnection;
  readonly from: string;
  /** Whether all cells are written as text: CSV. */
  readonly asText: boolean;
  /** Whether the format has no NaN of its own: a missing cell is empty in CSV, null in JSON. */
  readonly withoutNaN?: boolean;
  /** The decimal mark of numbers in it; default ".". */
  readonly decimal?: "." | "," | undefined;
}

/** The SQL of the cell as it is written. */
export async function passedSql(passed: PassedColumn, rows: PassedRows): Promise<string> {
  const { cell, isText, value } = passed;
  if (value === undefined) {
    if (isText) return rows.asText ? cell : typedText(cell, await textType(cell, cell, rows));
    const isFloat = rows.withoutNaN && /^(FLOAT|DOUBLE)$/.test(await nativeType(cell, rows));
    return isFloat ? `CASE WHEN NOT isnan(${cell}) THEN ${cell} END` : cell;
  }
  // What is left of the cells where values are filled in: these say how the column is written.
  const left = `CASE WHEN isnan(${value}) THEN ${cell} END`;
  if (!isText) {
    const type = await nativeType(cell, rows);
    if (type.startsWith("ENUM("))
      return filled(value, `${cell}::VARCHAR`, await fillingText(passed, left, rows));
    if (type === "VARCHAR") return filled(value, cell, await fillingText(passed, left, rows));
    return filled(value, cell, `(${nativeFilling(passed, type)})::${type}`);
  }
  const filling = await fillingText(passed, left, rows);
  if (rows.asText) return filled(value, `${cell}::VARCHAR`, filling);
  const type = await textType(
    cell,
    `coalesce(${left}, CASE WHEN NOT isnan(${value}) THEN ${filling} END)`,
    rows,
  );
  return typedText(filled(value, `${cell}::VARCHAR`, filling), type);
}

function filled(value: string, cell: string, filling: string): string {
  return `CASE WHEN isnan(${value}) THEN ${cell} ELSE ${filling} END`;
}

async function nativeType(cell: string, { connection, from }: PassedRows): Promise<string> {
  const [[type]] = await rowsOf(connection, `SELECT typeof(${cell}) FROM ${from} LIMIT 1`);
  return String(type);
}

/** A value for a column of numbers, truths or moments. */
function nativeFilling({ column, value = "" }: PassedColumn, type: string): string {
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type)) return `round(${value})`;
  if (column.kind === "date")
    return type === "DATE" ? `DATE '1970-01-01' + floor(${value})::INTEGER` : momentSql(value);
  return presentSql(column, value, false);
}

/** A value as the column's other cells are written: whole numbers, truths in its words, moments in its zone. */
async function fillingText(
  { column, value = "" }: PassedColumn,
  left: string,
  rows: PassedRows,
): Promise<string> {
  switch (column.kind) {
    case "boolean":
      return `CASE WHEN ${value} <> 0 THEN ${(await truthWords(left, rows)).map(literal).join(" ELSE ")} END`;
    case "date":
      return momentText(value, left, rows);
    case "category":
      return presentSql(column, value, false);
    default: {
      const isWhole =
        column.isWhole || (await isEach(left, `regexp_full_match(trim(${TEXT}), '[+-]?\\d+')`, rows));
      return isWhole ? `round(${value})::BIGINT::VARCHAR` : numberText(value, rows);
    }
  }
}

/** A number as text, with the decimal mark of the file. */
export function numberText(value: string, { decimal }: Pick<PassedRows, "decimal">): string {
  const text = `(${value})::DOUBLE::VARCHAR`;
  return decimal === "," ? `replace(${text}, '.', ',')` : text;
}

/** What a condition on texts calls one. */
const TEXT = "passed_text";

/** Whether a condition holds for each text that is not missing, and there is one. */
async function isEach(cell: string, condition: string, { connection, from }: PassedRows): Promise<boolean> {
  const present = `SELECT (${cell})::VARCHAR AS ${TEXT} FROM ${from}`;
  const [[each]] = await rowsOf(
    connection,
    `SELECT coalesce(bool_and(coalesce(${condition}, false)), false) FROM (${present}) WHERE NOT ${isMissingSql(TEXT, { numbers: [], words: MISSING_WORDS })}`,
  );
  return each === true;
}

/** The column's own words for true and false, the most frequent ones. */
async function truthWords(cell: string, { connection, from }: PassedRows): Promise<[string, string]> {
  const words = [...TRUTH_WORDS.true, ...TRUTH_WORDS.false, "1", "0"].map(literal).join(", ");
  const found = await rowsOf(
    connection,
    `SELECT t FROM (SELECT trim((${cell})::VARCHAR) AS t FROM ${from}) WHERE lower(t) IN (${words}) GROUP BY t ORDER BY count(*) DESC, t`,
  );
  const texts = found.map(([text]) => String(text));
  const own = (truth: boolean) => texts.find((text) => truthOf(text) === truth);
  const [yes, no] = [own(true), own(false)];
  return [yes ?? likeOther("true", no), no ?? likeOther("false", yes)];
}

/** In the capitals of the other word. */
function likeOther(word: string, other: string | undefined): string {
  if (other === undefined || other.length === 1) return word;
  if (other === other.toUpperCase()) return word.toUpperCase();
  return other[0] === other[0].toUpperCase() ? word[0].toUpperCase() + word.slice(1) : word;
}

/** A moment with the column's separator, in its zone, and with a time only where the others have one. */
async function momentText(days: string, cell: string, rows: PassedRows): Promise<string> {
  const form = "'^\\s*\\d{4,}[-/]\\d\\d[-/]\\d\\d([ T]?)([0-9:.]*)\\s*(Z|[+-]\\d\\d(?::?\\d\\d)?)?\\s*$'";
  const parts = [1, 2, 3].map((group) => `regexp_extract(t, ${form}, ${group})`);
  const found = await rowsOf(
    rows.connection,
    `SELECT ${parts[0]}, max(length(${parts[1]})), ${parts[2]}, contains(t, '/') FROM (SELECT (${cell})::VARCHAR AS t FROM ${rows.from})
     WHERE regexp_matches(t, ${form}) GROUP BY 1, 3, 4 ORDER BY count(*) DESC, 1, 3 LIMIT 1`,
  );
  const [between = " ", digits = 8, zone = "", isSlashed = false] = found[0] ?? [];
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)?$/.exec(String(zone)) ?? [];
  const offset = sign === undefined ? 0 : Number(`${sign}1`) * (60 * Number(hours) + Number(minutes ?? 0));
  const date = isSlashed ? "%Y/%m/%d" : "%Y-%m-%d";
  const length = Number(digits);
  const time =
    length === 0 ? "" : length <= 5 ? `${between}%H:%M` : `${between}%H:%M:%S${length > 8 ? ".%f" : ""}`;
  const moment = `${momentSql(days)} + INTERVAL (${offset}) MINUTE`;
  return `strftime(${moment}, ${literal(date + time)}) || ${literal(String(zone))}`;
}

type TextType = "BIGINT" | "DOUBLE" | "BOOLEAN" | "DATE" | "TIMESTAMP" | "JSON" | "VARCHAR";

const FORMS: readonly (readonly [TextType, string])[] = [
  ["BIGINT", "-?(0|[1-9]\\d{0,18})"],
  ["DOUBLE", "-?((0|[1-9]\\d{0,14})(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,3})?"],
  ["BOOLEAN", "(?i)true|false"],
  ["DATE", "\\d{4}-\\d\\d-\\d\\d"],
  ["TIMESTAMP", "\\d{4}-\\d\\d-\\d\\d[ T]\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,6})?)?"],
  ["JSON", "(?s)[\\[{].*"],
];

/** What texts can be kept as without losing a digit; missing ones are NULL. */
async function textType(cell: string, judged: string, rows: PassedRows): Promise<TextType> {
  for (const [type, form] of FORMS) {
    const fits = `regexp_full_match(${TEXT}, ${literal(form)}) AND TRY_CAST(${TEXT} AS ${type}) IS NOT NULL`;
    if (await isEach(judged === cell ? cell : judged, fits, rows)) return type;
  }
  return "VARCHAR";
}

function typedText(cell: string, type: TextType): string {
  return type === "VARCHAR" ? cell : `TRY_CAST(${cell} AS ${type})`;
}
