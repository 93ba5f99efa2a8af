/** @file A table with its missing cells filled in, each from what is known in its row. */

import { InputError } from "../base/errors.ts";
import { type ColumnEncoding, encodingOfColumn } from "../columns/encoding.ts";
import { kindOf } from "../columns/kinds.ts";
import { checkMass } from "../distribution/spread.ts";
import type { Column, Table } from "../table/table.ts";
import { chosenRows, tableColumn } from "../table/table.ts";
import {
  cellsOf,
  columnOf,
  type DensityModel,
  knownColumns,
  passOf,
  rowsWhere,
  type TableWork,
} from "./density-model.ts";
import { mostProbable } from "./describe.ts";
import { cellRandoms, chosenRandoms, drawCells } from "./draw-cells.ts";
import { answerable, targetIndices } from "./questions.ts";

/** What a missing cell is filled with. */
export const IMPUTE_METHODS = ["median", "mean", "draw"] as const;
type ImputeMethod = (typeof IMPUTE_METHODS)[number];

export interface ImputeOptions extends TableWork {
  /**
   * "median" (default): the median, or most probable category, of each missing cell given what its row has: the best
   * single guesses by their absolute errors, but too alike for statistics of the filled table. "mean": the mean instead of the
   * median, the best by squared errors. "draw": one possible table: all missing cells of a row drawn together; several
   * tables, each with its own seed, make a multiple imputation (Rubin 1987).
   */
  readonly method?: ImputeMethod;
  /** With "median" and "mean": the probability within NAME_low .. NAME_high; default 0.9, 0 for no such columns. */
  readonly interval?: number;
  /** Of "draw"; default 1. What is drawn in a row depends on the seed and the row's number alone. */
  readonly seed?: number;
  /**
   * Of a table that is a part of a longer one: the index there of its first row. Cells are drawn as in the whole, and NAME_low and
   * NAME_high are made of all columns to fill, as another part may have gaps where this one has none.
   */
  readonly firstRow?: number;
  /** The columns to fill; default those of the table that the model answers for. Others are made if named. */
  readonly columns?: readonly string[];
}

/** A column with cells to fill. */
interface Gap {
  readonly name: string;
  readonly encoding: ColumnEncoding;
  /** Its known cells, in the model's terms; what is found is written into `values`. */
  readonly column: Column;
  /** Where cells are missing. */
  readonly rows: Uint32Array;
  /** What is found, as it is put into a cell. */
  readonly toCell: (value: number) => number;
}

/**
 * Known cells stay as they are, and so do columns that have nothing to fill. A filled category column gets the
 * model's list of categories, a column of dates without times is filled with such. Filled cells have no
 * measurement error.
 *
 * With "median" and "mean" each filled column of numbers is followed by NAME_low and NAME_high (`interval`), NaN where the
 * cell was known.
 *
 * @param options `original`: the table with the categories that the model does not know, which are no gaps.
 * @throws InputError for a column the model doesn't answer for, an interval that is no probability, a column
 * NAME_low or NAME_high that the table has already.
 */
export async function impute(
  model: DensityModel,
  table: Table,
  {
    method = "median",
    interval = 0.9,
    seed = 1,
    columns,
    firstRow,
    original = table,
    ...work
  }: ImputeOptions & { readonly original?: Table } = {},
): Promise<Table> {
  if (interval !== 0) checkMass(interval);
  const known = knownColumns(model.config, table);
  const all = gapsOf(model, table, original, columns);
  const gaps = firstRow === undefined ? all.filter(({ rows }) => rows.length > 0) : all;
  const added = new Map<string, Column[]>();
  if (method === "draw") await drawGaps(model, { table, known, firstRow }, gaps, seed, work);
  else {
    refuseTakenNames(table, gaps, interval);
    for (const [pass, gap] of gaps.entries()) {
      const share = passOf(work, pass, gaps.length, table.rows);
      added.set(gap.name, await fillGuesses(model, table, known, gap, { method, interval }, share));
    }
  }
  const filled = new Map(
    gaps.map(({ name, column }) => [
      name,
      withNames(
        column,
        original.columns.find((each) => each.name === name),
      ),
    ]),
  );
  const absent = gaps.filter(({ name }) => !table.columns.some((column) => column.name === name));
  const columnsOfAll = [...original.columns, ...absent.map(({ column }) => column)];
  return {
    source: `${table.source}, filled in`,
    rows: table.rows,
    columns: columnsOfAll.flatMap((column) => [
      filled.get(column.name) ?? column,
      ...(added.get(column.name) ?? []),
    ]),
  };
}

