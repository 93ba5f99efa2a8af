/**
 * @file The rows of some stars out of a survey's bulk file (CSV, gzipped or not), as a stream: of the rows of all other
 * stars nothing is read but their id, and of wanted rows nothing but the wanted cells.
 *
 * Gaia's files of spectra are terabytes, 85 % of them correlations that nobody wants here. So this is a way of its own
 * beside `table/files`, which reads all of a table, and unpacks gzip to the disk first.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import { asReadError } from "../files/system-errors.ts";
import { firstBytes } from "../table/files/known-bytes.ts";

/** What is looked for in a file. */
export interface WantedCells {
  /** The column of ids, whole numbers. */
  readonly id: string;
  readonly columns: readonly string[];
  /** The number of a star by its id as it is written; undefined for one that nobody wants. */
  readonly star: (id: string) => number | undefined;
  /**
   * Takes the cells of a wanted star, in the order of `columns`, without quotation marks.
   * @returns what is wrong with them, after which the row is passed over and counted.
   */
  readonly take: (star: number, cells: readonly string[]) => string | undefined;
}

/** What a file was found to be. */
export interface ReadFile {
  /** As it lies on the disk. */
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: number;
  readonly found: number;
  /** Rows that could not be read, and what was wrong with the first. */
  readonly faulty: number;
  readonly fault?: string;
}

export interface Reading {
  readonly signal?: AbortSignal;
  /** Told of bytes as they are read from the disk. */
  readonly onBytes?: (bytes: number) => void;
}

const DISK_PIECE = 1 << 20;
/** Large pieces, because each costs a journey between threads. */
const UNPACKED_PIECE = 1 << 20;

/** @throws InputError for a file that is cut off or lacks a column, and what `signal` was aborted with. */
export async function readWantedRows(
  path: string,
  wanted: WantedCells,
  { signal, onBytes }: Reading = {},
): Promise<ReadFile> {
  const hash = createHash("sha256");
  let bytes = 0;
  const counted = new Transform({
    highWaterMark: DISK_PIECE,
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      bytes += piece.length;
      onBytes?.(piece.length);
      done(null, piece);
    },
  });
  const rows = new RowSieve(path, wanted);
  // Where the last of a pipeline fails, it may report that its first was aborted by that (Node 20): the cause is kept.
  let cause: unknown;
  const take = async (pieces: AsyncIterable<Buffer>) => {
    try {
      for await (const piece of pieces) {
        rows.take(piece);
        signal?.throwIfAborted();
      }
      rows.end();
    } catch (error) {
      cause = error;
      throw error;
    }
  };
  try {
    const [first, second] = await firstBytes(path, 2);
    const source = createReadStream(path, { highWaterMark: DISK_PIECE });
    const isGzip = first === 0x1f && second === 0x8b;
    if (isGzip) await pipeline(source, counted, createGunzip({ chunkSize: UNPACKED_PIECE }), take);
    else await pipeline(source, counted, take);
  } catch (error) {
    throw asReadError(path, cause ?? error);
  }
  return { bytes, sha256: hash.digest("hex"), ...rows.counts() };
}

const [LINE_END, COMMA, QUOTE, REMARK, RETURN] = [0x0a, 0x2c, 0x22, 0x23, 0x0d];

/** Lets the rows of wanted stars through, of a text that comes in pieces. */
class RowSieve {
  readonly #path: string;
  readonly #wanted: WantedCells;
  #rest: Buffer = Buffer.alloc(0);
  /** Whether the text goes on within a row that nobody wants. */
  #isPassing = false;
  #header: Header | undefined;
  /** Lines so far, remarks and the header included. */
  #lines = 0;
  readonly #counts = { rows: 0, found: 0, faulty: 0 };
  #fault: string | undefined;

  constructor(path: string, wanted: WantedCells) {
    this.#path = path;
    this.#wanted = wanted;
  }

