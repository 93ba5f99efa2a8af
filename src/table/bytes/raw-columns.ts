/** @file A table's cells as a file in memory has them, before it is known what they mean. */
import type { FileReport } from "../file-report.ts";

/** A column of texts, of which some may be numbers, dates or truths. */
export interface TextCells {
  readonly name: string;
  readonly texts: readonly string[];
}

/** A column of which the file says what it holds; NaN is missing. */
interface TypedCells {
  readonly name: string;
  readonly kind: "number" | "boolean" | "date";
  readonly numbers: Float32Array | Float64Array;
}

export type RawColumn = TextCells | TypedCells;

export interface RawTable {
  readonly columns: readonly RawColumn[];
  readonly rows: number;
  readonly report: FileReport;
  /** The line on which a row begins, of a text. */
  readonly lineOf?: (row: number) => number | undefined;
}
