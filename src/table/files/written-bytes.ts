/** @file Columns that are written as bytes, as FITS and VOTable have them: what their cells are, and how cells become bytes. */
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { DuckDBConnection, DuckDBVector } from "@duckdb/node-api";
import { InputError } from "../../base/errors.ts";
import { literal, parquetRows, rowsOf } from "./duckdb.ts";

/** A column to be written. */
export interface BytesColumn {
  readonly name: string;
  /** The SQL of its cells, NULL where missing. */
  readonly sql: string;
  readonly unit?: string | undefined;
  readonly ucd?: string | undefined;
}

export interface BytesTarget {
  /** What the user calls the file, for messages. */
  readonly label: string;
  /** Where its bytes go. */
  readonly path: string;
  readonly gzip: boolean;
  /** A folder for the rows until their number and the lengths of their texts are known. */
  readonly folder: string;
}

/** Writes pieces to the target's file, compressed where it is to be. */
export async function writePieces(
  pieces: AsyncIterable<string | Uint8Array>,
  { path, gzip }: BytesTarget,
): Promise<void> {
  const [bytes, file] = [Readable.from(pieces), createWriteStream(path)];
  if (gzip) await pipeline(bytes, createGzip(), file);
  else await pipeline(bytes, file);
}

/** What the cells of a column are. `sql`: a cell as a number, a bigint beyond 32 bits, a truth or a text. */
export type CellFacts =
  | {
      readonly kind: "whole";
      readonly sql: string;
      readonly min: bigint;
      readonly max: bigint;
      readonly gaps: boolean;
    }
  | { readonly kind: "truth"; readonly sql: string; readonly gaps: boolean }
  | { readonly kind: "float" | "double"; readonly sql: string }
  | TextFacts;

interface TextFacts {
  readonly kind: "text";
  readonly sql: string;
  /** Bytes of the longest in UTF-8. */
  readonly length: number;
  readonly isAscii: boolean;
  /** Whether they are days or moments, as ISO 8601 has them. */
  readonly isDate: boolean;
}

export interface WaitingCells {
  /** What stands after FROM: the cells of all rows. */
  readonly source: string;
  readonly rows: number;
  readonly facts: readonly CellFacts[];
}

const WHOLE = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/;

/** A type that a whole number of a column fits in, or not. */
export const RANGES = {
  int: { least: -(2n ** 31n), most: 2n ** 31n - 1n },
  long: { least: -(2n ** 63n), most: 2n ** 63n - 1n },
} as const;

/**
 * Copies the rows into the folder and looks at them. @throws InputError for texts with the character 0, which ends texts of `format`.
 */
