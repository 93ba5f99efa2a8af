/** @file Which arrays in the cells of rows become columns, and what these are called: NAME0, NAME1, of errors NAME0_err, NAME1_err. */
import { defaultErrorNames } from "../scan/error-names.ts";

/** What the cells of a column of arrays are. */
export type FoundArrays =
  /** Arrays of one shape, of which a column for each element is made. */
  | { readonly dims: readonly number[] }
  /** Of no use as columns: how it is told, after "its cells are". */
  | { readonly held: string };

/** Of a longer array no columns are made: it is a matrix or a picture. */
export const LONGEST_ARRAY = 1000;

/** Arrays of a shape, unless they are too long. */
export function arraysOf(dims: readonly number[]): FoundArrays {
  const all = dims.reduce((product, length) => product * length, 1);
  return all <= LONGEST_ARRAY ? { dims } : { held: `arrays of ${all.toLocaleString("en")} numbers` };
}

export function ofDifferentLengths(least: number, most: number): string {
  return `arrays of different lengths (${least} to ${most} numbers)`;
}

export const OPEN_AXES = "arrays of more than one axis whose lengths are not the same in all rows";

/** A column of arrays of one shape. */
export interface ArrayField {
  readonly name: string;
  /** Lengths of the axes; none for a single cell. */
  readonly dims: readonly number[];
}

/**
 * The name of each element, the last axis running fastest: NAME0, NAME1 and so on, with several axes NAME0_0, NAME0_1;
 * of a single cell NAME. Of the errors mag_err of a field mag of the same shape they are mag0_err, mag1_err, so that each
 * column meets its errors.
 */
export function elementNames(field: ArrayField, all: readonly ArrayField[]): string[] {
  if (field.dims.length === 0) return [field.name];
  const named = nameOfElement(field, all);
  return arrayIndices(field.dims).map(named);
}

/** The indices of the elements, "0", "1" or "0_0", "0_1". */
function arrayIndices(dims: readonly number[]): string[] {
  const count = dims.reduce((product, length) => product * length, 1);
  return Array.from({ length: count }, (_, i) => indicesOf(i, dims));
}

function nameOfElement(field: ArrayField, all: readonly ArrayField[]): (indices: string) => string {
  for (const other of all) {
    const rule = defaultErrorNames.find((each) => each.replace("*", () => other.name) === field.name);
    if (rule !== undefined && other.dims.join() === field.dims.join())
      return (indices) => rule.replace("*", () => other.name + indices);
  }
  return (indices) => field.name + indices;
}

/** The index of the i-th element on each axis. */
function indicesOf(i: number, dims: readonly number[]): string {
  const indices = dims.map((length, axis) => {
    const inner = dims.slice(axis + 1).reduce((product, each) => product * each, 1);
    return Math.floor(i / inner) % length;
  });
  return indices.join("_");
}
