/** @file The fixed questions that models are compared on, on California Housing. */
import type { Contexts } from "../../src/evaluation/contexts.ts";
import type { Table } from "../../src/table/table.ts";
import { randomQuestions } from "./questions.ts";

export const CALIFORNIA_SEED = 1997;

/**
 * One question for each held-out row of {@link california}, in their order, always the same 2,064: the asked
 * column uniform among the nine; the number of given columns uniform on 0..8; which ones, uniform among the
 * others. The true answer is the row's own value, which the model must not see.
 *
 * @param heldOut the held-out part of `california()`.
 */
export function californiaQuestions(heldOut: Table): Contexts {
  return randomQuestions(heldOut, CALIFORNIA_SEED);
}
