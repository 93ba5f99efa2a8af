/** @file A first look at all cells, of which none is kept: what they mean, and how they are to be read and kept. */
import { CellCheck, type Precision } from "./cell-check.ts";
import type { FileReading } from "./cell-stream.ts";
import type { Meanings, Sources } from "./column-kinds.ts";
import { firstPassThatWorks, goThrough, type Pass, rulesOf } from "./file-pass.ts";

export interface CellSurvey {
  readonly meanings: Meanings;
  /** How each part is to be kept, in the order of the parts. */
  readonly precisions: readonly Precision[];
  /** How each file can be read. */
  readonly readings: readonly FileReading[];
  readonly rows: number;
}

/** Looks at all cells. @throws InputError for a cell or a file that cannot be read. */
export function surveyCells(sources: Sources, precision: "auto" | Precision): Promise<CellSurvey> {
  return firstPassThatWorks(sources, precision, surveyOf);
}

/** What a pass tells, or undefined if a file could not be read fast. */
export async function surveyOf(pass: Pass): Promise<CellSurvey | undefined> {
  const checks = pass.parts.map((part) => {
    const { precision, rules } = rulesOf(pass, part);
    return new CellCheck(precision, rules);
  });
  const readings = await goThrough(pass, checks);
  if (readings === undefined) return undefined;
  const precisions = checks.map((check): Precision => {
    return pass.precision === "auto" && check.needsFloat64 ? "float64" : check.precision;
  });
  return { meanings: pass.meanings, precisions, readings, rows: checks[0].rows };
}
