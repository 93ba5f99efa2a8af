/** @file Writing tables to CSV, Parquet, JSON, FITS, VOTable, HDF5 or HATS, so that a file is either the whole new one or the old one. */

import { chmod, mkdir, rm, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { CELLS, check, either, listOf, OBJECT, recordOf, TEXT } from "../../base/checked.ts";
import { InputError } from "../../base/errors.ts";
import { moveIntoPlace } from "../../files/atomic-file.ts";
import { moveFolderIntoPlace } from "../../files/atomic-folder.ts";
import { temporaryBeside } from "../../files/leftovers.ts";
import type { KeptCells } from "../blocks.ts";
import { checkColumnNames, checkColumns } from "../checked-table.ts";
import { equatorialColumns, type NamedColumn, type TableOfSky } from "../sky-columns.ts";
import type { Column } from "../table.ts";
import { identifier, literal, openDuckDB, parquetRows, rowsOf } from "./duckdb.ts";
import { writeFits } from "./fits/write.ts";
import { writeHats } from "./hats/write.ts";
import { type Hdf5Layout, writeHdf5 } from "./hdf5/write.ts";
import { metadataOption } from "./parquet-metadata.ts";
import { numberText, passedSql } from "./passed-cells.ts";
import { writeVotable } from "./votable/write.ts";
import { WaitingRows } from "./waiting-rows.ts";
import { targetOf, unwritable, writtenFormat } from "./write-target.ts";
import { hasValues, type WrittenColumn, writtenSql } from "./written-cells.ts";

type Numbers = Float32Array | Float64Array;

/** Rows written in pieces; the file appears, whole, when `close` has ended well. */
export interface TableWriter {
  /**
   * Adds rows: an array for each of the writer's columns, all of one length; NaN becomes an empty cell.
   * The first call decides which columns are float32 (later float64 numbers are rounded there).
   */
  append(columns: Readonly<Record<string, Float32Array | Float64Array>>): Promise<void>;
  /** Writes the file. @throws InputError if it cannot be written; the old file, if any, is then untouched. */
  close(): Promise<void>;
  /** Gives up: nothing is written. Does nothing after `close`. */
  abort(): Promise<void>;
}

/** Memory for what is at work; what is beyond it waits in a folder beside the file to be written. */
const memoryFor = (columns: number) => `${Math.max(512, Math.ceil(columns / 2))}MB`;
/** DuckDB holds a piece of each column at once, and plans in a time that grows with the square of their number. */
const MOST_COLUMNS = 4000;

/**
 * Writes the columns of a table, each one's errors (if any) as the column NAME_error after it: categories as
 * their names, booleans as true and false, dates as DATE if all are whole days, else as TIMESTAMP (UTC).
 * The path's ending decides the format: .csv, .tsv, .parquet, .jsonl, .json (an array), .fits (a binary table) and .vot (BINARY2), both
 * with the columns' units and ucds, .hdf5 (a dataset for each column), .hats (a folder, of tables with right ascension and declination); text, FITS and VOTable also with .gz.
 *
 * @throws InputError if the file cannot be written or two columns would have the same name.
 * @example
 * const table = tableFromRows([{ teff: 4700, logg: 2.5 }, { teff: 5800, logg: 4.4 }]);
 * await writeTable(table, "two-stars.csv");
 */
export async function writeTable(
  table: { readonly columns: readonly Column[] },
  path: string,
): Promise<void> {
  check("the table", table, OBJECT);
  checkColumns(table.columns);
  const written = table.columns.flatMap(({ errors, ...column }): Column[] =>
    errors === undefined ? [column] : [column, errorsBeside(column, errors)],
  );
  const writer = await openTableWriter(path, written);
  try {
    await writer.append(Object.fromEntries(written.map(({ name, values }) => [name, values])));
    await writer.close();
  } finally {
    await writer.abort();
  }
}

function errorsBeside({ name, unit, ucd }: Column, errors: Numbers): Column {
  return {
    ...{ name: `${name}_error`, values: errors },
    ...(unit !== undefined && { unit }),
    ...(ucd !== undefined && { ucd: `stat.error;${ucd.replace(/;meta\.main$/, "")}` }),
  };
}

/** What is passed on into a file beside the values appended to it. */
export interface PassingOn {
  /** Cells of the table that the values are about; columns with `kept` name them. */
  readonly kept?: KeptCells | undefined;
  /** Rows that are appended for each row of that table, one after the other; default 1. */
  readonly times?: number;
  /** Of HDF5: where in the file columns lie; default: each is a dataset of its own. */
  readonly hdf5?: Hdf5Layout | undefined;
  /** Of a HATS catalogue: rows of a partition, at most; default a million. Partitions of a catalogue that was read are kept. */
  readonly partitionRows?: number;
}

/** What LSDB's own importer takes, too. */
const PARTITION_ROWS = 1_000_000;

/** The rows to be written: those appended, in their order, each beside the kept row that it belongs to. */
function rowsWithKept({ path }: KeptCells, appended: string | undefined, times: number): string {
  const kept = `SELECT *, row_number() OVER () - 1 AS place FROM ${parquetRows(path)}`;
  if (appended === undefined) return `(${kept} ORDER BY place)`;
  const values = `SELECT *, row_number() OVER () - 1 AS written FROM ${appended}`;
  return `(FROM (${values}) JOIN (${kept}) ON place = written // ${times} ORDER BY written)`;
}

/** The column with the name that the file has for it, which may be none. */
function asNamed(column: WrittenColumn, kept: KeptCells | undefined): WrittenColumn {
  const own = kept?.columns.find(({ name }) => name === column.kept);
  return own?.isUnnamed ? { ...column, name: "" } : column;
}

/** What a format with room for it says of a column: its own, or that of the kept one. */
function described({ name, unit, ucd, kept: own }: WrittenColumn, kept: KeptCells | undefined) {
  const passed = kept?.columns.find((column) => column.name === own);
  return { name, unit: unit ?? passed?.unit, ucd: ucd ?? passed?.ucd };
}

/** A cell that is no kept one; a number with the decimal mark of the file that it is written into. */
function ownCell(
  column: WrittenColumn,
  value: string,
  isWholeDays: boolean,
  decimal: "." | "," | undefined,
): string {
  const cell = writtenSql(column, value, isWholeDays);
  const isNumber = (column.kind ?? "number") === "number" && !column.isWhole;
  return isNumber && decimal === "," ? numberText(cell, { decimal }) : cell;
}

function keptCell(
  kept: KeptCells | undefined,
  name: string,
): { readonly cell: string; readonly isText: boolean } {
  const at = kept?.columns.findIndex((column) => column.name === name) ?? -1;
  if (!kept || at < 0)
    throw new InputError(`The column "${name}" is not kept: name it with \`keep\` when reading.`);
  return { cell: `k${at}`, isText: kept.columns[at].isText };
}

/**
 * Starts a file that is written piece by piece; see {@link TableWriter}.
 *
 * @param columns The columns to be written, or only their names where they are numbers.
 * @param passing Columns of a table that are passed on as they were read: `tableBlocks` with `keep` has them.
 * @throws InputError for an unknown ending, a folder that is missing, or names that cannot be written.
 * @example
 * const writer = await openTableWriter("squares.parquet", ["x", "square"]);
 * try {
 *   for (let block = 0; block < 3; block++) {
 *     const x = Float64Array.from({ length: 1000 }, (_, row) => 1000 * block + row);
 *     await writer.append({ x, square: x.map((each) => each * each) });
 *   }
 *   await writer.close();
 * } finally {
 *   await writer.abort();
 * }
 */
export async function openTableWriter(
  path: string,
  columns: readonly (string | WrittenColumn)[],
  { kept, times = 1, hdf5 = {}, partitionRows = PARTITION_ROWS }: PassingOn = {},
): Promise<TableWriter> {
  check("the path", path, TEXT);
  check("the columns", columns, listOf(either(TEXT, OBJECT)));
  checkColumnNames(columns.filter((column) => typeof column !== "string"));
  const { format, gzip } = writtenFormat(path);
  const written = columns.map(
    (column): WrittenColumn => (typeof column === "string" ? { name: column } : column),
  );
  if (written.length > MOST_COLUMNS)
    throw new InputError(
      `${path} would have ${written.length.toLocaleString("en")} columns, more than the ${MOST_COLUMNS.toLocaleString("en")} that a table is written with: ask for some of the columns or quantiles after the others, each into a file of its own.`,
    );
  const isCsv = format === "csv" || format === "tsv";
  refuseNames(
    written.map(({ name }) => name),
    path,
    isCsv,
  );
  const sky = format === "hats" ? skyOf(written, kept, path) : undefined;
  const valued = written.filter(hasValues);
  const columnNames = valued.map(({ name }) => name);
  const target = await targetOf(path, format === "hats");
  const [partial, waiting] = (["partial", "waiting"] as const).map((end) => temporaryBeside(target, end));
  const settings = { memory_limit: memoryFor(written.length), temp_directory: waiting };
  const files = kept ? [partial, kept.path] : [partial];
  const duckdb = await openDuckDB({ files, folders: [waiting, partial] }, settings);
  const rows = new WaitingRows(duckdb.connection, waiting);
  let ended = false;

  const end = async () => {
    if (ended) return;
    ended = true;
    duckdb.close();
    await rm(partial, { recursive: true, force: true });
    await rm(waiting, { recursive: true, force: true });
  };
  const orEnd = async (work: () => Promise<void>) => {
    if (ended) throw new Error(`the writer of ${path} is closed`);
    try {
      await work();
    } catch (error) {
      await end();
      throw unwritable(path, error);
    }
  };
  return {
    append: (pieces) =>
      orEnd(async () => {
        check("the appended columns", pieces, recordOf(CELLS));
        const arrays = columnNames.map((name) => pieces[name]);
        checkArrays(arrays, columnNames, pieces);
        if (arrays.length > 0) await rows.append(arrays);
      }),
    close: async () => {
      await orEnd(async () => {
        if (valued.length > 0) await rows.append(valued.map(() => new Float64Array())); // perhaps there were none
        const { connection } = duckdb;
        const from = valued.length > 0 ? rows.finish() : undefined;
        const wholeDays = from === undefined ? [] : await wholeDaysOf(connection, from, valued);
        // A table that is passed on whole, filled or not, is written as it was.
        const isSame =
          isCsv &&
          format === "csv" &&
          written.some(
            ({ kept: own, fills }) =>
              own !== undefined && (fills || written.every((each) => each.kept !== undefined)),
          );
        const writing = isSame ? kept?.writing : undefined;
        const isWords = isCsv || format === "json" || format === "jsonl";
        const rowsOfAll = { connection, asText: isCsv, withoutNaN: isWords, decimal: writing?.decimal };
        const all = kept ? rowsWithKept(kept, from, times) : `${from}`;
        const cells: string[] = [];
        for (const column of written) {
          const at = valued.indexOf(column);
          const value = `c${at}`;
          if (column.kept === undefined) cells.push(ownCell(column, value, wholeDays[at], writing?.decimal));
          else {
            const passed = { column, ...keptCell(kept, column.kept), ...(at >= 0 && { value }) };
            cells.push(await passedSql(passed, { ...rowsOfAll, from: all }));
          }
        }
        if (format === "fits" || format === "votable") {
          const columns = written.map((column, i) => ({ sql: cells[i], ...described(column, kept) }));
          const place = { label: path, path: partial, gzip, folder: waiting };
          await (format === "fits" ? writeFits : writeVotable)(connection, place, columns, all);
        } else if (format === "hdf5") {
          const columns = written.map(({ name }, i) => ({ name, sql: cells[i] }));
          const place = { label: path, path: partial, gzip, folder: waiting };
          await writeHdf5(connection, place, columns, { from: all, layout: hdf5 });
        } else if (sky) {
          await mkdir(partial);
          const name = basename(target).replace(/\.hats$/i, "");
          const place = { label: path, name, path: partial, waiting, most: partitionRows };
          const hats = written.map((column, i) => ({ sql: cells[i], ...described(column, kept) }));
          await writeHats(connection, place, hats, all, sky);
          await moveFolderIntoPlace(partial, target);
          return;
        } else {
          const columns = written.map((column, i) => ({ sql: cells[i], ...described(column, kept) }));
          const metadata = format === "parquet" ? await metadataOption(connection, columns, all, path) : "";
          await connection.run(
            copySql(
              path,
              partial,
              all,
              isSame ? written.map((column) => asNamed(column, kept)) : written,
              cells,
              { separator: writing?.separator, metadata },
            ),
          );
        }
        const old = await stat(target).catch(() => undefined);
        if (old !== undefined) await chmod(partial, old.mode);
        await moveIntoPlace(partial, target);
      });
      await end();
    },
    abort: end,
  };
}

/** Where the rows lie on the sky, by the names that the columns are written under. @throws InputError where no column tells. */
function skyOf(written: readonly WrittenColumn[], kept: KeptCells | undefined, path: string): TableOfSky {
  const nameOf = (name: string) => written.find((column) => column.kept === name)?.name;
  const { longitude, latitude, catalogue } = kept?.sky ?? {};
  const [ra, dec] = [longitude, latitude].map((name) => name && nameOf(name));
  const healpix = catalogue && (nameOf(catalogue.healpix) ?? catalogue.healpix);
  const found = ra && dec ? { longitude: ra, latitude: dec } : equatorialColumns(numbersAmong(written));
  if (found) return { ...found, ...(catalogue && healpix && { catalogue: { ...catalogue, healpix } }) };
  throw new InputError(
    `Cannot write ${path}: a HATS catalogue needs each row's place on the sky, in columns such as ra and dec (degrees), and the table has none that are called so.`,
  );
}

function numbersAmong(written: readonly WrittenColumn[]): NamedColumn[] {
  return written.filter(({ kind }) => kind === undefined || kind === "number");
}

function refuseNames(names: readonly string[], path: string, isCsv: boolean): void {
  if (names.length === 0) throw new InputError(`Cannot write ${path}: the table has no columns.`);
  const seen = new Map<string, string>();
  for (const name of names) {
    if (name.trim() === "")
      throw new InputError(`Cannot write ${path}: column ${seen.size + 1} has no name.`);
    const key = isCsv ? name : name.toLowerCase();
    const twin = seen.get(key);
    if (twin !== undefined) {
      throw new InputError(
        twin === name
          ? `Cannot write ${path}: it would have two columns "${name}"; rename one.`
          : `Cannot write ${path}: columns "${twin}" and "${name}" differ only in capitals, which only CSV can keep apart; rename one or write CSV.`,
      );
    }
    seen.set(key, name);
  }
}

function checkArrays(
  arrays: readonly (Numbers | undefined)[],
  names: readonly string[],
  given: Readonly<Record<string, Numbers>>,
): asserts arrays is readonly Numbers[] {
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new TypeError(`column "${unknown}" is not one of the writer's`);
  for (const [i, array] of arrays.entries()) {
    if (array === undefined) throw new TypeError(`column "${names[i]}" is not among the appended ones`);
    if (array.length !== arrays[0]!.length) {
      throw new TypeError(
        `column "${names[i]}" has ${array.length} rows, "${names[0]}" ${arrays[0]!.length}`,
      );
    }
  }
}

/** Which columns are dates of whole days only. */
async function wholeDaysOf(
  connection: DuckDBConnection,
  from: string,
  columns: readonly WrittenColumn[],
): Promise<boolean[]> {
  const isDate = columns.map(({ kind }) => kind === "date");
  if (!isDate.includes(true)) return isDate;
  const wholes = isDate.map((date, i) => (date ? `bool_and(isnan(c${i}) OR c${i} = floor(c${i}))` : "false"));
  const answers = await rowsOf(connection, `SELECT ${wholes.join(", ")} FROM ${from}`);
  return answers[0].map((all) => all === true);
}

/**
 * The header of CSV is written as a first row of text: as a header DuckDB would rename columns that differ in
 * capitals only ("a" beside "A" to "a_1"). A missing cell of an only column is written as "": an empty line is no row to
 * many readers, and where all lines are empty nothing tells a name with a semicolon from two names.
 */
function copySql(
  path: string,
  partial: string,
  from: string,
  columns: readonly WrittenColumn[],
  cells: readonly string[],
  { separator, metadata }: { readonly separator: string | undefined; readonly metadata: string },
): string {
  const { format, gzip } = writtenFormat(path);
  const to = `TO ${literal(partial)}`;
  const compression = `COMPRESSION ${gzip ? "gzip" : "none"}`;
  if (format === "csv" || format === "tsv") {
    const header = columns
      .map(({ name }, i) => `${name === "" ? "NULL::VARCHAR" : literal(name)} AS h${i}`)
      .join(", ");
    const isOnly = columns.length === 1;
    const text = cells
      .map((cell) => (isOnly ? `coalesce((${cell})::VARCHAR, '')` : `(${cell})::VARCHAR`))
      .map((cell, i) => `${cell} AS h${i}`)
      .join(", ");
    const delimiter = format === "tsv" ? "chr(9)" : literal(separator ?? ",");
    return `COPY (SELECT ${header} UNION ALL SELECT ${text} FROM ${from}) ${to}
      (FORMAT csv, HEADER false, DELIMITER ${delimiter}, QUOTE '"', ESCAPE '"', NULLSTR '', ${compression})`;
  }
  const named = cells.map((cell, i) => `${cell} AS ${identifier(columns[i].name)}`).join(", ");
  const how =
    format === "parquet"
      ? `FORMAT parquet${metadata}`
      : `FORMAT json, ARRAY ${format === "json"}, ${compression}`;
  return `COPY (SELECT ${named} FROM ${from}) ${to} (${how})`;
}
