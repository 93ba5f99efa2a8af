/** @file From what the user names (files, globs, standard input) to plain files that DuckDB can read. */

import { createWriteStream, existsSync, rmSync } from "node:fs";
import { mkdir, open, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { InputError } from "../../base/errors.ts";
import { sweep, temporaryMark } from "../../files/leftovers.ts";
import { asReadError, isAbsent, systemErrorCode } from "../../files/system-errors.ts";
import { gunzipped, UnpackedBytes } from "../../files/unpacking.ts";
import { openZip } from "../../files/zip-file.ts";
import { matchingFiles } from "./duckdb.ts";
import { hatsFolder } from "./hats/catalogue.ts";
import { firstBytes, formatOfBytes, unzipTable } from "./known-bytes.ts";
import type { GuardedReader } from "./reader/guarded-reader.ts";

/** One file to read rows from. */
export interface DataFile {
  /** Where its bytes are, uncompressed: the file itself or a temporary copy; of a HATS catalogue its folder. */
  readonly path: string;
  /** What the user calls it. */
  readonly label: string;
  readonly format: TableFormat;
  /** True where it is a sheet of a spreadsheet, as CSV. */
  readonly isSheet?: boolean;
}

/** What a file may cost that somebody else made, perhaps to harm. */
interface ReadingLimits {
  /**
   * Bytes that may come out of a packed file (gzip, zip, spreadsheets, HDF5); by default 1 GiB, or 100 times the file's
   * own if that is more.
   */
  readonly maxUnpacked?: number;
  /**
   * Seconds within which each step must be done of reading a file whose format an own thread reads (HDF5, spreadsheets): its
   * description, some 64 MB of its rows. Default 30.
   */
  readonly maxSeconds?: number;
  /** Bytes of memory, besides those of numbers, that such a thread may take; default 2 GiB. */
  readonly maxMemory?: number;
}

/** How a source is to be taken. */
export interface SourceOptions extends ReadingLimits {
  /** The files' format; by default each file's ending decides, and standard input is CSV. */
  readonly format?: TableFormat;
  /** Whether files may be fetched from the network, by their http:// or https:// addresses; default false. */
  readonly allowRemote?: boolean;
  /** What "-" reads from; by default the process's standard input. */
  readonly standardInput?: StandardInput;
}

/** Where standard input, or in a test something else, is read from. */
type StandardInput = Readable;

/** What the user calls the whole source, for {@link Table.source}. */
export function sourceLabel(source: string | readonly string[]): string {
  return [source].flat().map(labelOf).join(", ");
}

function labelOf(source: string): string {
  return source === "-" ? "standard input" : source;
}

/**
 * The files of a source, in the order given; those of a glob in the order of their names.
 *
 * Standard input and gzipped text go through a temporary file in `folder`. Standard input because the rows
 * are read more than once (names first, again on a wrong cell); gzip because DuckDB takes a cut-off file for
 * a complete one, and because a plain file is parsed by all cores at once.
 *
 * @throws InputError for what is missing, a folder, empty, unreadable or of unknown format.
 */
export async function dataFiles(
  source: string | readonly string[],
  {
    format: given,
    allowRemote = false,
    standardInput = process.stdin,
    group,
    ...limits
  }: SourceOptions & {
    readonly group?: string;
  },
  folder: string,
  reader: GuardedReader,
): Promise<DataFile[]> {
  for (const each of [source].flat()) refuseRemote(each, allowRemote);
  const paths = (await Promise.all([source].flat().map(filesNamed))).flat();
  if (paths.length === 0) throw new InputError("No file was named to read rows from.");
  const files: DataFile[] = [];
  for (const [index, path] of paths.entries()) {
    const label = labelOf(path);
    const catalogue = await catalogueIn(path);
    if (catalogue !== undefined) {
      files.push({ path: catalogue, label, format: "hats" });
      continue;
    }
    const named = given ?? (path === "-" ? "csv" : formatByName(nameOf(path))?.format);
    const copy = join(folder, `${index}`);
    const isElsewhere = path === "-" || schemeOf(path) !== undefined;
    if (path === "-") await spool(standardInput, copy, label);
    else if (isElsewhere) await download(path, copy);
    const file = { path: isElsewhere ? copy : path, label, format: named ?? "csv" };
    const plain = await plainFile(file, `${copy}.plain`, { ...limits, group, reader });
    // A name that tells nothing does not matter where the bytes do.
    if (named === undefined && plain.format === "csv" && !plain.isSheet) throw unknownEnding(nameOf(path));
    files.push(plain);
  }
  return files;
}

/** Runs `work` with a new temporary folder, which is removed afterwards. */
export async function withTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await openTemporaryFolder();
  try {
    return await work(folder.path);
  } finally {
    await folder.remove();
  }
}

/** Whether what killed runs left there has been looked for. */
let isSwept = false;

