/** @file What a type of HDF5 is to a table, and how its cells are read from the bytes of rows. */
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  INTEGER,
  UBIGINT,
  VARCHAR,
} from "@duckdb/node-api";
import type { Metadata } from "h5wasm/node";
import { InputError } from "../../../base/errors.ts";
import type { CellKind, Unreadable } from "../file-relation.ts";
import type { RawRows } from "./file.ts";

/** How the cells of one type are read. */
export interface CellType {
  readonly kind: CellKind;
  /** What HDF5 or NumPy call it, for messages. */
  readonly name: string;
  /** What the cells are in DuckDB. */
  readonly duckdb: DuckDBType;
  /** Bytes of a cell. */
  readonly size: number;
  /** The cell that begins at a byte; null where missing. */
  readonly read: (rows: RawRows, at: number) => DuckDBValue;
  /** Why no column can be made of it. */
  readonly unreadable?: Unreadable;
}

/** A type as cells: an array in an element is many cells, one after another. */
export interface Cells {
  readonly cell: CellType;
  /** Lengths of the array; none for a single cell. */
  readonly dims: readonly number[];
}

/** HDF5's numbers of its classes of types (H5T_class_t). */
export const typeClass = {
  ...{ integer: 0, float: 1, time: 2, text: 3, bits: 4, opaque: 5, compound: 6 },
  ...{ reference: 7, enumeration: 8, variableLength: 9, array: 10, complex: 11 },
} as const;

/**
 * The cells of elements of a type.
 * @param littleEndian Whether its bytes in memory are; see {@link isLittleEndian}.
 */
export function cellsOf(type: Metadata, littleEndian: boolean): Cells {
  if (type.type !== typeClass.array || !type.array_type)
    return { cell: cellOf(type, littleEndian), dims: [] };
  const inner = cellsOf(type.array_type, littleEndian);
  return { cell: inner.cell, dims: [...(type.array_type.shape ?? []), ...inner.dims] };
}

/**
 * Whether a type's bytes are little-endian in memory. h5wasm has HDF5 turn round the bytes of all numbers of an
 * element, if all are big-endian in the file; in records that mix both it leaves them as they are (0.10.3).
 */
export function isLittleEndian(element: Metadata): (part: Metadata) => boolean {
  const orders = new Set(numbersOf(element).map(({ littleEndian }) => littleEndian));
  return orders.size < 2 ? () => true : (part) => numbersOf(part)[0]?.littleEndian ?? true;
}

function numbersOf(type: Metadata): Metadata[] {
  if (type.compound_type) return type.compound_type.members.flatMap(numbersOf);
  const inner = type.array_type ?? type.vlen_type;
  if (inner) return numbersOf(inner);
  const numeric: number[] = [typeClass.integer, typeClass.float, typeClass.bits, typeClass.enumeration];
  return numeric.includes(type.type) ? [type] : []; // of one byte too: they have an order in HDF5
}

/** True for h5py's complex numbers, which are records of r and i. */
export function isComplex({ compound_type: compound }: Metadata): boolean {
  return compound?.members.map(({ name }) => name).join() === "r,i";
}

function cellOf(type: Metadata, littleEndian: boolean): CellType {
  switch (type.type) {
    case typeClass.integer:
      return integerCell(type, littleEndian);
    case typeClass.float:
      return floatCell(type.size, littleEndian);
    case typeClass.text:
      return textCell(type);
    case typeClass.bits:
      return type.size === 1 ? bitCell : unreadableCell(`bits of ${type.size} bytes`, "bit patterns");
    case typeClass.enumeration:
      return enumerationCell(type, littleEndian);
    case typeClass.compound:
      if (isComplex(type)) return unreadableCell("complex", "complex numbers", "write two real columns");
      return unreadableCell("compound", "records", "write their parts as columns");
    case typeClass.variableLength:
      return unreadableCell("variable length", "lists of any length");
    case typeClass.complex:
      return unreadableCell("complex", "complex numbers", "write two real columns");
    case typeClass.time:
      return unreadableCell(
        "H5T_TIME",
        "times in a form without a standard",
        "write them as numbers or text",
      );
    case typeClass.reference:
      return unreadableCell("reference", "references");
    default:
      return unreadableCell("opaque", "bytes of unknown meaning");
  }
}

/** @param held What it holds, in a user's words. */
export function unreadableCell(
  name: string,
  held: string,
  mend = "make them numbers or text",
  size = 0,
): CellType {
  const read = () => {
    throw new Error(`cells of ${name} are not to be read`);
  };
  return { kind: "other", name, duckdb: VARCHAR, size, read, unreadable: { held, mend } };
}

