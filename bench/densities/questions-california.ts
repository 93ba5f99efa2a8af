/** @file The fixed questions that models are compared on, on California Housing. */
import type { Contexts } from "../../src/evaluation/contexts.ts";
import type { Table } from "../../src/table/table.ts";
import { chosenRows } from "../../src/table/table.ts";
import { randomQuestions } from "./questions.ts";

export const CALIFORNIA_SEED = 1997;

/** Questions asked of each held-out row: one alone leaves the KS distance of a perfect model at 0.019. */
const PER_ROW = 3;

/** The held-out rows, each as often as it is asked about. */
export function repeatedRows(heldOut: Table): Table {
  return chosenRows(
    heldOut,
    Int32Array.from({ length: PER_ROW * heldOut.rows }, (_, row) => row % heldOut.rows),
  );
}

/**
 * Three questions for each held-out row of {@link california}, always the same 6,192: the asked column
 * uniform among the nine; the number of given columns uniform on 0..8; which ones, uniform among the others.
 * The true answer is the row's own value, which the model must not see. `evaluate` asks the same with
 * {@link CALIFORNIA_SEED} of {@link repeatedRows}.
 *
 * @param heldOut the held-out part of `california()`.
 */
export function californiaQuestions(heldOut: Table): Contexts {
  return randomQuestions(repeatedRows(heldOut), CALIFORNIA_SEED);
}
