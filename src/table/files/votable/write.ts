/** @file A table written as VOTable: one table in BINARY2. (Source: IVOA's VOTable 1.4, sections 4.1, 5.4 and 6.) */
import type { DuckDBConnection } from "@duckdb/node-api";
import {
  type BytesColumn,
  type BytesTarget,
  type CellFacts,
  type CellVectors,
  cellVectors,
  RANGES,
  type WaitingCells,
  type WriteCell,
  waitingCells,
  writeDouble,
  writeFloat,
  writeInt,
  writeLong,
  writePieces,
  writeTruth,
} from "../written-bytes.ts";
import { BEGINNING, fieldsXml, type TypeAttributes } from "./written-fields.ts";

/**
 * Whole numbers are int or long, others float and double, truths boolean, all else texts: char, or unicodeChar where they are no
 * ASCII; dates as ISO 8601 has them, with the xtype "timestamp". Missing cells are those whose bit says so.
 *
 * @throws InputError for what VOTable has no place for.
 */
export async function writeVotable(
  connection: DuckDBConnection,
  target: BytesTarget,
  columns: readonly BytesColumn[],
  from: string,
): Promise<void> {
  const cells = await waitingCells(connection, target, columns, { from, format: "VOTable" });
  const types = cells.facts.map(typeOf);
  const begin = [
    BEGINNING,
    `<RESOURCE>\n<TABLE nrows="${cells.rows}">`,
    fieldsXml(
      columns,
      types.map(({ attributes }) => attributes),
      target.label,
    ),
    '<DATA>\n<BINARY2>\n<STREAM encoding="base64">\n',
  ].join("\n");
  const end = "\n</STREAM>\n</BINARY2>\n</DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n";
  await writePieces(texts(begin, base64(rowBytes(connection, cells, types)), end), target);
}

/** How a column is written. */
interface Type {
  /** Those of its FIELD. */
  readonly attributes: TypeAttributes;
  /** The SQL of a cell as it is taken. */
  readonly sql: string;
  /** Bytes of a cell; of texts each has its own number. */
  readonly width?: number;
  /** Puts a number or a truth into the row. */
  readonly write?: WriteCell;
  /** How a text becomes bytes, and how many of them are a character. */
  readonly text?: { readonly encoded: (text: string) => Buffer; readonly size: number };
}

function typeOf(facts: CellFacts): Type {
  const { kind, sql } = facts;
  switch (kind) {
    case "truth":
      return { attributes: { datatype: "boolean" }, sql, width: 1, write: writeTruth };
    case "float":
      return { attributes: { datatype: "float" }, sql, width: 4, write: writeFloat };
    case "double":
      return { attributes: { datatype: "double" }, sql, width: 8, write: writeDouble };
    case "whole": {
      const { min, max } = facts;
      return min >= RANGES.int.least && max <= RANGES.int.most
        ? { attributes: { datatype: "int" }, sql: `${sql}::INTEGER`, width: 4, write: writeInt(0) }
        : { attributes: { datatype: "long" }, sql: `${sql}::BIGINT`, width: 8, write: writeLong(0n) };
    }
    case "text": {
      const { isAscii, isDate } = facts;
      const datatype = isAscii ? "char" : "unicodeChar";
      return {
        attributes: { datatype, arraysize: "*", ...(isDate && { xtype: "timestamp" }) },
        sql,
        text: isAscii
          ? { encoded: (text) => Buffer.from(text, "latin1"), size: 1 }
          : { encoded: (text) => Buffer.from(text, "utf16le").swap16(), size: 2 },
      };
    }
  }
}

/** The bytes of rows: for each the bits of its missing cells, and the cells, texts after their lengths. */
async function* rowBytes(
  connection: DuckDBConnection,
  cells: WaitingCells,
  types: readonly Type[],
): AsyncGenerator<Buffer> {
  const sql = types.map((type) => type.sql);
  for await (const rows of cellVectors(connection, cells, sql)) yield bytesOf(rows, types);
}

const EMPTY = Buffer.alloc(0);

function bytesOf({ vectors, count }: CellVectors, types: readonly Type[]): Buffer {
  const flags = Math.ceil(types.length / 8);
  const texts = types.map(({ text }, i) =>
    text
      ? Array.from({ length: count }, (_, row) => {
          const cell = vectors[i].getItem(row);
          return typeof cell === "string" ? text.encoded(cell) : EMPTY;
        })
      : undefined,
  );
  const widths = types.reduce((sum, { width = 4 }) => sum + width, flags);
  const ofTexts = texts.reduce(
    (sum, each) => sum + (each ?? []).reduce((all, { length }) => all + length, 0),
    0,
  );
  const bytes = Buffer.alloc(count * widths + ofTexts);
  let at = 0;
  for (let row = 0; row < count; row++) {
    const start = at;
    at += flags;
    for (const [i, { width = 4, write, text }] of types.entries()) {
      const cell = vectors[i].getItem(row);
      if (cell === null) bytes[start + (i >> 3)] |= 0x80 >> (i & 7);
      write?.(bytes, at, cell);
      const own = texts[i]?.[row];
      if (own && text) bytes.writeInt32BE(own.length / text.size, at);
      at += width;
      if (own) at += own.copy(bytes, at);
    }
  }
  return bytes;
}

/** Base64 of bytes that come in pieces, a line for each. */
async function* base64(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = EMPTY;
  for await (const piece of pieces) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const whole = bytes.length - (bytes.length % 3);
    rest = bytes.subarray(whole);
    if (whole > 0) yield `${bytes.toString("base64", 0, whole)}\n`;
  }
  if (rest.length > 0) yield rest.toString("base64");
}

async function* texts(begin: string, between: AsyncIterable<string>, end: string): AsyncGenerator<string> {
  yield begin;
  yield* between;
  yield end;
}
