/** @file The text of CSV: its header, its delimiter, and where a record lies in the file (for messages). */
import { createReadStream } from "node:fs";
import { InputError } from "../../base/errors.ts";
import type { DataFile } from "./source.ts";

/** How a CSV file is written, according to its first line. */
export interface CsvHeader {
  readonly names: readonly string[];
  readonly delimiter: string;
}

/** Where a record is in the file; the header is record 0, data row r is record r. */
export interface CsvRecord {
  readonly index: number;
  /** The line of the file, from 1, on which the record begins. */
  readonly line: number;
  readonly cells: number;
  /** True where the last cell is empty: DuckDB takes a delimiter at the end of a row for decoration. */
  readonly endsWithDelimiter: boolean;
  /** False where the file ends inside a quoted cell. */
  readonly closed: boolean;
  /** Offset in the file just after the record's text. */
  readonly endByte: number;
}

const delimiters = [",", ";", "\t", "|"];

/**
 * Column names and delimiter. The first record is always taken for the header; the delimiter is one of `,` `;`
 * tab and `|` (in a .tsv file always the tab).
 *
 * @throws InputError if the file has no header.
 */
export async function readCsvHeader(file: DataFile): Promise<CsvHeader> {
  const header = await findCsvRecord(file.path, ",", () => true);
  if (header === undefined) throw new InputError(`${file.label} is empty: it has no header line.`);
  if (!header.closed) throw new InputError(`${file.label}: a quote (") in the header line is never closed.`);
  const text = await textUpTo(file.path, header.endByte);
  const delimiter = file.format === "tsv" ? "\t" : await likeliestDelimiter(file.path);
  const names = splitCsvRecord(text, delimiter);
  if (looksLikeData(names)) {
    throw new InputError(
      `${file.label} has no header line: its first line is numbers (${names.slice(0, 3).join(", ")}${names.length > 3 ? ", ..." : ""}); put a line with the column names before it.`,
    );
  }
  return { names, delimiter };
}

/**
 * The first record for which `wanted` holds. Lines of nothing are skipped as DuckDB skips them, except in a
 * file of one column, where they are missing cells. For headers and messages, not for reading.
 */
export async function findCsvRecord(
  path: string,
  delimiter: string,
  wanted: (record: CsvRecord) => boolean,
  oneColumn = false,
): Promise<CsvRecord | undefined> {
  const scanner = new RecordScanner(delimiter.charCodeAt(0), oneColumn);
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const found = scanner.scan(piece as Buffer, wanted);
    if (found !== undefined) return found;
  }
  const last = scanner.end();
  return last !== undefined && wanted(last) ? last : undefined;
}

const [lineFeed, carriageReturn, quote] = [0x0a, 0x0d, 0x22];

/** Finds where records end, byte by byte, across the pieces of a file. */
class RecordScanner {
  #index = 0;
  #line = 1;
  #lineOfRecord = 1;
  #cells = 1;
  #inQuotes = false;
  #previous = 0;
  #offset = 0;
  #recordStart = 0;
  readonly #delimiter: number;
  readonly #oneColumn: boolean;

  constructor(delimiter: number, oneColumn: boolean) {
    this.#delimiter = delimiter;
    this.#oneColumn = oneColumn;
  }

  scan(bytes: Uint8Array, wanted: (record: CsvRecord) => boolean): CsvRecord | undefined {
    const delimiter = this.#delimiter;
    const start = this.#offset;
    let previous = this.#previous;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (byte === quote) this.#inQuotes = !this.#inQuotes;
      else if (byte === delimiter) this.#cells += this.#inQuotes ? 0 : 1;
      else if (byte === lineFeed || byte === carriageReturn) {
        const found = this.#lineEnd(start + i, byte === lineFeed && previous === carriageReturn, previous);
        if (found !== undefined && wanted(found)) return found;
      }
      previous = byte;
    }
    this.#previous = previous;
    this.#offset = start + bytes.length;
    return undefined;
  }

  /** The record that no line end follows, if there is one. */
  end(): CsvRecord | undefined {
    if (this.#offset === this.#recordStart) return undefined;
    return this.#record(this.#offset, this.#previous === this.#delimiter);
  }

  /** @param isSecondHalf True at the line feed of a carriage return and line feed. */
  #lineEnd(offset: number, isSecondHalf: boolean, previous: number): CsvRecord | undefined {
    if (!isSecondHalf) this.#line++;
    if (this.#inQuotes) return undefined;
    const record = isSecondHalf ? undefined : this.#record(offset, previous === this.#delimiter);
    this.#recordStart = offset + 1;
    this.#lineOfRecord = this.#line;
    this.#cells = 1;
    return record;
  }

  #record(end: number, endsWithDelimiter: boolean): CsvRecord | undefined {
    const isBlank = end === this.#recordStart;
    if (isBlank && !(this.#oneColumn && this.#index > 0)) return undefined;
    return {
      index: this.#index++,
      line: this.#lineOfRecord,
      cells: this.#cells,
      endsWithDelimiter,
      closed: !this.#inQuotes,
      endByte: end,
    };
  }
}

/** The text of the header, which ends at a given byte; blank lines before it and the byte order mark dropped. */
async function textUpTo(path: string, endByte: number): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of createReadStream(path, { end: endByte - 1 })) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString("utf8");
  return text.replace(/^\uFEFF?[\r\n]*/, "");
}

/** The cells of a record, unquoted; spaces around an unquoted cell are dropped. */
function splitCsvRecord(text: string, delimiter: string): string[] {
  const cells: string[] = [];
  let from = 0;
  while (from <= text.length) {
    const quoted = text[from] === '"' ? closingQuote(text, from) : undefined;
    const end = text.indexOf(delimiter, quoted ?? from);
    const cell = text.slice(from, end === -1 ? undefined : end);
    cells.push(quoted === undefined ? cell.trim() : cell.trim().slice(1, -1).replaceAll('""', '"'));
    if (end === -1) break;
    from = end + 1;
  }
  return cells;
}

/** The index after the quote that closes the one at `from`, or undefined if none does. */
function closingQuote(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at + 1;
  }
  return undefined;
}

/**
 * The delimiter by which header and first row have the same number of cells, the largest; failing that (a
 * ragged file) one that both contain. A semicolon in the name of an only column is thus no delimiter.
 */
async function likeliestDelimiter(path: string): Promise<string> {
  const counts = await Promise.all(
    delimiters.map(async (delimiter) => {
      const cellsOf = async (record: number) =>
        (await findCsvRecord(path, delimiter, ({ index }) => index === record))?.cells;
      const header = (await cellsOf(0)) ?? 1;
      return { delimiter, header, row: (await cellsOf(1)) ?? header };
    }),
  );
  const possible = counts.filter(
    ({ delimiter, header, row }) => header > 1 && (row > 1 || delimiter === ","),
  );
  const fitting = possible.filter(({ header, row }) => header === row);
  const best = (fitting.length > 0 ? fitting : possible).sort((a, b) => b.header - a.header)[0];
  return best?.delimiter ?? ",";
}

/** Numbers only, and not a row of growing whole numbers as years or pandas' default names would be. */
function looksLikeData(names: readonly string[]): boolean {
  const numbers = names.map((name) => (name === "" ? Number.NaN : Number(name)));
  if (!numbers.every(Number.isFinite)) return false;
  return !numbers.every(
    (each, i) => Number.isInteger(each) && each >= 0 && (i === 0 || each > numbers[i - 1]),
  );
}
