/** @file The cells of a delimited text in memory, cut and headed as Node does it. */
import { InputError } from "../../base/errors.ts";
import type { FileReport, Ground } from "../file-report.ts";
import { commaColumns, hasPoints } from "../files/text/cell-forms.ts";
import { headingOf, skippedLines } from "../files/text/header.ts";
import type { TextOptions } from "../files/text/layout.ts";
import { UnclosedQuote } from "../files/text/records.ts";
import { likeliestStyle, styleSaid } from "../files/text/style.ts";
import { named, TextRows } from "../files/text/text-rows.ts";
import type { RawTable, TextCells } from "./raw-columns.ts";

/** Characters by which it is judged how a text is written, and pieces in which it is read. */
const SAMPLE = 4 << 20;
const PIECE = 1 << 20;

/** @throws InputError for an empty text, a row of another width, a quote that is never closed. */
export async function textCells(bytes: Uint8Array, label: string, options: TextOptions): Promise<RawTable> {
  const { text, encoding } = decoded(bytes, options.encoding);
  if (text.includes("\0"))
    throw new InputError(`${label} holds a zero byte, as no text does: name a CSV or Parquet file.`);
  const isWhole = text.length <= SAMPLE;
  const sample = isWhole ? text : text.slice(0, Math.max(text.lastIndexOf("\n", SAMPLE), 0) + 1);
  const format = label.endsWith(".tsv") ? "tsv" : "csv";
  const trial = likeliestStyle(sample, isWhole, styleSaid(options, format));
  if (trial.unclosed !== undefined && isWhole) throw named(new UnclosedQuote(trial.unclosed), label);
  const heading = headingOf(trial, options.header, label);
  const judged = trial.records.filter(
    ({ line }) => heading.firstRow !== undefined && line >= heading.firstRow,
  );
  const some = heading.names.map((_, i) => judged.map(({ cells }) => cells[i] ?? ""));
  const commas = options.decimal === "." ? [] : commaColumns(some, options.decimal === ",");
  const style = trial.style;
  const rows = new TextRows(() => piecesOf(text), label, { heading, style }, options);
  const texts = heading.names.map((): string[] => []);
  const lines: number[] = [];
  for await (const piece of rows.rows()) {
    for (const { cells, line } of piece) {
      lines.push(line);
      for (const [i, own] of texts.entries()) own.push(cells[i]);
    }
  }
  for (const i of commas) texts[i] = texts[i].map(pointed);
  const decimal = options.decimal ?? (commas.length > 0 ? "," : hasPoints(some) ? "." : undefined);
  const ground = (isTold: boolean): Ground => (isTold ? "told" : "found");
  const { firstRow = Number.POSITIVE_INFINITY } = heading;
  const remarks = trial.remarks.filter(({ line }) => line > (options.skipLines ?? 0) && line < firstRow);
  const report: FileReport = {
    ...{ file: label, format, encoding },
    separator: { mark: style.separator, ground: ground(options.separator !== undefined || format === "tsv") },
    ...(sample.includes('"') && { quotes: style.quotes }),
    ...(decimal !== undefined && {
      decimal: {
        mark: decimal,
        ground: ground(options.decimal !== undefined),
        columns: commas.map((i) => heading.names[i]),
      },
    }),
    header: heading.header,
    skipped: [
      ...heading.skipped,
      ...(remarks.length > 0 ? [skippedLines("comment", remarks)] : []),
      ...rows.skipped,
    ],
    ...{ units: heading.units, renamed: heading.renamed, leftOut: heading.leftOut },
  };
  const columns = heading.names.map((name, i): TextCells => ({ name, texts: texts[i] }));
  return { columns, rows: lines.length, report, lineOf: (row) => lines[row] };
}

function decoded(bytes: Uint8Array, told: string | undefined) {
  const said = (name: string, ground: Ground, text: string) => ({ text, encoding: { name, ground } });
  if (told !== undefined) return said(told, "told", new TextDecoder(told).decode(bytes));
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe)
    return said("utf-16le", "marked", new TextDecoder("utf-16le").decode(bytes));
  if (first === 0xfe && second === 0xff)
    return said("utf-16be", "marked", new TextDecoder("utf-16be").decode(bytes));
  try {
    return said("utf-8", "found", new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return said("windows-1252", "found", new TextDecoder("windows-1252").decode(bytes));
  }
}

async function* piecesOf(text: string): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += PIECE) yield text.slice(at, at + PIECE);
}

const COMMA_NUMBER = /^\s*[+-]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)?(,[0-9]+)?([eE][+-]?[0-9]+)?\s*$/;

/** A number with a decimal comma as others are written; any other text as it is. */
function pointed(text: string): string {
  return COMMA_NUMBER.test(text) ? text.replaceAll(".", "").replace(",", ".") : text;
}
