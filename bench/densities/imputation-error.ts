/**
 * @file The errors of filled cells as ForestDiffusion measures them (Jolicoeur-Martineau et al. 2024): numbers as shares of the range
 * that the whole training part has, a wrong category as 1; and the filling by the nearest row, of which the published errors are
 * known, to check the measure by.
 */
import { type Column, type Table, tableColumn } from "../../src/table/table.ts";
import type { SmallTable } from "./data/imputation-small.ts";

/** The sum of the errors of each row's hidden cells. */
function rowErrors({ truth, hidden }: SmallTable, filled: Table): Float64Array {
  const errors = new Float64Array(truth.rows);
  for (const [name, isHidden] of hidden) {
    const [own, found] = [tableColumn(truth, name), tableColumn(filled, name)];
    const range = own.categories ? 1 : rangeOf(own);
    for (let row = 0; row < truth.rows; row++) {
      if (!isHidden[row]) continue;
      const [value, put] = [own.values[row], found.values[row]];
      if (Number.isNaN(put)) throw new Error(`${truth.source}: ${name} is left empty in row ${row + 1}.`);
      errors[row] += own.categories
        ? Number(own.categories[value] !== found.categories?.[put])
        : Math.abs(put - value) / range;
    }
  }
  return errors;
}

function rangeOf({ values }: Column): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return most > least ? most - least : 1;
}

/**
 * Of several fillings of a table, a hidden cell each: MinMAE takes of every row the filling that is best for the row as a whole,
 * AvgMAE all of them alike.
 */
export function imputationErrors(table: SmallTable, fillings: readonly Table[]) {
  const each = fillings.map((filled) => rowErrors(table, filled));
  let cells = 0;
  for (const isHidden of table.hidden.values()) cells += isHidden.filter(Boolean).length;
  let [least, sum] = [0, 0];
  for (let row = 0; row < table.truth.rows; row++) {
    const errors = each.map((of) => of[row]);
    least += Math.min(...errors);
    sum += errors.reduce((a, b) => a + b, 0) / errors.length;
  }
  return { minMae: least / cells, avgMae: sum / cells };
}

/**
 * Each hole filled from the nearest row that has the cell: Euclid's distance over the cells that both rows have, scaled up to all
 * columns, each in standard deviations of its known cells, categories as their places in the list (of codes: by number), the target
 * among them.
 */
export function filledFromNearest({ columns, ...table }: Table): Table {
  const scaled = columns.map(standardised);
  const filled = columns.map((column) => ({ ...column, values: Float64Array.from(column.values) }));
  for (let row = 0; row < table.rows; row++) {
    const gaps = columns.filter(({ values }) => Number.isNaN(values[row]));
    if (gaps.length === 0) continue;
    const distances = Float64Array.from({ length: table.rows }, (_, other) => distance(scaled, row, other));
    for (const gap of gaps) {
      let nearest = -1;
      for (let other = 0; other < table.rows; other++) {
        if (Number.isNaN(gap.values[other]) || Number.isNaN(distances[other])) continue;
        if (nearest < 0 || distances[other] < distances[nearest]) nearest = other;
      }
      const into = filled[columns.indexOf(gap)].values;
      into[row] = nearest >= 0 ? gap.values[nearest] : meanOfKnown(gap.values);
    }
  }
  return { ...table, columns: filled };
}

function standardised({ values, categories }: Column): Float64Array {
  const codes = Float64Array.from(values);
  if (categories?.every((name) => !Number.isNaN(Number(name)))) {
    const ordered = categories.toSorted((a, b) => Number(a) - Number(b));
    for (const [row, value] of values.entries())
      if (!Number.isNaN(value)) codes[row] = ordered.indexOf(categories[value]);
  }
  const mean = meanOfKnown(codes);
  const sd = Math.sqrt(meanOfKnown(codes.map((code) => (code - mean) ** 2)));
  return codes.map((code) => (code - mean) / (sd > 0 ? sd : 1));
}

function meanOfKnown(values: Float32Array | Float64Array): number {
  let [sum, known] = [0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    known++;
  }
  return sum / known;
}

/** Squared; NaN of rows that have no cell in common. */
function distance(columns: readonly Float64Array[], row: number, other: number): number {
  let [sum, common] = [0, 0];
  for (const column of columns) {
    const difference = column[row] - column[other];
    if (Number.isNaN(difference)) continue;
    sum += difference ** 2;
    common++;
  }
  return (sum * columns.length) / common;
}
