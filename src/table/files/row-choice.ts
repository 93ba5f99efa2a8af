/** @file Some rows of a file, chosen by their number, by a column's value, or by a condition in DuckDB's SQL. */
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { unknownName } from "../../base/suggestions.ts";
import { isMissingSql, microsecondsSql, trimmed } from "../scan/cell-stream.ts";
import type { MissingRules } from "../scan/missing-rules.ts";
import { identifier, literal, parquetRows, rowsOf } from "./duckdb.ts";
import type { FileColumn, FileRelation } from "./file-relation.ts";

/** Which rows of a table are read; where several are said, the rows that fit all of them. */
export interface RowChoice {
  /** Their numbers; 1 is the first row of the table. */
  readonly row?: readonly number[];
  /** Cells that they have, by column: `{ source_id: "5820931075628056192" }`. A number fits in any writing. */
  readonly id?: Readonly<Record<string, string | number>>;
  /** A condition on the file's columns, in DuckDB's SQL: "teff < 5000 AND kind = 'giant'". */
  readonly where?: string;
}

/** Consecutive rows of a longer table, to be read as they are there: with their numbers, and with its draws. */
export interface TablePart {
  /** The index in the whole table of the first row of the files that are read, from 0. */
  readonly firstRow: number;
  /** Which rows of the whole are read, from .. to - 1; default all of these files. */
  readonly rows?: readonly [from: number, to: number];
}

/** Whether any choice is made. */
export function isChoice({
  row,
  id,
  where,
}: { readonly [Key in keyof RowChoice]: RowChoice[Key] | undefined }): boolean {
  return row !== undefined || id !== undefined || where !== undefined;
}

/** The column of a copy that has each row's index in the table, from 0. */
export const ROW_INDEX = "row_index";

/** The rows of a file with their indices in the table. @param first the index of its first row. */
export function indexedSql(relation: FileRelation, cells: readonly string[], first: number): string {
  const index = relation.rowInFile ?? "row_number() OVER () - 1";
  return `SELECT ${[...cells, `(${index})::BIGINT + ${first} AS ${ROW_INDEX}`].join(", ")} FROM ${relation.from}`;
}

/** How many rows a file has, by counting them where it does not say. */
export async function countRows(connection: DuckDBConnection, relation: FileRelation): Promise<number> {
  if (relation.rows !== undefined) return relation.rows;
  const [[count]] = await rowsOf(connection, `SELECT count(*) FROM ${relation.from}`);
  return Number(count);
}

/**
 * The files with the rows of a part only: copies of these, cell by cell as they stood. Of rows before and after it no cell is
 * read where the format allows that.
 */
export async function partRelations(
  relations: readonly FileRelation[],
  { firstRow, rows: [from, to] }: Required<TablePart>,
  { connection, folder }: Pick<ChoosingFrom, "connection" | "folder">,
): Promise<FileRelation[]> {
  const made: FileRelation[] = [];
  let first = firstRow;
  for (const [which, relation] of relations.entries()) {
    const rows = await countRows(connection, relation);
    const start = Math.max(0, from - first);
    const count = Math.max(0, Math.min(rows, to - first) - start);
    const within = `(SELECT * FROM ${relation.from} LIMIT ${count} OFFSET ${start})`;
    // An index that the file itself has counts the rows before.
    const index = first + (relation.rowInFile === undefined ? start : 0);
    const source = indexedSql({ ...relation, from: within }, copiedCells(relation), index);
    const path = join(folder, `part-${which}.parquet`);
    await connection.run(`COPY (${source}) TO ${literal(path)} (FORMAT parquet, COMPRESSION 'uncompressed')`);
    made.push(copiedRelation(relation, path, count));
    first += rows;
  }
  return made;
}

interface ChoosingFrom {
  readonly connection: DuckDBConnection;
  /** Where copies may lie for as long as rows are read. */
  readonly folder: string;
  readonly label: string;
  /** What means "missing". */
  readonly missing: MissingRules;
}

/**
 * The files with the chosen rows only: copies of these, cell by cell as they stood.
 * @throws InputError for a condition that is none, an unknown column, and if no row fits.
 */
