/** @file Going through all cells of files: fast at first, and with care where that fails. */

import type { DuckDBConnection } from "@duckdb/node-api";
import { fileComplaint } from "../files/duckdb.ts";
import type { FileRelation } from "../files/file-relation.ts";
import { explainBrokenFile, explainRefusedCell, type RefusedCell } from "../files/read-complaints.ts";
import { type Cells, cellChunks, EndedEarly, type FileReading } from "./cell-stream.ts";
import type { CellCheck, CellRules, Numbers, Precision } from "./column-cells.ts";
import { type ColumnType, presumed } from "./column-types.ts";
import { columnOf, inferTypes, partsWithWords, type Sources, typesInFiles } from "./infer-types.ts";
import type { Spellings } from "./missing-rules.ts";
import { spellingsOf } from "./missing-words.ts";
import type { ColumnTypes, Part } from "./parts.ts";
import { tellReport } from "./reading-report.ts";

/**
 * What stands for a text that is none of its column's, where DuckDB can only hand over numbers: the golden ratio
 * and the root of two at the far end of float64, which no table holds (if one does, that cell is refused, not
 * lost). The second is for a user who lists the first as missing.
 */
const wrongCellMarks = [-1.618033988749895e308, -1.4142135623730951e308];

/** Rows of each file in which words are looked for before all rows are. */
const firstRows = 10_000;

/** Files, with what their columns have been found to mean. */
export interface Pass extends Sources {
  readonly columnTypes: ColumnTypes;
  readonly precision: "auto" | Precision;
  /** True where a file that cannot be read fast is read with care, and the wrong cell in it reported. */
  readonly careful: boolean;
  /** The spellings of "missing" that stand in each part. */
  readonly spellings: ReadonlyMap<Part, Spellings>;
  /**
   * Shown the cells of each chunk of rows, by part, once they are checked. No row is shown twice: with care, no file is
   * tried fast first.
   */
  readonly onRows?: (cells: readonly Numbers[]) => void;
}

/**
 * Tries to go through the files, which gives undefined where that was to be fast and was not possible. All that may
 * be numbers is read as numbers; only when that fails the columns with words are looked for, in the first rows and
 * then in all: a table of numbers is parsed once.
 */
export async function firstPassThatWorks<Made>(
  sources: Sources,
  precision: "auto" | Precision,
  attempt: (pass: Pass) => Promise<Made | undefined>,
): Promise<Made> {
  const spellings = await spellingsOf(sources);
  const known = await typesInFiles(sources, spellings);
  const mayHoldBooleans = sources.relations.some((relation) => relation.mayHoldBooleans);
  for (const rows of mayHoldBooleans ? [] : [0, firstRows]) {
    const words = rows === 0 ? [] : await partsWithWords(sources, known, rows);
    if (rows > 0 && words.length === 0) continue;
    for (const [part, columnType] of await inferTypes(sources, words, spellings)) known.set(part, columnType);
    const made = await attempt({ ...sources, columnTypes: known, precision, spellings, careful: false });
    if (made === undefined) continue;
    await tellReport(sources, known, spellings);
    return made;
  }
  const words = await partsWithWords(sources, known, Number.POSITIVE_INFINITY);
  for (const [part, columnType] of await inferTypes(sources, words, spellings)) known.set(part, columnType);
  const made = await attempt({ ...sources, columnTypes: known, precision, spellings, careful: true });
  await tellReport(sources, known, spellings);
  return made!;
}

interface KindRules {
  /** Which of the numbers that mean "missing" are looked for among numbers; SQL has found those among words. */
  readonly missing: (missing: readonly number[]) => readonly number[];
  /** The precision that cells of this kind always have. */
  readonly precision?: Precision;
}

/**
 * What the kinds that a file's columns can have demand of reading; what a kind is to a model stands in columns/kinds.
 */
const KIND_RULES: Readonly<Record<ColumnType["kind"], KindRules>> = {
  number: { missing: (missing) => missing },
  boolean: { missing: () => [] },
  category: { missing: () => [], precision: "float32" },
  // A date may be infinite in the file, and days since 1970 need all digits.
  date: { missing: (missing) => missing.filter((each) => each - each !== 0), precision: "float64" },
};

/** What counts in the cells of a part, and in which precision they are to be kept, if that will do. */
export function rulesOf(
  {
    columnTypes,
    precision,
    missing,
    uncheckedErrors,
  }: Pick<Pass, "columnTypes" | "precision" | "missing" | "uncheckedErrors">,
  part: Part,
): { readonly precision: Precision; readonly rules: CellRules } {
  const ofKind = KIND_RULES[typeOf(columnTypes, part).kind];
  const rules = {
    missing: ofKind.missing(missing.numbers),
    wrong: wrongMark(missing.numbers),
    errors: part.errorsOf === undefined || uncheckedErrors ? undefined : signOfErrors(part),
    onlyFloat32: precision === "float32" && ofKind.precision !== "float64",
  };
  return { rules, precision: ofKind.precision ?? (precision === "float64" ? "float64" : "float32") };
}