  counts(): Pick<ReadFile, "rows" | "found" | "faulty" | "fault"> {
    return { ...this.#counts, ...(this.#fault !== undefined && { fault: this.#fault }) };
  }

  take(piece: Buffer): void {
    let at = 0;
    if (this.#isPassing) {
      at = piece.indexOf(LINE_END) + 1;
      if (at === 0) return;
      this.#isPassing = false;
    }
    const text = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    this.#rest = Buffer.alloc(0);
    while (at < text.length) {
      const next = this.#row(text, at, false);
      if (next === undefined) {
        this.#rest = text.subarray(at);
        if (this.#rest.length > LONGEST_LINE)
          throw new InputError(
            `${this.#path} holds a line of over ${LONGEST_LINE >> 20} MB; it is no table of stars.`,
          );
        return;
      }
      at = next;
    }
  }

  /** @throws InputError where there was no table. */
  end(): void {
    if (this.#rest.length > 0) this.#row(this.#rest, 0, true);
    if (this.#header === undefined)
      throw new InputError(`${this.#path} has no line with the columns' names; fetch it again.`);
  }

  /** Reads the row that begins at a byte. @returns where the next begins; undefined where the text ends too early. */
  #row(text: Buffer, from: number, isLast: boolean): number | undefined {
    const { id = -1 } = this.#header ?? {};
    if (id === 0 && text[from] !== REMARK) {
      // The ids come first in Gaia's files: of most rows they are all that is looked at.
      const comma = text.indexOf(COMMA, from);
      const isWhole = comma !== -1 && comma - from <= LONGEST_ID;
      if (isWhole && this.#wanted.star(text.toString("latin1", from, comma)) === undefined) {
        const end = text.indexOf(LINE_END, comma);
        this.#counts.rows++;
        this.#lines++;
        this.#isPassing = end === -1;
        return end === -1 ? text.length : end + 1;
      }
    }
    const found = text.indexOf(LINE_END, from);
    if (found === -1 && !isLast) return undefined;
    const end = found === -1 ? text.length : found;
    this.#line(text, from, end > from && text[end - 1] === RETURN ? end - 1 : end);
    return end + 1;
  }

  #line(text: Buffer, from: number, end: number): void {
    this.#lines++;
    if (text[from] === REMARK || from === end) return;
    if (this.#header === undefined) {
      this.#header = headerOf(text.toString("utf8", from, end), this.#wanted, this.#path);
      return;
    }
    this.#counts.rows++;
    const cells = cellsOf(text, from, end, this.#header);
    if (cells === undefined) {
      this.#refuse(`does not have ${this.#header.width} cells`);
      return;
    }
    const [id, ...others] = cells;
    const star = this.#wanted.star(id);
    if (star === undefined) return;
    const fault = this.#wanted.take(star, others);
    if (fault === undefined) this.#counts.found++;
    else this.#refuse(fault);
  }

  #refuse(why: string): void {
    this.#counts.faulty++;
    this.#fault ??= `line ${this.#lines} ${why}`;
  }
}

const LONGEST_LINE = 64 << 20;
/** No whole number of 64 bits has more digits and a sign. */
const LONGEST_ID = 20;

interface Header {
  readonly width: number;
  /** The place of the ids. */
  readonly id: number;
  /** Which of the wanted cells, the id being the first of them, a place holds. */
  readonly slots: readonly (number | undefined)[];
}

function headerOf(line: string, { id, columns }: WantedCells, path: string): Header {
  const names = line.split(",").map((name) => name.trim().replace(/^"(.*)"$/, "$1"));
  const slots = new Array<number | undefined>(names.length).fill(undefined);
  for (const [slot, column] of [id, ...columns].entries()) {
    const place = names.findIndex((name) => name.toLowerCase() === column.toLowerCase());
    if (place === -1) throw new InputError(unknownName("column", column, names, path));
    slots[place] = slot;
  }
  return { width: names.length, id: slots.indexOf(0), slots };
}

/** The wanted cells of a line, the id first; undefined where it has more or fewer cells than the header. */
function cellsOf(text: Buffer, from: number, end: number, { width, slots }: Header): string[] | undefined {
  const cells: string[] = [];
  let at = from;
  for (let place = 0; place < width; place++) {
    if (at > end) return undefined;
    const isQuoted = text[at] === QUOTE;
    const start = isQuoted ? at + 1 : at;
    const found = text.indexOf(isQuoted ? QUOTE : COMMA, start);
    const stop = found === -1 || found > end ? end : found;
    if (isQuoted && stop === end) return undefined;
    const slot = slots[place];
    if (slot !== undefined) cells[slot] = text.toString("latin1", start, stop);
    const after = isQuoted ? stop + 1 : stop;
    if (after < end && text[after] !== COMMA) return undefined;
    at = after + 1;
  }
  return at === end + 1 ? cells : undefined;
}

/** A cell that is a number; NaN for an empty one, "null" and "NaN". */
export function numberOfCell(cell: string): number {
  return cell.trim() === "" ? Number.NaN : Number(cell);
}

/** The numbers of a cell such as "[1.0,NaN,null]" or "(1.0, 2.0)"; none of an empty cell. */
export function numbersOfCell(cell: string): number[] {
  const inner = cell.trim();
  if (!/^[[(]/.test(inner)) return [];
  return inner.slice(1, -1).split(",").map(numberOfCell);
}
