/**
 * @file Objects and lists in the cells of Parquet and JSON: an object's fields become columns NAME.FIELD (as pandas' json_normalize
 * calls them), lists of numbers that all have one length become columns NAME0, NAME1; other lists are left out, and told.
 */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { arraysOf, elementNames, type FoundArrays, ofDifferentLengths } from "./array-names.ts";
import type { CopyPlace } from "./copied-slices.ts";
import { literal, parquetRows, rowsOf } from "./duckdb.ts";
import type { FileColumn, FileRelation } from "./file-relation.ts";

/** A column that is made of what stands in another one's cells. */
interface Piece {
  readonly name: string;
  /** Its cells, from those of the relation. */
  readonly sql: string;
  readonly column: Pick<FileColumn, "kind" | "type" | "unreadable" | "isPassedOn">;
}

/** What takes the cells of a format apart. */
interface Nesting {
  readonly isNested: (column: FileColumn) => boolean;
  /** The pieces of a cell; none of a single value. */
  readonly piecesOf: (column: FileColumn) => Promise<readonly Piece[]>;
}

const MEND = "write its elements as columns of their own";

/**
 * The relation with its nested columns taken apart; the same one where there are none. What is wanted of it is copied: DuckDB
 * takes too long to look at hundreds of elements of a list in one query again and again.
 */
export async function withoutNesting(
  { connection, folder }: Omit<CopyPlace, "label">,
  relation: FileRelation,
  { isNested, piecesOf }: Nesting,
): Promise<FileRelation> {
  if (!relation.columns.some(isNested)) return relation;
  const columns: FileColumn[] = [];
  const cells = new Map<string, string>();
  const leftOut = [...relation.report.leftOut];
  const remarks = [...(relation.report.remarks ?? [])];
  for (const column of relation.columns) {
    const isWhole = !isNested(column);
    const pieces = isWhole ? [{ name: column.name, sql: column.sql, column }] : await piecesOf(column);
    for (const { name, sql, column: own } of pieces) {
      const as = `c${columns.length}`;
      cells.set(as, sql);
      columns.push({ ...own, name, sql: as });
      if (isWhole) continue;
      if (own.unreadable)
        leftOut.push({ name, why: `its cells are ${own.unreadable.held}`, isUnreadable: true });
    }
    if (isWhole) continue;
    const names = pieces.filter(({ column: { unreadable } }) => !unreadable).map(({ name }) => name);
    if (names.length > 0) remarks.push(`"${column.name}" is taken apart into ${firstAndLast(names)}`);
  }
  refuseTwins(columns, relation);
  const { fastFrom: _, ...rest } = relation;
  const report = { ...relation.report, leftOut, ...(remarks.length > 0 && { remarks }) };
  const copied = async (names: ReadonlySet<string>, most?: number): Promise<FileRelation> => {
    const path = join(await mkdtemp(join(folder, "nested-")), "rows.parquet");
    const wanted = columns.filter(({ name }) => names.has(name));
    const selected = wanted.map(({ sql }) => `${cells.get(sql)} AS ${sql}`).join(", ") || "0 AS c";
    const rows = `SELECT ${selected} FROM ${relation.from}${most === undefined ? "" : ` LIMIT ${most}`}`;
    await connection.run(`COPY (${rows}) TO ${literal(path)} (FORMAT parquet, COMPRESSION 'uncompressed')`);
    return { ...rest, columns, report, from: parquetRows(path) };
  };
  return {
    ...rest,
    columns,
    report,
    from: "(SELECT * FROM rows_that_were_not_copied)",
    copied: (names) => copied(names),
    copiedStart: copied,
  };
}

const firstAndLast = (names: readonly string[]) =>
  names.length <= 3
    ? names.map((name) => `"${name}"`).join(", ")
    : `"${names[0]}" to "${names.at(-1)}" (${names.length} columns)`;

function refuseTwins(columns: readonly FileColumn[], { file }: FileRelation): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name))
      throw new InputError(
        `${file.label} has a column "${name}" and another one that would be called so, too, when its cells are taken apart; rename one.`,
      );
    seen.add(name);
  }
}

const unreadable = (held: string, type: string): Piece["column"] => ({
  kind: "other",
  type,
  unreadable: { held, mend: MEND },
  isPassedOn: true,
});

/** Deeper objects are no cells of a table. */
const DEEPEST = 32;