function signOfErrors({ isBelowZero }: Part): 1 | -1 {
  return isBelowZero ? -1 : 1;
}

/**
 * Shows all cells of each part to its check. @returns how each file was read, or undefined if one could not be read
 * fast.
 * @throws InputError for the first refused cell, and for a broken file.
 */
export async function goThrough(
  pass: Pass,
  checks: readonly CellCheck[],
): Promise<FileReading[] | undefined> {
  const readings: FileReading[] = [];
  for (const relation of pass.relations) {
    const reading = await goThroughFile(pass, relation, checks);
    if (reading === undefined) return undefined;
    readings.push(reading);
  }
  return readings;
}

async function goThroughFile(
  pass: Pass,
  relation: FileRelation,
  checks: readonly CellCheck[],
): Promise<FileReading | undefined> {
  const { parts, columnTypes, missing } = pass;
  const wrong = wrongMark(missing.numbers);
  const cells = parts.map((part): Cells => {
    return { part, column: columnOf(relation, part), columnType: typeOf(columnTypes, part), wrong };
  });
  const rowsBefore = checks[0].rows;
  if (relation.fastFrom !== undefined && !(pass.careful && pass.onRows)) {
    const texts = new Set(parts.filter((part) => columnTypes.has(part)).map(({ name }) => name));
    const fast = cells.map((each): Cells => {
      return texts.has(each.part.name) ? each : { ...each, column: { ...each.column, kind: "number" } };
    });
    const reading = { relation, cells: fast, from: relation.fastFrom(texts, writtenSpellings(pass)) };
    try {
      if ((await showCells(pass, reading, checks)) === undefined) return reading;
    } catch (error) {
      if (fileComplaint(error) === undefined && !(error instanceof EndedEarly)) throw error;
    }
    if (!pass.careful) return undefined;
    for (const check of checks) check.truncate(rowsBefore);
  }
  const reading = { relation, cells, from: relation.from };
  try {
    const refused = await showCells(pass, reading, checks);
    if (refused === undefined) return reading;
    throw await explainRefusedCell(pass.connection, relation, { ...refused, row: refused.row - rowsBefore });
  } catch (error) {
    throw await explainFailure(pass.connection, reading, error);
  }
}

/** What is to be thrown instead of an error of reading a file's cells. */
export async function explainFailure(
  connection: DuckDBConnection,
  { relation, cells, from }: FileReading,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof EndedEarly)) return explainBrokenFile(relation, error);
  try {
    // The stream has swallowed its error: an ordinary query over the same columns reports it.
    const counts = cells.map(({ column }) => `count(${column.sql})`).join(", ");
    await connection.run(`SELECT ${counts} FROM ${from}`);
  } catch (reported) {
    return explainBrokenFile(relation, reported);
  }
  return error;
}

/** Shows the cells to the checks; gives the first refused one, if there is one, and stops there. */
async function showCells(
  { connection, missing, relations, onRows, onProgress, signal }: Pass,
  reading: FileReading,
  checks: readonly CellCheck[],
): Promise<RefusedCell | undefined> {
  const all = relations.reduce((sum, { rows = Number.POSITIVE_INFINITY }) => sum + rows, 0);
  for await (const chunk of cellChunks(connection, reading, missing)) {
    const firstRow = checks[0].rows;
    for (const [i, check] of checks.entries()) check.append(chunk[i]);
    const refused = firstRefused(reading, checks);
    if (refused !== undefined) return { ...refused, row: firstRow + refused.row };
    onRows?.(chunk);
    onProgress?.(checks[0].rows, all);
    signal?.throwIfAborted();
  }
  return undefined;
}

/** The first cell that was refused of what was appended last. */
export function firstRefused({ cells }: FileReading, checks: readonly CellCheck[]): RefusedCell | undefined {
  const refusals = checks.flatMap(({ refused }, i): RefusedCell[] => {
    const { part, column, columnType } = cells[i];
    return refused === undefined ? [] : [{ part, column, kind: columnType.kind, ...refused }];
  });
  if (refusals.length === 0) return undefined;
  return refusals.reduce((first, each) => (each.row < first.row ? each : first));
}

function wrongMark(missing: readonly number[]): number {
  return wrongCellMarks.find((mark) => !missing.includes(mark))!;
}

function typeOf(columnTypes: ColumnTypes, part: Part): ColumnType {
  return columnTypes.get(part) ?? presumed;
}

/**
 * The spellings of "missing" as the files write them. Those that are names in a column of words are not among them: DuckDB
 * takes them for missing in all columns or in none.
 */
function writtenSpellings({ spellings, missing, columnTypes }: Pass): string[] {
  const isNumber = (text: string) => missing.numbers.includes(Number(text));
  const names = new Set(
    [...columnTypes.values()].flatMap((type) => (type.kind === "category" ? type.categories : [])),
  );
  const all = [...spellings.values()].flatMap((each) => [...each.keys()]);
  return [...new Set(all)].filter((text) => text.trim() !== "" && !isNumber(text) && !names.has(text.trim()));
}
