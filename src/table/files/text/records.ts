/** @file The records of a delimited text, cut into cells however it is written: any line ends, separators and quotes. */
import { InputError } from "../../../base/errors.ts";

/** How the lines of a text are cut into cells. */
export interface RecordStyle {
  /** One character, or "blanks" for any number of spaces and tabs, or "fixed" for columns of fixed width. */
  readonly separator: string;
  /** How a quote is written within quotes; "bare": a quote is a character as others. */
  readonly quotes: "doubled" | "backslash" | "bare";
  /** Of "fixed": where each column begins, from 0. */
  readonly starts?: readonly number[];
  /** What begins a line that is a remark. */
  readonly comment?: string;
  /** Lines at the beginning that are left out, whatever they hold. */
  readonly skipLines?: number;
}

/** A line, or several where a quoted cell holds line ends. */
export interface TextRecord {
  /** Its first line in the file, from 1. */
  readonly line: number;
  /** Of a blank line none. */
  readonly cells: readonly string[];
  /** The line's text, perhaps shortened, of a remark without cells. */
  readonly remark?: string;
  /** True where something stands between a quoted cell's end and the next separator: the text may be written otherwise. */
  readonly odd: boolean;
}

/** A quote that is open for longer than this is no quote: the longest cells of real tables are shorter. */
const LONGEST_RECORD = 1 << 24;

/** Cuts a text that comes in pieces. */
export class RecordReader {
  readonly #style: RecordStyle;
  readonly #cells: (line: string) => string[];
  #rest = "";
  #line = 1;

  constructor(style: RecordStyle) {
    this.#style = style;
    this.#cells = lineCutter(style);
  }

  /** The records that are complete with this piece. @throws InputError for a quote that is never closed. */
  *push(piece: string): Generator<TextRecord> {
    const text = this.#rest + piece;
    const end = yield* this.#records(text, false);
    this.#rest = text.slice(end);
    if (this.#rest.length > LONGEST_RECORD) throw this.#unclosed();
  }

  /** What no line end follows. @throws InputError for a quote that is never closed. */
  *end(): Generator<TextRecord> {
    const text = this.#rest;
    this.#rest = "";
    yield* this.#records(text, true);
  }

  *#records(text: string, isLast: boolean): Generator<TextRecord, number> {
    const { quotes, comment, skipLines = 0 } = this.#style;
    let at = 0;
    let [feed, carriage] = [-2, -2];
    while (at < text.length) {
      if (feed !== -1 && feed < at) feed = text.indexOf("\n", at);
      if (carriage !== -1 && carriage < at) carriage = text.indexOf("\r", at);
      const end = carriage === -1 || (feed !== -1 && feed < carriage) ? feed : carriage;
      // A carriage return at the end of a piece may have its line feed in the next.
      if (!isLast && (end === -1 || (end === carriage && end === text.length - 1))) return at;
      const line = text.slice(at, end === -1 ? text.length : end);
      const first = this.#line;
      if (first <= skipLines || (comment !== undefined && line.startsWith(comment))) {
        yield { line: first, cells: [], remark: line, odd: false };
      } else if (quotes === "bare" || !line.includes('"')) {
        yield {
          line: first,
          cells: line.trim() === "" ? blank(line, this.#style) : this.#cells(line),
          odd: false,
        };
      } else {
        const cut = quotedRecord(text, at, this.#style, isLast);
        if (cut === undefined) {
          if (isLast) throw this.#unclosed();
          return at;
        }
        this.#line += cut.lines;
        yield { line: first, cells: cut.cells, odd: cut.odd };
        at = cut.end;
        this.#line++;
        continue;
      }
      this.#line++;
      if (end === -1) return text.length;
      at = end + (text[end] === "\r" && text[end + 1] === "\n" ? 2 : 1);
    }
    return at;
  }

  #unclosed(): UnclosedQuote {
    return new UnclosedQuote(this.#line);
  }
}

/** A quote that is never closed, and the line on which its record begins. */
export class UnclosedQuote extends InputError {
  constructor(readonly line: number) {
    super(`line ${line}: a quote (") is opened and never closed; close it, or write "" for a quote.`);
  }
}

/** A line of blanks has no cells, unless blanks part them: tabs alone are empty cells. */
function blank(line: string, { separator }: RecordStyle): string[] {
  return separator === "\t" && line.includes("\t") ? line.split("\t") : [];
}

function lineCutter({ separator, starts = [] }: RecordStyle): (line: string) => string[] {
  if (separator === "blanks") return (line) => line.trim().split(/[ \t]+/);
  if (separator === "fixed") {
    return (line) => starts.map((start, i) => line.slice(i === 0 ? 0 : start, starts[i + 1]).trim());
  }
  return (line) => line.split(separator);
}

interface CutRecord {
  readonly cells: string[];
  /** Where the next record begins. */
  readonly end: number;
  /** Line ends within. */
  readonly lines: number;
  readonly odd: boolean;
}

/** A record with quotes in it, character by character; undefined where the text ends within quotes. */
function quotedRecord(
  text: string,
  from: number,
  { separator, quotes }: RecordStyle,
  isLast: boolean,
): CutRecord | undefined {
  const isBlanks = separator === "blanks";
  const isSeparator = (character: string) =>
    isBlanks ? character === " " || character === "\t" : character === separator;
  const isEnd = (character: string) => character === "\n" || character === "\r";
  const cells: string[] = [];
  let [at, lines, odd] = [from, 0, false];
  for (;;) {
    if (isBlanks) while (at < text.length && isSeparator(text[at])) at++;
    const start = at;
    let begin = at;
    while (text[begin] === " ") begin++;
    let cell = "";
    if (text[begin] === '"') {
      at = begin + 1;
      for (;;) {
        if (at >= text.length) return undefined;
        const character = text[at];
        if (quotes === "backslash" && character === "\\" && at + 1 < text.length) {
          // Only quotes and backslashes are escaped so; \n in a path is two characters.
          if (text[at + 1] !== '"' && text[at + 1] !== "\\") cell += character;
          cell += text[at + 1];
          at += 2;
        } else if (character === '"') {
          if (at + 1 >= text.length && !isLast) return undefined;
          if (text[at + 1] !== '"') break;
          cell += '"';
          at += 2;
        } else {
          if (character === "\n" || (character === "\r" && text[at + 1] !== "\n")) lines++;
          cell += character;
          at++;
        }
      }
      at++;
      const after = at;
      while (at < text.length && !isSeparator(text[at]) && !isEnd(text[at])) at++;
      const more = text.slice(after, at);
      if (more.trim() !== "") {
        odd = true;
        cell += more;
      }
    } else {
      while (at < text.length && !isSeparator(text[at]) && !isEnd(text[at])) at++;
      cell = text.slice(start, at);
    }
    // The line feed of a carriage return may be in the next piece.
    if (!isLast && (at >= text.length || (text[at] === "\r" && at + 1 >= text.length))) return undefined;
    cells.push(cell);
    if (at < text.length && isSeparator(text[at])) {
      at++;
      if (isBlanks) {
        while (at < text.length && isSeparator(text[at])) at++;
        if (at >= text.length || isEnd(text[at])) return ended(text, at, { cells, lines, odd });
      }
      continue;
    }
    return ended(text, at, { cells, lines, odd });
  }
}

function ended(text: string, at: number, record: Omit<CutRecord, "end">): CutRecord {
  const both = text[at] === "\r" && text[at + 1] === "\n";
  return { ...record, end: Math.min(text.length, at + (both ? 2 : 1)) };
}