export async function chosenRelations(
  relations: readonly FileRelation[],
  choice: RowChoice,
  from: ChoosingFrom,
): Promise<FileRelation[]> {
  const made: FileRelation[] = [];
  let first = 0;
  for (const [which, relation] of relations.entries()) {
    made.push(await chosen(relation, choice, { ...from, first, which }));
    first += await countRows(from.connection, relation);
  }
  const beyond = choice.row?.find((row) => !(Number.isSafeInteger(row) && row >= 1 && row <= first));
  if (beyond !== undefined)
    throw new InputError(`There is no row ${beyond} in ${from.label}: its rows are 1 to ${first}.`);
  if (made.every(({ rows }) => rows === 0))
    throw new InputError(`No row of ${from.label} fits ${choiceText(choice)}.`);
  return made;
}

function choiceText({ row, id = {}, where }: RowChoice): string {
  return [
    ...(row ? [`row ${row.join(", ")}`] : []),
    ...Object.entries(id).map(([name, value]) => `${name}=${value}`),
    ...(where === undefined ? [] : [`"${where}"`]),
  ].join(" and ");
}

async function chosen(
  relation: FileRelation,
  { row, id = {}, where }: RowChoice,
  { connection, folder, missing, first, which }: ChoosingFrom & { first: number; which: number },
): Promise<FileRelation> {
  const cells = copiedCells(relation);
  const typed = where === undefined ? [] : await typedColumns(connection, relation, where, missing);
  const source = indexedSql(relation, [...cells, ...typed], first);
  const conditions = [
    ...(row ? [`${ROW_INDEX} + 1 IN (${row.map(Number).join(", ")})`] : []),
    ...Object.entries(id).map(([name, value]) => isCell(relation, name, value)),
    ...(where === undefined ? [] : [`(${where}\n)`]),
  ];
  const path = join(folder, `chosen-${which}.parquet`);
  const named = cells.map((cell) => cell.slice(cell.lastIndexOf(" ") + 1));
  const kept = [...named, ROW_INDEX].join(", ");
  const sql = `COPY (SELECT ${kept} FROM (${source}) WHERE ${conditions.join(" AND ")} ORDER BY ${ROW_INDEX})
    TO ${literal(path)} (FORMAT parquet, COMPRESSION 'uncompressed')`;
  await runCondition(connection, sql, where);
  const counted = await rowsOf(connection, `SELECT count(*) FROM ${parquetRows(path)}`);
  return copiedRelation(relation, path, Number(counted[0][0]));
}

/** The cells of all columns, as a copy of some rows names them. */
function copiedCells({ columns, uncopied }: FileRelation): string[] {
  return columns.flatMap(({ name, sql, written }, i) =>
    uncopied?.has(name) ? [] : [`${sql} AS k${i}`, ...(written === undefined ? [] : [`${written} AS w${i}`])],
  );
}

/** The file with the rows of a copy in place of its own. */
function copiedRelation(relation: FileRelation, path: string, rows: number): FileRelation {
  const { fastFrom: _, copied: __, rowInFile: ___, ...rest } = relation;
  return {
    ...rest,
    columns: relation.columns.map((column, i) => ({
      ...column,
      sql: `k${i}`,
      ...(column.written !== undefined && { written: `w${i}` }),
    })),
    rows,
    from: parquetRows(path),
    rowInFile: ROW_INDEX,
  };
}

/** @throws InputError for a condition that DuckDB can't read, or that is more than one. */
async function runCondition(connection: DuckDBConnection, sql: string, where?: string): Promise<void> {
  try {
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1) throw new InputError(`The condition "${where}" is more than a condition.`);
    await connection.run(sql);
  } catch (error) {
    if (!(error instanceof Error) || error instanceof InputError || where === undefined) throw error;
    // Whatever DuckDB has against it: of all else in this query it had nothing before.
    const [, said] =
      /^(?:Failed to extract statements: )?[A-Z][\w ]{1,30} Error: (.*)/.exec(error.message) ?? [];
    if (said === undefined || error.message.startsWith("INTERNAL")) throw error;
    const candidates = /Candidate bindings: [^\n]*/.exec(error.message)?.[0] ?? "";
    throw new InputError(
      `The condition "${where}" can't be read: ${said.trim().replace(/\.$/, "")}${candidates ? ` (${candidates.trim()})` : ""}. Write it in SQL: teff < 5000 AND kind = 'giant', names with signs in them in double quotes.`,
    );
  }
}

