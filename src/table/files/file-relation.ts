/** @file A file as DuckDB sees it: its columns with their types, and the SQL that reads its rows. */
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import type { FileReport } from "../file-report.ts";
import type { TableOfSky } from "../sky-columns.ts";
import type { CopyPlace, TablePlace } from "./copied-slices.ts";
import { fileComplaint, identifier, literal, pathLiteral, rowsOf } from "./duckdb.ts";
import { openFits } from "./fits/relation.ts";
import { openHats } from "./hats/relation.ts";
import { openHdf5 } from "./hdf5/relation.ts";
import { writeShapedRows } from "./json-shapes.ts";
import { nestedJson, nestedTypes, withoutNesting } from "./nested-cells.ts";
import { declaredInParquet } from "./parquet-metadata.ts";
import type { DataFile, TableFormat } from "./source.ts";
import type { TextOptions } from "./text/layout.ts";
import { openText } from "./text/open-text.ts";
import { openVotable } from "./votable/relation.ts";

/** What a column's cells are before they become numbers. */
export type CellKind = "float32" | "number" | "boolean" | "date" | "text" | "other";

/** Why no column can be made of what a file holds. */
export interface Unreadable {
  /** "bytes of unknown meaning" */
  readonly held: string;
  /** "make them numbers or text" */
  readonly mend: string;
}

/** What a file says that a column of texts holds: digits in one of "text" are names. */
export type DeclaredKind = "number" | "boolean" | "text";

export interface FileColumn {
  readonly name: string;
  /** Its identifier in the relation's SQL, quoted. */
  readonly sql: string;
  readonly kind: CellKind;
  /** The SQL of its text as it stands in the file, where `sql` is another writing of it. */
  readonly written?: string;
  /** Whether `sql` is of a cell its number only, and the rest has a column of its own. */
  readonly isHalf?: true;
  /** The type in DuckDB's words, for messages. */
  readonly type: string;
  /** What the file declares it to be, where its cells alone do not show it. */
  readonly declared?: DeclaredKind;
  /** More about a column of the kind "other". */
  readonly unreadable?: Unreadable;
  /** Whether the cells of one that can't be read are copied nevertheless, where they are to be passed on. */
  readonly isPassedOn?: true;
}

/** Where rows of a text stand in its file. */
export interface TextPlaces {
  /** The line of a row that has been read, both from 0 and 1; undefined where there is none. */
  lineOfRow(row: number): Promise<number | undefined>;
  /** The first row that cannot be cut into cells, as a sentence; undefined where all can. */
  brokenRow(): Promise<string | undefined>;
}

export interface FileRelation {
  readonly file: DataFile;
  readonly columns: readonly FileColumn[];
  /** Known beforehand in Parquet, HATS, HDF5 and FITS only. */
  readonly rows?: number;
  /** How the file is written. */
  readonly report: FileReport;
  /** Of HATS: where its rows lie on the sky, and how they are parted. */
  readonly sky?: TableOfSky;
  /** Of CSV: finds lines for messages. */
  readonly text?: TextPlaces;
  /** What stands after FROM. */
  readonly from: string;
  /**
   * The same rows, of CSV and JSON, with text parsed straight to numbers, but for the columns named: faster, but
   * a wrong cell stops it without a trace.
   */
  readonly fastFrom?: (texts: ReadonlySet<string>, missing: readonly string[]) => string;
  /** True where a cell may be true or false, which the fast reading of JSON takes for 1 and 0. */
  readonly mayHoldBooleans?: boolean;
  /**
   * Of formats that DuckDB cannot read: makes a copy of these columns that it can, and gives that; before, no row can be
   * read.
   */
  readonly copied?: (names: ReadonlySet<string>) => Promise<FileRelation>;
  /** The same of no more than so many of the first rows, where it takes these to see what a column is. */
  readonly copiedStart?: (names: ReadonlySet<string>, rows: number) => Promise<FileRelation>;
  /** Of a copy: the columns that were not copied, whose `sql` names nothing. */
  readonly uncopied?: ReadonlySet<string>;
  /** The SQL of a row's index in the file, from 0, where rows of the file have been left out. */
  readonly rowInFile?: string;
}

/** Formats whose files may hold several tables, named by `group`; so do spreadsheets. */
const formatsWithGroups: readonly TableFormat[] = ["hdf5", "fits", "votable"];

