/** @file The cells of files as arrays of numbers: fast at first, and with care where that fails. */
import { DuckDBFloatVector, type DuckDBVector } from "@duckdb/node-api";
import { cellSql, cellType, type Meaning, presumed } from "./cell-sql.ts";
import { ColumnBuilder, type Precision } from "./column-builder.ts";
import {
  columnOf,
  lookAt,
  type Meanings,
  meaningsByType,
  type Part,
  partsWithWords,
  type Sources,
} from "./column-kinds.ts";
import { fileComplaint } from "./duckdb.ts";
import type { FileColumn, FileRelation } from "./file-relation.ts";
import { explainBrokenFile, explainRefusedCell, type RefusedCell } from "./read-complaints.ts";

export type Numbers = Float32Array | Float64Array;

/**
 * What stands for a text that is none of its column's, where DuckDB can only hand over numbers: the golden ratio
 * and the root of two at the far end of float64, which no table holds (if one does, that cell is refused, not
 * lost). The second is for a user who lists the first as missing.
 */
const wrongCellMarks = [-1.618033988749895e308, -1.4142135623730951e308];

/** Rows of each file in which words are looked for before all rows are. */
const firstRows = 10_000;

/** The cells of each part, and what they mean. */
export interface ReadColumns {
  readonly cells: readonly Numbers[];
  readonly meanings: Meanings;
}

/** Reads the parts into memory. */
export async function readColumns(sources: Sources, precision: "auto" | Precision): Promise<ReadColumns> {
  const { read, meanings } = await firstReading({ ...sources, precision }, readParts);
  return { cells: read, meanings };
}

/**
 * The first reading that works, and what it went by. All that may be numbers is read as numbers; only when that
 * fails the columns with words are looked for, in the first rows and then in all: a table of numbers is parsed once.
 *
 * @param read gives undefined if a file could not be read fast; then it is tried again.
 */
export async function firstReading<T>(
  sources: Omit<Reading, "meanings" | "careful">,
  read: (reading: Reading) => Promise<T | undefined>,
): Promise<{ readonly read: T; readonly meanings: Meanings; readonly careful: boolean }> {
  const known = await meaningsByType(sources);
  const mayHoldBooleans = sources.relations.some((relation) => relation.mayHoldBooleans);
  for (const rows of mayHoldBooleans ? [] : [0, firstRows]) {
    const words = rows === 0 ? [] : await partsWithWords(sources, known, rows);
    if (rows > 0 && words.length === 0) continue;
    for (const [part, meaning] of await lookAt(sources, words)) known.set(part, meaning);
    const done = await read({ ...sources, meanings: known, careful: false });
    if (done !== undefined) return { read: done, meanings: known, careful: false };
  }
  const words = await partsWithWords(sources, known, Number.POSITIVE_INFINITY);
  for (const [part, meaning] of await lookAt(sources, words)) known.set(part, meaning);
  const done = await read({ ...sources, meanings: known, careful: true });
  return { read: done!, meanings: known, careful: true };
}

export interface Reading extends Sources {
  readonly meanings: Meanings;
  readonly precision: "auto" | Precision;
  /** True where a file that cannot be read fast is read with care, and the wrong cell in it told. */
  readonly careful: boolean;
  /** Called after every few rows, where cells are taken from the builders on the way: then no row is taken back. */
  readonly onRows?: () => Promise<void>;
}

/** All cells, or undefined if a file could not be read fast. */
async function readParts(reading: Reading): Promise<Numbers[] | undefined> {
  const { relations, parts, precision } = reading;
  const builders = parts.map((part) => builderOf(reading, part));
  for (const relation of relations) if (!(await readFile(reading, relation, builders))) return undefined;
  const again = precision === "auto" ? parts.filter((_, i) => builders[i]!.needsFloat64) : [];
  if (again.length === 0) return builders.map((builder) => builder.take());
  const finished = builders.map((builder) => (builder.needsFloat64 ? undefined : builder.take()));
  const precise = await readParts({ ...reading, parts: again, precision: "float64" });
  return precise && finished.map((numbers) => numbers ?? precise.shift()!);
}

export function builderOf(
  { relations, meanings, precision, missing, onRows }: Reading,
  part: Part,
): ColumnBuilder {
  const { kind } = meanings.get(part) ?? presumed;
  const known = onRows === undefined && relations.every(({ rows }) => rows !== undefined);
  const wrong = wrongCellMarks.find((mark) => !missing.includes(mark))!;
  const rules = {
    missing: kind === "number" ? missing : kind === "date" ? missing.filter((each) => each - each !== 0) : [],
    wrong,
    errors: part.errorsOf !== undefined,
    onlyFloat32: precision === "float32" && kind !== "date",
  };
  const asked = precision === "float64" ? "float64" : "float32";
  return new ColumnBuilder(
    kind === "category" ? "float32" : kind === "date" ? "float64" : asked,
    rules,
    known ? relations.reduce((sum, { rows }) => sum + rows!, 0) : undefined,
  );
}

