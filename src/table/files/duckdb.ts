/** @file DuckDB as this project uses it: opening one in memory, quoting names, telling its errors in one sentence. */
import { type DuckDBConnection, DuckDBInstance, type Json } from "@duckdb/node-api";

/** Runs `work` on a fresh DuckDB in memory and closes it, however `work` ends. */
export async function withDuckDB<T>(
  work: (connection: DuckDBConnection) => Promise<T>,
  settings: Record<string, string> = {},
): Promise<T> {
  const duckdb = await openDuckDB(settings);
  try {
    return await work(duckdb.connection);
  } finally {
    duckdb.close();
  }
}

/** A fresh DuckDB in memory, for as long as a writer lives. */
export async function openDuckDB(settings: Record<string, string> = {}) {
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

/** `text` as an SQL string. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `name` as an SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A path as DuckDB's readers want it: a quoted string in which `*`, `?` and `[` mean themselves. */
export function pathLiteral(path: string): string {
  return literal(path.replace(/[*?[]/g, (character) => `[${character}]`));
}

/**
 * DuckDB's complaint about a *file*, its first sentence only, or undefined if the error is of another kind
 * (then it is a bug here, and must not be told to the user as a fault of the file).
 */
export function fileComplaint(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const told = /^(?:IO|Invalid Input|Invalid|Conversion|Serialization|Out of Range) Error: (.*)/.exec(
    error.message,
  );
  return told?.[1]?.trim().replace(/\.$/, "");
}
