/** @file What is wrong with a file, reported with its row, line and column. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import type { Refusal } from "../scan/column-cells.ts";
import { errorsOfText, refusedCell, shortened } from "../scan/refused-cells.ts";
import type { ColumnKind } from "../table.ts";
import { numberSql, rowsOf } from "./duckdb.ts";
import { type FileColumn, type FileRelation, unreadableFile } from "./file-relation.ts";

/** A cell that cannot be taken: its row among those read of the file, from 0. */
export interface RefusedCell {
  readonly column: FileColumn;
  /** What its column is taken for. */
  readonly kind: ColumnKind;
  /** The column whose errors its column is taken for, if it is for any's. */
  readonly part: { readonly errorsOf?: string; readonly isBelowZero?: true };
  readonly row: number;
  readonly why: Refusal;
}

/** Errors without any number in this many rows are called text, not errors with a wrong cell. */
const judgedRows = 10_000;

/** The sentence for a refused cell; reads the cell again for its text. */
export async function explainRefusedCell(
  connection: DuckDBConnection,
  relation: FileRelation,
  { column, kind, part, row: rowRead, why }: RefusedCell,
): Promise<InputError> {
  const cell = column.sql;
  const rowInFile = relation.rowInFile ?? `${rowRead}`;
  const found = await rowsOf(
    connection,
    `SELECT ${cell}::VARCHAR, ${numberSql(`${cell}::VARCHAR`)} IS NOT NULL, place
     FROM (SELECT ${cell}, ${rowInFile} AS place FROM ${relation.from} LIMIT 1 OFFSET ${rowRead})`,
  );
  const row = Number(found[0]?.[2] ?? rowRead);
  const text = shortened(String(found[0]?.[0]));
  const isNumber = found[0]?.[1] === true;
  if (why === "wrong" && part.errorsOf !== undefined && !(await hasNumbers(connection, relation, column))) {
    return errorsOfText(column.name, part.errorsOf, relation.file.label, { row, text });
  }
  const where = `${relation.file.label}, row ${row + 1}${await lineOf(relation, row)}, column "${column.name}"`;
  return refusedCell(where, { name: column.name, text, isNumber, kind, why, isBelowZero: part.isBelowZero });
}

/**
 * The sentence for a file that DuckDB cannot go through. Of CSV it names the first row with a wrong number of
 * cells, found by reading the text here: DuckDB's line numbers are off after cells with line breaks.
 */
export async function explainBrokenFile(relation: FileRelation, error: unknown): Promise<unknown> {
  const complaint = unreadableFile(relation.file, error);
  if (complaint === error || !(complaint instanceof InputError) || relation.text === undefined)
    return complaint;
  const broken = await relation.text.brokenRow();
  return broken === undefined ? complaint : new InputError(broken);
}

async function hasNumbers(connection: DuckDBConnection, relation: FileRelation, { sql }: FileColumn) {
  const counted = await rowsOf(
    connection,
    `SELECT count(TRY_CAST(${sql}::VARCHAR AS DOUBLE)) FROM (SELECT ${sql} FROM ${relation.from} LIMIT ${judgedRows})`,
  );
  return Number(counted[0][0]) > 0;
}

async function lineOf({ text }: FileRelation, row: number): Promise<string> {
  const line = await text?.lineOfRow(row);
  return line === undefined ? "" : ` (line ${line})`;
}
