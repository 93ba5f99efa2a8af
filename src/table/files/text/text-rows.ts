/** @file The rows of a delimited text, without what stands before, among and behind them. */
import { InputError } from "../../../base/errors.ts";
import type { SkippedLines } from "../../file-report.ts";
import { skippedLines } from "./header.ts";
import type { TextLayout, TextOptions } from "./layout.ts";
import { RecordReader, type TextRecord, UnclosedQuote } from "./records.ts";

/** A row, and the line on which it begins. */
export interface TextRow {
  readonly line: number;
  /** As many as the columns. */
  readonly cells: readonly string[];
}

/** Words in the first cell of a row of sums. */
const TOTAL =
  /^(grand |sub)?(total|totals|sum|summe|gesamt|insgesamt|average|mean|mittelwert|somme|moyenne|totale|suma)s?:?$/i;

/** What footnotes begin with. */
const FOOTNOTE =
  /^((source|sources|note|notes|quelle|quellen|hinweis|anmerkung|remark)s?\s*:|[*†‡§©¹²³]\s\D|[†‡§©¹²³]\D|\(\w\) |--|==)/i;

/** Whether a record as wide as rows may be none: one cell, sums, a footnote. */
export function mayBeNoRow(cells: readonly string[]): boolean {
  const present = cells.filter((cell) => cell.trim() !== "");
  if (present.length === 0) return false;
  const [first] = present;
  const isAlone = present.length === 1 && cells[0].trim() !== "";
  return isAlone || TOTAL.test(first.trim()) || FOOTNOTE.test(first.trim());
}

/** Lines at the end that hold this little are footnotes. */
const MOST_FOOTNOTES = 50;

/**
 * The rows of a text, and what was left out of it, which is complete when the last row has come.
 * @throws InputError for a row with more or fewer cells than the header, and a quote that is never closed.
 */
export class TextRows {
  readonly #pieces: () => AsyncIterable<string>;
  readonly #label: string;
  readonly #layout: Pick<TextLayout, "heading" | "style">;
  readonly #options: TextOptions;
  readonly #skipped = new Map<SkippedLines["what"], { first: TextRecord; count: number }>();
  #filled = 0;
  #row = 0;

  /** @param pieces the text, from its beginning each time. @param label what the user calls it. */
  constructor(
    pieces: () => AsyncIterable<string>,
    label: string,
    layout: Pick<TextLayout, "heading" | "style">,
    options: TextOptions,
  ) {
    this.#pieces = pieces;
    this.#label = label;
    this.#layout = layout;
    this.#options = options;
  }