/** A new temporary folder, for as long as files are open; it is removed, too, when the process is asked to exit. */
export async function openTemporaryFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  if (!isSwept) sweep(tmpdir());
  isSwept = true;
  const path = join(tmpdir(), temporaryMark());
  await mkdir(path, { mode: 0o700 });
  const removeAtExit = () => rmSync(path, { recursive: true, force: true });
  process.once("exit", removeAtExit);
  const remove = async () => {
    process.off("exit", removeAtExit);
    await rm(path, { recursive: true, force: true });
  };
  return { path, remove };
}

/** A path stands for itself if it exists, whatever characters it holds; otherwise it may be a glob. */
export async function filesNamed(source: string): Promise<string[]> {
  if (source === "-" || schemeOf(source) !== undefined) return [source];
  const found = await stat(source).catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw unreadable(source, error);
  });
  if (found?.isDirectory() && (await catalogueIn(source)) === undefined) {
    throw new InputError(
      existsSync(join(source, "partition_info.csv"))
        ? `${source} has partitions as a HATS catalogue, but no hats.properties: fetch the whole folder.`
        : `${source} is a folder: name its files, for example with ${join(source, "*.csv")}.`,
    );
  }
  if (found !== undefined) return [source];
  if (!/[*?[]/.test(source)) throw new InputError(`There is no file ${source}.`);
  const matches = await matchingFiles(source);
  if (matches.length === 0) throw new InputError(`No file matches ${source}.`);
  return matches;
}

/** The folder of the rows, where the path is that of a HATS catalogue or a collection. */
async function catalogueIn(path: string): Promise<string | undefined> {
  if (path === "-" || schemeOf(path) !== undefined) return undefined;
  const found = await hatsFolder(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  return found === undefined ? undefined : resolve(found);
}

/** "https" of an address, undefined of a path. (A letter and a colon begin a path of Windows.) */
function schemeOf(source: string): string | undefined {
  return /^([a-z][a-z0-9+.-]+):\/\//i.exec(source)?.[1]?.toLowerCase();
}

/** What an address or a path ends with, without what a server is asked beside. */
function nameOf(source: string): string {
  return schemeOf(source) === undefined ? source : new URL(source).pathname;
}

/** @throws InputError for an address, unless it may be, and can be, fetched. */
function refuseRemote(source: string, allowed: boolean): void {
  const scheme = schemeOf(source);
  if (scheme === undefined) return;
  if (scheme !== "http" && scheme !== "https")
    throw new InputError(
      `${source} is no path of a file: ${scheme}:// is not read; fetch the file first and name its path.`,
    );
  if (!allowed)
    throw new InputError(
      `${source} lies in the network, where nothing is read unless you allow it: add \`allowRemote\`, or fetch the file first and name its path.`,
    );
  if (!URL.canParse(source)) throw new InputError(`${source} is no address; correct it.`);
}

async function download(address: string, copy: string): Promise<void> {
  const response = await fetch(address).catch((error: unknown) => {
    if (!(error instanceof TypeError)) throw error; // fetch's own are all of this type
    const { cause } = error;
    const why = cause instanceof Error && "code" in cause ? cause.code : error.message;
    throw new InputError(`${address} can't be reached (${why}); check the network and try again.`);
  });
  if (response.status !== 200 || response.body === null)
    throw new InputError(`${address} answered ${response.status} instead of a file; check the address.`);
  await spool(Readable.fromWeb(response.body as ReadableStream), copy, address).catch((error: unknown) => {
    if (!(error instanceof TypeError)) throw error;
    throw new InputError(`${address} broke off before its end; check the network and try again.`);
  });
}

const MOST_LAYERS = 3;

/** Bytes by which formats are known: an archive names its first files in them. */
const TELLING = 4096;

/**
 * The file uncompressed, and as what its bytes say that it is, whatever its name: itself, or a copy.
 * @param how its group is the sheet of a spreadsheet. @param layers of packing that are taken off already.
 */
async function plainFile(
  file: DataFile,
  copy: string,
  how: ReadingLimits & { readonly group: string | undefined; readonly reader: GuardedReader },
  layers = 0,
): Promise<DataFile> {
  const { path, label, format } = file;
  // There are files that unpack to themselves.
  if (layers > MOST_LAYERS)
    throw new InputError(`${label} is packed more than ${MOST_LAYERS} times over; unpack it yourself.`);
  const start = await firstBytes(path, TELLING).catch((error: unknown) => {
    throw unreadable(label, error);
  });
  if (start.length === 0)
    throw new InputError(`${label} is empty: name a file that has a header line and rows.`);
  if (start[0] === 0x1f && start[1] === 0x8b && format !== "parquet") {
    await spool(counted(gunzipped(path, label), await unpackedFrom(path, label, how)), copy, label);
    return plainFile({ ...file, path: copy }, `${copy}.plain`, how, layers + 1);
  }
  const found = isText(format) ? formatOfBytes(start, label, format) : undefined;
  if (found === "zip") {
    const inside = await unzipTable(path, label, copy, await unpackedFrom(path, label, how));
    const known = isTable(inside) ? formatOf(inside).format : format;
    const unpacked = { path: copy, label, format: known === "xlsx" ? "csv" : known } as const;
    return plainFile(unpacked, `${copy}.plain`, how, layers + 1);
  }
  if (found === "xlsx") {
    await refuseBombs(path, label, await unpackedFrom(path, label, how));
    await how.reader.writeSheet(path, label, how.group, copy);
    return { path: copy, label, format: "csv", isSheet: true };
  }
  if (format === "hats")
    throw new InputError(`${label} is no HATS catalogue: name the folder that has hats.properties.`);
  if (format === "xlsx")
    throw new InputError(`${label} is no Excel file (.xlsx); name its format with \`format\`.`);
  return found === undefined ? file : { ...file, format: found };
}

function isText(format: TableFormat): boolean {
  return textFormats.includes(format) || format === "xlsx";
}

function isTable(name: string): boolean {
  return Object.keys(endings).some((ending) => name.toLowerCase().endsWith(ending));
}

/** A spreadsheet is a zip archive, which is unpacked in memory. */
async function refuseBombs(path: string, label: string, unpacked: UnpackedBytes): Promise<void> {
  const file = await open(path);
  try {
    const { entries } = await openZip(file, label);
    unpacked.expect([...entries.values()].reduce((sum, { size }) => sum + size, 0));
  } finally {
    await file.close();
  }
}

/** What may come out of a packed file. */
async function unpackedFrom(
  path: string,
  label: string,
  { maxUnpacked }: ReadingLimits,
): Promise<UnpackedBytes> {
  return new UnpackedBytes(label, (await stat(path)).size, maxUnpacked);
}

async function* counted(pieces: AsyncIterable<Buffer>, unpacked: UnpackedBytes): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    unpacked.add(piece.length);
    yield piece;
  }
}

