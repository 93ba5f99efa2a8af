/** @file Which columns a model has no use for: those that say the same in every row, or something else in each. */
import type { Column } from "../../table/table.ts";
import { cellText } from "../kinds.ts";
import type { ColumnFacts } from "./facts.ts";

/** Of texts so many different ones in a cell each are names of the rows ... */
const NAMES_SHARE = 0.9;
const FEWEST_ROWS = 5;
/** ... and of many different texts so many. */
const MANY_NAMES_SHARE = 0.5;
const MANY_NAMES = 20;
/** Whole numbers that are different in so many rows, and are called an id, are one. */
const IDS_SHARE = 0.99;
const FEWEST_IDS = 10;

const ID_NAME =
  /(^|[^a-z])(id|ids|uuid|guid|oid|pk|key|index|idx|serial|ident|identifier)$|[a-z](Id|ID)$|^(id|ID)[^a-z]/i;
const ID_WORD = /[a-z](Id|ID)$/;
const ROW_NAME =
  /^(column \d+|unnamed.*|index|level_0|row.?names?|rows?|row.?(num(ber)?|no|nr|id|index)|x\.?1?|s\.?no\.?|sl\.?no\.?|nr|no|num(ber)?|#|obs|case|record)$/i;

/** What a column of row names is called that had no name in its file. */
const NAMELESS = /^(column \d+|unnamed.*|row.?names?)$/i;

/** Why a column is left out unless a user asks for it; undefined if it is not. */
export function whyOfNoUse(column: Column, facts: ColumnFacts): string | undefined {
  const { present, different, rows } = facts;
  if (hasLimitedCell(column)) return undefined;
  if (present === 0) return "no value in any row";
  if (different > 1) return undefined;
  const first = column.values.findIndex((value) => !Number.isNaN(value));
  const value = cellText(column, first);
  if (present === rows) return `the same value (${value}) in every row`;
  const none = rows - present;
  return `one value (${value}), and none in ${none.toLocaleString("en")} of ${rows.toLocaleString("en")} rows: fill those with a word if they mean something else than unknown`;
}

function hasLimitedCell({ lower, upper }: Column): boolean {
  return [lower, upper].some((ends) => ends?.some((end: number) => !Number.isNaN(end)));
}

/** 12:30:05.1, -05 23 59, 12h30m05s. */
const BASE_60 = /^[+\-\u2212]?\d{1,3}[:h° ]\d{1,2}[:m'′ ]\d{1,2}(\.\d+)?[s"″]?$/;

/** What is said of texts that are numbers of a kind that is not read. */
function ofBase60({ categories = [] }: Column): string {
  return categories.length > 0 && categories.every((text) => BASE_60.test(text))
    ? "; to learn angles or times such as these, write them as decimal numbers"
    : "";
}

/** Why a column is taken for what names the rows; undefined if it is not. A user may say otherwise. */
export function whyNamesRows(column: Column, facts: ColumnFacts): string | undefined {
  const { kind = "number", name, read } = column;
  const { present, different } = facts;
  const counted = `${different.toLocaleString("en")} different texts in ${present.toLocaleString("en")} cells`;
  const said = `${counted}, as names and ids are`;
  if (read?.different !== undefined)
    return `${different < MANY_NAMES_SHARE * present ? counted : said}; more than a model has use for`;
  if (kind === "category") {
    const isMany = different > MANY_NAMES && different >= MANY_NAMES_SHARE * present;
    const isEach = present >= FEWEST_ROWS && different >= NAMES_SHARE * present;
    return isMany || isEach ? `${said}${ofBase60(column)}` : undefined;
  }
  if (kind !== "number" || column.errors || !facts.isWhole || present < facts.rows) return undefined;
  if ((ROW_NAME.test(name.trim()) || isIdName(name)) && countsRows(column))
    return `counts the rows from ${column.values[0]}: a row index`;
  if (NAMELESS.test(name.trim()) && present >= FEWEST_IDS && different === present)
    return "another whole number in every row, and without a name: the rows' own";
  if (isIdName(name) && present >= FEWEST_IDS && different >= IDS_SHARE * present)
    return `another whole number in ${different === present ? "every row" : "nearly every row"}, and called an id`;
  return undefined;
}

/** Whether the values are the rows' numbers, from 0 or 1. A column with a name of its own may be a time nevertheless. */
export function countsRows({ kind = "number", values }: Pick<Column, "kind" | "values">): boolean {
  const [start] = values;
  return (
    kind === "number" &&
    values.length > 1 &&
    (start === 0 || start === 1) &&
    values.every((value: number, row: number) => value === start + row)
  );
}

function isIdName(name: string): boolean {
  return ID_NAME.test(name) || ID_WORD.test(name);
}