/** Structs and lists of DuckDB's own types. @param kindOf what a column of a type is. */
export function nestedTypes(
  connection: DuckDBConnection,
  from: string,
  kindOf: (type: string) => FileColumn["kind"],
): Nesting {
  const isList = (type: string) => /\[\d*\]$/.test(type);
  const isStruct = (type: string) => type.startsWith("STRUCT(") && !isList(type);
  const pieces = async (name: string, sql: string, type: string): Promise<Piece[]> => {
    if (isStruct(type)) {
      const described = await rowsOf(
        connection,
        `DESCRIBE SELECT s.* FROM (SELECT ${sql} AS s FROM ${from})`,
      );
      const fields = described.map(([field, own]) =>
        pieces(`${name}.${String(field)}`, `struct_extract(${sql}, ${literal(String(field))})`, String(own)),
      );
      return (await Promise.all(fields)).flat();
    }
    if (!isList(type)) return [{ name, sql, column: { kind: kindOf(type), type } }];
    const element = type.replace(/\[\d*\]$/, "");
    const found = await listsOf(connection, from, `len(${sql})`, kindOf(element), element);
    if ("held" in found) return [{ name, sql, column: unreadable(found.held, type) }];
    return elementNames({ name, dims: found.dims }, []).map((each, i) => ({
      name: each,
      sql: `list_extract(${sql}, ${i + 1})`,
      column: { kind: kindOf(element), type: element },
    }));
  };
  return {
    isNested: ({ type }) => isStruct(type) || isList(type),
    piecesOf: ({ name, sql, type }) => pieces(name, sql, type),
  };
}

/** What lists are whose elements have a type. @param length of a cell's list, in SQL. */
async function listsOf(
  connection: DuckDBConnection,
  from: string,
  length: string,
  element: FileColumn["kind"],
  type: string,
): Promise<FoundArrays> {
  if (element !== "number" && element !== "float32" && element !== "boolean")
    return { held: `lists of ${element === "text" ? "texts" : type}` };
  const [[least, most]] = await rowsOf(
    connection,
    `SELECT min(n), max(n) FROM (SELECT ${length} AS n FROM ${from})`,
  );
  if (least === null) return { held: "lists, none of which is there" };
  return Number(least) === Number(most) && Number(most) > 0
    ? arraysOf([Number(most)])
    : { held: ofDifferentLengths(Number(least), Number(most)) };
}

/** What JSON's cells hold, as DuckDB's json_group_structure tells it. */
type Structure = string | readonly Structure[] | { readonly [field: string]: Structure };

/** Objects and lists of JSON. @param objects one row's JSON each, as "json". */
export async function nestedJson(
  connection: DuckDBConnection,
  from: string,
  objects: string,
): Promise<Nesting> {
  const [[told]] = await rowsOf(connection, `SELECT json_group_structure(json)::VARCHAR FROM ${objects}`);
  const structure = JSON.parse(String(told)) as { readonly [field: string]: Structure };
  const structureOf = ({ name }: FileColumn) => (Object.hasOwn(structure, name) ? structure[name] : "NULL");
  const pieces = async (name: string, sql: string, path: string, held: Structure): Promise<Piece[]> => {
    if (typeof held === "string") {
      // Different things in different rows: texts in one, objects in another.
      if (held === "JSON")
        return [{ name, sql, column: unreadable("objects or lists in some rows only", "JSON") }];
      return [
        {
          name,
          sql: `json_extract_string(${sql}, ${literal(path)})`,
          column: { kind: "text", type: "JSON" },
        },
      ];
    }
    if (isListOf(held)) {
      const [element] = held;
      const length = `json_array_length(${sql}, ${literal(path)})`;
      const isNumber = typeof element === "string" && /^(U?BIGINT|DOUBLE|BOOLEAN)$/.test(element);
      const kind = isNumber ? "number" : element === "VARCHAR" ? "text" : "other";
      const type = typeof element === "string" ? element : "objects or lists";
      const found = await listsOf(connection, from, length, kind, type);
      if ("held" in found) return [{ name, sql, column: unreadable(found.held, "JSON") }];
      return elementNames({ name, dims: found.dims }, []).map((each, i) => ({
        name: each,
        sql: `json_extract_string(${sql}, ${literal(`${path}[${i}]`)})`,
        column: { kind: "text", type: "JSON" },
      }));
    }
    // DuckDB has no path to a field without a name.
    if (Object.hasOwn(held, ""))
      return [{ name, sql, column: unreadable("objects with a field without a name", "JSON") }];
    if (path.split(".").length > DEEPEST)
      return [{ name, sql, column: unreadable(`objects nested more than ${DEEPEST} deep`, "JSON") }];
    const fields = Object.entries(held).map(([field, own]) =>
      pieces(`${name}.${field}`, sql, `${path}.${JSON.stringify(field)}`, own),
    );
    return (await Promise.all(fields)).flat();
  };
  return {
    // A list among single values is a wrong cell, and complained about as one.
    isNested: (column) => typeof structureOf(column) === "object",
    piecesOf: (column) => pieces(column.name, column.sql, "$", structureOf(column)),
  };
}

const isListOf = (held: Exclude<Structure, string>): held is readonly Structure[] => Array.isArray(held);