export async function waitingCells(
  connection: DuckDBConnection,
  { label, folder }: BytesTarget,
  columns: readonly BytesColumn[],
  { from, format }: { readonly from: string; readonly format: string },
): Promise<WaitingCells> {
  await mkdir(folder, { recursive: true });
  const rowsFile = join(folder, "cells.parquet");
  const cells = columns.map(({ sql }, i) => `${sql} AS f${i}`).join(", ");
  await connection.run(
    `COPY (SELECT ${cells} FROM ${from}) TO ${literal(rowsFile)} (FORMAT parquet, COMPRESSION 'uncompressed')`,
  );
  const source = parquetRows(rowsFile);
  const described = await rowsOf(connection, `DESCRIBE SELECT * FROM ${source}`);
  const types = described.map(([, type]) => String(type));
  const texts = types.map((type, i) => textSql(type, `f${i}`));
  const asked = types.map((type, i) => {
    if (WHOLE.test(type))
      return `[min(f${i})::VARCHAR, max(f${i})::VARCHAR, (count(f${i}) < count(*))::VARCHAR, max(length(f${i}::VARCHAR))::VARCHAR]`;
    if (type === "BOOLEAN") return `[(count(f${i}) < count(*))::VARCHAR]`;
    if (/^(FLOAT|DOUBLE|DECIMAL)/.test(type)) return "NULL";
    return `[max(strlen(${texts[i]}))::VARCHAR, bool_or(contains(${texts[i]}, chr(0)))::VARCHAR, bool_and(strlen(${texts[i]}) = length(${texts[i]}))::VARCHAR]`;
  });
  const [[count, ...found]] = await rowsOf(connection, `SELECT count(*), ${asked.join(", ")} FROM ${source}`);
  const facts = types.map((type, i): CellFacts => {
    const [first, second, third, fourth] = (Array.isArray(found[i]) ? found[i] : []) as (string | null)[];
    if (type === "BOOLEAN") return { kind: "truth", sql: `f${i}`, gaps: first === "true" };
    if (type === "FLOAT") return { kind: "float", sql: `f${i}` };
    if (/^(DOUBLE|DECIMAL)/.test(type)) return { kind: "double", sql: `f${i}::DOUBLE` };
    if (WHOLE.test(type)) {
      const [min, max] = [BigInt(first ?? 0), BigInt(second ?? 0)];
      if (min >= RANGES.long.least && max <= RANGES.long.most)
        return { kind: "whole", sql: `f${i}`, min, max, gaps: third === "true" };
      const length = Number(fourth ?? 1);
      return { kind: "text", sql: `f${i}::VARCHAR`, length, isAscii: true, isDate: false }; // digits stay exact
    }
    if (second === "true")
      throw new InputError(
        `Cannot write ${label}: a text of column "${columns[i].name}" holds the character 0, with which texts of ${format} end; take it out, or write Parquet.`,
      );
    const isDate = type === "DATE" || type.startsWith("TIMESTAMP");
    return { kind: "text", sql: texts[i], length: Number(first ?? 1), isAscii: third !== "false", isDate };
  });
  return { source, rows: Number(count), facts };
}

/** A cell as text: moments as ISO 8601, without a fraction of a second where there is none. */
function textSql(type: string, cell: string): string {
  if (!type.startsWith("TIMESTAMP")) return `${cell}::VARCHAR`;
  const moment = `${cell}::TIMESTAMP`;
  const isWhole = `date_trunc('second', ${moment}) = ${moment}`;
  const written = (form: string) => `strftime(${moment}, '%Y-%m-%dT%H:%M:%S${form}')`;
  return `CASE WHEN ${isWhole} THEN ${written("")} ELSE ${written(".%f")} END`;
}

/** Cells of consecutive rows: a vector for each SQL. */
export interface CellVectors {
  readonly vectors: readonly DuckDBVector[];
  readonly count: number;
}

/** All rows in their order, some at a time. */
export async function* cellVectors(
  connection: DuckDBConnection,
  { source, rows }: WaitingCells,
  sql: readonly string[],
): AsyncGenerator<CellVectors> {
  const result = await connection.stream(`SELECT ${sql.join(", ")} FROM ${source}`);
  let given = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    yield { vectors: sql.map((_, i) => chunk.getColumnVector(i)), count: chunk.rowCount };
    given += chunk.rowCount;
  }
  // A stream of DuckDB that fails halfway ends as if all rows had come.
  if (given !== rows) throw new Error(`DuckDB gave ${given} of ${rows} rows`);
}

/** Puts a cell at a place of some bytes, highest byte first; null where it is missing. */
export type WriteCell = (bytes: Buffer, at: number, cell: unknown) => void;

/** "T", "F", and the byte 0. */
export const writeTruth: WriteCell = (bytes, at, cell) => {
  bytes[at] = cell === null ? 0 : cell === true ? 0x54 : 0x46;
};

export const writeFloat: WriteCell = (bytes, at, cell) => {
  bytes.writeFloatBE(typeof cell === "number" ? cell : Number.NaN, at);
};

export const writeDouble: WriteCell = (bytes, at, cell) => {
  bytes.writeDoubleBE(typeof cell === "number" ? cell : Number.NaN, at);
};

/** 32 bits. @param missing what stands for a missing one. */
export function writeInt(missing: number): WriteCell {
  return (bytes, at, cell) => bytes.writeInt32BE(typeof cell === "number" ? cell : missing, at);
}

/** 64 bits. */
export function writeLong(missing: bigint): WriteCell {
  return (bytes, at, cell) => bytes.writeBigInt64BE(typeof cell === "bigint" ? cell : missing, at);
}