/** Looks at names and types. @throws InputError if the file is not what its format says. */
export async function openFile(
  connection: DuckDBConnection,
  file: DataFile,
  index: TablePlace,
  text: TextOptions,
): Promise<FileRelation> {
  if (index.group !== undefined && !formatsWithGroups.includes(file.format) && !file.isSheet) {
    throw new InputError(
      `${file.label} is of a format that holds one table, and has no group "${index.group}"; leave \`group\` out.`,
    );
  }
  try {
    return await openers[file.format](connection, file, { ...index, text });
  } catch (error) {
    throw unreadableFile(file, error);
  }
}

/** An error of DuckDB about the file as an InputError; any other is given back as it is. */
export function unreadableFile(file: DataFile, error: unknown): unknown {
  const complaint = fileComplaint(error);
  if (complaint === undefined) return error;
  const formats = {
    ...{
      csv: "CSV",
      tsv: "CSV",
      parquet: "Parquet",
      json: "JSON",
      jsonl: "JSON lines",
      hdf5: "HDF5",
      xlsx: "Excel",
      ecsv: "ECSV",
      fits: "FITS",
      votable: "VOTable",
      hats: "HATS",
    },
  } as const;
  const said = complaint.replaceAll(file.path, file.label);
  return new InputError(
    `Cannot read ${file.label} as ${formats[file.format]}: ${said}; the file may be cut off, damaged or of another format.`,
  );
}

type How = TablePlace & { readonly text: TextOptions };

/** What is reported of a file of which there is nothing to decide. */
export function plainReport({ label, format }: DataFile): FileReport {
  return { file: label, format, skipped: [], units: {}, renamed: [], leftOut: [] };
}

const openers: Readonly<
  Record<TableFormat, (connection: DuckDBConnection, file: DataFile, how: How) => Promise<FileRelation>>
> = {
  csv: (_connection, file, { text, folder }) => openText(file, text, folder),
  tsv: (_connection, file, { text, folder }) => openText(file, text, folder),
  xlsx: (_connection, file, { text, folder }) => openText(file, text, folder),
  ecsv: (_connection, file, { text, folder }) => openText(file, text, folder),
  votable: openVotable,
  parquet: openParquet,
  json: openJson,
  jsonl: openJson,
  hdf5: openHdf5,
  fits: openFits,
  hats: openHats,
};

function openParquet(
  connection: DuckDBConnection,
  file: DataFile,
  { folder }: Pick<TablePlace, "folder">,
): Promise<FileRelation> {
  return parquetRelation({ connection, folder }, file, [pathLiteral(file.path)]);
}

/**
 * The rows of Parquet files that are one table, in the order of the files; names of folders make no columns. Units and ucds are
 * those that the first one declares.
 * @param paths as SQL. @param byName whether columns of the files are matched by name, and their types widened.
 */
export async function parquetRelation(
  place: Omit<CopyPlace, "label">,
  file: DataFile,
  paths: readonly string[],
  byName = false,
): Promise<FileRelation> {
  const { connection } = place;
  const all = `[${paths.join(", ")}]`;
  const from = `read_parquet(${all}, hive_partitioning = false, union_by_name = ${byName})`;
  const described = await rowsOf(connection, `DESCRIBE SELECT * FROM ${from}`);
  const schema = await rowsOf(connection, `SELECT name, num_children FROM parquet_schema(${paths[0]})`);
  const names = topLevelNames(schema.map(([name, children]) => [String(name), Number(children ?? 0)]));
  const counted = await rowsOf(connection, `SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(${all})`);
  const relation = {
    file,
    report: plainReport(file),
    from,
    rows: Number(counted[0][0]),
    // DuckDB renames columns that differ in capitals only ("a" beside "A" to "a_1"): the schema has the true names.
    columns: described.map(([name, type], i): FileColumn => {
      return {
        name: names[i] ?? String(name),
        sql: identifier(String(name)),
        kind: kindOf(String(type)),
        type: String(type),
      };
    }),
  };
  const opened = await withoutNesting(place, relation, nestedTypes(connection, from, kindOf));
  const { remarks = [], ...declared } = await declaredInParquet(connection, paths[0], opened.columns);
  const told = [...(opened.report.remarks ?? []), ...remarks];
  return { ...opened, report: { ...opened.report, ...declared, ...(told.length > 0 && { remarks: told }) } };
}

