/** @file The rows of BINARY and BINARY2 in VOTable, from base64 that comes in pieces. (Source: IVOA's VOTable 1.4, sections 5.3 and 5.4.) */
import { InputError } from "../../../base/errors.ts";
import { type BytesOfCell, bytesOf, type RowTaker, type VotableField, WrongCell } from "./fields.ts";

/** Of a count that is larger the bytes are damaged. */
const MOST_ITEMS = 1 << 28;

export class BinaryRows {
  readonly #fields: readonly VotableField[];
  readonly #taker: RowTaker | undefined;
  readonly #place: (row: number) => string;
  /** Bytes before each row that say which cells are missing; 0 in BINARY. */
  readonly #flags: number;
  #text = "";
  #isEnded = false;
  #bytes: Buffer = Buffer.alloc(0);
  #row = 0;

  /** @param place where a row is, for messages. */
  constructor(
    fields: readonly VotableField[],
    hasFlags: boolean,
    taker: RowTaker | undefined,
    place: (row: number) => string,
  ) {
    this.#fields = fields;
    this.#flags = hasFlags ? Math.ceil(fields.length / 8) : 0;
    this.#taker = taker;
    this.#place = place;
  }

  /** Takes base64, and hands over the rows that are complete with it. */
  push(piece: string): void {
    this.#text += piece.replace(/\s+/g, "");
    const whole = this.#text.length - (this.#text.length % 4);
    const text = this.#text.slice(0, whole);
    this.#text = this.#text.slice(whole);
    this.#decode(text);
  }

  /** @throws InputError where a row is incomplete. */
  end(): void {
    this.#decode(this.#text);
    this.#text = "";
    if (this.#bytes.length > 0)
      throw new InputError(
        `${this.#place(this.#row)} ends in its middle: the data are cut off, or their bytes are not as the fields say; fetch the file again.`,
      );
  }

  #decode(text: string): void {
    if (text === "") return;
    if (this.#isEnded || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
      throw new InputError(
        `${this.#place(this.#row)}: the base64 of the rows is damaged; fetch the file again.`,
      );
    this.#isEnded = text.endsWith("=");
    const bytes = Buffer.from(text, "base64");
    if (this.#fields.length === 0 || this.#taker === undefined) return;
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    let at = 0;
    for (let next = this.#read(at, this.#taker); next !== undefined; next = this.#read(at, this.#taker))
      at = next;
    this.#bytes = this.#bytes.subarray(at);
  }

  /** Reads a row. @returns where the next one begins; undefined where its bytes have not all come. */
  #read(start: number, taker: RowTaker): number | undefined {
    const end = this.#endOf(start);
    if (end === undefined) return undefined;
    const bytes = this.#bytes;
    let at = start + this.#flags;
    for (const [i, field] of this.#fields.entries()) {
      const isNull = this.#flags > 0 && ((bytes[start + (i >> 3)] >> (7 - (i & 7))) & 1) === 1;
      const items = field.isVariable ? bytes.readInt32BE(at) : 1;
      if (field.isVariable) at += 4;
      const length = this.#lengthOf(field, items);
      if (taker.wants(i)) this.#take(i, { at, length, items, isNull }, taker);
      at += length;
    }
    this.#row++;
    taker.endRow();
    return end;
  }

  /** Where the row ends, if all its bytes are there. */
  #endOf(start: number): number | undefined {
    const bytes = this.#bytes;
    let at = start + this.#flags;
    if (start >= bytes.length) return undefined;
    for (const field of this.#fields) {
      let items = 1;
      if (field.isVariable) {
        if (at + 4 > bytes.length) return undefined;
        items = bytes.readInt32BE(at);
        at += 4;
      }
      at += this.#lengthOf(field, items);
    }
    if (at === start)
      throw new InputError(
        `${this.#place(this.#row)}: the fields have no bytes, but there are some; fetch the file again.`,
      );
    return at <= bytes.length ? at : undefined;
  }

  #take(field: number, cell: BytesOfCell, taker: RowTaker): void {
    try {
      taker.bytes(field, this.#bytes, cell);
    } catch (error) {
      if (!(error instanceof WrongCell)) throw error;
      throw new InputError(
        `${this.#place(this.#row)}, column "${this.#fields[field].name}": ${error.message}`,
      );
    }
  }

  #lengthOf(field: VotableField, items: number): number {
    if (items < 0 || items > MOST_ITEMS)
      throw new InputError(
        `${this.#place(this.#row)}, column "${field.name}" says that it has ${items} items: the data are damaged, or their bytes are not as the fields say; fetch the file again.`,
      );
    const length = bytesOf(field, items);
    if (length === undefined)
      throw new InputError(
        `${this.#place(this.#row)}, column "${field.name}" is of the type ${field.type}, whose bytes are unknown; fetch the table as TABLEDATA.`,
      );
    return length;
  }
}
