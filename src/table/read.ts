/** @file Reading a table of numbers from CSV, Parquet or JSON. */
import { join } from "node:path";
import { type DuckDBConnection, DuckDBFloatVector, type DuckDBVector } from "@duckdb/node-api";
import { InputError } from "../errors.ts";
import { ColumnBuilder, type Precision } from "./column-builder.ts";
import { fileComplaint, withDuckDB } from "./duckdb.ts";
import { cellSql, type FileColumn, type FileRelation, openFile } from "./file-relation.ts";
import type { TableFormat } from "./formats.ts";
import { explainBrokenFile, explainRefusedCell, type RefusedCell } from "./read-complaints.ts";
import { dataFiles, type StandardInput, sourceLabel, withTemporaryFolder } from "./source.ts";
import type { Column, Table } from "./table.ts";
import { type ColumnChoice, chooseColumns, type WantedColumn } from "./wanted-columns.ts";

export interface ReadOptions extends ColumnChoice {
  /** The files' format; by default each file's ending tells it, and standard input is CSV. */
  readonly format?: TableFormat;
  /** Numbers that mean "missing", such as -9999 (in error columns too). `Infinity` may be among them. */
  readonly missing?: readonly number[];
  /**
   * How columns are kept. "auto" (the default): float32, but float64 for a column of which float32 would lose
   * a noticeable part (a cell moved by over 1e-4 standard deviations, as of Julian dates).
   */
  readonly precision?: "auto" | Precision;
  /** What "-" reads from; by default the process's standard input. */
  readonly standardInput?: StandardInput;
}

/**
 * What stands for a text that is no number, where DuckDB can only hand over numbers: the golden ratio and the
 * root of two at the far end of float64, which no table holds (if one does, that cell is refused, not lost).
 * The second is for a user who lists the first as missing.
 */
const wrongCellMarks = [-1.618033988749895e308, -1.4142135623730951e308];

/** A column of the files to be read: a column of the table, or the errors of one. */
interface Part {
  readonly name: string;
  readonly errors: boolean;
}

type Numbers = Float32Array | Float64Array;

/**
 * Reads a table into memory, column by column; the rows keep the order of the files.
 *
 * Missing are: empty cells, NULL, `NaN`, `NA`, `N/A`, `null`, `none` (in any capitals) and the numbers in
 * `options.missing`. true and false become 1 and 0. Whole numbers beyond 2^53 are rounded. Text, dates,
 * infinite numbers (unless listed as missing) and negative errors are refused with file, row and column.
 *
 * @param source A path, a glob (`runs/*.parquet`), several of either, or "-" for standard input.
 * @throws InputError for everything that is wrong with the files or the options.
 */
export async function readTable(
  source: string | readonly string[],
  options: ReadOptions = {},
): Promise<Table> {
  return await withTemporaryFolder((folder) =>
    withDuckDB(
      async (connection) => {
        const input = options.standardInput ?? process.stdin;
        const files = await dataFiles(source, options.format, connection, folder, input);
        const relations: FileRelation[] = [];
        for (const file of files) relations.push(await openFile(connection, file));
        const wanted = chooseFrom(relations, options);
        const parts = wanted.flatMap(partsOf);
        const numbers = await readParts(connection, relations, parts, options, options.precision ?? "auto");
        const rows = numbers[0]?.length ?? 0;
        const label = sourceLabel(source);
        if (rows === 0) throw new InputError(`${label} has column names but no rows`);
        return { source: label, rows, columns: assemble(wanted, numbers) };
      },
      { temp_directory: join(folder, "spill") },
    ),
  );
}

function partsOf(column: WantedColumn): Part[] {
  const values = { name: column.name, errors: false };
  return column.errors === undefined ? [values] : [values, { name: column.errors, errors: true }];
}

function assemble(wanted: readonly WantedColumn[], numbers: readonly Numbers[]): Column[] {
  let next = 0;
  return wanted.map(({ name, errors }) => {
    const values = numbers[next++]!;
    return errors === undefined ? { name, values } : { name, values, errors: numbers[next++]! };
  });
}

/** The first file decides; the others must have its columns (all and no more, unless the user chose some). */
function chooseFrom(relations: readonly FileRelation[], options: ReadOptions): WantedColumn[] {
  const names = (relation: FileRelation) => relation.columns.map(({ name }) => name);
  const first = relations[0]!;
  const wanted = chooseColumns(names(first), options, first.file.label);
  if (wanted.length === 0) throw new InputError(`no column of ${first.file.label} is asked for`);
  const needed = options.columns ? wanted.flatMap(partsOf).map(({ name }) => name) : names(first);
  for (const other of relations.slice(1)) {
    const lacking = needed.find((name) => !names(other).includes(name));
    const surplus = options.columns ? undefined : names(other).find((name) => !needed.includes(name));
    if (lacking === undefined && surplus === undefined) continue;
    const [has, hasNot] = lacking === undefined ? [other, first] : [first, other];
    throw new InputError(
      `${hasNot.file.label} has no column "${lacking ?? surplus}", but ${has.file.label} has: files read together need the same columns (or choose common ones with --columns)`,
    );
  }
  return wanted;
}

