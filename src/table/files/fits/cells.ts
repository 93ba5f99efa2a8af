/** @file The cells of FITS' types, read from the bytes of rows (all big-endian) as what DuckDB keeps them in. */
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  INTEGER,
  UBIGINT,
  UINTEGER,
  VARCHAR,
} from "@duckdb/node-api";
import { InputError } from "../../../base/errors.ts";
import type { CellKind } from "../file-relation.ts";
import type { CellArray } from "../plain-parquet.ts";
import type { Field, Letter } from "./fields.ts";

/** Whole rows of a table, one after another. */
export interface RowBytes {
  readonly bytes: Buffer;
  readonly view: DataView;
  readonly rows: number;
  /** Bytes of a row. */
  readonly stride: number;
  /** The first row's place in the file, from 0. */
  readonly first: number;
}

/** How cells of a type are kept, and read. */
export interface CellType {
  readonly kind: CellKind;
  readonly duckdb: DuckDBType;
  /**
   * The cells that begin at this byte of each row.
   * @throws InputError for bytes that the type does not have; its message goes on after the column's name.
   */
  readonly read: (rows: RowBytes, offset: number) => CellArray;
}

/** What the elements of a field are; undefined for types that are no single values. */
export function cellTypeOf(
  field: Pick<Field, "scale" | "zero" | "missing" | "size">,
  letter: Letter,
): CellType | undefined {
  switch (letter) {
    case "L":
      return { kind: "boolean", duckdb: BOOLEAN, read: readLogical };
    case "X":
      return { kind: "boolean", duckdb: BOOLEAN, read: readBit };
    case "A":
      return { kind: "text", duckdb: VARCHAR, read: (rows, offset) => readText(rows, offset, field.size) };
    case "B":
    case "I":
    case "J":
      return wholeType(letter, field);
    case "K":
      return longType(field);
    case "E":
    case "D":
      return floatType(letter, field);
    default:
      return undefined;
  }
}

type Get = (view: DataView, at: number) => number;

const GET = {
  B: (view, at) => view.getUint8(at),
  I: (view, at) => view.getInt16(at),
  J: (view, at) => view.getInt32(at),
  E: (view, at) => view.getFloat32(at),
  D: (view, at) => view.getFloat64(at),
} as const satisfies Partial<Record<Letter, Get>>;

type Scaled = Pick<Field, "scale" | "zero" | "missing">;

/** Unsigned numbers are signed ones with half of the range added (TZERO); these stay whole. */
function wholeType(letter: "B" | "I" | "J", { scale, zero, missing }: Scaled): CellType {
  const isWhole = scale === 1 && Number.isInteger(zero);
  const isSmall = isWhole && Math.abs(zero) <= 32_768 && (letter !== "J" || zero === 0);
  const isUnsigned = letter === "J" && scale === 1 && zero === 2 ** 31;
  const duckdb = isSmall ? INTEGER : isUnsigned ? UINTEGER : DOUBLE;
  return { kind: "number", duckdb, read: numbersBy(GET[letter], scale, zero, missing) };
}

function floatType(letter: "E" | "D", { scale, zero }: Scaled): CellType {
  const isPlain = scale === 1 && zero === 0;
  const read = numbersBy(GET[letter], scale, zero, undefined);
  return letter === "E" && isPlain
    ? { kind: "float32", duckdb: FLOAT, read }
    : { kind: "number", duckdb: DOUBLE, read };
}

function numbersBy(get: Get, scale: number, zero: number, missing: bigint | undefined): CellType["read"] {
  const gap = missing === undefined ? undefined : Number(missing);
  return ({ view, rows, stride }, offset) => {
    const cells = new Float64Array(rows);
    let at = offset;
    for (let row = 0; row < rows; row++, at += stride) cells[row] = get(view, at);
    if (scale === 1 && zero === 0 && gap === undefined) return cells;
    for (let row = 0; row < rows; row++)
      cells[row] = cells[row] === gap ? Number.NaN : zero + scale * cells[row];
    return cells;
  };
}

const HALF = 2 ** 63;

function longType({ scale, zero, missing }: Scaled): CellType {
  if (scale !== 1 || (zero !== 0 && zero !== HALF)) {
    const read: CellType["read"] = ({ view, rows, stride }, offset) =>
      Float64Array.from({ length: rows }, (_, row) => {
        const raw = view.getBigInt64(offset + row * stride);
        return raw === missing ? Number.NaN : zero + scale * Number(raw);
      });
    return { kind: "number", duckdb: DOUBLE, read };
  }
  const added = zero === HALF ? 1n << 63n : 0n;
  const read: CellType["read"] = ({ view, rows, stride }, offset) => {
    const cells = new Array<DuckDBValue>(rows);
    for (let row = 0, at = offset; row < rows; row++, at += stride) {
      const raw = view.getBigInt64(at);
      cells[row] = raw === missing ? null : added === 0n ? raw : raw + added;
    }
    return cells;
  };
  return { kind: "number", duckdb: added === 0n ? BIGINT : UBIGINT, read };
}

const TRUE = 0x54;
const FALSE = 0x46;

/** "T", "F", or the byte 0, which is a missing one. (Some write a blank for it.) */
function readLogical({ bytes, rows, stride, first }: RowBytes, offset: number): CellArray {
  return Array.from({ length: rows }, (_, row) => {
    const byte = bytes[offset + row * stride];
    if (byte === TRUE) return true;
    if (byte === FALSE) return false;
    if (byte === 0 || byte === 0x20) return null;
    throw new InputError(`holds the byte ${byte} in row ${first + row + 1}, where T, F or 0 should be`);
  });
}

/** A single bit, the highest of its byte. */
function readBit({ bytes, rows, stride }: RowBytes, offset: number): CellArray {
  return Array.from({ length: rows }, (_, row) => bytes[offset + row * stride] >= 0x80);
}

/** A text ends at the byte 0 or before the blanks at its end; one without any character is a missing cell. */
function readText({ bytes, rows, stride }: RowBytes, offset: number, size: number): CellArray {
  const cells = new Array<DuckDBValue>(rows);
  for (let row = 0, at = offset; row < rows; row++, at += stride) {
    let end = at;
    while (end < at + size && bytes[end] !== 0) end++;
    while (end > at && bytes[end - 1] === 0x20) end--;
    cells[row] = end === at ? null : decoded(bytes, at, end);
  }
  return cells;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** FITS has ASCII only; where others wrote more, it is UTF-8, or else Latin-1. */
export function decoded(bytes: Buffer, from: number, to: number): string {
  for (let at = from; at < to; at++) {
    if (bytes[at] < 0x80) continue;
    try {
      return utf8.decode(bytes.subarray(from, to));
    } catch {
      break; // no UTF-8
    }
  }
  return bytes.toString("latin1", from, to);
}
