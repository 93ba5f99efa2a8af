/**
 * @file What passes over all cells of files make: a scan that keeps none of them, one that keeps a sample of rows, a
 * table's columns.
 */

import { InputError } from "../../base/errors.ts";
import { unitOfForm } from "../number-form.ts";
import { type Column, withRemark } from "../table.ts";
import { type FileReading, presumed } from "./cell-stream.ts";
import { CellCheck, ColumnBuilder, type Numbers, type Precision } from "./column-cells.ts";
import { firstPassThatWorks, goThrough, type Pass, rulesOf } from "./file-pass.ts";
import type { ColumnTypes, Part, Sources } from "./infer-types.ts";
import { type LimitCells, withLimits } from "./limit-rules.ts";
import { RowSample, sampleSize } from "./row-sample.ts";
import { twoSidedError } from "./two-sided-error.ts";

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

/** The cells of each part, and what they mean. */
export interface ReadColumns {
  readonly cells: readonly Numbers[];
  readonly columnTypes: ColumnTypes;
}

/**
 * The columns of a table, each with its errors.
 * @param parts what the arrays of `cells` are, in the same order; @param label what the user calls the files.
 * @throws InputError for errors of a column that turned out to be one of categories.
 */
export function assembled(
  parts: readonly Part[],
  { cells, columnTypes }: ReadColumns,
  label: string,
): Column[] {
  const columns: Column[] = [];
  const limitCells = new Map<string, LimitCells>();
  for (const [i, part] of parts.entries()) {
    if (part.limitOf !== undefined && part.as !== undefined) {
      const { categories } = { categories: undefined, ...columnTypes.get(part) };
      const own = { values: cells[i], ...(categories && { categories }) };
      limitCells.set(part.limitOf, { ...limitCells.get(part.limitOf), [part.as]: own });
    } else if (part.errorsOf === undefined) {
      const columnType = columnTypes.get(part) ?? presumed;
      const { kind, read } = columnType;
      const categories = "categories" in columnType ? { categories: columnType.categories } : {};
      const unit = columnType.kind === "number" && columnType.form ? unitOfForm(columnType.form) : undefined;
      columns.push({
        name: part.name,
        values: cells[i],
        ...(kind !== "number" && { kind }),
        ...categories,
        ...(unit !== undefined && { unit }),
        ...(read && { read }),
      });
    } else {
      const column = columns.pop()!;
      if (column.kind === "category") throw new InputError(noErrors(part, label));
      const errors = column.errors ? twoSidedError(column.errors, cells[i]) : cells[i];
      const measured = { ...column, errors };
      columns.push(part.remark === undefined ? measured : withRemark(measured, part.remark));
    }
  }
  const rules = new Map(parts.flatMap(({ name, limits }) => (limits ? [[name, limits] as const] : [])));
  return columns.map((column) => {
    const rule = rules.get(column.name);
    return rule ? withLimits(column, rule, limitCells.get(column.name) ?? {}, label) : column;
  });
}

function noErrors({ name, errorsOf }: Part, label: string): string {
  return `Column "${errorsOf}" of ${label} holds categories, which have no measurement errors, but "${name}" is taken for them; name both with \`columns\` to read two columns (and leave the pair out of \`errorColumns\`).`;
}
