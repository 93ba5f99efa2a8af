/** @file Where a table is written, in which format, and what a failure of that means. */
import { readdir, realpath, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError } from "../../base/errors.ts";
import { refuseNoFile, throughLinks } from "../../files/atomic-file.ts";
import { asWriteError, writing } from "../../files/system-errors.ts";
import { fileComplaint } from "./duckdb.ts";
import { hatsFolder } from "./hats/catalogue.ts";
import { formatOf, type TableFormat } from "./source.ts";

const READ_ONLY = {
  xlsx: "this format",
  ecsv: "ECSV",
} as const satisfies Partial<Record<TableFormat, string>>;

export function writtenFormat(path: string) {
  const { format, gzip } = formatOf(path);
  if (isReadOnly(format) || path.toLowerCase().endsWith(".zip")) {
    throw new InputError(
      `Cannot write ${path}: ${isReadOnly(format) ? READ_ONLY[format] : "this format"} is only read; name a file that ends in .parquet or .csv.`,
    );
  }
  return { format, gzip };
}

function isReadOnly(format: TableFormat): format is keyof typeof READ_ONLY {
  return Object.hasOwn(READ_ONLY, format);
}

/** Where the path leads: through a symbolic link, so that the link stays one. @param isFolder whether a catalogue is written. */
export async function targetOf(said: string, isFolder: boolean): Promise<string> {
  const named = isFolder ? said.replace(/[/\\]+$/, "") : said;
  const path = writing(named, () => throughLinks(named));
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder?.isDirectory())
    throw new InputError(`Cannot write ${path}: there is no folder ${dirname(path)}.`);
  const existing = await stat(path).catch(() => undefined);
  if (existing === undefined) return path;
  if (!isFolder && existing.isDirectory()) throw new InputError(`Cannot write ${named}: it is a folder.`);
  if (!isFolder) refuseNoFile(named, existing);
  if (isFolder && !(await mayBeReplaced(path)))
    throw new InputError(
      `Cannot write ${path}: there is something else of this name, no HATS catalogue; name another folder.`,
    );
  return await realpath(path);
}

/** An empty folder, or a catalogue, as a file of the same name is replaced. */
async function mayBeReplaced(path: string): Promise<boolean> {
  const names = await readdir(path).catch(() => undefined);
  return names !== undefined && (names.length === 0 || (await hatsFolder(path)) === path);
}

/** An error on writing as an InputError, if it is the file's or the disk's; DuckDB gives the system's code in words. */
export function unwritable(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof InputError) return error;
  const known = CODES_IN_WORDS.find(([words]) => words.test(error.message));
  if (known) return asWriteError(path, Object.assign(new Error(error.message), { code: known[1] }));
  const complaint = fileComplaint(error);
  return complaint === undefined
    ? asWriteError(path, error)
    : new InputError(`Cannot write ${path}: ${complaint}.`);
}

const CODES_IN_WORDS: readonly (readonly [RegExp, string])[] = [
  [/no space left/i, "ENOSPC"],
  [/disk quota/i, "EDQUOT"],
  [/permission denied/i, "EACCES"],
  [/read-only file system/i, "EROFS"],
];