function gapsOf(
  model: DensityModel,
  table: Table,
  original: Table,
  columns: readonly string[] | undefined,
): Gap[] {
  const wanted = columns ? [...new Set(columns)] : answerable(model.config, table);
  if (wanted.length > 0) targetIndices(model.config, wanted);
  return wanted.map((name): Gap => {
    const encoding = encodingOfColumn(model.config, name);
    const found = table.columns.find((column) => column.name === name);
    const column: Column = found ?? { name, values: new Float64Array(table.rows).fill(Number.NaN) };
    const { lower, upper } = column;
    const values = columnOf(name, encoding, cellsOf(column, encoding, table.source));
    const cells = { ...values, ...(lower && { lower }), ...(upper && { upper }) };
    // What is filled in was not measured: an error that stands beside it would make it an uncertain given.
    const errors = found?.errors?.map((error, row) => (Number.isNaN(found.values[row]) ? Number.NaN : error));
    return {
      name,
      encoding,
      column: errors ? { ...cells, errors } : cells,
      // A category that the model does not know is not given, but it is no gap.
      rows: rowsWhere(original.columns.find((each) => each.name === name) ?? column, true),
      toCell: kindOf(encoding).fillingOf(column),
    };
  });
}

/** The filled column with the categories that the model does not know, where the table had them. */
function withNames(column: Column, original: Column | undefined): Column {
  const { categories } = column;
  if (!categories || !original?.categories) return column;
  const isLost = (_: number, row: number) =>
    Number.isNaN(column.values[row]) && !Number.isNaN(original.values[row]);
  if (!original.values.some(isLost)) return column;
  const names = [...new Set([...categories, ...original.categories])];
  const values = column.values.map((value, row) =>
    isLost(value, row) ? names.indexOf(original.categories?.[original.values[row]] ?? "") : value,
  );
  return { ...column, categories: names, values };
}

async function fillGuesses(
  model: DensityModel,
  table: Table,
  known: readonly Column[],
  { name, encoding, column, rows, toCell }: Gap,
  { method, interval }: { readonly method: Exclude<ImputeMethod, "draw">; readonly interval: number },
  work: TableWork,
): Promise<Column[]> {
  const others = known.filter((each) => isEvidence(each, name));
  const question = { of: name, given: others.map((each) => each.name), ...work };
  const hasInterval = interval > 0 && !kindOf(encoding).isCategorical;
  const [low, high] = [0, 1].map(() => new Float64Array(table.rows).fill(Number.NaN));
  const questions = chosenRows({ source: table.source, columns: others }, rows);
  for await (const { start, densities } of model.densityBatches(questions, question)) {
    const put = (found: Float64Array, into: Column["values"]) =>
      found.forEach((value, row) => {
        into[rows[start + row]] = toCell(value);
      });
    const answers = densities[name];
    const guesses = method === "mean" ? answers.means : answers.medians;
    put(kindOf(encoding).isCategorical ? mostProbable(answers) : guesses.call(answers), column.values);
    if (!hasInterval) continue;
    const ends = answers.intervals(interval);
    put(ends.low, low);
    put(ends.high, high);
  }
  if (!hasInterval) return [];
  return [columnOf(`${name}_low`, encoding, low), columnOf(`${name}_high`, encoding, high)];
}

/** Column by column, each given the row's known cells and those drawn before: a joint draw by the chain rule. */
async function drawGaps(
  model: DensityModel,
  { table, known, firstRow }: { table: Table; known: readonly Column[]; firstRow: number | undefined },
  gaps: readonly Gap[],
  seed: number,
  work: TableWork,
): Promise<void> {
  const filled = new Map(known.map((column) => [column.name, column]));
  for (const { name, column } of gaps) filled.set(name, column);
  for (const [pass, { name, column, rows, toCell }] of gaps.entries()) {
    const others = [...filled.values()].filter((each) => isEvidence(each, name));
    const drawn = await drawCells(
      model,
      {
        table: chosenRows({ source: table.source, columns: others }, rows),
        of: name,
        given: others.map((each) => each.name),
        randoms: chosenRandoms(cellRandoms(table.rows, seed, ["impute", name], firstRow), rows),
        isScored: false,
      },
      passOf(work, pass, gaps.length, table.rows),
    );
    rows.forEach((row, i) => {
      column.values[row] = toCell(drawn.values[i]);
    });
  }
}

/** What a column's missing cells are filled by: the other columns, and limits of its own. */
function isEvidence({ name, lower, upper }: Column, of: string): boolean {
  return name !== of || lower !== undefined || upper !== undefined;
}

/** How many cells are known after the filling that were missing before. */
export function countFilled(before: Table, after: Table): number {
  const filled = before.columns.map((column) => {
    const { values } = tableColumn(after, column.name);
    return rowsWhere(column, true).filter((row) => !Number.isNaN(values[row])).length;
  });
  return filled.reduce((sum, count) => sum + count, 0);
}

function refuseTakenNames(table: Table, gaps: readonly Gap[], interval: number): void {
  if (interval === 0) return;
  const added = gaps.flatMap(({ name, encoding }) =>
    kindOf(encoding).isCategorical ? [] : [`${name}_low`, `${name}_high`],
  );
  const taken = table.columns.find(({ name }) => added.includes(name));
  if (!taken) return;
  throw new InputError(
    `${table.source} has a column "${taken.name}" already, where the interval would be put: rename it, or set interval to 0.`,
  );
}
