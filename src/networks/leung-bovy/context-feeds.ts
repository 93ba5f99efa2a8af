/** @file Laying out what is given and asked as the inputs of a program. */
import { PADDING_SCORE } from "./programs.ts";

/** One question a row: which columns are given, their values, and which column is asked. */
export interface Questions {
  /** Given cells that a row has room for. */
  readonly width: number;
  /** (rows, width): tokens of the given columns, present ones first; 0 is padding. */
  readonly tokens: Int32Array;
  /** (rows, width): their standardised values. */
  readonly values: Float32Array;
  /** How many columns are given. */
  readonly given: Int32Array;
  /** The asked column's token. */
  readonly request: Int32Array;
}

/** Consecutive rows, run at once, with room for the longest of them. */
export interface Rows {
  readonly start: number;
  readonly rows: number;
  /** Given cells of the row that has most, at least 1: programs need a place even where nothing is given. */
  readonly length: number;
}

/** The values of a program's named sizes for these rows. */
export const contextSizes = ({ rows, length }: Pick<Rows, "rows" | "length">) => ({
  batch: rows,
  sequence: length + 1,
});

/** The inputs `tokens`, `values`, `keyMask` and `isRequest` (see Context): sequence first, request at place 0. */
export function contextFeeds(questions: Questions, { start, rows, length }: Rows) {
  const sequence = length + 1;
  const tokens = new Int32Array(sequence * rows);
  const values = new Float32Array(sequence * rows);
  const keyMask = new Float32Array(rows * sequence);
  const isRequest = new Float32Array(sequence * rows).fill(1, 0, rows);
  for (let row = 0; row < rows; row++) {
    tokens[row] = questions.request[start + row];
    const given = questions.given[start + row];
    const from = (start + row) * questions.width;
    for (let place = 0; place < given; place++) {
      tokens[(place + 1) * rows + row] = questions.tokens[from + place];
      values[(place + 1) * rows + row] = questions.values[from + place];
    }
    keyMask.fill(PADDING_SCORE, row * sequence + given + 1, (row + 1) * sequence);
  }
  return { tokens, values, keyMask, isRequest };
}
