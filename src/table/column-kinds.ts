/** @file What the columns of files hold: numbers, categories, true and false, or dates. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../errors.ts";
import { gatherNames, refuseTooMany } from "./category-names.ts";
import { dateSql, isMissingSql, type Meaning, presumed, trimmed } from "./cell-sql.ts";
import { rowsOf } from "./duckdb.ts";
import type { FileColumn, FileRelation } from "./file-relation.ts";
import { explainBrokenFile } from "./read-complaints.ts";

/** A column of the files to be read: a column of the table, or the errors of one. */
export interface Part {
  readonly name: string;
  /** The column whose errors these are, if they are any's. */
  readonly errorsOf?: string;
}

/** The files as they are opened, and what of them is wanted. */
export interface Sources {
  readonly connection: DuckDBConnection;
  readonly relations: readonly FileRelation[];
  readonly parts: readonly Part[];
  /** What the user calls the files. */
  readonly label: string;
  /** Numbers that mean "missing". */
  readonly missing: readonly number[];
  /** The columns that are categories though they hold numbers. */
  readonly declared: ReadonlySet<string>;
}

/** What is known of the parts; one that is absent is presumed to hold numbers. */
export type Meanings = ReadonlyMap<Part, Meaning>;

/** The column of the part in a file. */
export function columnOf(relation: FileRelation, { name }: Part): FileColumn {
  return relation.columns.find((column) => column.name === name)!;
}

/** What the files' types tell, and what must be looked at because they do not. */
export async function meaningsByType(sources: Sources): Promise<Map<Part, Meaning>> {
  const meanings = new Map<Part, Meaning>();
  const unclear: Part[] = [];
  for (const part of sources.parts) {
    if (part.errorsOf !== undefined) continue;
    const kinds = new Set(sources.relations.map((relation) => kindByType(relation, part)));
    const [kind] = kinds;
    if (sources.declared.has(part.name) || kinds.size > 1 || kind === "text") unclear.push(part);
    else if (kind === "boolean" || kind === "date") meanings.set(part, { kind });
  }
  return new Map([...meanings, ...(await lookAt(sources, unclear))]);
}

function kindByType(relation: FileRelation, part: Part): "number" | "boolean" | "date" | "text" {
  const { kind } = columnOf(relation, part);
  if (kind === "boolean" || kind === "date") return kind;
  // All cells of CSV and JSON are texts: they are presumed to be numbers, until one is not.
  return kind === "text" && relation.fastFrom === undefined ? "text" : "number";
}

/** Parts not known yet that hold a cell which is no number, in the first rows of each file or in all. */
export async function partsWithWords(sources: Sources, known: Meanings, rows: number): Promise<Part[]> {
  const asked = sources.parts.filter((part) => !known.has(part));
  const found = new Set<Part>();
  if (asked.length === 0) return [];
  const limit = Number.isFinite(rows) ? ` LIMIT ${rows}` : "";
  for (const relation of sources.relations) {
    const cells = asked.map((part) => columnOf(relation, part).sql);
    const words = cells.map(
      (_, i) => `coalesce(bool_or(x${i} IS NOT NULL AND TRY_CAST(x${i}::VARCHAR AS DOUBLE) IS NULL), false)`,
    );
    const named = cells.map((cell, i) => `${cell} AS x${i}`).join(", ");
    const sql = `SELECT ${words.join(", ")} FROM (SELECT ${named} FROM ${relation.from}${limit})`;
    const answers = (await rowsOrComplaint(sources, relation, sql))[0]!;
    for (const [i, part] of asked.entries()) if (answers[i] === true) found.add(part);
  }
  return [...found];
}

/** What the cells of a column are, counted over all files. */
interface Counts {
  /** Cells that are not missing. */
  present: number;
  numbers: number;
  /** true and false. */
  booleans: number;
  dates: number;
  /** Lists and objects in JSON. */
  nested: number;
  /** Different texts, about; in the file that has the most. */
  different: number;
}

