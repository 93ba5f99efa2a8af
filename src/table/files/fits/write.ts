/** @file A table written as FITS: one binary table, whose types are those of DuckDB's columns. */
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
import { BLOCK } from "./header.ts";
import { blockOf, headerBytes } from "./written-header.ts";

/**
 * Whole numbers are 32 or 64 bits wide (J, K) with a TNULL where cells are missing, others E and D with NaN, truths L with
 * the byte 0, all else text as wide as the longest: dates as ISO 8601 has them.
 *
 * @throws InputError for what FITS has no place for.
 */
export async function writeFits(
  connection: DuckDBConnection,
  target: BytesTarget,
  columns: readonly BytesColumn[],
  from: string,
): Promise<void> {
  const { label } = target;
  const cells = await waitingCells(connection, target, columns, { from, format: "FITS" });
  const { rows } = cells;
  const forms = cells.facts.map(formOf);
  const stride = forms.reduce((sum, { width }) => sum + width, 0);
  const header = headerBytes(
    columns.map(({ name, unit, ucd }, i) => ({ name, unit, ucd, ...forms[i] })),
    { stride, rows, label },
  );
  await writePieces(pieces(connection, cells, { forms, stride, header }), target);
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
  readonly write: WriteCell;
}

function formOf(facts: CellFacts): Form {
  const { kind, sql } = facts;
  switch (kind) {
    case "truth":
      return { form: "L", width: 1, sql, write: writeTruth };
    case "float":
      return { form: "E", width: 4, sql, write: writeFloat };
    case "double":
      return { form: "D", width: 8, sql, write: writeDouble };
    case "whole":
      return wholeForm(facts);
    case "text":
      return textForm(sql, facts.length);
  }
}

/** The smallest type that has room for the numbers and, where cells are missing, for one that says so. */
function wholeForm({ sql, min, max, gaps }: CellFacts & { kind: "whole" }): Form {
  const missing = ({ least, most }: (typeof RANGES)["int" | "long"]): bigint | null | undefined => {
    if (min < least || max > most) return undefined;
    if (!gaps) return null;
    if (min > least) return least;
    return max < most ? most : undefined;
  };
  for (const type of ["int", "long"] as const) {
    const gap = missing(RANGES[type]);
    if (gap === undefined) continue;
    const is32 = type === "int";
    return {
      form: is32 ? "J" : "K",
      width: is32 ? 4 : 8,
      sql: `${sql}::${is32 ? "INTEGER" : "BIGINT"}`,
      write: is32 ? writeInt(Number(gap ?? 0)) : writeLong(gap ?? 0n),
      ...(gap !== null && { missing: gap }),
    };
  }
  return textForm(`${sql}::VARCHAR`, Math.max(String(min).length, String(max).length)); // digits stay exact
}

function textForm(sql: string, length: number): Form {
  const width = Math.max(1, length);
  const write: WriteCell = (row, at, cell) => {
    const end = typeof cell === "string" ? at + row.write(cell, at, width, "utf8") : at;
    row.fill(0x20, end, at + width);
  };
  return { form: `${width}A`, width, sql, write };
}

interface Written {
  readonly forms: readonly Form[];
  readonly stride: number;
  readonly header: Buffer;
}

/** Bytes of rows that are put together at once. */
const MOST_BYTES = 1 << 22;

async function* pieces(
  connection: DuckDBConnection,
  cells: WaitingCells,
  { forms, stride, header }: Written,
): AsyncGenerator<Buffer> {
  yield header;
  const most = Math.max(1, Math.floor(MOST_BYTES / stride));
  const sql = forms.map((form) => form.sql);
  for await (const { vectors, count: all } of cellVectors(connection, cells, sql)) {
    for (let from = 0; from < all; from += most)
      yield rowBytes(forms, vectors, { from, count: Math.min(most, all - from), stride });
  }
  const rest = (cells.rows * stride) % BLOCK;
  if (rest > 0) yield blockOf(BLOCK - rest);
}

function rowBytes(
  forms: readonly Form[],
  vectors: CellVectors["vectors"],
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
