/** @file A table written as FITS: one binary table, whose types are those of DuckDB's columns. */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";
import { InputError } from "../../../base/errors.ts";
import { literal, pathLiteral, rowsOf } from "../duckdb.ts";
import { BLOCK } from "./header.ts";
import { blockOf, headerBytes } from "./written-header.ts";

/** A column to be written. */
export interface FitsWritten {
  readonly name: string;
  /** The SQL of its cells, NULL where missing. */
  readonly sql: string;
  readonly unit?: string | undefined;
}

export interface FitsTarget {
  /** What the user calls the file, for messages. */
  readonly label: string;
  /** Where its bytes go. */
  readonly path: string;
  readonly gzip: boolean;
  /** A folder for the rows until their number and the lengths of their texts are known. */
  readonly folder: string;
}

/**
 * Whole numbers are 32 or 64 bits wide (J, K) with a TNULL where cells are missing, others E and D with NaN, truths L with
 * the byte 0, all else text as wide as the longest: dates as ISO 8601 has them.
 *
 * @throws InputError for what FITS has no place for.
 */
export async function writeFits(
  connection: DuckDBConnection,
  { label, path, gzip, folder }: FitsTarget,
  columns: readonly FitsWritten[],
  from: string,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const rowsFile = join(folder, "fits.parquet");
  const cells = columns.map(({ sql }, i) => `${sql} AS f${i}`).join(", ");
  await connection.run(
    `COPY (SELECT ${cells} FROM ${from}) TO ${literal(rowsFile)} (FORMAT parquet, COMPRESSION 'uncompressed')`,
  );
  const source = `read_parquet(${pathLiteral(rowsFile)})`;
  const { forms, rows } = await formsOf(connection, source, columns, label);
  const stride = forms.reduce((sum, { width }) => sum + width, 0);
  const header = headerBytes(
    columns.map(({ name, unit }, i) => ({ name, unit, ...forms[i] })),
    { stride, rows, label },
  );
  const bytes = Readable.from(pieces(connection, source, { forms, rows, stride, header }));
  const file = createWriteStream(path);
  if (gzip) await pipeline(bytes, createGzip(), file);
  else await pipeline(bytes, file);
}

/** How a column is written. */
interface Form {
  /** TFORM. */
  readonly form: string;
  /** Bytes of a cell. */
  readonly width: number;
  readonly missing?: bigint;
  /** The SQL of a cell as `write` takes it. */
  readonly sql: string;
  /** Puts the cell into the row that begins at a byte; null where it is missing. */
  readonly write: (row: Buffer, at: number, cell: unknown) => void;
}

const LEAST = { J: -(2n ** 31n), K: -(2n ** 63n) };
const MOST = { J: 2n ** 31n - 1n, K: 2n ** 63n - 1n };

const WHOLE = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/;

async function formsOf(
  connection: DuckDBConnection,
  source: string,
  columns: readonly FitsWritten[],
  label: string,
): Promise<{ forms: Form[]; rows: number }> {
  const described = await rowsOf(connection, `DESCRIBE SELECT * FROM ${source}`);
  const types = described.map(([, type]) => String(type));
  const texts = types.map((type, i) => textSql(type, `f${i}`));
  const asked = types.map((type, i) => {
    if (WHOLE.test(type))
      return `[min(f${i})::VARCHAR, max(f${i})::VARCHAR, (count(*) - count(f${i}))::VARCHAR, max(length(f${i}::VARCHAR))::VARCHAR]`;
    if (/^(BOOLEAN|FLOAT|DOUBLE|DECIMAL)/.test(type)) return "NULL";
    return `[max(strlen(${texts[i]}))::VARCHAR, bool_or(contains(${texts[i]}, chr(0)))::VARCHAR]`;
  });
  const [[count, ...found]] = await rowsOf(connection, `SELECT count(*), ${asked.join(", ")} FROM ${source}`);
  const forms = types.map((type, i) => {
    const facts = (Array.isArray(found[i]) ? found[i] : []).map((each) =>
      each === null ? null : String(each),
    );
    if (WHOLE.test(type)) return wholeForm(`f${i}`, facts);
    if (type === "BOOLEAN") return { form: "L", width: 1, sql: `f${i}`, write: writeTruth };
    if (type === "FLOAT") return { form: "E", width: 4, sql: `f${i}`, write: writeFloat };
    if (/^(DOUBLE|DECIMAL)/.test(type))
      return { form: "D", width: 8, sql: `f${i}::DOUBLE`, write: writeDouble };
    if (facts[1] === "true")
      throw new InputError(
        `Cannot write ${label}: a text of column "${columns[i].name}" holds the character 0, with which texts of FITS end; take it out, or write Parquet.`,
      );
    return textForm(texts[i], Number(facts[0] ?? 1));
  });
  return { forms, rows: Number(count) };
}

