/** @file In which encoding a text's bytes are, and how its lines end: found by looking at all bytes, a piece at a time. */
import { isUtf8 } from "node:buffer";
import { createReadStream } from "node:fs";
import { InputError } from "../../../base/errors.ts";
import type { Ground } from "../../file-report.ts";

export interface Encoding {
  /** As `TextDecoder` calls it. */
  readonly name: string;
  readonly ground: Ground;
}

/** What the bytes of a text are, all of them. */
export interface ByteSurvey {
  readonly encoding: Encoding;
  readonly lineEnds: "LF" | "CR LF" | "CR" | "mixed";
  /** Characters that are none in the encoding. */
  readonly broken: number;
  /** True where a line begins with # after the first. */
  readonly hasMarkedLines: boolean;
  /** True where a backslash stands before a quote. */
  readonly hasEscapedQuotes: boolean;
  /** True where an underscore stands between digits: DuckDB would read 1_000 as a thousand. */
  readonly hasUnderscores: boolean;
  /** True where the line `repeated` stands again. */
  readonly repeats: boolean;
  /** The first zero byte of a text that is not UTF-16, from 0: no such text has one. */
  readonly zeroAt?: number;
}

const MARKS: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** The encoding that a file says or shows at its beginning; undefined where all its bytes must be looked at. */
export function encodingAtStart(start: Uint8Array, told: string | undefined): Encoding | undefined {
  if (told !== undefined) return { name: known(told), ground: "told" };
  for (const [name, bytes] of MARKS) {
    if (bytes.every((byte, i) => start[i] === byte)) return { name, ground: "marked" };
  }
  // Latin text in UTF-16 is a zero byte beside each letter.
  const zeros = [0, 0];
  const length = Math.min(start.length, 4096);
  for (let i = 0; i < length; i++) if (start[i] === 0) zeros[i % 2]++;
  if (zeros[1] > length / 8 && zeros[1] > 4 * zeros[0]) return { name: "utf-16le", ground: "found" };
  if (zeros[0] > length / 8 && zeros[0] > 4 * zeros[1]) return { name: "utf-16be", ground: "found" };
  return undefined;
}

/** Names by which people call encodings that `TextDecoder` calls otherwise. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  latin_1: "latin1",
  "latin-1": "latin1",
  "windows-latin-1": "latin1",
  utf16: "utf-16le",
  "utf-16": "utf-16le",
  utf_8: "utf-8",
  "utf-8-sig": "utf-8",
  ansi: "windows-1252",
  mac: "macintosh",
};

function known(told: string): string {
  const label = told.trim().toLowerCase();
  const name = Object.hasOwn(OTHER_NAMES, label)
    ? OTHER_NAMES[label]
    : label.replace(/^cp-?(\d+)$/, "windows-$1");
  try {
    return new TextDecoder(name).encoding;
  } catch {
    throw new InputError(
      `\`encoding\`: there is no encoding "${told}"; say utf-8, latin1, windows-1252, utf-16le or another that TextDecoder knows.`,
      { option: "encoding" },
    );
  }
}

const [FEED, CARRIAGE] = [0x0a, 0x0d];

/**
 * Looks at all bytes of a file, in pieces.
 * @param settled the encoding where it is known already.
 * @param repeated the bytes of a line, the header's, that may stand again where files were put together.
 * @param start bytes at the beginning that are not looked at.
 */
export async function surveyBytes(
  path: string,
  settled: Encoding | undefined,
  repeated: Uint8Array | undefined,
  start = 0,
): Promise<ByteSurvey> {
  const again = repeated && repeated.length > 2 ? Buffer.concat([Buffer.of(FEED), repeated]) : undefined;
  const valid = new Utf8Check();
  const ends = { feeds: 0, carriages: 0, both: 0 };
  let [marked, escaped, repeats, parted, previous] = [false, false, false, false, FEED];
  let [at, zeroAt] = [start, -1];
  for await (const read of createReadStream(path, { start, highWaterMark: 1 << 20 })) {
    const piece = read as Buffer;
    if (settled === undefined) valid.add(piece);
    if (piece.includes(CARRIAGE) || previous === CARRIAGE) countEnds(piece, previous, ends);
    else ends.feeds += piece.includes(FEED) ? 1 : 0; // that there are some is enough
    marked ||= piece.includes("\n#") || piece.includes("\r#");
    escaped ||= piece.includes('\\"');
    repeats ||= again !== undefined && repeatsLine(piece, again);
    parted ||= partsDigits(piece, previous);
    previous = piece[piece.length - 1];
    if (zeroAt < 0 && piece.includes(0)) zeroAt = at + piece.indexOf(0);
    at += piece.length;
  }
  if (previous === CARRIAGE) ends.carriages++;
  return {
    encoding: settled ?? valid.encoding(),
    broken: valid.brokenCharacters,
    lineEnds: lineEndsOf(ends),
    hasMarkedLines: marked,
    hasEscapedQuotes: escaped,
    hasUnderscores: parted,
    repeats,
    ...(zeroAt >= 0 && !settled?.name.startsWith("utf-16") && { zeroAt }),
  };
}

