/** @file The datatypes of VOTable: how cells of each are read from text and from bytes. (Source: IVOA's VOTable 1.4, sections 2.1, 5.1 and 6.) */
import { BIGINT, BOOLEAN, DOUBLE, type DuckDBType, FLOAT, INTEGER, VARCHAR } from "@duckdb/node-api";
import type { CellKind } from "../file-relation.ts";

/** A single value: NaN where a number is missing, otherwise null. */
export type Cell = number | bigint | boolean | string | null;

/** What the values of a datatype are. */
export interface Datatype {
  readonly name: string;
  readonly kind: CellKind;
  readonly duckdb: DuckDBType;
  /** Bytes of a value; of bits, which are packed, an eighth. */
  readonly size: number;
  /** The value that a text is; undefined where it is none. */
  readonly ofText: (text: string) => Cell | undefined;
  /** The i-th value of those that begin at a byte. */
  readonly ofBytes: (bytes: Buffer, at: number, i: number) => Cell;
}

export const BIT_SIZE = 1 / 8;

/** A whole number, perhaps in hexadecimal. */
const WHOLE = /^([+-]?\d+|0[xX][0-9a-fA-F]+)$/;

function whole(name: string, size: number, ofBytes: (bytes: Buffer, at: number) => number): Datatype {
  const ofText = (text: string) => {
    const value = WHOLE.test(text) ? Number(text) : wholeNumber(text);
    return value !== undefined && !(value > 0x7fff_ffff || value < -0x8000_0000) ? value : undefined;
  };
  return {
    name,
    kind: "number",
    duckdb: INTEGER,
    size,
    ofText,
    ofBytes: (bytes, at, i) => ofBytes(bytes, at + i * size),
  };
}

/** "3.0" and "1e3" are whole numbers, too. */
function wholeNumber(text: string): number | undefined {
  if (/^nan$/i.test(text)) return Number.NaN;
  const value = text === "" ? Number.NaN : Number(text);
  return Number.isInteger(value) ? value : undefined;
}

const REAL = /^[+-]?(\d+\.?\d*|\.\d+)([eEdD][+-]?\d+)?$/;

function real(text: string): number | undefined {
  if (REAL.test(text)) return Number(text.replace(/[dD]/, "e"));
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text);
  if (infinite) return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  return WHOLE.test(text) ? Number(text) : undefined;
}

const LARGEST_LONG = 2n ** 63n;

function long(text: string): bigint | undefined {
  const plain = WHOLE.test(text) ? BigInt(text.replace(/^\+/, "")) : undefined;
  return plain !== undefined && plain >= -LARGEST_LONG && plain < LARGEST_LONG ? plain : undefined;
}

function truth(text: string): boolean | null | undefined {
  if (/^(t|true|1)$/i.test(text)) return true;
  if (/^(f|false|0)$/i.test(text)) return false;
  return /^[? \0]?$/.test(text) ? null : undefined;
}

function complex(name: string, size: number): Datatype {
  const none = () => null;
  return { name, kind: "other", duckdb: VARCHAR, size, ofText: none, ofBytes: none };
}

/** Texts are of these, one after another. */
function character(name: string, size: number): Datatype {
  const none = () => null;
  return { name, kind: "text", duckdb: VARCHAR, size, ofText: (text) => text, ofBytes: none };
}

/**
 * A single bit is the highest of its byte, but Astropy writes it as 8 (8.0.2): as the others are nothing, any will do.
 */
export function singleBit(bytes: Buffer, at: number): boolean {
  return bytes[at] !== 0;
}

const DATATYPES: readonly Datatype[] = [
  {
    ...{ name: "boolean", kind: "boolean", duckdb: BOOLEAN, size: 1, ofText: truth },
    ofBytes: (bytes, at, i) => truth(String.fromCharCode(bytes[at + i])) ?? null,
  },
  {
    ...{ name: "bit", kind: "boolean", duckdb: BOOLEAN, size: BIT_SIZE, ofText: truth },
    ofBytes: (bytes, at, i) => ((bytes[at + (i >> 3)] >> (7 - (i & 7))) & 1) === 1,
  },
  whole("unsignedByte", 1, (bytes, at) => bytes[at]),
  whole("short", 2, (bytes, at) => bytes.readInt16BE(at)),
  whole("int", 4, (bytes, at) => bytes.readInt32BE(at)),
  {
    ...{ name: "long", kind: "number", duckdb: BIGINT, size: 8, ofText: long },
    ofBytes: (bytes, at, i) => bytes.readBigInt64BE(at + 8 * i),
  },
  {
    ...{ name: "float", kind: "float32", duckdb: FLOAT, size: 4, ofText: real },
    ofBytes: (bytes, at, i) => bytes.readFloatBE(at + 4 * i),
  },
  {
    ...{ name: "double", kind: "number", duckdb: DOUBLE, size: 8, ofText: real },
    ofBytes: (bytes, at, i) => bytes.readDoubleBE(at + 8 * i),
  },
  ...[character("char", 1), character("unicodeChar", 2)],
  ...[complex("floatComplex", 8), complex("doubleComplex", 16)],
];

/** Names that some write instead. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  string: "char",
  unicodestring: "unicodeChar",
  integer: "int",
  real: "float",
  byte: "unsignedByte",
};

/** The datatype of a name, in any capitals; undefined where there is none. */
export function datatypeOf(name: string): Datatype | undefined {
  const plain = name.trim().toLowerCase();
  const standard = Object.hasOwn(OTHER_NAMES, plain) ? OTHER_NAMES[plain].toLowerCase() : plain;
  return DATATYPES.find((each) => each.name.toLowerCase() === standard);
}

/** Whether values of a datatype are kept as numbers, NaN where missing. */
export function areNumbers({ duckdb }: Datatype): boolean {
  return duckdb === FLOAT || duckdb === DOUBLE || duckdb === INTEGER;
}
