/**
 * @file Measured values that stand in cells with their errors, "8.55 ± 0.79", "4.80+/-0.31", "1.14(9)": found, and read as a
 * number and, in a column of its own, its measurement error.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Part } from "../scan/parts.ts";
import { literal } from "./duckdb.ts";
import {
  columnsThatTell,
  isSaidNumber,
  type OpenedParts,
  type ReadingRules,
  withHalves,
} from "./split-cells.ts";

/** So much of the present cells must be measured or numbers, and so much measured where nobody says that these are numbers. */
const MOST = 0.9;
const FEWEST_MEASURED = 0.1;

const UNSIGNED = "(?:[0-9]+[.,]?[0-9]*|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?";
const VALUE = `[+\\-\u2212]?${UNSIGNED}`;
const PLUS_MINUS = "(?:±|\\+ ?/ ?[-\u2212]|\\+[-\u2212]|\\\\pm)";
const WITH_ERROR = literal(`\\s*\\$?\\s*(${VALUE})\\s*${PLUS_MINUS}\\s*(${UNSIGNED})\\s*\\$?\\s*`);
/** The error in units of the last digit, as tables of constants have it: 1.234(56) is 1.234 with an error of 0.056. */
const OF_LAST_DIGITS = literal(`\\s*([+\\-\u2212]?[0-9]+[.,]([0-9]+))\\(([0-9]{1,3})\\)\\s*`);
const PLAIN = literal(`\\s*${VALUE}\\s*`);
/** Among measured values that is a limit (see limit-cells.ts). */
const LIMIT = literal(`\\s*[<>≤≥]=?\\s*${VALUE}\\s*`);

const hasError = (text: string) => `regexp_full_match(${text}, ${WITH_ERROR})`;
const hasErrorOfDigits = (text: string) => `regexp_full_match(${text}, ${OF_LAST_DIGITS})`;
/** Whether a text is a value with its error, as SQL. */
export const isMeasured = (text: string) => `(${hasError(text)} OR ${hasErrorOfDigits(text)})`;
/** Most cells are not, which one sign tells. */
const mayBeMeasured = (text: string) => `regexp_matches(${text}, '[±(+\\\\]')`;

/** With the marks that SQL's numbers have. */
const plain = (number: string) => `replace(replace(${number}, ',', '.'), '\u2212', '-')`;

function valueSql(text: string): string {
  const of = (pattern: string) => plain(`regexp_extract(${text}, ${pattern}, 1)`);
  return `CASE WHEN ${hasError(text)} THEN ${of(WITH_ERROR)} WHEN ${hasErrorOfDigits(text)} THEN ${of(OF_LAST_DIGITS)}
    WHEN regexp_full_match(${text}, ${PLAIN}) THEN ${plain(text)} ELSE ${text} END`;
}

function errorSql(text: string): string {
  const digits = (group: number) => `regexp_extract(${text}, ${OF_LAST_DIGITS}, ${group})`;
  return `CASE WHEN ${hasError(text)} THEN TRY_CAST(${plain(`regexp_extract(${text}, ${WITH_ERROR}, 2)`)} AS DOUBLE)
    WHEN ${hasErrorOfDigits(text)} THEN TRY_CAST(${digits(3)} AS DOUBLE) / pow(10, length(${digits(2)})) END`;
}

/** What the column of a column's errors is called. */
const errorsIn = (name: string) => `errors in ${name}`;

/**
 * The files and their parts, where cells of columns hold a value and its error: each such column as numbers, with a part of
 * errors behind it, unless the file has a column of errors for it, or none are wanted.
 */
export async function withMeasuredCells(
  connection: DuckDBConnection,
  opened: OpenedParts,
  rules: ReadingRules,
  areErrorsWanted: boolean,
): Promise<OpenedParts> {
  const found = await measuredParts(connection, opened, rules);
  if (found.size === 0) return opened;
  const withErrors = new Set(opened.parts.map(({ errorsOf }) => errorsOf));
  const parts = opened.parts.flatMap((part): Part[] => {
    const example = found.get(part);
    if (example === undefined || !areErrorsWanted || withErrors.has(part.name)) return [part];
    const { name } = part;
    const remark = `${name}: cells such as "${example}" are read as a value and its measurement error. As text: \`kinds\` ${name}=category.`;
    return [part, { name: errorsIn(name), errorsOf: name, remark }];
  });
  const halves = {
    number: valueSql,
    other: errorSql,
    nameOfOther: errorsIn,
    mark: "measured",
  };
  const names = [...found.keys()].map(({ name }) => name);
  return { parts, relations: opened.relations.map((each) => withHalves(each, names, halves)) };
}

/** The parts whose cells are measured values, with an example each. */
async function measuredParts(
  connection: DuckDBConnection,
  opened: OpenedParts,
  rules: ReadingRules,
): Promise<Map<Part, string>> {
  const found = await columnsThatTell(connection, opened, rules, {
    mayBe: mayBeMeasured,
    isTold: isMeasured,
    isPlain: (text) => `(regexp_full_match(${text}, ${PLAIN}) OR regexp_full_match(${text}, ${LIMIT}))`,
  });
  const areMeasured = found.filter(({ part, present, plain, told }) => {
    const isEnough = told >= FEWEST_MEASURED * present || isSaidNumber(part, rules.stated);
    return isEnough && plain + told >= MOST * present;
  });
  return new Map(areMeasured.map(({ part, example }) => [part, example]));
}