const UNDERSCORE = 0x5f;
const isDigit = (byte: number | undefined) => byte === undefined || (byte >= 0x30 && byte <= 0x39);

/** Whether an underscore stands between digits; at the end of a piece one may follow. */
function partsDigits(piece: Buffer, before: number): boolean {
  for (let at = piece.indexOf(UNDERSCORE); at !== -1; at = piece.indexOf(UNDERSCORE, at + 1))
    if (isDigit(at === 0 ? before : piece[at - 1]) && isDigit(piece[at + 1])) return true;
  return before === UNDERSCORE && isDigit(piece[0]);
}

function repeatsLine(piece: Buffer, line: Buffer): boolean {
  for (let at = piece.indexOf(line); at !== -1; at = piece.indexOf(line, at + 1)) {
    const after = piece[at + line.length];
    if (after === FEED || after === CARRIAGE) return true;
  }
  return false;
}

/** Counts line feeds alone, carriage returns alone, and both together; one at the end of a piece waits for the next. */
function countEnds(
  piece: Buffer,
  before: number,
  ends: { feeds: number; carriages: number; both: number },
): void {
  let previous = before;
  for (let i = 0; i < piece.length; i++) {
    const byte = piece[i];
    if (byte === FEED) {
      if (previous === CARRIAGE) ends.both++;
      else ends.feeds++;
    } else if (previous === CARRIAGE) ends.carriages++;
    previous = byte;
  }
}

function lineEndsOf({ feeds, carriages, both }: { feeds: number; carriages: number; both: number }) {
  const kinds = [feeds, carriages, both].filter((count) => count > 0).length;
  if (kinds > 1) return "mixed";
  if (both > 0) return "CR LF";
  return carriages > 0 ? "CR" : "LF";
}

/** Whether bytes that come in pieces are UTF-8. */
class Utf8Check {
  #rest: Buffer = Buffer.alloc(0);
  #whole = 0;
  #broken = 0;

  add(piece: Buffer): void {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, piece]) : piece;
    const end = bytes.length - openAtEnd(bytes);
    const complete = bytes.subarray(0, end);
    this.#rest = Buffer.from(bytes.subarray(end));
    if (this.#broken === 0 && isUtf8(complete)) {
      if (this.#whole > 1000 || !complete.some((byte) => byte >= 0x80)) return;
    }
    this.#count(complete);
  }

  /**
   * Characters of several bytes hardly arise by chance: a text with many whole ones and few broken ones is damaged
   * UTF-8, any other is of one byte for each letter, of which Windows-1252 (Latin-1 and more) is the commonest.
   */
  encoding(): Encoding {
    if (this.#rest.length > 0) this.#count(this.#rest);
    this.#rest = Buffer.alloc(0);
    const name = this.#broken === 0 || this.#whole > 4 * this.#broken ? "utf-8" : "windows-1252";
    return { name, ground: "found" };
  }

  /** In damaged UTF-8. */
  get brokenCharacters(): number {
    return this.encoding().name === "utf-8" ? this.#broken : 0;
  }

  #count(bytes: Buffer): void {
    for (let i = 0; i < bytes.length; ) {
      const length = bytes[i] < 0x80 ? 1 : sequenceLength(bytes[i]);
      const isWhole = length > 0 && i + length <= bytes.length && isUtf8(bytes.subarray(i, i + length));
      if (length !== 1 && isWhole) this.#whole++;
      if (!isWhole) this.#broken++;
      i += isWhole ? length : 1;
    }
  }
}

/** Bytes of a character by its first; 0 where none begins so. */
function sequenceLength(first: number): number {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

/** Bytes at the end that begin a character and do not complete it. */
function openAtEnd(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const length = sequenceLength(bytes[bytes.length - back]);
    if (length === 1) return 0;
    if (length > 1) return length > back ? back : 0;
  }
  return 0;
}
