/** @file Arrays of variable length, which lie in a heap behind the table: those of one length are columns as fixed ones. */
import { InputError } from "../../../base/errors.ts";
import type { RowBytes } from "./cells.ts";
import type { Field } from "./fields.ts";
import { DAMAGED, type ReadBytes } from "./header.ts";

/** Where the heap lies in the file. */
export interface Heap {
  readonly start: number;
  readonly length: number;
}

/** Bytes of the heap that are read at once, where the arrays of rows lie close together. */
const MOST_AT_ONCE = 1 << 26;

/** How many elements a row's array has, and where in the heap. */
export function pointerAt(
  field: Field,
  { view, stride }: RowBytes,
  row: number,
): { count: number; at: number } {
  const place = row * stride + field.offset;
  if (field.letter === "P") return { count: view.getInt32(place), at: view.getInt32(place + 4) };
  return { count: Number(view.getBigInt64(place)), at: Number(view.getBigInt64(place + 8)) };
}

/** The arrays of some rows, packed one after another; those of rows without one are zeros. */
export interface PackedArrays {
  readonly packed: RowBytes;
  readonly empty: readonly number[];
}

/**
 * The arrays of a field, each of `length` elements of `size` bytes or of none.
 * @throws InputError for an array of another length, or outside the heap; its message goes on after the column's name.
 */
export async function packedArrays(
  read: ReadBytes,
  heap: Heap,
  { field, length, size }: { readonly field: Field; readonly length: number; readonly size: number },
  rows: RowBytes,
): Promise<PackedArrays> {
  const width = length * size;
  const bytes = Buffer.alloc(rows.rows * width);
  const pointers = Array.from({ length: rows.rows }, (_, row) => pointerAt(field, rows, row));
  const empty: number[] = [];
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  for (const [row, { count, at }] of pointers.entries()) {
    const said = `in row ${rows.first + row + 1}`;
    if (count === 0) {
      empty.push(row);
      continue;
    }
    if (count !== length)
      throw new InputError(
        `holds an array of ${count} elements ${said}, but of ${length} in the first ones; leave the column out with \`columns\``,
      );
    if (!(at >= 0) || at + width > heap.length)
      throw new InputError(`has its array ${said} outside the heap of ${heap.length} bytes; ${DAMAGED}`);
    [from, to] = [Math.min(from, at), Math.max(to, at + width)];
  }
  const whole = to > from && to - from <= MOST_AT_ONCE ? await read(heap.start + from, to - from) : undefined;
  for (const [row, { count, at }] of pointers.entries()) {
    if (count === 0) continue;
    const cell = whole?.subarray(at - from, at - from + width) ?? (await read(heap.start + at, width));
    if (cell.length < width)
      throw new InputError(
        `has its array in row ${rows.first + row + 1} behind the end of the file; ${DAMAGED}`,
      );
    cell.copy(bytes, row * width);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { packed: { bytes, view, rows: rows.rows, stride: width, first: rows.first }, empty };
}
