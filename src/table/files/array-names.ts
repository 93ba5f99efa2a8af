/** @file How the elements of an array in each row become columns: NAME0, NAME1, and of its errors NAME0_err, NAME1_err. */
import { defaultErrorNames } from "../scan/error-names.ts";

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

/** The indices of the elements, "0", "1" or "0_0", "0_1". @param most no more of them are made. */
export function arrayIndices(dims: readonly number[], most = Number.POSITIVE_INFINITY): string[] {
  const count = Math.min(
    most,
    dims.reduce((product, length) => product * length, 1),
  );
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
