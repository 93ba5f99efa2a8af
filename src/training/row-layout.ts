/** @file A row of training data as it lies in a file: one field of four bytes after the other, all rows alike. */
import { CELL_PARTS, type EncodedTable, withCellsOf } from "../networks/encoded-table.ts";

type Part = (typeof CELL_PARTS)[number];

/** One number of a row: of which column, and which of its numbers. */
interface Field {
  readonly part: Part;
  readonly column: number;
}

export interface RowLayout {
  readonly fields: readonly Field[];
  /** Bytes of a row. */
  readonly bytes: number;
}

/** The layout of rows that have the same arrays as these. */
export function layoutOf({ columns }: EncodedTable): RowLayout {
  const fields = CELL_PARTS.flatMap((part) =>
    columns.flatMap((cells, column) => (cells[part] ? [{ part, column }] : [])),
  );
  return { fields, bytes: 4 * fields.length };
}

/** The rows of a table, one behind the other. */
export function packRows(table: EncodedTable, { fields }: RowLayout): Uint8Array {
  const memory = new ArrayBuffer(4 * fields.length * table.rows);
  const [floats, integers] = [new Float32Array(memory), new Int32Array(memory)];
  for (const [index, field] of fields.entries()) {
    const from = arrayOf(table, field);
    const to = from instanceof Int32Array ? integers : floats;
    for (let row = 0, at = index; row < table.rows; row++, at += fields.length) to[at] = from[row];
  }
  return new Uint8Array(memory);
}

/** A table of so many rows, all 0, with the arrays and the properties of the columns of `like`. */
export function emptyLike(rows: number, like: EncodedTable): EncodedTable {
  const empty = <Cells extends Float32Array | Int32Array>(cells: Cells): Cells =>
    (cells instanceof Int32Array ? new Int32Array(rows) : new Float32Array(rows)) as Cells;
  return { rows, columns: like.columns.map((column) => withCellsOf(column, empty)) };
}

/** Takes `count` packed rows from the `first` on into the first rows of a table. */
export function unpackRows(
  packed: ArrayBufferLike,
  first: number,
  count: number,
  { fields }: RowLayout,
  table: EncodedTable,
): void {
  const [floats, integers] = [new Float32Array(packed), new Int32Array(packed)];
  for (const [index, field] of fields.entries()) {
    const to = arrayOf(table, field);
    const from = to instanceof Int32Array ? integers : floats;
    for (let row = 0, at = first * fields.length + index; row < count; row++, at += fields.length) {
      to[row] = from[at];
    }
  }
}

function arrayOf({ columns }: EncodedTable, { part, column }: Field): Float32Array | Int32Array {
  const array = columns[column][part];
  if (!array) throw new Error(`column ${column} has no ${part}`);
  return array;
}
