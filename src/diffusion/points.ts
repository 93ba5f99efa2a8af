/** @file Points as they are given and given back: rows of numbers, or one flat array of them, row after row. */
import { CELLS, check, either, LIST, NUMBERS } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";

/**
 * Points: one row of numbers each, or all rows one after the other in a flat array (row-major).
 * A flat array says nothing of its width: whoever reads it knows that.
 */
export type Points = readonly (readonly number[])[] | Float32Array | Float64Array;

/**
 * The numbers of all rows, row-major, in a new array.
 * @param width the numbers of a row; @param what what the rows are, for messages ("points").
 * @throws InputError naming the first row that is not of the width or holds a number that is not finite.
 */
export function readPoints(points: Points, width: number, what: string): Float64Array {
  check(`The ${what}`, points, either(CELLS, LIST));
  if (points.length === 0) throw new InputError(`There are no ${what}: give at least one row.`);
  const cells = isFlat(points) ? fromFlat(points, width, what) : fromRows(points, width, what);
  const bad = cells.findIndex((cell) => !Number.isFinite(cell));
  if (bad >= 0) {
    throw new InputError(
      `Row ${Math.floor(bad / width)} (from 0) of the ${what} holds ${cells[bad]}: every number must be finite.`,
    );
  }
  return cells;
}

/** The opposite: one array of `width` numbers for each row. */
export function rowsOf(cells: ArrayLike<number>, width: number): number[][] {
  return Array.from({ length: cells.length / width }, (_, row) =>
    Array.from({ length: width }, (__, i) => cells[row * width + i]),
  );
}

function isFlat(points: Points): points is Float32Array | Float64Array {
  return ArrayBuffer.isView(points);
}

function fromFlat(points: Float32Array | Float64Array, width: number, what: string): Float64Array {
  if (points.length % width !== 0) {
    throw new InputError(
      `The ${what} are ${points.length} numbers in one array, which is not a multiple of ${width}.`,
    );
  }
  return Float64Array.from(points);
}

function fromRows(rows: readonly (readonly number[])[], width: number, what: string): Float64Array {
  const cells = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    check(`Row ${i} (from 0) of the ${what}`, row, NUMBERS);
    if (row.length !== width) {
      throw new InputError(
        `Row ${i} (from 0) of the ${what} has ${row.length} numbers where ${width} are wanted.`,
      );
    }
    cells.set(row, i * width);
  });
  return cells;
}
