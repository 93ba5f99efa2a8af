/** @file Point masses: values that a noticeable share of the rows has exactly. */
import { InputError } from "../base/errors.ts";
import { medianOfSorted } from "../numeric/statistics.ts";
import type { Column } from "../table/table.ts";

/** A value and the number of rows that have exactly it. */
export interface PointMass {
  readonly value: number;
  readonly rows: number;
}

/** Rarer values are no point masses: as a share of the rows that have a value, and as rows (fewer could be chance). */
const MIN_SHARE = 0.005;
const MIN_ROWS = 15;
/** A point mass is this many times as frequent as a typical one of the nearest other values ... */
const ABOVE_PLAIN = 5;
const PLAIN_NEIGHBOURS = 5;
/** Of fewer values on a side than this, one that is a point mass itself would be the median. */
const MIN_OF_SIDE = 3;
/** ... and as the second most frequent of a few more: among rounded values, every tenth may be a round one. */
const ABOVE_ROUND = 3;
const ROUND_NEIGHBOURS = 10;
/** A column of so few different values is all point masses, if each is there this many times on average. */
const FEW_VALUES = 20;
const OFTEN_EACH = 10;
/** More than this are not kept, the most frequent ones first. */
const MAX_POINT_MASSES = 32;

/**
 * The point masses of a column, ascending.
 *
 * A value is compared with the *different* values next to it, not with a density: so in a column rounded to 0.1,
 * where every value is repeated, none stands out by being repeated, and in one that is not rounded
 * (every other value is there once) few repetitions stand out. The nearest five on the denser side count (their
 * median, which another point mass or two among them doesn't move), so an end of the range is compared with its inside.
 *
 * A column of at most 20 different values, each there ten times on average, is made of point masses only.
 *
 * @param sorted The values that are present, ascending.
 * @param fewValues a column of at most so many different values is made of point masses.
 */
export function findPointMasses(sorted: Float64Array, fewValues = FEW_VALUES): PointMass[] {
  const { values, rows } = differentValues(sorted);
  const massAt = (at: number): PointMass => ({ value: values[at], rows: rows[at] });
  const all = values.length <= fewValues && sorted.length >= OFTEN_EACH * values.length;
  const minRows = Math.max(MIN_ROWS, MIN_SHARE * sorted.length);
  const masses: PointMass[] = [];
  for (let at = 0; at < values.length; at++) {
    if (all || (rows[at] >= minRows && standsOut(rows, at))) masses.push(massAt(at));
  }
  return masses
    .sort((a, b) => b.rows - a.rows)
    .slice(0, MAX_POINT_MASSES)
    .sort((a, b) => a.value - b.value);
}

/** The different values of an ascending list, and how often each is there. */
function differentValues(sorted: Float64Array): { values: Float64Array; rows: Uint32Array } {
  const values = new Float64Array(sorted.length);
  const rows = new Uint32Array(sorted.length);
  let count = 0;
  for (let begin = 0, end = 0; begin < sorted.length; begin = end) {
    while (end < sorted.length && sorted[end] === sorted[begin]) end++;
    values[count] = sorted[begin];
    rows[count++] = end - begin;
  }
  return { values: values.subarray(0, count), rows: rows.subarray(0, count) };
}

function standsOut(rows: Uint32Array, at: number): boolean {
  const below = (count: number) => rows.slice(Math.max(0, at - count), at).sort();
  const above = (count: number) => rows.slice(at + 1, at + 1 + count).sort();
  const sides = [below(PLAIN_NEIGHBOURS), above(PLAIN_NEIGHBOURS)];
  const usable = sides.filter((side) => side.length >= MIN_OF_SIDE);
  const plain = Math.max(
    0,
    ...(usable.length > 0 ? usable : sides).map((side) => (side.length === 0 ? 0 : medianOfSorted(side))),
  );
  const round = [...below(ROUND_NEIGHBOURS), ...above(ROUND_NEIGHBOURS)].sort((a, b) => b - a)[1] ?? 0;
  return rows[at] >= Math.max(ABOVE_PLAIN * plain, ABOVE_ROUND * round);
}

/**
 * What is kept of a float32 column's point mass is the shortest decimal that rounds to it (5.00001, not
 * 5.000010013580322): so it is met again in a table read as float64, and in questions.
 */
export function pointMassesOf(
  column: Column,
  sorted: Float64Array,
  source: string,
  wanted: boolean | readonly number[],
  fewValues = FEW_VALUES,
): PointMass[] {
  if (wanted === false) return [];
  if (wanted === true) {
    const found = findPointMasses(sorted, fewValues);
    if (column.values instanceof Float64Array) return found;
    return found.map(({ value, rows }) => ({ value: shortestDecimal(value), rows }));
  }
  return [...new Set(wanted)]
    .sort((a, b) => a - b)
    .map((value) => {
      if (!Number.isFinite(value)) {
        throw new InputError(
          `The point masses of column "${column.name}" of ${source} must be finite numbers.`,
        );
      }
      const held = Math.fround(value);
      return { value, rows: sorted.filter((each) => each === value || each === held).length };
    });
}

function shortestDecimal(float32: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const decimal = Number(float32.toPrecision(digits));
    if (Math.fround(decimal) === float32) return decimal;
  }
  return float32;
}

export function withoutPointMasses(sorted: Float64Array, masses: readonly PointMass[]): Float64Array {
  const values = new Set(masses.flatMap(({ value }) => [value, Math.fround(value)]));
  return values.size === 0 ? sorted : sorted.filter((each) => !values.has(each));
}

/** What a user should know of the point masses of a column. @param rows how many have a value. */
export function pointMassNotices(
  column: Column,
  masses: readonly PointMass[],
  rows: number,
  only: boolean,
  written: (value: number) => string,
): string[] {
  if (masses.length === 0) return [];
  if (only) {
    return [
      `${column.name}: only ${masses.length} different values (${written(masses[0].value)} to ${written(masses[masses.length - 1].value)}); each modelled as a point mass.`,
    ];
  }
  const [first, ...others] = [...masses].sort((a, b) => b.rows - a.rows);
  const share = (mass: PointMass) => `${((100 * mass.rows) / rows).toFixed(1)} %`;
  const which = rows === column.values.length ? "rows" : "rows with a value";
  const also = others.slice(0, 3).map((mass) => `, ${share(mass)} ${written(mass.value)}`);
  const more = others.length > 3 ? `, and ${others.length - 3} more` : "";
  const modelled = others.length === 0 ? "modelled as a point mass" : "modelled as point masses";
  return [
    `${column.name}: ${share(first)} of the ${which} are exactly ${written(first.value)}${also.join("")}${more}; ${modelled}.`,
  ];
}
