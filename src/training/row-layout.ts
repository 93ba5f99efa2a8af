/** @file A row of training data as it lies in a file: one field of four bytes after the other, all rows alike. */
import type { TrainingData } from "./training-data.ts";

const KINDS = ["columns", "classes", "errors", "widths"] as const;
type Kind = (typeof KINDS)[number];

/** One number of a row: of which column, and which of its numbers. */
interface Field {
  readonly kind: Kind;
  readonly column: number;
}

export interface RowLayout {
  readonly fields: readonly Field[];
  /** Bytes of a row. */
  readonly bytes: number;
}

/** The layout of rows that have the same arrays as these. */
export function layoutOf(data: TrainingData): RowLayout {
  const fields = KINDS.flatMap((kind) =>
    data.columns.flatMap((_, column) => (arrayOf(data, kind, column) ? [{ kind, column }] : [])),
  );
  return { fields, bytes: 4 * fields.length };
}

/** The rows of `data`, one behind the other. */
export function packRows(data: TrainingData, { fields }: RowLayout): Uint8Array {
  const memory = new ArrayBuffer(4 * fields.length * data.rows);
  const [floats, integers] = [new Float32Array(memory), new Int32Array(memory)];
  for (const [place, { kind, column }] of fields.entries()) {
    const from = arrayOf(data, kind, column)!;
    const to = from instanceof Int32Array ? integers : floats;
    for (let row = 0, at = place; row < data.rows; row++, at += fields.length) to[at] = from[row];
  }
  return new Uint8Array(memory);
}

/** Room for so many rows, with what else is told of them as in `like`. */
export function roomFor(rows: number, { fields }: RowLayout, like: TrainingData): TrainingData {
  const arrays = (kind: Kind) =>
    like.columns.map((_, column) => {
      const present = fields.some((field) => field.kind === kind && field.column === column);
      return present ? (kind === "classes" ? new Int32Array(rows) : new Float32Array(rows)) : undefined;
    });
  return {
    ...like,
    rows,
    columns: arrays("columns") as Float32Array[],
    classes: arrays("classes") as (Int32Array | undefined)[],
    errors: arrays("errors") as (Float32Array | undefined)[],
    widths: arrays("widths") as (Float32Array | undefined)[],
  };
}

/** Takes `count` packed rows from the `first` on into the first places of `data`. */
export function unpackRows(
  packed: ArrayBufferLike,
  first: number,
  count: number,
  { fields }: RowLayout,
  data: TrainingData,
): void {
  const [floats, integers] = [new Float32Array(packed), new Int32Array(packed)];
  for (const [place, { kind, column }] of fields.entries()) {
    const to = arrayOf(data, kind, column)!;
    const from = to instanceof Int32Array ? integers : floats;
    for (let row = 0, at = first * fields.length + place; row < count; row++, at += fields.length) {
      to[row] = from[at];
    }
  }
}

function arrayOf(data: TrainingData, kind: Kind, column: number): Float32Array | Int32Array | undefined {
  return data[kind]?.[column];
}