/** Adds a file's rows to the builders; false if that was to be fast and was not possible. */
export async function readFile(
  reading: Reading,
  relation: FileRelation,
  builders: readonly ColumnBuilder[],
): Promise<boolean> {
  const { connection, parts, meanings, careful, onRows } = reading;
  const cells = parts.map((part, i): Cells => {
    return {
      part,
      column: columnOf(relation, part),
      meaning: meanings.get(part) ?? presumed,
      builder: builders[i]!,
    };
  });
  const rowsBefore = builders[0]!.rows;
  if (relation.fastFrom !== undefined && !(careful && onRows)) {
    const texts = new Set(parts.filter((part) => meanings.has(part)).map(({ name }) => name));
    const fast = cells.map((each): Cells => {
      return texts.has(each.part.name) ? each : { ...each, column: { ...each.column, kind: "number" } };
    });
    try {
      if ((await appendRows(reading, fast, relation.fastFrom(texts))) === undefined) return true;
    } catch (error) {
      if (fileComplaint(error) === undefined) throw error;
    }
    if (!careful) return false;
    for (const builder of builders) builder.truncate(rowsBefore);
  }
  try {
    const refused = await appendRows(reading, cells, relation.from);
    if (refused === undefined) return true;
    if (refused !== "ended early") {
      throw await explainRefusedCell(connection, relation, { ...refused, row: refused.row - rowsBefore });
    }
    // The stream has swallowed its error: an ordinary query over the same columns tells it.
    const counts = cells.map(({ column }) => `count(${column.sql})`).join(", ");
    await connection.run(`SELECT ${counts} FROM ${relation.from}`);
    throw new Error(`DuckDB ended a stream early without an error: ${relation.from}`);
  } catch (error) {
    throw await explainBrokenFile(relation, error);
  }
}

/** Where the cells of a part come from, what they are, and where they go. */
interface Cells {
  readonly part: Part;
  readonly column: FileColumn;
  readonly meaning: Meaning;
  readonly builder: ColumnBuilder;
}

/**
 * Streams the columns into the builders; gives the first refused cell, if there is one, and stops there.
 *
 * A trap: when a stream of DuckDB fails halfway, `fetchChunk` ends it as if all rows had come (1.5.6). So a
 * last row, marked in a column of its own, is put behind the file's: without it the stream has failed.
 */
async function appendRows(
  { connection, missing, onRows }: Pick<Reading, "connection" | "missing" | "onRows">,
  cells: readonly Cells[],
  from: string,
): Promise<RefusedCell | "ended early" | undefined> {
  const selected = cells.map(({ column, meaning, builder }) =>
    cellSql(column, meaning, { wrong: builder.rules.wrong, missing }),
  );
  const blanks = cells.map(({ column, meaning }) => `'nan'::${cellType(column, meaning)}`);
  const result = await connection.stream(
    `SELECT ${selected.join(", ")}, false FROM ${from} UNION ALL SELECT ${blanks.join(", ")}, true`,
  );
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const firstRow = cells[0]!.builder.rows;
    const isLast = chunk.getColumnVector(cells.length).getItem(chunk.rowCount - 1) === true;
    const rows = chunk.rowCount - (isLast ? 1 : 0);
    for (const [i, { builder }] of cells.entries()) builder.append(cellsOf(chunk.getColumnVector(i), rows));
    const refusals = cells.flatMap(({ part, column, meaning, builder: { refused } }): RefusedCell[] =>
      refused === undefined
        ? []
        : [{ part, column, kind: meaning.kind, row: firstRow + refused.row, why: refused.why }],
    );
    if (refusals.length > 0) return refusals.reduce((first, each) => (each.row < first.row ? each : first));
    await onRows?.();
    if (isLast) return undefined;
  }
  return "ended early";
}

/** Cells of a column of a chunk, which the SQL made FLOAT or DOUBLE without NULLs. */
function cellsOf(vector: DuckDBVector, rows: number): Numbers {
  const cells = vector instanceof DuckDBFloatVector ? new Float32Array(rows) : new Float64Array(rows);
  for (let row = 0; row < rows; row++) cells[row] = vector.getItem(row) as number;
  return cells;
}