  /** Lines that were left out among and after the rows, those before the rows not counted. */
  get skipped(): SkippedLines[] {
    return [...this.#skipped].map(([what, { first, count }]) => ({ ...skippedLines(what, [first]), count }));
  }

  /** Rows with too few or too many cells, filled or left out as the user wants. */
  get filled(): number {
    return this.#filled;
  }

  async *rows(): AsyncGenerator<TextRow[]> {
    const { heading } = this.#layout;
    const { skipEnd } = this.#options;
    const width = heading.names.length;
    const isOneColumn = width === 1;
    // Rows wait until it is known that they are not among the last lines.
    let waiting: TextRecord[] = [];
    for await (const records of this.#records()) {
      const rows: TextRow[] = [];
      for (const record of records) {
        if (heading.firstRow === undefined || record.line < heading.firstRow) continue;
        if (record.remark !== undefined) {
          this.#skip("comment", record);
          continue;
        }
        if (record.cells.length === 0 && !isOneColumn) continue;
        if (this.#isRemark(record)) {
          this.#skip("comment", record);
          continue;
        }
        if (this.#isHeaderAgain(record)) {
          this.#skip("header repeated", record);
          continue;
        }
        if (skipEnd !== undefined) {
          waiting.push(record);
          if (waiting.length > skipEnd) rows.push(...this.#rowsOf(waiting.shift()));
        } else if (this.#mayEnd(record)) {
          waiting.push(record);
          if (waiting.length > MOST_FOOTNOTES)
            rows.push(...waiting.splice(0).flatMap((each) => this.#rowsOf(each)));
        } else {
          for (const each of waiting.splice(0)) rows.push(...this.#rowsOf(each));
          rows.push(...this.#rowsOf(record));
        }
      }
      if (rows.length > 0) yield rows;
    }
    waiting = waiting.filter((record) => record.cells.length > 0 || isOneColumn);
    const kept: TextRow[] = [];
    for (const [i, record] of waiting.entries()) {
      const what = this.#endOf(record, waiting.slice(i + 1));
      if (what === undefined) kept.push(...this.#rowsOf(record));
      else this.#skip(what, record);
    }
    if (kept.length > 0) yield kept;
  }

  async *#records(): AsyncGenerator<TextRecord[]> {
    const reader = new RecordReader(this.#layout.style);
    try {
      for await (const piece of this.#pieces()) yield [...reader.push(piece)];
      yield [...reader.end()];
    } catch (error) {
      throw error instanceof UnclosedQuote ? named(error, this.#label) : error;
    }
  }

  /** Among rows, without remarks before them: a line with # at its beginning that has not a row's cells. */
  #isRemark({ cells }: TextRecord): boolean {
    const { heading, style } = this.#layout;
    if (style.comment !== undefined || this.#options.comment !== undefined || heading.names.length < 2)
      return false;
    return (
      cells[0]?.startsWith("#") === true &&
      cells.length !== heading.names.length &&
      cells.length !== heading.cells
    );
  }

  #isHeaderAgain({ cells }: TextRecord): boolean {
    const { raw } = this.#layout.heading;
    return raw.length > 1 && cells.length === raw.length && raw.every((cell, i) => cell === cells[i]);
  }

  /** Whether a record may belong to what stands after the rows. */
  #mayEnd({ cells }: TextRecord): boolean {
    const { names } = this.#layout.heading;
    if (names.length === 1) return false;
    return !this.#isFull(cells) || mayBeNoRow(cells);
  }

  #isFull(cells: readonly string[]): boolean {
    const { names, cells: width } = this.#layout.heading;
    return cells.length === names.length || cells.length === width;
  }

  /** What a record among the last ones is, if it is no row. */
  #endOf({ cells }: TextRecord, after: readonly TextRecord[]): "footnote" | "total" | undefined {
    const { skipEnd } = this.#options;
    if (skipEnd !== undefined) return skipEnd > 0 ? "footnote" : undefined;
    const present = cells.filter((cell) => cell.trim() !== "");
    const isFull = this.#isFull(cells);
    if (present.length === 0) return isFull ? undefined : "footnote";
    const isLast = after.every((each) => this.#endOf(each, []) !== undefined);
    if (TOTAL.test(present[0].trim()) && isLast) return "total";
    if (isFull && present.length > 1)
      return isLast && FOOTNOTE.test(present[0].trim()) ? "footnote" : undefined;
    // A sentence alone is a footnote; a row with one cell, and one that breaks off, is none.
    return isProse(cells) ? "footnote" : undefined;
  }

  #rowsOf(record: TextRecord | undefined): TextRow[] {
    if (record === undefined) return [];
    this.#row++;
    const width = this.#layout.heading.names.length;
    const { line, cells } = record;
    if (cells.length === width) return [{ line, cells }];
    if (width === 1 && cells.length === 0) return [{ line, cells: [""] }];
    if (cells.length > width && cells.slice(width).every((cell) => cell.trim() === ""))
      return [{ line, cells: cells.slice(0, width) }];
    const { ragged = "error" } = this.#options;
    if (ragged === "error")
      throw new InputError(raggedRow(this.#label, { line, row: this.#row, cells: cells.length, width }));
    this.#filled++;
    if (ragged === "skip") return [];
    return [{ line, cells: Array.from({ length: width }, (_, i) => cells[i] ?? "") }];
  }

  #skip(what: SkippedLines["what"], record: TextRecord): void {
    const before = this.#skipped.get(what);
    this.#skipped.set(what, { first: before?.first ?? record, count: (before?.count ?? 0) + 1 });
  }
}

/** Words, not cells: several in one cell, or what footnotes begin with. Its commas may look like separators. */
function isProse(cells: readonly string[]): boolean {
  const text = cells
    .filter((cell) => cell.trim() !== "")
    .join(",")
    .trim();
  if (FOOTNOTE.test(text) || /^(last updated|data from|footnote|copyright|end of)/i.test(text)) return true;
  return cells[0].trim() !== "" && /\p{L}.*\s.*\p{L}/u.test(text);
}

/** The sentence for a row with a wrong number of cells. */
function raggedRow(label: string, at: { line: number; row: number; cells: number; width: number }): string {
  const cells = `${at.cells} ${at.cells === 1 ? "cell" : "cells"}`;
  return (
    `${label}, line ${at.line} (row ${at.row}) has ${cells}, but the header has ${at.width}; correct the line, ` +
    "or say `ragged` fill (missing cells are added, surplus ones dropped) or skip (such rows are left out)."
  );
}

/** The error with the file's name before it. */
export function named(error: UnclosedQuote, label: string): UnclosedQuote {
  error.message = `${label}, ${error.message}`;
  return error;
}
