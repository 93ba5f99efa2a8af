/** @file The sampled rows of the table in the page: their histograms, and those that are nearest to a question. */
import type { ModelColumn } from "../../columns/encoding.ts";
import { kindOf } from "../../columns/kinds.ts";
import { type Given, isInterval, isMeasured } from "../../model/question-table.ts";
import type { SampledRows } from "../site-format.ts";
import { type Axis, positionOf } from "./axis.ts";

export interface Rows {
  readonly source: string;
  /** Of the whole table. */
  readonly total: number;
  readonly numbers: readonly number[];
  /** NaN where missing. */
  readonly values: Readonly<Record<string, Float64Array>>;
}

export function rowsOf({ source, rows, numbers, columns }: SampledRows): Rows {
  const values = columns.map(({ name, values }) => [
    name,
    Float64Array.from(values, (value) => value ?? Number.NaN),
  ]);
  return { source, total: rows, numbers, values: Object.fromEntries(values) };
}

/** Without missing ones. */
export function ascending(values: Float64Array | undefined): Float64Array {
  return (values ?? new Float64Array(0)).filter((value) => !Number.isNaN(value)).sort();
}

/** Fewer of few rows: a bin is then mostly noise. */
const [LEAST_BINS, MOST_BINS] = [12, 72];

/** Densities per step of position in even bins; of whole numbers with few values each has a bin. */
export function histogram(values: Float64Array, axis: Axis, whole: boolean): Float64Array {
  const span = axis.high - axis.low;
  const usual = Math.round(Math.min(MOST_BINS, Math.max(LEAST_BINS, 1.3 * Math.sqrt(values.length))));
  const bins = whole && !axis.isLog && span <= usual ? Math.round(span) : usual;
  const counts = new Float64Array(bins);
  for (const value of values) {
    const bin = Math.floor(positionOf(axis, value) * bins);
    if (bin >= 0 && bin < bins) counts[bin]++;
  }
  return counts.map((count) => (count * bins) / Math.max(1, values.length));
}

/** The share of rows that have each name. */
export function shares(values: Float64Array, count: number): Float64Array {
  const found = new Float64Array(count);
  for (const value of values) found[value]++;
  return found.map((each) => each / Math.max(1, values.length));
}

export interface Neighbour {
  /** The index among the sampled rows, and the row's number in the table. */
  readonly index: number;
  readonly number: number;
  /** In typical distances: the root of the mean square over what is given, a column's spread being 1. */
  readonly distance: number;
}

/**
 * The rows nearest to what is given, over the columns that are given: a number counts in spreads of its column, beyond an error or an
 * interval; another name counts as one spread. Rows that lack one of these cells are left out.
 */
export function nearest(
  rows: Rows,
  columns: readonly ModelColumn[],
  given: Given,
  count: number,
): Neighbour[] {
  const parts = columns.flatMap((column) => {
    const values = rows.values[column.name];
    return Object.hasOwn(given, column.name) && values
      ? [{ values, far: distanceIn(column, given[column.name]) }]
      : [];
  });
  if (parts.length === 0) return [];
  const found: { readonly index: number; readonly sum: number }[] = [];
  for (let index = 0; index < rows.numbers.length; index++) {
    let sum = 0;
    for (const { values, far } of parts) sum += far(values[index]) ** 2;
    // Only what is among the nearest so far is kept; NaN is not.
    if (!(sum < (found[count - 1]?.sum ?? Number.POSITIVE_INFINITY))) continue;
    const place = found.findIndex((each) => each.sum > sum);
    found.splice(place < 0 ? found.length : place, 0, { index, sum });
    if (found.length > count) found.pop();
  }
  return found.map(({ index, sum }) => ({
    index,
    number: rows.numbers[index],
    distance: Math.sqrt(sum / parts.length),
  }));
}

function distanceIn({ encoding }: ModelColumn, cell: Given[string]): (value: number) => number {
  const { scale, categories, period } = encoding;
  if (kindOf(encoding).isCategorical) {
    const wanted = categories.indexOf(String(cell));
    return (value) => (Number.isNaN(value) ? value : Number(value !== wanted));
  }
  if (isInterval(cell)) {
    const [low, high] = [Number(cell.lower), Number(cell.upper)];
    return (value) => (value < low ? low - value : value > high ? value - high : value - value) / scale;
  }
  const [middle, error] = isMeasured(cell) ? [cell.value, cell.error] : [Number(cell), 0];
  const width = Math.hypot(scale, error);
  if (period === undefined) return (value) => (value - middle) / width;
  return (value) => {
    const apart = Math.abs(value - middle) % period;
    return Math.min(apart, period - apart) / width;
  };
}
