/** @file How surprising each known cell of a table is, given the rest of its row. */

import { InputError } from "../base/errors.ts";
import { encodingOfColumn, numericClasses } from "../columns/encoding.ts";
import { cellText, geometryOf, kindOf } from "../columns/kinds.ts";
import type { ColumnDistributions } from "../distribution/column-distributions.ts";
import type { Column, Table } from "../table/table.ts";
import { chosenRows, tableColumn } from "../table/table.ts";
import {
  cellsOf,
  type DensityModel,
  knownColumns,
  passOf,
  rowsWhere,
  type TableWork,
} from "./density-model.ts";
import { observedAt } from "./observed.ts";
import { answerable, targetIndices } from "./questions.ts";

export interface ScoreOptions extends TableWork {
  /** The columns scored; default those of the table that the model answers for. */
  readonly of?: readonly string[];
}

/** Of one cell. */
interface CellScore {
  readonly logDensity: number;
  readonly tail: number;
}

/**
 * For each target NAME two columns, NaN where its cell is missing:
 * - NAME_log_density: the log density of the cell per data unit given all other known cells of its row; the log
 *   probability of a point mass, integer or category;
 * - NAME_tail: the probability of a value at least as far out, on either side: 2 min(F, 1 - F), at a point mass
 *   with half of it in F; on a circle of one at least as far from the median; of a category the probability of
 *   all that are at most as probable. Uniform on [0, 1] over good cells of a column without point masses.
 *
 * Where the model's densities are of true values (measurement errors taken out in training), a cell with an error is
 * held against the density blurred by it: that of what would be observed. (A value that is one of the column's point
 * masses is taken as exact.)
 *
 * @throws InputError for a column that the model doesn't answer for or the table doesn't have.
 */
export async function score(
  model: DensityModel,
  table: Table,
  { of, ...work }: ScoreOptions = {},
): Promise<Table> {
  const known = knownColumns(model.config, table);
  const names = of ?? answerable(model.config, { columns: known });
  if (names.length === 0) {
    throw new InputError(`${table.source} has none of the columns that the model answers for.`);
  }
  targetIndices(model.config, names);
  const columns: Column[] = [];
  for (const [pass, name] of names.entries()) {
    const share = passOf(work, pass, names.length, table.rows);
    columns.push(...(await scoreColumn(model, table, known, name, share)));
  }
  return { source: `scores of ${table.source}`, rows: table.rows, columns };
}

async function scoreColumn(
  model: DensityModel,
  table: Table,
  known: readonly Column[],
  name: string,
  work: TableWork,
): Promise<Column[]> {
  const column = tableColumn(table, name);
  const encoding = encodingOfColumn(model.config, name);
  const cells = cellsOf(column, encoding, table.source);
  const classOf = numericClasses(encoding);
  const others = known.filter((each) => each.name !== name);
  const rows = rowsWhere(column, false);
  const errorOf = (row: number) => (classOf(cells[row]) > 0 ? 0 : (column.errors?.[row] ?? 0));
  const question = { of: name, given: others.map((each) => each.name), ...work };
  const [logDensities, tails] = [0, 1].map(() => new Float64Array(table.rows).fill(Number.NaN));
  const questions = chosenRows({ source: table.source, columns: others }, rows);
  for await (const { start, densities, ...batch } of model.densityBatches(questions, question)) {
    // On a circle the error is laid around it together with the rest of the line.
    const isLaidAround = geometryOf(encoding).period !== undefined && densities[name].ofTrueValues;
    const errors = Float64Array.from({ length: batch.rows }, (_, i) => errorOf(rows[start + i]));
    const answers = isLaidAround ? densities[name].observed(errors) : densities[name];
    for (let i = 0; i < batch.rows; i++) {
      const row = rows[start + i];
      const { logDensity, tail } = scoreCell(answers, i, cells[row], errors[i]);
      logDensities[row] = logDensity;
      tails[row] = tail;
    }
  }
  return [
    { name: `${name}_log_density`, values: logDensities },
    { name: `${name}_tail`, values: tails },
  ];
}

function scoreCell(of: ColumnDistributions, row: number, value: number, error: number): CellScore {
  if (kindOf(of.encoding).isCategorical) return scoreCategory(of, row, value);
  if (of.ofTrueValues && error > 0) {
    const { logDensity, cdf } = observedAt(of, row, value, error);
    return { logDensity, tail: twoSided(cdf) };
  }
  return { logDensity: of.logLikelihood(row, value), tail: of.tail(row, value) };
}

function scoreCategory(of: ColumnDistributions, row: number, index: number): CellScore {
  const count = of.encoding.categories.length;
  const probabilities = of.classes.subarray(row * count, (row + 1) * count);
  const tail = probabilities.reduce((sum, each) => (each <= probabilities[index] ? sum + each : sum), 0);
  return { logDensity: Math.log(probabilities[index]), tail: Math.min(1, tail) };
}

function twoSided(cdf: number): number {
  return 2 * Math.max(0, Math.min(cdf, 1 - cdf));
}

/** A cell that fits its row badly. */
export interface SurprisingCell {
  /** 1 for the first row of the table. */
  readonly row: number;
  readonly column: string;
  /** As it stands in the table. */
  readonly value: string;
  readonly tail: number;
  readonly logDensity: number;
}

/**
 * The cells with the smallest tail probabilities; where these are equal, with the smallest densities.
 * @param scores what {@link score} made of the table.
 */
export function mostSurprising(table: Table, scores: Table, count: number): SurprisingCell[] {
  const cells = table.columns.flatMap((column) => {
    const [tails, logDensities] = ["tail", "log_density"].map(
      (ending) => scores.columns.find(({ name }) => name === `${column.name}_${ending}`)?.values,
    );
    if (!tails || !logDensities) return [];
    return Array.from(tails, (tail, row) => ({ column, row, tail, logDensity: logDensities[row] }));
  });
  return cells
    .filter(({ tail }) => !Number.isNaN(tail))
    .sort((a, b) => a.tail - b.tail || a.logDensity - b.logDensity)
    .slice(0, count)
    .map(({ column, row, tail, logDensity }) => ({
      row: row + 1,
      column: column.name,
      value: cellText(column, row),
      tail,
      logDensity,
    }));
}
