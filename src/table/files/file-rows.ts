/** @file The files of a table, one by one, with the rows of each. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import type { TablePlace } from "./copied-slices.ts";
import { openDuckDB, pathLiteral, rowsOf } from "./duckdb.ts";
import { openFile } from "./file-relation.ts";
import { hatsCatalogue, hatsFolder } from "./hats/catalogue.ts";
import { GuardedReader } from "./reader/guarded-reader.ts";
import { countRows } from "./row-choice.ts";
import { type DataFile, dataFiles, filesNamed, type SourceOptions, withTemporaryFolder } from "./source.ts";
import type { TextOptions } from "./text/layout.ts";

export interface CountedFile {
  /** From the root. */
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
}

/**
 * The files behind paths, globs and folders of HATS, in the order in which they are read as one table.
 * @throws InputError for standard input, an address, and what is not there.
 */
export async function filesBehind(sources: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const source of sources) {
    if (source === "-" || /^[a-z][a-z0-9+.-]+:\/\//i.test(source))
      throw new InputError(
        `${source === "-" ? "Standard input" : source} can't be parted: name files, which each partition can open for itself.`,
      );
    for (const path of await filesNamed(source)) {
      const folder = await hatsFolder(path);
      if (folder === undefined) found.push(resolve(path));
      else found.push(...(await hatsCatalogue(resolve(folder), path)).files);
    }
  }
  return found;
}

/** How files are taken, as far as their number of rows depends on it. */
type CountingOptions = SourceOptions & TextOptions & { readonly group?: string };

/** How long each file is, and how many rows it has: of Parquet as it says, of others counted. @throws InputError for a file that can't be read. */
export async function countedFiles(
  paths: readonly string[],
  options: CountingOptions,
): Promise<CountedFile[]> {
  const reader = new GuardedReader(options);
  return withTemporaryFolder(async (folder) => {
    const files = await dataFiles(paths, options, folder, reader);
    const duckdb = await openDuckDB({ files: files.map(({ path }) => path), folders: [folder] }, {});
    try {
      const { connection } = duckdb;
      const place = { group: options.group, folder, reader };
      const parquet = files.filter(({ format }) => format === "parquet").map(({ path }) => path);
      const said = parquet.length === 0 ? [] : await rowsOf(connection, footersSql(parquet));
      const known = new Map(said.map(([path, rows]) => [String(path), Number(rows)]));
      const made: CountedFile[] = [];
      for (const [i, file] of files.entries()) {
        const rows = known.get(file.path) ?? (await countedRows(connection, file, options, place));
        made.push({ path: paths[i], bytes: (await stat(paths[i])).size, rows });
      }
      return made;
    } finally {
      duckdb.close();
    }
  }).finally(() => reader.close());
}

async function countedRows(
  connection: DuckDBConnection,
  file: DataFile,
  options: CountingOptions,
  place: TablePlace,
): Promise<number> {
  const opened = await openFile(connection, file, place, options);
  // A format that DuckDB cannot read has no row before some column is copied.
  const copy = await opened.copied?.(new Set(opened.columns.slice(0, 1).map(({ name }) => name)));
  return countRows(connection, copy ?? opened);
}

function footersSql(paths: readonly string[]): string {
  return `SELECT file_name, num_rows FROM parquet_file_metadata([${paths.map(pathLiteral).join(", ")}])`;
}