async function spool(stream: AsyncIterable<Buffer>, copy: string, label: string): Promise<void> {
  try {
    await pipeline(stream, createWriteStream(copy));
  } catch (error) {
    throw unreadable(label, error);
  }
}

/** What a system error on reading `label`, or on unpacking it, means to the user. */
export function unreadable(label: string, error: unknown): unknown {
  if (systemErrorCode(error) !== "ENOSPC") return asReadError(label, error);
  return new InputError(
    `The disk of the temporary folder ${tmpdir()} is too full to unpack ${label}: set TMPDIR to another.`,
    { cause: error },
  );
}

export const tableFormats = [
  "csv",
  "tsv",
  "parquet",
  "jsonl",
  "json",
  "hdf5",
  "xlsx",
  "ecsv",
  "fits",
  "votable",
  "hats",
] as const;

/**
 * `jsonl`: one object a line; `json`: one array of objects (read: either); `hats`: a folder, whatever its name; `xlsx` and `ecsv`
 * are only read.
 */
export type TableFormat = (typeof tableFormats)[number];

const endings: Readonly<Record<string, TableFormat>> = {
  ".csv": "csv",
  ".txt": "csv",
  ".dat": "csv",
  ".data": "csv",
  ".asc": "csv",
  ".tbl": "csv",
  ".zip": "csv",
  ".tsv": "tsv",
  ".tab": "tsv",
  ".parquet": "parquet",
  ".pq": "parquet",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "json",
  ".h5": "hdf5",
  ".hdf5": "hdf5",
  ".hdf": "hdf5",
  ".xlsx": "xlsx",
  ".xlsm": "xlsx",
  ".ecsv": "ecsv",
  ".fits": "fits",
  ".fit": "fits",
  ".fts": "fits",
  ".vot": "votable",
  ".votable": "votable",
  ".xml": "votable",
  ".hats": "hats",
};

/** The formats whose files may be gzipped as a whole. */
const textFormats: readonly TableFormat[] = ["csv", "tsv", "jsonl", "json", "ecsv", "votable"];

/**
 * The format by the file's ending; `.gz` after the ending of a text format or FITS means compressed.
 * @throws InputError for an ending that is none of these.
 */
export function formatOf(path: string): { readonly format: TableFormat; readonly gzip: boolean } {
  const found = formatByName(path);
  if (found === undefined) throw unknownEnding(path);
  return found;
}

function formatByName(path: string): { readonly format: TableFormat; readonly gzip: boolean } | undefined {
  const name = path.toLowerCase().replace(/[/\\]+$/, "");
  const gzip = name.endsWith(".gz");
  const ending = /\.[^./\\]*$/.exec(gzip ? name.slice(0, -3) : name)?.[0] ?? "";
  const format = Object.hasOwn(endings, ending) ? endings[ending] : undefined;
  const isKnown = format !== undefined && (!gzip || textFormats.includes(format) || format === "fits");
  return isKnown ? { format, gzip } : undefined;
}

function unknownEnding(path: string): InputError {
  return new InputError(
    `Cannot tell the format of ${path} by its ending: use one of ${Object.keys(endings).join(", ")} (the text formats and FITS also with .gz), or name the format.`,
  );
}