/** Looks at all cells of the parts and tells what they mean. @throws InputError for a column of no use. */
export async function lookAt(sources: Sources, parts: readonly Part[]): Promise<Map<Part, Meaning>> {
  const meanings = new Map<Part, Meaning>();
  const words: Part[] = [];
  const values = parts.filter(({ errorsOf }) => errorsOf === undefined);
  const counted = await countCells(sources, values);
  for (const part of parts) {
    const counts = counted[values.indexOf(part)];
    const declared = sources.declared.has(part.name);
    const kind = counts === undefined ? "number" : declared ? "category" : kindOf(counts);
    if (kind !== "category") meanings.set(part, kind === "number" ? presumed : { kind });
    else {
      refuseNested(part, counts!, sources.label);
      // The estimate is good to some percent; far beyond the limit, the names are not even gathered.
      if (!declared)
        refuseTooMany({ name: part.name, declared }, counts!.different / 2, undefined, sources.label);
      words.push(part);
    }
  }
  const columns = words.map(({ name }) => ({ name, declared: sources.declared.has(name) }));
  const { connection, relations, missing, label } = sources;
  const categories = await gatherNames(connection, relations, columns, missing, label);
  for (const [i, part] of words.entries()) meanings.set(part, categories[i]!);
  return meanings;
}

/**
 * A column of numbers with a few words is one with wrong cells, and refused where it is read; so is one of
 * dates. Where fewer than half of the present cells are either, the words are names.
 */
function kindOf({ present, numbers, booleans, dates }: Counts): "number" | "boolean" | "date" | "category" {
  if (numbers + booleans === present) return booleans > 0 && numbers === 0 ? "boolean" : "number";
  if (numbers >= present / 2) return "number";
  return dates >= present / 2 ? "date" : "category";
}

async function countCells(sources: Sources, parts: readonly Part[]): Promise<Counts[]> {
  const counts = parts.map(() => ({
    present: 0,
    numbers: 0,
    booleans: 0,
    dates: 0,
    nested: 0,
    different: 0,
  }));
  if (parts.length === 0) return counts;
  for (const relation of sources.relations) {
    const columns = parts.map((part) => columnOf(relation, part));
    const sql = `SELECT ${columns.map((column) => countsSql(column, sources.missing)).join(", ")} FROM ${relation.from}`;
    const found = (await rowsOrComplaint(sources, relation, sql))[0]!.map(Number);
    for (const [i, count] of counts.entries()) {
      const [present, numbers, booleans, dates, nested, different] = found.slice(6 * i, 6 * i + 6);
      count.present += present!;
      count.numbers += numbers!;
      count.booleans += booleans!;
      count.dates += dates!;
      count.nested += nested!;
      count.different = Math.max(count.different, different!);
    }
  }
  return counts;
}

/** The counts of a column, in the order of {@link Counts}. */
function countsSql(column: FileColumn, missing: readonly number[]): string {
  const text = `${column.sql}::VARCHAR`;
  const isPresent = `NOT ${isMissingSql(text, missing)}`;
  const isNested = `left(${text}, 1) IN ('[', '{') AND json_valid(${text})`;
  return [
    `count(*) FILTER (${isPresent})`,
    `count(TRY_CAST(${text} AS DOUBLE)) FILTER (${isPresent})`,
    `count(*) FILTER (lower(${trimmed(text)}) IN ('true', 'false'))`,
    `count(${dateSql(text)})`,
    column.type === "JSON" ? `count(*) FILTER (${isNested})` : "0",
    `approx_count_distinct(${trimmed(text)})`,
  ].join(", ");
}

function refuseNested({ name }: Part, { nested }: Counts, source: string): void {
  if (nested === 0) return;
  throw new InputError(
    `column "${name}" of ${source} holds lists or objects, not single values; leave it out with --columns`,
  );
}

async function rowsOrComplaint({ connection }: Sources, relation: FileRelation, sql: string) {
  try {
    return await rowsOf(connection, sql);
  } catch (error) {
    throw await explainBrokenFile(relation, error);
  }
}
