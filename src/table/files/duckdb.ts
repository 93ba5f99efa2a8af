/** @file DuckDB as this project uses it: opening one in memory, quoting names, telling its errors in one sentence. */
import { type DuckDBConnection, DuckDBInstance, type Json } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";

/**
 * Runs `work` on a fresh DuckDB in memory and closes it, however `work` ends. It may touch any local file: nothing
 * of a user's may become part of its SQL.
 */
export async function withDuckDB<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const duckdb = await startDuckDB({});
  try {
    return await work(duckdb.connection);
  } finally {
    duckdb.close();
  }
}

/** What a DuckDB may read and write. */
export interface Reach {
  readonly files: readonly string[];
  /** Folders, with all that is in them. */
  readonly folders: readonly string[];
}

/**
 * A fresh DuckDB in memory, for as long as its user lives. It can open what `reach` names and nothing else, neither
 * on the disk nor in the network, load no extension, and no SQL can change that.
 */
export async function openDuckDB({ files, folders }: Reach, settings: Readonly<Record<string, string>>) {
  const duckdb = await startDuckDB(settings);
  const { connection } = duckdb;
  // A name with brackets or stars is asked for as a pattern that fits it alone.
  const paths = files.flatMap((path) => [literal(path), pathLiteral(path)]);
  try {
    await connection.run(`
      SET TimeZone = 'UTC'; -- a time without a zone is UTC, wherever this runs
      SET allowed_paths = [${paths.join(", ")}];
      SET allowed_directories = [${folders.map(literal).join(", ")}];
      SET enable_external_access = false;
      SET lock_configuration = true`);
  } catch (error) {
    duckdb.close();
    throw error;
  }
  return duckdb;
}

async function startDuckDB(settings: Readonly<Record<string, string>>) {
  const instance = await DuckDBInstance.create(":memory:", {
    // Nothing may be fetched from the network behind the user's back; CSV, Parquet and JSON are built in.
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    ...settings,
  });
  const connection = await instance.connect();
  return {
    connection,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** All rows of a small answer. */
export async function rowsOf(connection: DuckDBConnection, sql: string): Promise<Json[][]> {
  return await (await connection.runAndReadAll(sql)).getRowsJson();
}

/** DuckDB plans a query in a time, and in memory, that grow with the square of what is asked in it: of so many columns at once. */
const ASKED_AT_ONCE = 25;

/**
 * What is asked of each of many columns, some after the others.
 * @param sql of a query about some of them, whose one row answers about each in as many cells, in their order.
 * @returns the cells about each.
 */
export async function answersOfEach<Column>(
  columns: readonly Column[],
  sql: (some: readonly Column[]) => string,
  rows: (sql: string) => Promise<Json[][]>,
  { atOnce = ASKED_AT_ONCE } = {},
): Promise<Json[][]> {
  const all: Json[][] = [];
  for (let from = 0; from < columns.length; from += atOnce) {
    const some = columns.slice(from, from + atOnce);
    const [answers] = await rows(sql(some));
    const width = answers.length / some.length;
    all.push(...some.map((_, i) => answers.slice(i * width, (i + 1) * width)));
  }
  return all;
}

/**
 * The columns of Parquet files whose type is another in some of them, or which some lack: DuckDB would make all of the first one's type. (What is
 * within lists is called "element" in all of them, so it goes by its place.) @param paths as SQL.
 */
export async function differentTypes(
  connection: DuckDBConnection,
  paths: readonly string[],
): Promise<string[]> {
  const found = await rowsOf(
    connection,
    `SELECT DISTINCT name FROM (
      SELECT name FROM parquet_schema([${paths.join(", ")}]) WHERE num_children IS NULL
      GROUP BY column_id, name HAVING count(DISTINCT duckdb_type) > 1 OR count(DISTINCT file_name) < ${paths.length})
    ORDER BY name`,
  );
  return found.map(([name]) => String(name));
}

/** Local files that match a pattern, in the order of their names. */
export async function matchingFiles(pattern: string): Promise<string[]> {
  return await withDuckDB(async (connection) => {
    const found = await connection.runAndReadAll("SELECT file FROM glob(?) ORDER BY file", [pattern]);
    return found.getRowsJson().map(([file]) => String(file));
  });
}

/** `text` as an SQL string. */
export function literal(text: string): string {
  return quoted(text, "'");
}

/** `name` as an SQL identifier. */
export function identifier(name: string): string {
  return quoted(name, '"');
}

/** The one place where a text becomes SQL, for callers without types, too. The character 0 would end the SQL. */
function quoted(text: string, mark: "'" | '"'): string {
  if (typeof text !== "string") throw new TypeError(`${typeof text} where SQL needs a text`);
  if (text.includes("\0"))
    throw new InputError(`The name ${JSON.stringify(text)} holds the character 0; take it out.`);
  return mark + text.replaceAll(mark, mark + mark) + mark;
}

/**
 * The number that a text is, or NULL. DuckDB by itself takes 1_000 for a thousand, as programs write it: in a table that is
 * more likely a code, and nobody would be told.
 */
export function numberSql(text: string): string {
  return `TRY_CAST(replace(${text}, '_', '?') AS DOUBLE)`;
}

/** `value` as an SQL number. */
export function numeral(value: number): string {
  if (typeof value !== "number") throw new TypeError(`${typeof value} where SQL needs a number`);
  return `'${value}'::DOUBLE`;
}

/** A path as DuckDB's readers want it: a quoted string in which `*`, `?` and `[` mean themselves. */
export function pathLiteral(path: string): string {
  return literal(path.replace(/[*?[]/g, (character) => `[${character}]`));
}

/**
 * The rows of Parquet files, which stands after FROM. A folder called `key=value` above them is a folder: no column is made
 * of its name.
 * @param more other parameters of DuckDB's reader.
 */
export function parquetRows(paths: string | readonly string[], more = ""): string {
  const files = typeof paths === "string" ? pathLiteral(paths) : `[${paths.map(pathLiteral).join(", ")}]`;
  return `read_parquet(${files}, hive_partitioning = false${more && `, ${more}`})`;
}

/**
 * DuckDB's message about a *file*, its first sentence only, or undefined if the error is of another kind
 * (then it is a bug here, and must not be reported to the user as a fault of the file).
 */
export function fileComplaint(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const reported = /^(?:IO|Invalid Input|Invalid|Conversion|Serialization|Out of Range) Error: (.*)/.exec(
    error.message,
  );
  return reported?.[1]?.trim().replace(/\.$/, "");
}
