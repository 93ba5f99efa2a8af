/** @file How good a model of California Housing is: the same 6,192 questions about the held-out rows for every model. */

import { evaluate } from "../../src/evaluation/evaluate.ts";
import type { Model } from "../../src/model/model.ts";
import type { Table } from "../../src/table/table.ts";
import { CALIFORNIA_SEED, repeatedRows } from "./questions-california.ts";

/** Lower is better, of all four. Errors in units of each column's scale; see `NumberScores`. */
export interface CaliforniaScores {
  readonly nll: number;
  readonly intervalNll: number;
  readonly crps: number;
  /** Of the PIT values from uniform. */
  readonly ks: number;
}

/** @param heldOut the held-out part of `california()`. */
export async function californiaScores(model: Model, heldOut: Table): Promise<CaliforniaScores> {
  const { overall } = await evaluate(model, repeatedRows(heldOut), {
    seed: CALIFORNIA_SEED,
    bootstrap: 0,
    baseline: false,
  });
  const { nll, intervalNll, crps, ks } = overall.numbers!;
  return { nll: nll.value, intervalNll: intervalNll.value, crps: crps.value, ks: ks.value };
}
