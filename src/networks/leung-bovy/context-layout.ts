/** @file What is given and the target, as the encoder takes it: one layout for the batches of training and for questions. */
import { type StructOfArrays, structBytes, structOfArrays } from "../../numeric/struct-of-arrays.ts";
import type { EncodedCells, EncodedTable } from "../encoded-table.ts";
import type { MicroBatch } from "../network.ts";
import { PADDING_SCORE } from "../parts/program-parts.ts";

/** One question a row, with up to `width` given cells: row-major, those of a row first and padding after them. */
export const questionFields = (rows: number, width: number) =>
  ({
    /** Tokens of the given columns; 0 is padding. */
    tokens: ["int32", rows * width],
    /** Their standardised values. */
    values: ["float32", rows * width],
    /** How many columns are given. */
    given: ["int32", rows],
    /** The target column's token. */
    request: ["int32", rows],
  }) as const;

export type Questions = StructOfArrays<ReturnType<typeof questionFields>>;

/** Consecutive rows, run at once, each with as many given cells as the longest of them has, the others padded. */
export type QuestionRows = Omit<MicroBatch, "targets">;

/** Puts a given cell at an index of the arrays. */
export function give(into: Questions, at: number, { index, values }: EncodedCells, row: number): void {
  into.tokens[at] = index + 1;
  into.values[at] = values[row];
}

/** All rows of a table as questions: for each row, one for each target. Its present cells are given. */
export function questionsOf({ rows, columns }: EncodedTable, targets: readonly number[]): Questions {
  const width = Math.max(1, columns.length);
  const fields = questionFields(rows * targets.length, width);
  const questions = structOfArrays(fields, new ArrayBuffer(structBytes(fields)));
  for (let row = 0; row < rows; row++) {
    targets.forEach((target, which) => {
      const question = row * targets.length + which;
      questions.request[question] = target + 1;
      for (const cells of columns) {
        if (Number.isNaN(cells.values[row])) continue;
        give(questions, question * width + questions.given[question]++, cells, row);
      }
    });
  }
  return questions;
}

/** The values of a program's named sizes for these rows. */
export const contextSizes = ({ rows, given }: Pick<QuestionRows, "rows" | "given">) => ({
  batch: rows,
  sequence: given + 1,
});

/** The inputs `tokens`, `values`, `keyMask` and `isRequest` (see Context): sequence first, request at position 0. */
export function contextFeeds(questions: Questions, { start, rows, given: max }: QuestionRows) {
  const width = questions.tokens.length / questions.given.length;
  const sequence = max + 1;
  const tokens = new Int32Array(sequence * rows);
  const values = new Float32Array(sequence * rows);
  const keyMask = new Float32Array(rows * sequence);
  const isRequest = new Float32Array(sequence * rows).fill(1, 0, rows);
  for (let row = 0; row < rows; row++) {
    tokens[row] = questions.request[start + row];
    const given = questions.given[start + row];
    const from = (start + row) * width;
    for (let index = 0; index < given; index++) {
      tokens[(index + 1) * rows + row] = questions.tokens[from + index];
      values[(index + 1) * rows + row] = questions.values[from + index];
    }
    keyMask.fill(PADDING_SCORE, row * sequence + given + 1, (row + 1) * sequence);
  }
  return { tokens, values, keyMask, isRequest };
}
