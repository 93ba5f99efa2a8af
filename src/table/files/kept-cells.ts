/** @file Columns of files that are passed on as they were read: a copy of their cells, letter by letter. */
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { unknownName } from "../../base/suggestions.ts";
import type { KeptCells } from "../blocks.ts";
import { equatorialColumns, type TableOfSky } from "../sky-columns.ts";
import { literal, parquetRows } from "./duckdb.ts";
import type { FileRelation } from "./file-relation.ts";
import { countRows, indexedSql, ROW_INDEX } from "./row-choice.ts";

/**
 * Which columns are kept, to be passed on: their names, a choice among those that the file has (with those that are places on
 * the sky, if some are), or all.
 */
export type KeptChoice =
  | readonly string[]
  | ((known: readonly string[], sky: TableOfSky | undefined) => readonly string[])
  | "all";

/** The names of a file that a choice keeps. @throws InputError for one that the file lacks. */
export function keptNames(relation: FileRelation, choice: KeptChoice | undefined): string[] {
  const { columns, file, copied } = relation;
  // Of a format that DuckDB cannot read there is no copy of cells that are no single values.
  const known = columns
    .filter(({ unreadable, isPassedOn }) => !copied || !unreadable || isPassedOn)
    .map(({ name }) => name);
  if (choice === undefined) return [];
  if (choice === "all") return known.filter((name) => name !== "");
  const names = typeof choice === "function" ? choice(known, skyOf(relation)) : choice;
  for (const name of names)
    if (!known.includes(name)) throw new InputError(unknownName("column", name, known, file.label));
  return [...new Set(names)];
}

/** Where rows lie on the sky: as the format says, or by the columns' names and units. */
function skyOf({ sky, columns, report }: FileRelation): TableOfSky | undefined {
  const [units, ucds] = [report.units, report.ucds ?? {}].map((said) => new Map(Object.entries(said)));
  return (
    sky ??
    equatorialColumns(columns.map(({ name }) => ({ name, unit: units.get(name), ucd: ucds.get(name) })))
  );
}

/** Copies the cells of these columns into a file of the folder. */
export async function keepCells(
  connection: DuckDBConnection,
  relations: readonly FileRelation[],
  names: readonly string[],
  folder: string,
): Promise<KeptCells> {
  const columns = names.map((name) => {
    const own = relations.map((relation) => {
      const column = relation.columns.find((each) => each.name === name);
      if (!column) throw new InputError(`${relation.file.label} has no column "${name}" to be kept.`);
      return column;
    });
    const types = new Set(own.map(({ type }) => type));
    const isText = own.some(({ kind, type }) => kind === "text" && !type.startsWith("ENUM("));
    // Of other types in other files only their writing is common.
    const cellOf = (i: number) => own[i].written ?? own[i].sql;
    const sqlOf = (i: number) => (types.size > 1 ? `${cellOf(i)}::VARCHAR` : cellOf(i));
    const isOfTexts = own.every((_, i) => relations[i].text !== undefined || own[i].type === "JSON");
    const { renamed, leftOut } = relations[0].report;
    const isUnnamed = [...renamed, ...leftOut].some(
      (each) => each.name === name && each.why.startsWith("it has no name"),
    );
    const { units, ucds = {} } = relations[0].report;
    const unit = Object.hasOwn(units, name) ? units[name] : undefined;
    const ucd = Object.hasOwn(ucds, name) ? ucds[name] : undefined;
    return { name, isUnnamed, isText: isText && isOfTexts, sqlOf, unit, ucd };
  });
  const parts: string[] = [];
  let first = 0;
  for (const [i, relation] of relations.entries()) {
    const isIndexed = relation.rowInFile === ROW_INDEX; // chosen rows know their place in the whole
    const cells = columns.map(({ sqlOf }, k) => `${sqlOf(i)} AS k${k}`);
    parts.push(indexedSql(relation, cells, isIndexed ? 0 : first));
    if (!isIndexed) first += await countRows(connection, relation);
  }
  const path = join(folder, "kept.parquet");
  const all =
    parts.length === 1 ? parts[0] : `SELECT * FROM (${parts.join(" UNION ALL ")}) ORDER BY ${ROW_INDEX}`;
  await connection.run(`COPY (${all}) TO ${literal(path)} (FORMAT parquet, COMPRESSION 'uncompressed')`);
  const isChosen = relations.every(({ rowInFile }) => rowInFile === ROW_INDEX);
  const writing = writingOf(relations);
  const sky = skyOf(relations[0]);
  return {
    path,
    columns: columns.map(({ name, isUnnamed, isText, unit, ucd }) => ({
      name,
      isText,
      ...(unit !== undefined && { unit }),
      ...(ucd !== undefined && { ucd }),
      ...(isUnnamed && { isUnnamed }),
    })),
    ...(writing && { writing }),
    // Of several catalogues the partitions are not those of the whole.
    ...(sky && { sky: relations.length === 1 ? sky : { longitude: sky.longitude, latitude: sky.latitude } }),
    ...(isChosen && { rowIndices: await indicesIn(connection, path) }),
  };
}

/** What a CSV file can be written with. */
const SEPARATORS = [",", ";", "\t", "|"];

function writingOf(relations: readonly FileRelation[]): KeptCells["writing"] {
  const found = relations.map(({ report: { separator, decimal } }) => ({
    separator: separator?.mark ?? "",
    decimal: decimal && decimal.columns.length > 0 ? decimal.mark : ("." as const),
  }));
  const [first] = found;
  const isOne = found.every((each) => each.separator === first.separator && each.decimal === first.decimal);
  return isOne && SEPARATORS.includes(first.separator) ? first : undefined;
}

async function indicesIn(connection: DuckDBConnection, path: string): Promise<Float64Array> {
  const found = await connection.runAndReadAll(`SELECT ${ROW_INDEX}::DOUBLE FROM ${parquetRows(path)}`);
  return Float64Array.from(found.getColumns()[0] ?? [], Number);
}