/** Half precision is refused: float16 and bfloat16 cannot be distinguished by what h5wasm says of them (0.10.3). */
function floatCell(size: number, littleEndian: boolean): CellType {
  const name = `float${8 * size}`;
  const common = { name, size };
  if (size === 8) {
    const read = ({ view }: RawRows, at: number) => view.getFloat64(at, littleEndian);
    return { ...common, kind: "number", duckdb: DOUBLE, read };
  }
  if (size === 4) {
    const read = ({ view }: RawRows, at: number) => view.getFloat32(at, littleEndian);
    return { ...common, kind: "float32", duckdb: FLOAT, read };
  }
  const held = `floating-point numbers of ${size} bytes`;
  return unreadableCell(name, held, "write them as float32 or float64", size);
}

function integerCell({ size, signed }: Metadata, littleEndian: boolean): CellType {
  const common = { kind: "number", name: `${signed ? "" : "u"}int${8 * size}`, size } as const;
  const numbers = (get: (view: DataView, at: number) => number, duckdb: DuckDBType): CellType => {
    return { ...common, duckdb, read: ({ view }, at) => get(view, at) };
  };
  switch (common.name) {
    case "int8":
      return numbers((view, at) => view.getInt8(at), INTEGER);
    case "uint8":
      return numbers((view, at) => view.getUint8(at), INTEGER);
    case "int16":
      return numbers((view, at) => view.getInt16(at, littleEndian), INTEGER);
    case "uint16":
      return numbers((view, at) => view.getUint16(at, littleEndian), INTEGER);
    case "int32":
      return numbers((view, at) => view.getInt32(at, littleEndian), INTEGER);
    case "uint32":
      return numbers((view, at) => view.getUint32(at, littleEndian), DOUBLE);
    case "int64":
      return { ...common, duckdb: BIGINT, read: ({ view }, at) => view.getBigInt64(at, littleEndian) };
    case "uint64":
      return { ...common, duckdb: UBIGINT, read: ({ view }, at) => view.getBigUint64(at, littleEndian) };
    default:
      return unreadableCell(common.name, `whole numbers of ${size} bytes`, "write them as int64", size);
  }
}

/** PyTables' true and false. */
const bitCell: CellType = {
  ...{ kind: "boolean", name: "bits", duckdb: BOOLEAN, size: 1 },
  read: ({ view }, at) => {
    const bits = view.getUint8(at);
    if (bits > 1) throw new InputError(`holds bit patterns (${bits}), which are neither true nor false`);
    return bits === 1;
  },
};

const spacePadded = 2; // H5T_STR_SPACEPAD

/** Always UTF-8, of which ASCII is a part: pandas calls its UTF-8 ASCII. */
function textCell({ size, vlen, strpad }: Metadata): CellType {
  const common = {
    kind: "text",
    name: vlen ? "text" : `text of ${size} bytes`,
    duckdb: VARCHAR,
    size,
  } as const;
  if (vlen) return { ...common, read: ({ view, textAt }, at) => textAt(view.getUint32(at, true)) };
  const read = ({ bytes }: RawRows, at: number) => {
    const cell = bytes.subarray(at, at + size);
    const end = cell.indexOf(0);
    const text = cell.toString("utf8", 0, end === -1 ? size : end);
    return strpad === spacePadded ? text.trimEnd() : text;
  };
  return { ...common, read };
}

/** Two names that are FALSE and TRUE are h5py's booleans; else each value is a name, and categories are made. */
function enumerationCell(type: Metadata, littleEndian: boolean): CellType {
  const integer = integerCell(type, littleEndian);
  const members = Object.entries(type.enum_type?.members ?? {});
  const names = new Map(members.map(([name, value]) => [Number(value), name]));
  const isBoolean = names.size === 2 && names.get(0) === "FALSE" && names.get(1) === "TRUE";
  if (isBoolean) {
    const read = (rows: RawRows, at: number) => Number(integer.read(rows, at)) !== 0;
    return { kind: "boolean", name: "bool", duckdb: BOOLEAN, size: type.size, read };
  }
  const read = (rows: RawRows, at: number) => {
    const value = Number(integer.read(rows, at));
    return names.get(value) ?? String(value);
  };
  return { kind: "text", name: "enumeration", duckdb: VARCHAR, size: type.size, read };
}