/** Equal as a text, or as a number where the value is one. */
function isCell(relation: FileRelation, name: string, value: string | number): string {
  const at = relation.columns.findIndex((column) => column.name === name);
  if (at < 0)
    throw new InputError(
      unknownName(
        "column",
        name,
        relation.columns.map((column) => column.name),
        relation.file.label,
      ),
    );
  const text = trimmed(`k${at}::VARCHAR`);
  const wanted = literal(String(value).trim());
  const asNumber = /^[+-]?\d{1,37}$/.test(String(value).trim()) ? "HUGEINT" : "DOUBLE";
  const same = `coalesce(TRY_CAST(${text} AS ${asNumber}) = TRY_CAST(${wanted} AS ${asNumber}), false)`;
  return `coalesce(${text} = ${wanted} OR ${same}, false)`;
}

/** The columns that a condition may name, as what their texts are; missing cells are NULL. */
async function typedColumns(
  connection: DuckDBConnection,
  relation: FileRelation,
  where: string,
  missing: MissingRules,
): Promise<string[]> {
  const seen = new Set<string>();
  const named = relation.columns.filter(({ name }) => {
    const key = name.toLowerCase();
    const isMeant = where.toLowerCase().includes(key) && name !== "" && !seen.has(key);
    seen.add(key);
    return isMeant;
  });
  const made: string[] = [];
  for (const column of named) {
    const cell = await typedCell(connection, relation, column, missing);
    made.push(`${cell} AS ${identifier(column.name)}`);
  }
  return made;
}

async function typedCell(
  connection: DuckDBConnection,
  relation: FileRelation,
  { kind, sql, type }: FileColumn,
  missing: MissingRules,
): Promise<string> {
  const numbers = missing.numbers.map((each) => `'${each}'::DOUBLE`).join(", ");
  if (kind !== "text") {
    if (kind !== "number" && kind !== "float32") return sql;
    return missing.numbers.length === 0
      ? sql
      : `CASE WHEN ${sql}::DOUBLE NOT IN (${numbers}) THEN ${sql} END`;
  }
  if (type.startsWith("ENUM(")) return sql;
  const text = `${sql}::VARCHAR`;
  const isMissing = isMissingSql(text, missing);
  const all = (condition: string) => `coalesce(bool_and(${isMissing} OR ${condition}), true)`;
  const [[isCode, isWhole, isNumber, isTruth, isDate]] = await rowsOf(
    connection,
    `SELECT NOT ${all(`NOT regexp_matches(trim(${text}), '^[+-]?0\\d')`)},
      ${all(`TRY_CAST(trim(${text}) AS BIGINT) IS NOT NULL AND regexp_full_match(trim(${text}), '[+-]?\\d+')`)},
      ${all(`TRY_CAST(${text} AS DOUBLE) IS NOT NULL`)},
      ${all(`lower(trim(${text})) IN ('true', 'false')`)},
      ${all(`${microsecondsSql(text)} IS NOT NULL`)}
    FROM ${relation.from}`,
  );
  const present = (value: string) => `CASE WHEN NOT ${isMissing} THEN ${value} END`;
  if (isCode) return present(text);
  if (isWhole) return present(`TRY_CAST(trim(${text}) AS BIGINT)`);
  if (isNumber) return present(`TRY_CAST(${text} AS DOUBLE)`);
  if (isTruth) return present(`TRY_CAST(trim(${text}) AS BOOLEAN)`);
  if (isDate) return present(`make_timestamp(${microsecondsSql(text)}::BIGINT)`);
  // Among words some spellings of "missing" are names: a condition is about the text.
  return `CASE WHEN NOT ${isMissingSql(text, { numbers: missing.numbers, words: missing.told })} THEN ${text} END`;
}
