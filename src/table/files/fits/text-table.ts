/** @file Tables as text in FITS (XTENSION = 'TABLE'): numbers written in columns of characters, as Fortran writes them. */
import { BIGINT, DOUBLE, type DuckDBValue, INTEGER, VARCHAR } from "@duckdb/node-api";
import { InputError } from "../../../base/errors.ts";
import { type CellType, decoded, type RowBytes } from "./cells.ts";
import { MOST_FIELDS } from "./fields.ts";
import { DAMAGED, type Header } from "./header.ts";

/** A column of characters. */
export interface TextField {
  readonly name: string;
  readonly form: string;
  readonly cell: CellType;
  /** Its first byte within a row. */
  readonly offset: number;
  readonly unit?: string;
}

/** @throws InputError for a column that lies outside the rows, or of a type that there is not. */
export function textFieldsOf(header: Header, label: string): TextField[] {
  const count = header.count("TFIELDS");
  if (count > MOST_FIELDS)
    throw new InputError(
      `${label}: its header declares ${count} columns, more than ${MOST_FIELDS}; ${DAMAGED}.`,
    );
  const stride = header.count("NAXIS1");
  return Array.from({ length: count }, (_, i) => {
    const n = i + 1;
    const form = header.text(`TFORM${n}`)?.trim() ?? "";
    const [, letter, digits] = /^([AIFED])(\d{0,6})(?:\.\d+)?$/i.exec(form) ?? [];
    if (letter === undefined)
      throw new InputError(
        `${label}: column ${n} has the type "${form}" (TFORM${n}), which no table of text has; ${DAMAGED}.`,
      );
    const width = digits === "" ? 1 : Number(digits);
    const offset = header.count(`TBCOL${n}`) - 1;
    if (offset < 0 || offset + width > stride)
      throw new InputError(
        `${label}: column ${n} lies outside its rows of ${stride} characters (TBCOL${n}, TFORM${n}); ${DAMAGED}.`,
      );
    const unit = header.text(`TUNIT${n}`)?.trim();
    const missing = header.text(`TNULL${n}`)?.trim();
    const [scale, zero] = [header.number(`TSCAL${n}`) ?? 1, header.number(`TZERO${n}`) ?? 0];
    return {
      ...{ name: (header.text(`TTYPE${n}`) ?? "").trim(), form, offset, ...(unit && { unit }) },
      cell: cellOf(letter.toUpperCase(), width, { missing, scale, zero }),
    };
  });
}

interface Meaning {
  readonly missing: string | undefined;
  readonly scale: number;
  readonly zero: number;
}

function cellOf(letter: string, width: number, { missing, scale, zero }: Meaning): CellType {
  const isMissing = (text: string) => text === "" || text === missing;
  if (letter === "A")
    return {
      kind: "text",
      duckdb: VARCHAR,
      read: valuesBy(width, (text) => {
        const cell = text.trimEnd();
        return isMissing(cell.trim()) ? null : cell;
      }),
    };
  const isPlain = scale === 1 && zero === 0;
  if (letter === "I" && isPlain && width > 9)
    return {
      kind: "number",
      duckdb: BIGINT,
      read: valuesBy(width, (text, row) => {
        const cell = text.trim();
        if (isMissing(cell)) return null;
        if (!/^[+-]?\d+$/.test(cell)) throw noNumber(cell, row);
        const whole = BigInt(cell.replace("+", ""));
        if (BigInt.asIntN(64, whole) !== whole)
          throw new InputError(`holds ${cell} in row ${row + 1}, which is beyond 64 bits`);
        return whole;
      }),
    };
  return {
    kind: "number",
    duckdb: letter === "I" && isPlain ? INTEGER : DOUBLE,
    read: ({ bytes, rows, stride, first }, offset) =>
      Float64Array.from({ length: rows }, (_, row) => {
        const at = offset + row * stride;
        const cell = textAt(bytes, at, width).trim();
        if (isMissing(cell)) return Number.NaN;
        const number = Number(asNumber(cell));
        if (Number.isNaN(number) && !/^nan$/i.test(cell)) throw noNumber(cell, first + row);
        return zero + scale * number;
      }),
  };
}

/** Fortran's exponents: 1.5D+3, and 1.5+300 where a letter had no room. */
function asNumber(cell: string): string {
  return cell.replace(/[dD]/, "E").replace(/^([+-]?[\d.]+)([+-]\d+)$/, "$1E$2");
}

function noNumber(cell: string, row: number): InputError {
  return new InputError(`holds "${cell}" in row ${row + 1}, which is no number`);
}

function valuesBy(width: number, value: (text: string, row: number) => DuckDBValue): CellType["read"] {
  return ({ bytes, rows, stride, first }: RowBytes, offset: number) =>
    Array.from({ length: rows }, (_, row) => value(textAt(bytes, offset + row * stride, width), first + row));
}

function textAt(bytes: Buffer, at: number, width: number): string {
  const end = bytes.subarray(at, at + width).indexOf(0);
  return decoded(bytes, at, at + (end === -1 ? width : end));
}
