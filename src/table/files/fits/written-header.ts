/** @file The headers of a written FITS file: the empty first part, and the cards of its table. */
import { InputError } from "../../../base/errors.ts";
import { asciiUnit, isAscii } from "../ascii-units.ts";
import { MOST_FIELDS } from "./fields.ts";
import { BLOCK } from "./header.ts";

/** What the header says of a column. */
export interface DescribedColumn {
  readonly name: string;
  readonly form: string;
  readonly missing?: bigint;
  readonly unit?: string | undefined;
  readonly ucd?: string | undefined;
}

interface Size {
  readonly stride: number;
  readonly rows: number;
  readonly label: string;
}

/** Zeros up to the end of a block. */
export function blockOf(length: number): Buffer {
  return Buffer.alloc(length);
}

/** @throws InputError for names that no card has room for, and for more columns than FITS has. */
export function headerBytes(columns: readonly DescribedColumn[], { stride, rows, label }: Size): Buffer {
  if (columns.length > MOST_FIELDS)
    throw new InputError(
      `Cannot write ${label}: it would have ${columns.length} columns, and FITS has room for ${MOST_FIELDS}; choose fewer, or write Parquet.`,
    );
  const odd = columns.find(({ name }) => !isAscii(name));
  if (odd)
    throw new InputError(
      `Cannot write ${label}: the name "${odd.name}" has characters that are no ASCII, which names in FITS cannot have; rename the column, or write Parquet.`,
    );
  const long = columns.find(({ name }) => !fitsCard(name));
  if (long)
    throw new InputError(
      `Cannot write ${label}: the name "${long.name}" is longer than the ${ROOM} characters that FITS has room for; rename the column, or write Parquet.`,
    );
  const primary = [card("SIMPLE", true), card("BITPIX", 8), card("NAXIS", 0), card("EXTEND", true)];
  const table = [
    ...[card("XTENSION", "BINTABLE"), card("BITPIX", 8), card("NAXIS", 2), card("NAXIS1", stride)],
    ...[card("NAXIS2", rows), card("PCOUNT", 0), card("GCOUNT", 1), card("TFIELDS", columns.length)],
  ];
  for (const [i, { name, form, missing, unit, ucd }] of columns.entries()) {
    const n = i + 1;
    table.push(card(`TTYPE${n}`, name), card(`TFORM${n}`, form));
    if (missing !== undefined) table.push(card(`TNULL${n}`, missing));
    const written = unit === undefined ? undefined : asciiUnit(unit);
    if (written !== undefined && fitsCard(written)) table.push(card(`TUNIT${n}`, written));
    // No word of the standard, but what archives and TOPCAT write.
    if (ucd !== undefined && isAscii(ucd) && fitsCard(ucd)) table.push(card(`TUCD${n}`, ucd));
  }
  return Buffer.concat([primary, table].map((cards) => paddedCards([...cards, "END".padEnd(80)])));
}

function paddedCards(cards: readonly string[]): Buffer {
  const text = cards.join("");
  return Buffer.from(text.padEnd(Math.ceil(text.length / BLOCK) * BLOCK), "latin1");
}

/** Characters of a text on a card, with quotes doubled. (Astropy reads no table with longer names.) */
const ROOM = 68;

function fitsCard(text: string): boolean {
  return text.replaceAll("'", "''").length <= ROOM;
}

function card(name: string, value: number | bigint | boolean | string): string {
  const written =
    typeof value === "string"
      ? quoted(value)
      : (typeof value === "boolean" ? (value ? "T" : "F") : String(value)).padStart(20);
  return `${name.padEnd(8)}= ${written}`.padEnd(80);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''").padEnd(8)}'`;
}
