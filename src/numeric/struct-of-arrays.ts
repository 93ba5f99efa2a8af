/** @file Named arrays of numbers, one after the other in a single piece of memory that threads may share. */

type FieldType = "float32" | "int32";

/** By name, what an array holds and how many cells it has. */
export type ArrayFields = Readonly<Record<string, readonly [type: FieldType, length: number]>>;

export type StructOfArrays<Fields extends ArrayFields> = {
  readonly [Name in keyof Fields]: Fields[Name][0] extends "int32" ? Int32Array : Float32Array;
};

const CELL_BYTES = 4;

/** The bytes that all arrays of these fields take. */
export function structBytes(fields: ArrayFields): number {
  return Object.values(fields).reduce((sum, [, length]) => sum + CELL_BYTES * length, 0);
}

/**
 * The arrays over `structBytes(fields)` bytes of memory, in the order of the fields.
 *
 * @example
 * const fields = { tokens: ["int32", 8], values: ["float32", 8] } as const;
 * const { tokens, values } = structOfArrays(fields, new SharedArrayBuffer(structBytes(fields)));
 */
export function structOfArrays<const Fields extends ArrayFields>(
  fields: Fields,
  memory: ArrayBufferLike,
): StructOfArrays<Fields> {
  let offset = 0;
  const arrays = Object.entries(fields).map(([name, [type, length]]) => {
    const start = offset;
    offset += CELL_BYTES * length;
    return [
      name,
      type === "int32" ? new Int32Array(memory, start, length) : new Float32Array(memory, start, length),
    ];
  });
  return Object.fromEntries(arrays) as StructOfArrays<Fields>;
}

/** Arrays of one kind, one behind the other; one alone is given back as it is. */
export function concatenated<Cells extends Float32Array | Float64Array>(arrays: readonly Cells[]): Cells {
  if (arrays.length === 1) return arrays[0];
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const all = (
    arrays[0] instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)
  ) as Cells;
  let start = 0;
  for (const array of arrays) {
    all.set(array, start);
    start += array.length;
  }
  return all;
}
