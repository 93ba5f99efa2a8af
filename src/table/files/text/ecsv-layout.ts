/** @file How an ECSV file is written: its header says it; a sample of its rows shows how long arrays are. */
import { open } from "node:fs/promises";
import { InputError } from "../../../base/errors.ts";
import type { FileReport } from "../../file-report.ts";
import type { DataFile } from "../source.ts";
import { arraysDeclared } from "./array-cells.ts";
import { columnsOf, type TextField } from "./columns.ts";
import { type EcsvColumn, type EcsvHeader, ecsvHeader } from "./ecsv.ts";
import { surveyBytes } from "./encoding.ts";
import type { TextLayout, TextOptions } from "./layout.ts";
import { RecordReader, type RecordStyle, type TextRecord } from "./records.ts";

/** Of the rows, so much is looked at for the lengths of arrays that are not declared. */
const SAMPLE_BYTES = 4 << 20;
const SAMPLE_ROWS = 3000;

/** @throws InputError for a header that is damaged, or that declares other columns than the file has. */
export async function ecsvLayout(file: DataFile, options: TextOptions): Promise<TextLayout> {
  const header = await ecsvHeader(file.path, file.label);
  const { columns: declared, lines, bytes } = header;
  const survey = await surveyBytes(file.path, { name: "utf-8", ground: "marked" }, undefined, bytes);
  const separator = header.delimiter === "," ? "," : "blanks";
  const style: RecordStyle = { separator, quotes: "doubled" };
  const [names, ...rows] = await firstRecords(file.path, bytes, style);
  checkNames(names, header, file.label);
  const fields = declared.map((each, i) => fieldOf(each, () => rows.map(({ cells }) => cells[i] ?? "")));
  const report: FileReport = {
    ...{ file: file.label, format: "ecsv", encoding: survey.encoding, lineEnds: survey.lineEnds },
    separator: { mark: separator, ground: "marked" },
    header: { names: "in the file", ground: "marked" },
    ...{ skipped: [], units: {}, renamed: [], leftOut: [] },
  };
  const raw = declared.map(({ name }) => name);
  const isPlain =
    separator === "," &&
    survey.lineEnds !== "CR" &&
    survey.lineEnds !== "mixed" &&
    !survey.hasMarkedLines &&
    raw.length > 1 &&
    rows.every(({ cells, odd }) => !odd && cells.length === raw.length) &&
    options.ragged === undefined &&
    options.skipEnd === undefined;
  return {
    ...{ encoding: survey.encoding, survey, isPlain, commas: [], remarks: [], linesBefore: lines },
    style: { ...style, skipLines: lines },
    heading: {
      ...{ names: raw, raw, cells: raw.length, headerLine: lines + 1, firstRow: lines + 2, skipped: [] },
      ...{ header: { names: "in the file", ground: "marked" }, units: {}, renamed: [], leftOut: [] },
    },
    ...columnsOf(fields, report),
  };
}

async function firstRecords(path: string, start: number, style: RecordStyle): Promise<TextRecord[]> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, start);
    const text = new TextDecoder().decode(buffer.subarray(0, bytesRead));
    const reader = new RecordReader(style);
    const records: TextRecord[] = [];
    const isWhole = bytesRead < SAMPLE_BYTES;
    for (const record of reader.push(isWhole ? `${text}\n` : text)) {
      if (record.cells.length > 0) records.push(record);
      if (records.length > SAMPLE_ROWS) break;
    }
    return records;
  } finally {
    await file.close();
  }
}

/** The line with the names must say the same as the header, in the same order. */
function checkNames(found: TextRecord | undefined, { columns, lines }: EcsvHeader, label: string): void {
  const names = found?.cells.map((cell) => cell.trim()) ?? [];
  const at = columns.findIndex(({ name }, i) => name !== names[i]);
  if (at === -1 && names.length === columns.length) return;
  const declared = columns[at]?.name ?? "none";
  const has =
    found === undefined
      ? "it ends there"
      : `there it has ${names[at === -1 ? columns.length : at] ?? "none"}`;
  throw new InputError(
    `${label}, line ${lines + 1}: the header of ECSV declares ${columns.length} columns, number ${at === -1 ? columns.length + 1 : at + 1} is ${declared}, but ${has}; correct the line with the names, or take the remarks out to read plain CSV.`,
  );
}

function fieldOf({ name, type, kind, shape, unit, ucd }: EcsvColumn, cells: () => string[]): TextField {
  const about = { name, type };
  if (kind === "other")
    return {
      ...about,
      unreadable: { held: heldBy(type, shape !== undefined), mend: "write it as numbers or text" },
    };
  const isNumber = kind === "number";
  return {
    ...{ ...about, declared: kind },
    ...(shape && { arrays: arraysDeclared(shape, shape.includes(undefined) ? cells() : []) }),
    ...(isNumber && unit !== undefined && { unit }),
    ...(ucd !== undefined && { ucd }),
  };
}

function heldBy(type: string, isArray: boolean): string {
  if (isArray) return "arrays of texts";
  return type.startsWith("complex") ? "complex numbers" : "objects or lists";
}