/** The children of the root in a Parquet schema, which lists the tree depth first. */
function topLevelNames(schema: readonly (readonly [name: string, children: number])[]): string[] {
  const names: string[] = [];
  let at = 1;
  const skip = () => {
    const children = schema[at++][1];
    for (let child = 0; child < children; child++) skip();
  };
  while (at < schema.length) {
    names.push(schema[at][0]);
    skip();
  }
  return names;
}

/** A table of another shape than a list of objects is copied into one object a line, and that is told. */
async function openJson(
  connection: DuckDBConnection,
  file: DataFile,
  { folder }: Pick<TablePlace, "folder">,
): Promise<FileRelation> {
  const place = { connection, folder };
  if (file.format === "jsonl") return openObjects(place, file);
  const copy = join(await mkdtemp(join(folder, "json-")), "rows.jsonl");
  const shape = await writeShapedRows(file.path, copy);
  if (shape === undefined) return openObjects(place, file);
  const opened = await openObjects(place, { ...file, path: copy, format: "jsonl" });
  const remarks = [`it is no list of objects: ${shape}`];
  return { ...opened, file, report: { ...plainReport(file), remarks } };
}

/** All keys of all objects, not of a sample: a key may first appear in the last row. */
async function openObjects(place: Omit<CopyPlace, "label">, file: DataFile): Promise<FileRelation> {
  const { connection } = place;
  const path = pathLiteral(file.path);
  const format = file.format === "jsonl" ? "newline_delimited" : "auto";
  const objects = `read_json_objects(${path}, format = '${format}', compression = 'uncompressed', hive_partitioning = false)`;
  const mayHoldBooleans = "contains(json, 'true') OR contains(json, 'false')";
  const mayBeNested = "contains(json, '[') OR contains(substr(ltrim(json), 2), '{')";
  const shapes = await rowsOf(
    connection,
    `SELECT DISTINCT json_keys(json), ${mayHoldBooleans}, ${mayBeNested} FROM ${objects}`,
  );
  const keys = shapes.map(([shape]) => (Array.isArray(shape) ? shape.map(String) : []));
  if (keys.some((each) => each.length === 0)) await refuseRowsWithoutKeys(connection, file, objects);
  const names = [...new Set(keys.flat())];
  if (names.includes(""))
    throw new InputError(
      `${file.label} has a cell without a name ("": ...) in some rows; give it a name there.`,
    );
  refuseCapitalTwins(names, file);
  const from = (texts: ReadonlySet<string>) => {
    const columns = names
      .map((name) => `${literal(name)}: '${texts.has(name) ? "VARCHAR" : "DOUBLE"}'`)
      .join(", ");
    return `read_json(${path}, format = '${format}', compression = 'uncompressed', hive_partitioning = false, columns = {${columns}})`;
  };
  const relation: FileRelation = {
    file,
    report: plainReport(file),
    columns: names.map((name) => ({ name, sql: identifier(name), kind: "text", type: "JSON" })),
    from: from(new Set(names)),
    fastFrom: (texts) => from(texts),
    mayHoldBooleans: shapes.some(([, may]) => may === true),
  };
  return shapes.some(([, , may]) => may === true)
    ? withoutNesting(place, relation, await nestedJson(connection, relation.from, objects))
    : relation;
}

async function refuseRowsWithoutKeys(connection: DuckDBConnection, file: DataFile, objects: string) {
  const odd = await rowsOf(
    connection,
    `SELECT json FROM ${objects} WHERE json_type(json) <> 'OBJECT' LIMIT 1`,
  );
  if (odd.length === 0) return; // only {}: a row of missing cells
  throw new InputError(
    `${file.label} holds ${String(odd[0][0]).slice(0, 40)} where an object should be; write each row as {"column": value, ...}.`,
  );
}

function refuseCapitalTwins(names: readonly string[], file: DataFile): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const twin = seen.get(name.toLowerCase());
    if (twin !== undefined) {
      throw new InputError(
        `Columns "${twin}" and "${name}" of ${file.label} differ only in capitals, which cannot be told apart in JSON; rename one, or use CSV or Parquet.`,
      );
    }
    seen.set(name.toLowerCase(), name);
  }
}

function kindOf(type: string): CellKind {
  if (type === "FLOAT") return "float32";
  if (type === "BOOLEAN") return "boolean";
  if (type === "DATE" || type.startsWith("TIMESTAMP")) return "date";
  if (type === "VARCHAR" || type === "JSON" || type.startsWith("ENUM(")) return "text";
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DOUBLE|DECIMAL\(.*\))$/.test(type)) return "number";
  return "other";
}