/** A cell as text: moments as ISO 8601, without a fraction of a second where there is none. */
function textSql(type: string, cell: string): string {
  if (!type.startsWith("TIMESTAMP")) return `${cell}::VARCHAR`;
  const moment = `${cell}::TIMESTAMP`;
  const isWhole = `date_trunc('second', ${moment}) = ${moment}`;
  const written = (form: string) => `strftime(${moment}, '%Y-%m-%dT%H:%M:%S${form}')`;
  return `CASE WHEN ${isWhole} THEN ${written("")} ELSE ${written(".%f")} END`;
}

/** The smallest type that has room for the numbers and, where cells are missing, for one that says so. */
function wholeForm(sql: string, [least, most, gaps, length]: readonly (string | null)[]): Form {
  const [min, max] = [BigInt(least ?? 0), BigInt(most ?? 0)];
  const missing = (letter: "J" | "K"): bigint | null | undefined => {
    if (min < LEAST[letter] || max > MOST[letter]) return undefined;
    if (gaps === "0") return null;
    if (min > LEAST[letter]) return LEAST[letter];
    return max < MOST[letter] ? MOST[letter] : undefined;
  };
  for (const letter of ["J", "K"] as const) {
    const gap = missing(letter);
    if (gap === undefined) continue;
    const width = letter === "J" ? 4 : 8;
    const write = letter === "J" ? writeInt(Number(gap ?? 0)) : writeLong(gap ?? 0n);
    return {
      form: letter,
      width,
      sql: `${sql}::${letter === "J" ? "INTEGER" : "BIGINT"}`,
      write,
      ...(gap !== null && { missing: gap }),
    };
  }
  return textForm(`${sql}::VARCHAR`, Number(length ?? 1)); // digits stay exact
}

function textForm(sql: string, length: number): Form {
  const width = Math.max(1, length);
  const write = (row: Buffer, at: number, cell: unknown) => {
    const end = typeof cell === "string" ? at + row.write(cell, at, width, "utf8") : at;
    row.fill(0x20, end, at + width);
  };
  return { form: `${width}A`, width, sql, write };
}

function writeTruth(row: Buffer, at: number, cell: unknown): void {
  row[at] = cell === null ? 0 : cell === true ? 0x54 : 0x46;
}

function writeFloat(row: Buffer, at: number, cell: unknown): void {
  row.writeFloatBE(typeof cell === "number" ? cell : Number.NaN, at);
}

function writeDouble(row: Buffer, at: number, cell: unknown): void {
  row.writeDoubleBE(typeof cell === "number" ? cell : Number.NaN, at);
}

function writeInt(missing: number): Form["write"] {
  return (row, at, cell) => row.writeInt32BE(typeof cell === "number" ? cell : missing, at);
}

function writeLong(missing: bigint): Form["write"] {
  return (row, at, cell) => row.writeBigInt64BE(typeof cell === "bigint" ? cell : missing, at);
}

interface Written {
  readonly forms: readonly Form[];
  readonly rows: number;
  readonly stride: number;
  readonly header: Buffer;
}

/** Bytes of rows that are put together at once. */
const MOST_BYTES = 1 << 22;

async function* pieces(
  connection: DuckDBConnection,
  source: string,
  { forms, rows, stride, header }: Written,
): AsyncGenerator<Buffer> {
  yield header;
  const result = await connection.stream(`SELECT ${forms.map(({ sql }) => sql).join(", ")} FROM ${source}`);
  const most = Math.max(1, Math.floor(MOST_BYTES / stride));
  let written = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const vectors = forms.map((_, i) => chunk.getColumnVector(i));
    for (let from = 0; from < chunk.rowCount; from += most)
      yield rowBytes(forms, vectors, { from, count: Math.min(most, chunk.rowCount - from), stride });
    written += chunk.rowCount;
  }
  // A stream of DuckDB that fails halfway ends as if all rows had come.
  if (written !== rows) throw new Error(`DuckDB gave ${written} of ${rows} rows`);
  const rest = (rows * stride) % BLOCK;
  if (rest > 0) yield blockOf(BLOCK - rest);
}

function rowBytes(
  forms: readonly Form[],
  vectors: readonly DuckDBVector[],
  { from, count, stride }: { readonly from: number; readonly count: number; readonly stride: number },
): Buffer {
  const bytes = Buffer.allocUnsafe(count * stride);
  let offset = 0;
  for (const [i, { width, write }] of forms.entries()) {
    const vector = vectors[i];
    for (let row = 0, at = offset; row < count; row++, at += stride)
      write(bytes, at, vector.getItem(from + row));
    offset += width;
  }
  return bytes;
}
