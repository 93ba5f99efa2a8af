/** @file The cells of a file as a stream of chunks of numbers. */
import { type DuckDBConnection, DuckDBFloatVector, type DuckDBVector } from "@duckdb/node-api";
import type { FileColumn, FileRelation } from "../files/file-relation.ts";
import type { Numbers } from "./cell-check.ts";
import { cellSql, cellType, type Meaning } from "./cell-sql.ts";
import type { Part } from "./column-kinds.ts";

/** Where the cells of a part come from in a file, and what they are. */
export interface Cells {
  readonly part: Part;
  readonly column: FileColumn;
  readonly meaning: Meaning;
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

/** A stream ended before the last row, and nothing tells why. */
export class EndedEarly extends Error {}

/**
 * The rows of a file in their order, some at a time: an array for each of the cells. The arrays are the receiver's.
 *
 * A trap: when a stream of DuckDB fails halfway, `fetchChunk` ends it as if all rows had come (1.5.6). So a
 * last row, marked in a column of its own, is put behind the file's: without it the stream has failed.
 *
 * @param missing numbers that mean "missing".
 * @throws EndedEarly there.
 */
export async function* cellChunks(
  connection: DuckDBConnection,
  { cells, from }: FileReading,
  missing: readonly number[],
): AsyncGenerator<Numbers[]> {
  const selected = cells.map(({ column, meaning, wrong }) => cellSql(column, meaning, { wrong, missing }));
  const blanks = cells.map(({ column, meaning }) => `'nan'::${cellType(column, meaning)}`);
  const result = await connection.stream(
    `SELECT ${selected.join(", ")}, false FROM ${from} UNION ALL SELECT ${blanks.join(", ")}, true`,
  );
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const isLast = chunk.getColumnVector(cells.length).getItem(chunk.rowCount - 1) === true;
    const rows = chunk.rowCount - (isLast ? 1 : 0);
    if (rows > 0) yield cells.map((_, i) => numbersOf(chunk.getColumnVector(i), rows));
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
