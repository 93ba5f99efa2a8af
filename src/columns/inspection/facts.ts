/** @file What a column holds, counted: how many values, how many different ones, between which ends, which are most frequent. */
import type { Column } from "../../table/table.ts";
import { presentValues } from "../scaling.ts";

export interface ColumnFacts {
  readonly rows: number;
  /** Those with a value. */
  readonly present: number;
  readonly different: number;
  /** The values that are present, ascending. */
  readonly sorted: Float64Array;
  /** Whether all of them are whole. */
  readonly isWhole: boolean;
}

export function factsOf(column: Column): ColumnFacts {
  const sorted = presentValues(column);
  let different = 0;
  let isWhole = true;
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) different++;
    if (isWhole && !Number.isInteger(sorted[i])) isWhole = false;
  }
  const { different: texts } = column.read ?? {};
  // Of texts that are too many to be kept all cells are absent.
  const rows = column.values.length;
  return {
    rows,
    present: texts === undefined ? sorted.length : rows,
    different: texts ?? different,
    sorted,
    isWhole,
  };
}

/** The most frequent values, the most frequent one first. */
export function mostFrequent(
  { sorted }: ColumnFacts,
  count: number,
): { readonly value: number; readonly rows: number }[] {
  const found: { value: number; rows: number }[] = [];
  for (let begin = 0, end = 0; begin < sorted.length; begin = end) {
    while (end < sorted.length && sorted[end] === sorted[begin]) end++;
    found.push({ value: sorted[begin], rows: end - begin });
    if (found.length > 64 * count) {
      found.sort((a, b) => b.rows - a.rows);
      found.length = 32 * count;
    }
  }
  return found.sort((a, b) => b.rows - a.rows || a.value - b.value).slice(0, count);
}
