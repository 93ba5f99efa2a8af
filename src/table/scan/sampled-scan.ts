/** @file A first look at all cells, of which a random sample of rows is kept to measure columns on. */
import type { Numbers, Precision } from "./cell-check.ts";
import type { Sources } from "./column-kinds.ts";
import { firstPassThatWorks, type Pass, rulesOf } from "./file-pass.ts";
import { RowSample, sampleSize } from "./row-sample.ts";
import { type CellSurvey, surveyOf } from "./scan-cells.ts";

export interface SampledSurvey {
  readonly survey: CellSurvey;
  /** By part, the cells of the rows that `measuredRows` would choose of the whole table. */
  readonly cells: readonly Numbers[];
}

/**
 * Looks at all cells as `surveyCells` does. Never more than the sample is in memory.
 * @throws InputError for a cell or a file that cannot be read, and what `signal` was aborted with.
 */
export function surveyWithSample(
  sources: Sources,
  precision: "auto" | Precision,
  signal?: AbortSignal,
): Promise<SampledSurvey> {
  const size = sampleSize(sources.parts.length);
  return firstPassThatWorks(sources, precision, (pass) => sampled(pass, size, signal));
}

async function sampled(
  pass: Pass,
  size: number,
  signal: AbortSignal | undefined,
): Promise<SampledSurvey | undefined> {
  const { parts } = pass;
  const kept = parts.map((part) => rulesOf(pass, part).precision);
  const sample = new RowSample(size, kept);
  const onRows = (chunk: readonly Numbers[]) => {
    signal?.throwIfAborted();
    sample.add(chunk);
  };
  const survey = await surveyOf({ ...pass, onRows });
  if (survey === undefined) return undefined;
  const cells = sample.cells();
  const again = parts.filter((_, i) => survey.precisions[i] !== kept[i]);
  if (again.length === 0) return { survey, cells };
  const precise = await sampled({ ...pass, parts: again, precision: "float64" }, size, signal);
  if (precise === undefined) return undefined;
  for (const [i, part] of again.entries()) cells[parts.indexOf(part)] = precise.cells[i];
  return { survey, cells };
}
