/** @file How a delimited text is written, found on its first megabytes, its last lines and a look at all its bytes. */
import { open } from "node:fs/promises";
import { InputError } from "../../../base/errors.ts";
import type { FileReport, Ground, SkippedLines } from "../../file-report.ts";
import type { DataFile } from "../source.ts";
import { arraysFound } from "./array-cells.ts";
import { commaColumns, hasPoints } from "./cell-forms.ts";
import { columnsOf, type TextColumn, type TextField } from "./columns.ts";
import { type ByteSurvey, type Encoding, encodingAtStart, surveyBytes } from "./encoding.ts";
import { type HeaderChoice, type Heading, headingOf, skippedLines } from "./header.ts";
import { RecordReader, type RecordStyle, UnclosedQuote } from "./records.ts";
import { likeliestStyle, styleSaid, type Trial } from "./style.ts";
import { mayBeNoRow, named } from "./text-rows.ts";

/** What a user may say of how a text is written; what is left out is found. */
export interface TextOptions {
  /** The encoding: "utf-8", "latin1", "windows-1252", "utf-16le" and what else `TextDecoder` knows. */
  readonly encoding?: string;
  /** What parts the cells: a character, "tab", "blanks" (any number of spaces) or "fixed" (columns of fixed width). */
  readonly separator?: string;
  /** The decimal mark. */
  readonly decimal?: "." | ",";
  /** "names": the first line has the names; "none": there are none, and column1, column2, ... are made; or the names. */
  readonly header?: HeaderChoice;
  /** What begins a line that is a remark and no row, such as "#"; "" for no remarks. */
  readonly comment?: string;
  /** Lines at the beginning that are left out. */
  readonly skipLines?: number;
  /** Lines at the end that are left out; 0: none, not even what looks like footnotes and sums. */
  readonly skipEnd?: number;
  /** Rows with too few or too many cells: an error, filled with missing cells, or left out. Default "error". */
  readonly ragged?: "error" | "fill" | "skip";
}

/** How one text is written. */
export interface TextLayout {
  readonly encoding: Encoding;
  readonly survey: ByteSurvey;
  readonly style: RecordStyle;
  readonly heading: Heading;
  /** Indices of columns with decimal commas. */
  readonly commas: readonly number[];
  /** What the table's columns are in the cells of a row. */
  readonly columns: readonly TextColumn[];
  /** Before the rows. */
  readonly remarks: readonly SkippedLines[];
  /** True where DuckDB reads the file as it is; otherwise it reads a plain copy. */
  readonly isPlain: boolean;
  /** By column, the text that stands for a missing cell there, where the file declares one. */
  readonly nulls?: readonly (string | undefined)[];
  /** Lines before the header that DuckDB is to leave out. */
  readonly linesBefore: number;
  readonly report: FileReport;
}

const SAMPLE_BYTES = 4 << 20;
const END_BYTES = 1 << 16;

/** @throws InputError for an empty text, an unknown encoding, a quote that is never closed, a text without a header. */
export async function layoutOf(file: DataFile, options: TextOptions): Promise<TextLayout> {
  const { bytes, end, isWhole } = await bytesAtEnds(file.path);
  const settled = encodingAtStart(bytes, options.encoding);
  const firstLine = bytes.subarray(0, firstLineEnd(bytes));
  const survey = await surveyBytes(file.path, settled, firstLine);
  const { encoding, zeroAt } = survey;
  const sample = wholeLines(decoded(bytes, encoding), isWhole);
  if (isNoText(sample))
    throw new InputError(
      `${file.label} holds bytes that are no text; name a file of text, its \`format\` if it is another, or its \`encoding\`.`,
    );
  if (zeroAt !== undefined)
    throw new InputError(
      `${file.label} holds a zero byte (the first is byte ${(zeroAt + 1).toLocaleString("en")}), as no text does: it is damaged, or no text; if it is, take them out: tr -d '\\000' < FILE > clean.csv.`,
    );
  const trial = likeliestStyle(sample, isWhole, styleSaid(options, file.format));
  if (trial.unclosed !== undefined && isWhole) throw named(new UnclosedQuote(trial.unclosed), file.label);
  const heading = headingOf(trial, options.header, file.label);
  const rows = trial.records.filter(({ line }) => heading.firstRow !== undefined && line >= heading.firstRow);
  const columns = heading.names.map((_, i) => rows.map(({ cells }) => cells[i] ?? ""));
  const commas = options.decimal === "." ? [] : commaColumns(columns, options.decimal === ",");
  const { firstRow = Number.POSITIVE_INFINITY } = heading;
  const remarks = trial.remarks.filter(({ line }) => line > (options.skipLines ?? 0) && line < firstRow);
  const remarksFound = remarks.length > 0 ? [skippedLines("comment", remarks)] : [];
  const isPlain =
    isPlainText(survey, trial, heading, options) &&
    rows.every(
      ({ cells, odd }) => !odd && (cells.length === heading.names.length || isDecorated(cells, heading)),
    ) &&
    !(await endsOddly(decoded(end, encoding), trial, heading, isWhole));
  const seen = commas.length > 0 ? "," : hasPoints(columns) ? "." : undefined;
  const decimal = options.decimal ?? seen;
  const ground = (isTold: boolean): Ground => (isTold ? "told" : "found");
  const report: FileReport = {
    file: file.label,
    format: file.isSheet ? "xlsx" : file.format,
    encoding: {
      name: encoding.name,
      ground: encoding.ground,
      ...(survey.broken > 0 && { broken: survey.broken }),
    },
    lineEnds: survey.lineEnds,
    separator: {
      mark: trial.style.separator,
      ground: ground(options.separator !== undefined || file.format === "tsv"),
    },
    ...(trial.records.length > 0 && sample.includes('"') && { quotes: trial.style.quotes }),
    ...(decimal !== undefined && {
      decimal: {
        mark: decimal,
        ground: ground(options.decimal !== undefined),
        columns: commas.map((i) => heading.names[i]),
      },
    }),
    header: heading.header,
    skipped: [...toldSkips(options), ...heading.skipped, ...remarksFound],
    units: heading.units,
    renamed: heading.renamed,
    leftOut: heading.leftOut,
  };
  const fields = heading.names.map((name, i): TextField => ({ name, ...foundField(columns[i]) }));
  return {
    ...{ encoding, survey, style: trial.style, heading, commas, remarks: remarksFound, isPlain },
    ...{ linesBefore: 0, ...columnsOf(fields, report) },
  };
}

