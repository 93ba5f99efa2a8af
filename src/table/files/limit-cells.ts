/**
 * @file Limits that stand in the cells of a column of numbers, "<0.006", ">= 10", "85+": found, and read as a number and,
 * in a column of its own, a sign.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { isLeveled } from "../scan/kind-of-texts.ts";
import { isOfCells } from "../scan/limit-rules.ts";
import type { Part } from "../scan/parts.ts";
import { literal } from "./duckdb.ts";
import {
  columnsThatTell,
  isSaidNumber,
  type OpenedParts,
  type ReadingRules,
  withHalves,
} from "./split-cells.ts";
import { pointed } from "./text/open-text.ts";

/** So much of the present cells must be numbers or limits, and so much numbers: the others are words then. */
const MOST = 0.9;
const FEWEST_NUMBERS = 0.1;

const NUMBER = "[+-]?[0-9.,]*[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?";
const SIGNED = literal(`\\s*([<>≤≥])=?\\s*(${NUMBER})\\s*`);
const PLAIN = literal(`\\s*${NUMBER}\\s*`);
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

/**
 * The files and their parts, where cells of columns hold limits: each such column as numbers, with a part of signs behind it.
 * @param isSought whether they are looked for; otherwise only columns count of which it is said.
 */
export async function withLimitCells(
  connection: DuckDBConnection,
  opened: OpenedParts,
  rules: ReadingRules,
  isSought: boolean,
): Promise<OpenedParts> {
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
  if (names.length === 0) return { ...opened, parts };
  const halves = {
    number: (text: string, isRewritten: boolean) => {
      const end = endSql(text);
      return isRewritten ? pointed(`(${end})`) : end;
    },
    other: signSql,
    nameOfOther: signsOf,
    mark: "limit",
  };
  return { parts, relations: opened.relations.map((each) => withHalves(each, names, halves)) };
}

/** What the part of a column's signs is called. */
function signsOf(name: string): string {
  return `signs of ${name}`;
}

/** The parts that hold limits in cells, by themselves or because their column is known to be of numbers; with an example each. */
async function partsWithLimits(
  connection: DuckDBConnection,
  opened: OpenedParts,
  rules: ReadingRules,
): Promise<Map<Part, string>> {
  const found = await columnsThatTell(connection, opened, rules, {
    mayBe: mayBeLimit,
    isTold: isLimit,
    isPlain: (text) => `regexp_full_match(${text}, ${PLAIN})`,
  });
  const areLimited = found.filter(({ part, present, plain, told, different }) => {
    const isOfNumbers = plain >= FEWEST_NUMBERS * present && !isLeveled({ present, different });
    return plain + told >= MOST * present && (isOfNumbers || isSaidNumber(part, rules.stated));
  });
  return new Map(areLimited.map(({ part, example }) => [part, example]));
}