async function readParts(
  connection: DuckDBConnection,
  relations: readonly FileRelation[],
  parts: readonly Part[],
  options: ReadOptions,
  precision: "auto" | Precision,
): Promise<Numbers[]> {
  const counts = relations.map(({ rows }) => rows);
  const expectedRows = counts.reduce(
    (sum, rows) => (rows === undefined || sum === undefined ? undefined : sum + rows),
    0,
  );
  const missing = options.missing ?? [];
  const wrong = wrongCellMarks.find((mark) => !missing.includes(mark))!;
  const builders = parts.map(({ errors }) => {
    const rules = { missing, wrong, errors, onlyFloat32: precision === "float32" };
    return new ColumnBuilder(precision === "float64" ? "float64" : "float32", rules, expectedRows);
  });
  for (const relation of relations) await readFile(connection, relation, parts, builders);
  const again = precision === "auto" ? parts.filter((_, i) => builders[i]!.needsFloat64) : [];
  if (again.length === 0) return builders.map((builder) => builder.finish());
  const finished = builders.map((builder) => (builder.needsFloat64 ? undefined : builder.finish()));
  const precise = await readParts(connection, relations, again, options, "float64");
  return finished.map((numbers) => numbers ?? precise.shift()!);
}

/** Adds a file's rows to the builders: text fast at first, and again with care if anything is wrong. */
async function readFile(
  connection: DuckDBConnection,
  relation: FileRelation,
  parts: readonly Part[],
  builders: readonly ColumnBuilder[],
): Promise<void> {
  const columns = parts.map(({ name }) => relation.columns.find((column) => column.name === name)!);
  refuseOtherKinds(relation, columns);
  const rowsBefore = builders[0]!.rows;
  if (relation.fastFrom !== undefined) {
    const numbers = columns.map((column): FileColumn => ({ ...column, kind: "number" }));
    try {
      if ((await appendRows(connection, numbers, relation.fastFrom, builders)) === undefined) return;
    } catch (error) {
      if (fileComplaint(error) === undefined) throw error;
    }
    for (const builder of builders) builder.truncate(rowsBefore);
  }
  try {
    const refused = await appendRows(connection, columns, relation.from, builders);
    if (refused === undefined) return;
    if (refused !== "ended early") {
      throw await explainRefusedCell(connection, relation, { ...refused, row: refused.row - rowsBefore });
    }
    // The stream has swallowed its error: an ordinary query over the same columns tells it.
    const counts = columns.map(({ sql }) => `count(${sql})`).join(", ");
    await connection.run(`SELECT ${counts} FROM ${relation.from}`);
    throw new Error(`DuckDB ended a stream early without an error: ${relation.from}`);
  } catch (error) {
    throw await explainBrokenFile(relation, error);
  }
}

function refuseOtherKinds(relation: FileRelation, columns: readonly FileColumn[]): void {
  for (const { kind, name, type } of columns) {
    if (kind !== "other") continue;
    const held = /^(DATE|TIME|INTERVAL)/.test(type) ? "dates or times" : "no numbers";
    throw new InputError(
      `column "${name}" of ${relation.file.label} holds ${held} (${type}), which is not supported yet; leave it out with --columns`,
    );
  }
}

/**
 * Streams the columns into the builders; gives the first refused cell, if there is one, and stops there.
 *
 * A trap: when a stream of DuckDB fails halfway, `fetchChunk` ends it as if all rows had come (1.5.6). So a
 * last row, marked in a column of its own, is put behind the file's: without it the stream has failed.
 */
async function appendRows(
  connection: DuckDBConnection,
  columns: readonly FileColumn[],
  from: string,
  builders: readonly ColumnBuilder[],
): Promise<RefusedCell | "ended early" | undefined> {
  const cells = columns.map((column, i) => cellSql(column, builders[i]!.rules.wrong));
  const blanks = columns.map(({ kind }) => `'nan'::${kind === "float32" ? "FLOAT" : "DOUBLE"}`);
  const result = await connection.stream(
    `SELECT ${cells.join(", ")}, false FROM ${from} UNION ALL SELECT ${blanks.join(", ")}, true`,
  );
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const firstRow = builders[0]!.rows;
    const isLast = chunk.getColumnVector(columns.length).getItem(chunk.rowCount - 1) === true;
    const rows = chunk.rowCount - (isLast ? 1 : 0);
    for (const [i, builder] of builders.entries()) builder.append(cellsOf(chunk.getColumnVector(i), rows));
    const refusals = builders.flatMap(({ refused }, i) => {
      return refused === undefined
        ? []
        : [{ column: columns[i]!, row: firstRow + refused.row, why: refused.why }];
    });
    if (refusals.length > 0) return refusals.reduce((first, each) => (each.row < first.row ? each : first));
    if (isLast) return undefined;
  }
  return "ended early";
}

/** Cells of a column of a chunk, which the SQL made FLOAT or DOUBLE without NULLs. */
function cellsOf(vector: DuckDBVector, rows: number): Float32Array | Float64Array {
  const cells = vector instanceof DuckDBFloatVector ? new Float32Array(rows) : new Float64Array(rows);
  for (let row = 0; row < rows; row++) cells[row] = vector.getItem(row) as number;
  return cells;
}
