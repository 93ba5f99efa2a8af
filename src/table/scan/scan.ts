/**
 * @file What passes over all cells of files make: a scan that keeps none of them, one that keeps a sample of rows, a
 * table's columns.
 */

import type { FileReading } from "./cell-stream.ts";
import { CellCheck, ColumnBuilder, type Numbers, type Precision } from "./column-cells.ts";
import { firstPassThatWorks, goThrough, type Pass, rulesOf } from "./file-pass.ts";
import type { Sources } from "./infer-types.ts";
import type { ColumnTypes, ReadColumns } from "./parts.ts";
import { RowSample, sampleSize } from "./row-sample.ts";

export interface CellScan {
  readonly columnTypes: ColumnTypes;
  /** How each part is to be kept, in the order of the parts. */
  readonly precisions: readonly Precision[];
  /** How each file can be read. */
  readonly readings: readonly FileReading[];
  readonly rows: number;
}

/** Looks at all cells. @throws InputError for a cell or a file that cannot be read. */
export function scanCells(sources: Sources, precision: "auto" | Precision): Promise<CellScan> {
  return firstPassThatWorks(sources, precision, scanOf);
}

/** What a pass found, or undefined if a file could not be read fast. */
async function scanOf(pass: Pass): Promise<CellScan | undefined> {
  const checks = pass.parts.map((part) => {
    const { precision, rules } = rulesOf(pass, part);
    return new CellCheck(precision, rules);
  });
  const readings = await goThrough(pass, checks);
  if (readings === undefined) return undefined;
  const precisions = checks.map((check): Precision => {
    return pass.precision === "auto" && check.needsFloat64 ? "float64" : check.precision;
  });
  return { columnTypes: pass.columnTypes, precisions, readings, rows: checks[0].rows };
}

export interface SampledScan {
  readonly scan: CellScan;
  /** By part, the cells of the rows that `measuredRows` would choose of the whole table. */
  readonly cells: readonly Numbers[];
}

/**
 * Looks at all cells as `scanCells` does. Never more than the sample is in memory.
 * @throws InputError for a cell or a file that cannot be read, and what `signal` was aborted with.
 */
export function scanWithSample(
  sources: Sources,
  precision: "auto" | Precision,
  signal?: AbortSignal,
): Promise<SampledScan> {
  const size = sampleSize(sources.parts.length);
  return firstPassThatWorks(sources, precision, (pass) => sampled(pass, size, signal));
}

async function sampled(
  pass: Pass,
  size: number,
  signal: AbortSignal | undefined,
): Promise<SampledScan | undefined> {
  const { parts } = pass;
  const kept = parts.map((part) => rulesOf(pass, part).precision);
  const sample = new RowSample(size, kept);
  const onRows = (chunk: readonly Numbers[]) => {
    signal?.throwIfAborted();
    sample.add(chunk);
  };
  const scan = await scanOf({ ...pass, onRows });
  if (scan === undefined) return undefined;
  const cells = sample.cells();
  const again = parts.filter((_, i) => scan.precisions[i] !== kept[i]);
  if (again.length === 0) return { scan, cells };
  const precise = await sampled({ ...pass, parts: again, precision: "float64" }, size, signal);
  if (precise === undefined) return undefined;
  for (const [i, part] of again.entries()) cells[parts.indexOf(part)] = precise.cells[i];
  return { scan, cells };
}

/** Reads the parts. @throws InputError for a cell or a file that cannot be read. */
export function readColumns(sources: Sources, precision: "auto" | Precision): Promise<ReadColumns> {
  return firstPassThatWorks(sources, precision, async (pass) => {
    const cells = await readParts(pass);
    return cells && { cells, columnTypes: pass.columnTypes };
  });
}

/** All cells, or undefined if a file could not be read fast. */
async function readParts(pass: Pass): Promise<Numbers[] | undefined> {
  const { relations, parts } = pass;
  const counts = relations.map(({ rows }) => rows);
  const rows = counts.reduce(
    (sum, each) => (sum === undefined || each === undefined ? undefined : sum + each),
    0,
  );
  const builders = parts.map((part) => {
    const { precision, rules } = rulesOf(pass, part);
    return new ColumnBuilder(precision, rules, rows);
  });
  if ((await goThrough(pass, builders)) === undefined) return undefined;
  const again = pass.precision === "auto" ? parts.filter((_, i) => builders[i].needsFloat64) : [];
  if (again.length === 0) return builders.map((builder) => builder.finish());
  const finished = builders.map((builder) => (builder.needsFloat64 ? undefined : builder.finish()));
  const precise = await readParts({ ...pass, parts: again, precision: "float64" });
  return precise && finished.map((numbers) => numbers ?? precise.shift()!);
}