function foundField(cells: readonly string[]): Omit<TextField, "name"> {
  const arrays = arraysFound(cells);
  return arrays ? { arrays, isFound: true, declared: "number" } : {};
}

/** Characters that no text has: a few may be damage, many are something else. */
function isNoText(sample: string): boolean {
  let controls = 0;
  const length = Math.min(sample.length, 10_000);
  for (let i = 0; i < length; i++) {
    const code = sample.charCodeAt(i);
    if ((code < 32 && ![9, 10, 12, 13, 26, 27].includes(code)) || code === 0xfffd) controls++;
  }
  return controls > length / 20;
}

function toldSkips({ skipLines = 0 }: TextOptions): SkippedLines[] {
  return skipLines > 0 ? [{ what: "title", count: skipLines, line: 1, text: "", ground: "told" }] : [];
}

/** A row may end with a separator, which DuckDB takes for decoration. */
function isDecorated(cells: readonly string[], { names }: Heading): boolean {
  return cells.length === names.length + 1 && cells[cells.length - 1] === "";
}

function isPlainText(
  survey: ByteSurvey,
  { style, remarks, records }: Trial,
  heading: Heading,
  options: TextOptions,
) {
  return (
    survey.encoding.name === "utf-8" &&
    survey.broken === 0 &&
    survey.lineEnds !== "mixed" &&
    !survey.repeats &&
    !survey.hasMarkedLines &&
    [",", ";", "\t", "|"].includes(style.separator) &&
    style.quotes === "doubled" &&
    !(survey.hasEscapedQuotes && records.some(({ odd }) => odd)) &&
    remarks.length === 0 &&
    !/^#/.test(heading.raw[0] ?? "") &&
    heading.skipped.length === 0 &&
    heading.headerLine !== undefined &&
    heading.headerLine === records[0].line &&
    // Of blank lines before it DuckDB takes the first for the header.
    heading.headerLine === 1 &&
    heading.raw.length === heading.names.length &&
    options.ragged === undefined &&
    options.skipEnd === undefined &&
    (options.skipLines ?? 0) === 0
  );
}

/** Whether what stands at the end may be no rows: narrower ones, sums, blank cells only. */
async function endsOddly(
  end: string,
  { style, records }: Trial,
  heading: Heading,
  isWhole: boolean,
): Promise<boolean> {
  const last = isWhole ? records.at(-1)?.cells : lastRecord(end, style);
  if (last === undefined || heading.names.length < 2) return false;
  const full = last.length === heading.names.length || isDecorated(last, heading);
  return !full || mayBeNoRow(last);
}

function lastRecord(end: string, style: RecordStyle): readonly string[] | undefined {
  const { skipLines: _, comment: __, ...plain } = style;
  const lines = end.split(/\r\n|\n|\r/).filter((line) => line.trim() !== "");
  const line = lines.at(-1);
  if (line === undefined) return undefined;
  const reader = new RecordReader(plain);
  try {
    return [...reader.push(`${line}\n`), ...reader.end()][0]?.cells;
  } catch (error) {
    if (error instanceof UnclosedQuote) return undefined; // the end of a cell of several lines
    throw error;
  }
}

async function bytesAtEnds(path: string) {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const piece = async (from: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
      return buffer.subarray(0, bytesRead);
    };
    const bytes = await piece(0, Math.min(size, SAMPLE_BYTES));
    // Of two bytes a character, an even place.
    const from = Math.max(0, size - END_BYTES) & ~1;
    return { bytes, end: await piece(from, size - from), isWhole: size <= SAMPLE_BYTES };
  } finally {
    await file.close();
  }
}

function firstLineEnd(bytes: Uint8Array): number {
  const end = bytes.findIndex((byte) => byte === 0x0a || byte === 0x0d);
  return end === -1 ? 0 : end;
}

function decoded(bytes: Uint8Array, { name }: Encoding): string {
  return new TextDecoder(name).decode(bytes);
}

/** A sample without the line that it cuts off. */
function wholeLines(text: string, isWhole: boolean): string {
  if (isWhole) return text;
  const end = Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r"));
  return end === -1 ? text : text.slice(0, end + 1);
}
