/** @file The header of a part of a FITS file: cards of 80 characters, read as names and values (FITS standard 4.0, section 4). */
import { InputError } from "../../../base/errors.ts";

/** Bytes of a block: headers and data are whole numbers of them. */
export const BLOCK = 2880;

const CARD = 80;

/** No header is longer; of a file that only looks like FITS not all is searched for an end. */
const MOST_BLOCKS = 20_000;

type Value =
  | { readonly kind: "text"; readonly text: string }
  /** As it is written: of 19 digits a number keeps 16. */
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "logical"; readonly is: boolean };

/** The values of a header by their names, such as NAXIS1. */
export class Header {
  readonly #values = new Map<string, Value>();
  readonly #label: string;

  /**
   * @param label what the user calls the file and the part, for messages.
   * @throws InputError for a text that is not closed.
   */
  constructor(cards: readonly string[], label: string) {
    this.#label = label;
    let continued: string | undefined;
    for (const card of cards) {
      const name = card.slice(0, 8).trimEnd();
      if (name === "CONTINUE" && continued !== undefined) {
        const before = this.text(continued) ?? "";
        const text = textOf(card.slice(8).trimStart());
        if (text === undefined) throw this.#wrong("CONTINUE", "is no text in quotes");
        this.#values.set(continued, { kind: "text", text: before.slice(0, -1) + text });
        if (!text.endsWith("&")) continued = undefined;
        continue;
      }
      continued = undefined;
      if (card.slice(8, 10) !== "= " || this.#values.has(name)) continue; // a remark, or said before
      const value = this.#valueOf(name, card.slice(10));
      if (value === undefined) continue;
      this.#values.set(name, value);
      if (value.kind === "text" && value.text.endsWith("&")) continued = name;
    }
  }

  #valueOf(name: string, written: string): Value | undefined {
    const rest = written.trimStart();
    if (rest.startsWith("'")) {
      const text = textOf(rest);
      if (text === undefined) throw this.#wrong(name, "is a text whose quotes are not closed");
      return { kind: "text", text };
    }
    const word = rest.split("/", 1)[0].trim();
    if (word === "") return undefined;
    if (word === "T" || word === "F") return { kind: "logical", is: word === "T" };
    return { kind: "number", text: word.replace(/[dD]/, "E") };
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** A text without blanks at its end; undefined where there is none. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return value?.kind === "text" ? value.text : undefined;
  }

  logical(name: string): boolean {
    const value = this.#values.get(name);
    return value?.kind === "logical" && value.is;
  }

  /** @throws InputError where it is no number. */
  number(name: string): number | undefined {
    const value = this.#values.get(name);
    if (value === undefined) return undefined;
    const number = value.kind === "number" ? Number(value.text) : Number.NaN;
    if (Number.isNaN(number)) throw this.#wrong(name, "is no number");
    return number;
  }

  /** A count, by default `otherwise`. @throws InputError where it is not there, negative, not whole, or beyond 2^53. */
  count(name: string, otherwise?: number): number {
    const number = this.number(name) ?? otherwise;
    if (number === undefined) throw new InputError(`${this.#label}: its header lacks ${name}; ${DAMAGED}.`);
    if (!Number.isSafeInteger(number) || number < 0)
      throw this.#wrong(name, `is ${this.#written(name)}, which cannot be`);
    return number;
  }

  /** A whole number with all its digits. @throws InputError where it is none. */
  whole(name: string): bigint | undefined {
    const text = this.#written(name);
    if (text === undefined) return undefined;
    if (!/^[+-]?\d{1,40}$/.test(text)) throw this.#wrong(name, "is no whole number");
    return BigInt(text.replace("+", ""));
  }

  #written(name: string): string | undefined {
    const value = this.#values.get(name);
    if (value === undefined || value.kind === "logical") return undefined;
    return value.text.trim();
  }

  #wrong(name: string, what: string): InputError {
    return new InputError(`${this.#label}: ${name} in its header ${what}; ${DAMAGED}.`);
  }
}

/** What is said where a file contradicts itself. */
export const DAMAGED = "the file is damaged, fetch or write it again";

/** The text that begins with a quote; two quotes within are one. Undefined where it does not end. */
function textOf(written: string): string | undefined {
  const inside = /^'((?:[^']|'')*)'/.exec(written);
  return inside?.[1].replaceAll("''", "'").trimEnd();
}

/** Reads bytes of the file: fewer where it ends. */
export type ReadBytes = (position: number, length: number) => Promise<Buffer>;

/**
 * The header that begins at a byte, and where it ends.
 * @throws InputError where it has no end.
 */
export async function readHeader(
  read: ReadBytes,
  start: number,
  label: string,
): Promise<{ readonly header: Header; readonly end: number }> {
  const cards: string[] = [];
  for (let block = 0; block < MOST_BLOCKS; block++) {
    const bytes = await read(start + block * BLOCK, BLOCK);
    if (bytes.length < BLOCK) break;
    const text = bytes.toString("latin1");
    for (let at = 0; at < BLOCK; at += CARD) {
      const card = text.slice(at, at + CARD);
      if (card.slice(0, 8).trimEnd() === "END" && card.slice(8).trim() === "")
        return { header: new Header(cards, label), end: start + (block + 1) * BLOCK };
      cards.push(card);
    }
  }
  throw new InputError(
    `${label}: a header has no END; the file is cut off or damaged, fetch or write it again.`,
  );
}
