/**
 * @file Parquet as plainly as it can be: one row group, a page for each column, numbers as they lie in memory. Written so because DuckDB,
 * which reads it, takes ten times as long to be handed the same numbers and to write them.
 * (Source: https://parquet.apache.org/docs/file-format, its thrift file, and Thrift's compact protocol.)
 */
import { writeFile } from "node:fs/promises";
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  INTEGER,
  TIMESTAMP,
  UBIGINT,
  UINTEGER,
  VARCHAR,
} from "@duckdb/node-api";

/**
 * Cells of a column. Numbers are for FLOAT, DOUBLE, INTEGER and UINTEGER, a missing one is NaN (which a whole number makes
 * NULL); values are for any type (bigint for BIGINT and UBIGINT, string for VARCHAR, boolean for BOOLEAN), a missing one is null.
 */
export type CellArray = Float64Array | DuckDBValue[];

export interface PlainColumn {
  readonly name: string;
  readonly type: DuckDBType;
  readonly cells: CellArray;
}

/** How a type is written: Parquet's number of it, what it means beyond that, its cells that are not missing. */
interface Physical {
  readonly type: number;
  readonly converted?: number;
  /** Whether NaN stays a number. */
  readonly hasNaN?: true;
  readonly bytes: (cells: CellArray) => Uint8Array;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBuffer>) =>
  new Uint8Array(buffer, byteOffset, byteLength);

const numbers = (cells: CellArray) => cells as ArrayLike<number>;

const PHYSICAL = new Map<DuckDBType, Physical>([
  [BOOLEAN, { type: 0, bytes: (cells) => bits(Array.from(cells as DuckDBValue[], (cell) => cell === true)) }],
  [INTEGER, { type: 1, bytes: (cells) => bytesOf(new Int32Array(numbers(cells))) }],
  [UINTEGER, { type: 1, converted: 13, bytes: (cells) => bytesOf(new Uint32Array(numbers(cells))) }],
  [BIGINT, { type: 2, bytes: (cells) => bytesOf(BigInt64Array.from(cells as bigint[])) }],
  [UBIGINT, { type: 2, converted: 14, bytes: (cells) => bytesOf(BigUint64Array.from(cells as bigint[])) }],
  [
    TIMESTAMP,
    {
      type: 2,
      converted: 10,
      bytes: (cells) => bytesOf(BigInt64Array.from(cells as DuckDBTimestampValue[], ({ micros }) => micros)),
    },
  ],
  [FLOAT, { type: 4, hasNaN: true, bytes: (cells) => bytesOf(new Float32Array(numbers(cells))) }],
  [
    DOUBLE,
    {
      type: 5,
      hasNaN: true,
      bytes: (cells) =>
        bytesOf(
          cells instanceof Float64Array
            ? (cells as Float64Array<ArrayBuffer>)
            : Float64Array.from(numbers(cells)),
        ),
    },
  ],
  [VARCHAR, { type: 6, converted: 0, bytes: (cells) => texts(cells as string[]) }],
]);

/**
 * Writes the columns, all of one length, to a new file.
 * @throws TypeError for a type that has no place here, the system's error where it can't be written.
 */
export async function writePlainParquet(path: string, columns: readonly PlainColumn[]): Promise<void> {
  const rows = columns[0].cells.length;
  const pieces: Uint8Array[] = [MAGIC];
  let at = MAGIC.length;
  const chunks = (rows > 0 ? columns : []).map(({ name, type, cells }) => {
    const physical = physicalOf(type);
    const { levels, present } = levelsOf(cells, physical);
    const values = physical.bytes(present);
    const length = levels.length + values.length;
    const header = pageHeader(rows, length);
    pieces.push(header, levels, values);
    const chunk = { name, physical, start: at, length: header.length + length };
    at += chunk.length;
    return chunk;
  });
  const footer = fileMetadata(rows, columns, chunks);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  pieces.push(footer, length, MAGIC);
  await writeFile(path, pieces);
}

function physicalOf(type: DuckDBType): Physical {
  const physical = PHYSICAL.get(type);
  if (!physical) throw new TypeError(`${type} has no place in plain Parquet`);
  return physical;
}

const MAGIC = Buffer.from("PAR1");

