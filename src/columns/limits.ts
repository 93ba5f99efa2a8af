/** @file Limits: what a cell without a value is known to lie within, as users say it and as a network takes it. */
import { InputError } from "../base/errors.ts";
import { type Column, isLimited } from "../table/table.ts";
import type { ColumnEncoding } from "./encoding.ts";
import { coordinates, held } from "./transforms.ts";

/** Limits of the cells of a column in standardised units, both NaN where a cell has none, infinite at an open end. */
export interface EncodedLimits {
  readonly lower: Float32Array;
  readonly upper: Float32Array;
}

/**
 * In standardised units: so far a limit is kept from a point mass, on the side that says whether this is inside. x > 0 and
 * x >= 0 are far from the same where many rows have exactly 0.
 */
export const BESIDE_POINT_MASS = 0.02;

/** Whether any cell of the column has limits instead of a value. */
export function hasLimits(column: Column): boolean {
  if (!column.lower && !column.upper) return false;
  return column.values.some((_, row) => isLimited(column, row));
}

/**
 * The limits of a column's cells; undefined where it has no arrays of them: a block of rows is encoded as the others are.
 * @param isWhole whether only whole numbers occur: they are spread over half a unit to either side.
 * @throws InputError naming the row, for limits that leave nothing between them.
 */
export function encodeLimits(
  column: Column,
  encoding: ColumnEncoding,
  isWhole: boolean,
  where: (row: number) => string,
): EncodedLimits | undefined {
  if (!column.lower && !column.upper) return undefined;
  const [lower, upper] = [0, 1].map(() => new Float32Array(column.values.length).fill(Number.NaN));
  const ends = standardisedLimits(encoding, isWhole);
  for (let row = 0; row < column.values.length; row++) {
    if (!isLimited(column, row)) continue;
    const [low, high] = checkedLimits(column, row, isWhole, where);
    [lower[row], upper[row]] = ends(low, high);
  }
  return { lower, upper };
}

/** As {@link limitsOf}. @throws InputError naming the row, for limits that leave nothing between them. */
export function checkedLimits(
  column: Column,
  row: number,
  isWhole: boolean,
  where: (row: number) => string,
): readonly [low: number, high: number] {
  const [low, high] = limitsOf(column, row);
  const isEmpty = isWhole ? Math.ceil(low) > Math.floor(high) : low > high;
  if (isEmpty) throw new InputError(`${where(row)}: nothing lies within ${low} .. ${high}; mend the limits.`);
  return [low, high];
}

/** The limits of a cell in data units, infinite where there is no end. */
export function limitsOf({ lower, upper }: Column, row: number): readonly [low: number, high: number] {
  const [low, high] = [lower?.[row] ?? Number.NaN, upper?.[row] ?? Number.NaN];
  return [
    Number.isNaN(low) ? Number.NEGATIVE_INFINITY : low,
    Number.isNaN(high) ? Number.POSITIVE_INFINITY : high,
  ];
}

function standardisedLimits(encoding: ColumnEncoding, isWhole: boolean) {
  const { toStandardised } = coordinates(encoding);
  const masses = encoding.pointMasses.map((value) => ({ value, at: toStandardised(value) }));
  const standardised = (end: number) => (Number.isFinite(end) ? held(toStandardised(end)) : end);
  const beside = (end: number, side: 1 | -1, isInside: (mass: number) => boolean) => {
    const near = masses.find(({ at }) => Math.abs(at - end) < BESIDE_POINT_MASS);
    if (!near) return end;
    return near.at + (isInside(near.value) ? side : -side) * BESIDE_POINT_MASS;
  };
  return (low: number, high: number): [number, number] => {
    const [from, to] = densityWithin([low, high], isWhole).map(standardised);
    return [beside(from, -1, (mass) => mass >= low), beside(to, 1, (mass) => mass <= high)];
  };
}

/** What a user should know of a column's limits, one sentence each. */
export function limitNotices(column: Column): string[] {
  if (!column.lower && !column.upper) return [];
  let limited = 0;
  for (let row = 0; row < column.values.length; row++) limited += Number(isLimited(column, row));
  return [
    limited > 0
      ? `${column.name}: ${limited} cells have limits and no value; they are learnt as intervals.`
      : `${column.name}: limits were looked for, and no cell has any; columns that are read for them are no others. To read them as columns: \`limits\` none.`,
  ];
}

/** Where a density within these limits ends: that of whole numbers is spread over half a unit to either side. */
export function densityWithin(
  [low, high]: readonly [low: number, high: number],
  isWhole: boolean,
): readonly [low: number, high: number] {
  return isWhole ? [Math.ceil(low) - 0.5, Math.floor(high) + 0.5] : [low, high];
}

/** @throws InputError for limits in a column of what has none: names, angles. */
export function refuseLimits(column: Column, plural: string, where: (row: number) => string): void {
  if (!column.lower && !column.upper) return;
  const row = column.values.findIndex((_, each) => isLimited(column, each));
  if (row >= 0)
    throw new InputError(`${where(row)}: ${plural} have no limits; give a value, or leave it out.`);
}

/** The next number above (1) or below (-1): x > 3 is x >= the number after 3. */
export function nextTo(value: number, side: 1 | -1): number {
  if (!Number.isFinite(value)) return value;
  if (value === 0) return side * Number.MIN_VALUE;
  const bits = new BigInt64Array(new Float64Array([value]).buffer);
  bits[0] += BigInt(value > 0 ? side : -side);
  return new Float64Array(bits.buffer)[0];
}
