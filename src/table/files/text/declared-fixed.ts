/** @file Texts whose header declares columns of fixed width, IPAC's and those of journals: how their lines are read. */
import type { FileReport } from "../../file-report.ts";
import type { DataFile } from "../source.ts";
import { columnsOf, type TextField } from "./columns.ts";
import { surveyBytes } from "./encoding.ts";
import type { TextLayout } from "./layout.ts";

/** What a header declares. */
export interface DeclaredFixed {
  /** The format's name, for the report. */
  readonly format: string;
  readonly fields: readonly TextField[];
  /** Where each field begins in a line, from 0. */
  readonly starts: readonly number[];
  /** The text that stands for a missing cell of each field, if any. */
  readonly nulls: readonly (string | undefined)[];
  /** The line with the names, from 1. */
  readonly headerLine: number;
  /** Lines before the first row. */
  readonly lines: number;
}

export async function declaredFixedLayout(file: DataFile, declared: DeclaredFixed): Promise<TextLayout> {
  const { format, fields, starts, nulls, headerLine, lines } = declared;
  const survey = await surveyBytes(file.path, undefined, undefined);
  const about = { names: "in the file", ground: "marked" } as const;
  const report: FileReport = {
    ...{ file: file.label, format, encoding: survey.encoding, lineEnds: survey.lineEnds },
    ...{ separator: { mark: "fixed", ground: "marked" }, header: about },
    ...{ skipped: [], units: {}, renamed: [], leftOut: [] },
  };
  const names = fields.map(({ name }) => name);
  return {
    ...{ encoding: survey.encoding, survey, isPlain: false, commas: [], remarks: [], linesBefore: 0 },
    style: { separator: "fixed", quotes: "bare", starts, skipLines: lines },
    heading: {
      ...{ names, raw: names, cells: names.length, headerLine, firstRow: lines + 1, skipped: [] },
      ...{ header: about, units: {}, renamed: [], leftOut: [] },
    },
    nulls,
    ...columnsOf(fields, report),
  };
}