/** Which cells are there (definition levels, a bit each, or one run where all are), and these alone. */
function levelsOf(
  cells: CellArray,
  { hasNaN }: Physical,
): { readonly levels: Uint8Array; readonly present: CellArray } {
  const isNumbers = cells instanceof Float64Array;
  const isThere = isNumbers
    ? (cell: unknown) => hasNaN === true || !Number.isNaN(cell)
    : (cell: unknown) => cell !== null && cell !== undefined;
  const isWhole = (isNumbers && hasNaN === true) || (cells as unknown[]).every(isThere);
  if (isWhole) return { levels: withLength([...varint(cells.length * 2), 1]), present: cells };
  const there = Array.from(cells as ArrayLike<unknown>, isThere);
  const packed = bits(there);
  return {
    levels: withLength([...varint(packed.length * 2 + 1), ...packed]),
    present: (cells as unknown[]).filter(isThere) as DuckDBValue[],
  };
}

function withLength(bytes: readonly number[]): Uint8Array {
  const made = Buffer.alloc(4 + bytes.length);
  made.writeUInt32LE(bytes.length);
  made.set(bytes, 4);
  return made;
}

/** The first in the lowest bit. */
function bits(truths: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(truths.length / 8));
  truths.forEach((truth, i) => {
    if (truth) bytes[i >> 3] |= 1 << (i & 7);
  });
  return bytes;
}

function texts(cells: readonly string[]): Uint8Array {
  const lengths = cells.map((cell) => Buffer.byteLength(cell));
  const made = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + length, 0));
  let at = 0;
  cells.forEach((cell, i) => {
    at = made.writeUInt32LE(lengths[i], at);
    at += made.write(cell, at);
  });
  return made;
}

// Thrift's compact protocol: fields by their number, each with its type.

const [I32, I64, BINARY, LIST, STRUCT] = [5, 6, 8, 9, 12];

type Field = readonly [id: number, type: number, bytes: readonly number[]];

function struct(fields: readonly Field[]): number[] {
  let before = 0;
  const bytes = fields.flatMap(([id, type, value]) => {
    const head = ((id - before) << 4) | type; // no number here is more than 15 after the one before
    before = id;
    return [head, ...value];
  });
  return [...bytes, 0];
}

const int = (id: number, value: number): Field => [id, I32, zigzag(value)];
const long = (id: number, value: number): Field => [id, I64, zigzag(value)];
const text = (id: number, value: string): Field => [id, BINARY, textBytes(value)];
const inner = (id: number, fields: readonly Field[]): Field => [id, STRUCT, struct(fields)];
const list = (id: number, type: number, items: readonly (readonly number[])[]): Field => {
  const head = items.length < 15 ? [(items.length << 4) | type] : [0xf0 | type, ...varint(items.length)];
  return [id, LIST, [...head, ...items.flat()]];
};

function textBytes(value: string): number[] {
  const bytes = Buffer.from(value);
  return [...varint(bytes.length), ...bytes];
}

const zigzag = (value: number) => varint(value * 2); // none is below 0

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return [...bytes, rest];
}

const [PLAIN, RLE] = [0, 3];

function pageHeader(rows: number, length: number): Uint8Array {
  const page = [int(1, rows), int(2, PLAIN), int(3, RLE), int(4, RLE)];
  return Uint8Array.from(struct([int(1, 0), int(2, length), int(3, length), inner(5, page)]));
}

interface Chunk {
  readonly name: string;
  readonly physical: Physical;
  readonly start: number;
  readonly length: number;
}

const OPTIONAL = 1;

function fileMetadata(rows: number, all: readonly PlainColumn[], chunks: readonly Chunk[]): Uint8Array {
  const root = struct([text(4, "rows"), int(5, all.length)]);
  const schema = all.map(({ name, type }) => {
    const { type: number, converted } = physicalOf(type);
    const meaning = converted === undefined ? [] : [int(6, converted)];
    return struct([int(1, number), int(3, OPTIONAL), text(4, name), ...meaning]);
  });
  const columns = chunks.map(({ name, physical, start, length }) => {
    const about = [
      int(1, physical.type),
      list(2, I32, [zigzag(PLAIN), zigzag(RLE)]),
      list(3, BINARY, [textBytes(name)]),
      int(4, 0),
      long(5, rows),
      long(6, length),
      long(7, length),
      long(9, start),
    ];
    return struct([long(2, start), inner(3, about)]);
  });
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  const group = struct([list(1, STRUCT, columns), long(2, bytes), long(3, rows)]);
  const groups = rows > 0 ? [group] : [];
  return Uint8Array.from(
    struct([int(1, 1), list(2, STRUCT, [root, ...schema]), long(3, rows), list(4, STRUCT, groups)]),
  );
}
