/** @file The fields of a table in VOTable: their shapes, and their cells from text or bytes. */
import { areNumbers, BIT_SIZE, type Cell, type Datatype, datatypeOf } from "./datatypes.ts";

export interface VotableField {
  readonly name: string;
  /** As messages call it: "double", "float[3]". */
  readonly type: string;
  /** Undefined where VOTable has none of the name. */
  readonly datatype?: Datatype;
  /** Lengths of an array, the slowest axis first; none of a single value or a text. */
  readonly fixed: readonly number[];
  /** Whether there are as many of these as each row says. */
  readonly isVariable: boolean;
  /** Whether the cells are texts, of characters. */
  readonly isText: boolean;
  readonly unit?: string;
  readonly ucd?: string;
  /** The value that stands for a missing one. */
  readonly nullText?: string;
}

/** What takes a table's rows; cells come field after field. */
export interface RowTaker {
  /** Whether it takes the cells of a field. */
  readonly wants: (field: number) => boolean;
  /** @throws WrongCell for a text that is no such cell. */
  readonly text: (field: number, text: string) => void;
  /** So many items, from a byte on; `isNull` where BINARY2 says that the cell is missing. */
  readonly bytes: (field: number, bytes: Buffer, cell: BytesOfCell) => void;
  readonly endRow: () => void;
}

export interface BytesOfCell {
  readonly at: number;
  readonly length: number;
  readonly items: number;
  readonly isNull: boolean;
}

/** A mistake in a cell, to be told with its row. */
export class WrongCell extends Error {}

/** The attributes of an element. */
export type Attributes = Readonly<Record<string, string>>;

/** @param nullText of the element VALUES within. */
export function fieldOf(attributes: Attributes, place: number, nullText: string | undefined): VotableField {
  const { name, ID, arraysize = "", unit = "", ucd = "" } = attributes;
  const said = attributes.datatype ?? "char";
  const datatype = datatypeOf(said);
  const isString = /string/i.test(said);
  const { fixed, isVariable } = shapeOf(isString && arraysize === "" ? "*" : arraysize);
  const characters = datatype?.kind === "text";
  // The first axis of characters is the text's length; of the shape, which is turned round, it is the last.
  const axes = fixed.length + (isVariable ? 1 : 0);
  const plainUnit = unit.trim();
  return {
    name: (name ?? ID ?? "").trim() || `column ${place + 1}`,
    type: arraysize === "" ? said : `${said}[${arraysize}]`,
    ...(datatype && { datatype }),
    ...{ fixed, isVariable, isText: characters && axes <= 1 },
    ...(plainUnit !== "" && !/^-+$/.test(plainUnit) && { unit: plainUnit }),
    ...(ucd.trim() !== "" && { ucd: ucd.trim() }),
    ...(nullText !== undefined && nullText.trim() !== "" && { nullText: nullText.trim() }),
  };
}

/** "3", "2x3", "*", "16*", "2x*": the last one may vary from row to row; a single value as an array of one is one. */
function shapeOf(arraysize: string): { readonly fixed: readonly number[]; readonly isVariable: boolean } {
  const parts = arraysize
    .trim()
    .toLowerCase()
    .split("x")
    .map((part) => part.trim());
  if (arraysize.trim() === "" || arraysize.trim() === "1") return { fixed: [], isVariable: false };
  const isVariable = parts.some((part) => part.endsWith("*"));
  const lengths = isVariable ? parts.slice(0, -1) : parts;
  return { fixed: lengths.map(Number).reverse(), isVariable };
}

/** Values in one counted item: all of a fixed shape, or those that the count of a variable one is of. */
function valuesOf({ fixed }: VotableField): number {
  return fixed.reduce((product, length) => product * length, 1);
}

/** Bytes of so many items; undefined where the datatype is unknown. */
export function bytesOf(field: VotableField, items: number): number | undefined {
  const { datatype } = field;
  if (datatype === undefined || !Number.isInteger(valuesOf(field))) return undefined;
  // Bits are packed, each item of several by itself, but a variable array of single ones as a whole.
  if (datatype.size === BIT_SIZE)
    return field.fixed.length === 0 ? Math.ceil(items / 8) : items * Math.ceil(valuesOf(field) / 8);
  return items * valuesOf(field) * datatype.size;
}

/** A text from bytes: to the first zero, without blanks behind. */
export function textOfBytes({ datatype }: VotableField, bytes: Buffer): string {
  const text =
    datatype?.size === 2 ? Buffer.from(bytes).swap16().toString("utf16le") : bytes.toString("utf8");
  const end = text.indexOf("\0");
  return (end === -1 ? text : text.slice(0, end)).replace(/ +$/, "");
}

/** Texts of an array's values; commas part them, too, in some files. */
export function partsOfText({ datatype }: VotableField, text: string): string[] {
  if (datatype?.size === BIT_SIZE) return text.match(/[01]/g) ?? [];
  return text.split(/[\s,]+/).filter((part) => part !== "");
}

/** What is missing in a field of a datatype. */
export function missingCell(datatype: Datatype): Cell {
  return areNumbers(datatype) ? Number.NaN : null;
}

/** A cell unless it is the one that stands for missing. */
export function unlessNull({ nullText, datatype }: VotableField): (cell: Cell) => Cell {
  if (datatype === undefined) return () => null;
  const missing = missingCell(datatype);
  const none = nullText === undefined ? undefined : datatype.ofText(nullText);
  if (none === undefined || none === null) return (cell) => cell ?? missing;
  return (cell) => (cell === none ? missing : (cell ?? missing));
}
