/** @file The fields of a binary table: what TFORM, TDIM, TSCAL, TZERO and TNULL say of the bytes in a row. */
import { InputError } from "../../../base/errors.ts";
import { DAMAGED, type Header } from "./header.ts";

/** FITS' letters of types, and the bytes of one element. */
const SIZES = {
  ...{ L: 1, X: 1, B: 1, I: 2, J: 4, K: 8, A: 1, E: 4, D: 8, C: 8, M: 16, P: 8, Q: 16 },
} as const;

export type Letter = keyof typeof SIZES;

/** A column as the header describes it. */
export interface Field {
  readonly name: string;
  /** TFORM as it is written, for messages. */
  readonly form: string;
  readonly letter: Letter;
  /** Of variable-length arrays: the letter of their elements. */
  readonly elements?: Letter;
  /** Elements in a row: numbers, truths, bits, texts. */
  readonly count: number;
  /** Lengths of the axes, the last one running fastest; none for a single cell. */
  readonly dims: readonly number[];
  /** Bytes of an element; of a text its length. */
  readonly size: number;
  /** Its first byte within a row. */
  readonly offset: number;
  readonly scale: number;
  readonly zero: number;
  /** The number that stands for a missing one, before scaling. */
  readonly missing?: bigint;
  readonly unit?: string;
  readonly ucd?: string;
}

/** No table has more columns: their names end in three digits. */
export const MOST_FIELDS = 999;

/** @throws InputError where the header describes other bytes than a row has, or no type at all. */
export function fieldsOf(header: Header, label: string): Field[] {
  const count = header.count("TFIELDS");
  if (count > MOST_FIELDS)
    throw new InputError(
      `${label}: its header declares ${count} columns, more than ${MOST_FIELDS}; ${DAMAGED}.`,
    );
  const fields: Field[] = [];
  let offset = 0;
  for (let n = 1; n <= count; n++) {
    const { field, width } = fieldOf(header, n, offset, label);
    fields.push(field);
    offset += width;
  }
  const declared = header.count("NAXIS1");
  if (offset !== declared)
    throw new InputError(
      `${label}: its columns (TFORM) take ${offset} bytes a row, but its header says ${declared} (NAXIS1); ${DAMAGED}.`,
    );
  return fields;
}

function fieldOf(header: Header, n: number, offset: number, label: string): { field: Field; width: number } {
  const form = header.text(`TFORM${n}`);
  const parsed = /^\s*(\d{0,12})\s*([LXBIJKAEDCMPQ])(.*)$/i.exec(form ?? "");
  if (form === undefined || parsed === null)
    throw new InputError(
      `${label}: column ${n} has ${form === undefined ? "no type" : `the type "${form}"`} (TFORM${n}), which is none of FITS'; ${DAMAGED}.`,
    );
  const repeat = parsed[1] === "" ? 1 : Number(parsed[1]);
  const letter = parsed[2].toUpperCase() as Letter;
  const rest = parsed[3].trim();
  const width = letter === "X" ? Math.ceil(repeat / 8) : repeat * SIZES[letter];
  const shape = shapeOf(letter, repeat, rest, header.text(`TDIM${n}`));
  const unit = header.text(`TUNIT${n}`)?.trim();
  const ucd = header.text(`TUCD${n}`)?.trim();
  const elements = letter === "P" || letter === "Q" ? elementsOf(rest) : undefined;
  const missing = "BIJKPQ".includes(letter) ? header.whole(`TNULL${n}`) : undefined;
  const field: Field = {
    ...{ name: (header.text(`TTYPE${n}`) ?? "").trim(), form: form.trim(), letter, offset, ...shape },
    ...(elements && { elements }),
    scale: header.number(`TSCAL${n}`) ?? 1,
    zero: header.number(`TZERO${n}`) ?? 0,
    ...(missing !== undefined && { missing }),
    ...(unit && { unit }),
    ...(ucd && { ucd }),
  };
  return { field, width };
}

function elementsOf(rest: string): Letter | undefined {
  const letter = /^\s*([LXBIJKAEDCM])/i.exec(rest)?.[1];
  return letter?.toUpperCase() as Letter | undefined;
}

/** A TDIM that does not fit the repeat count says nothing. */
function shapeOf(
  letter: Letter,
  repeat: number,
  rest: string,
  written: string | undefined,
): Pick<Field, "count" | "dims" | "size"> {
  const axes = /^\s*\(\s*(\d+(?:\s*,\s*\d+)*)\s*\)\s*$/
    .exec(written ?? "")?.[1]
    .split(",")
    .map(Number);
  const fits = axes?.reduce((product, each) => product * each, 1) === repeat;
  if (letter === "A") {
    const width = fits && axes && axes.length > 1 ? axes[0] : textWidth(repeat, rest);
    const count = width === 0 ? 0 : Math.floor(repeat / width);
    const dims = fits && axes && axes.length > 1 ? axes.slice(1).reverse() : [count];
    return { count, size: width, dims: count === 1 ? [] : dims };
  }
  const dims = fits && axes ? [...axes].reverse() : [repeat];
  return { count: repeat, size: SIZES[letter], dims: repeat === 1 ? [] : dims };
}

/** rA:SSTRw and rAw are texts of w characters each. (Those parted by a character of their own stay one text.) */
function textWidth(repeat: number, rest: string): number {
  const width = Number(/^(?::SSTR)?(\d+)$/i.exec(rest)?.[1] ?? repeat);
  return width > 0 && width < repeat ? width : repeat;
}
