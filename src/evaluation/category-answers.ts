/** @file What is kept of every answer about a category, and the scores made of many. */

import { indexOfMax, meanOf } from "../numeric/statistics.ts";
import { type BootstrapOptions, bootstrap, type Estimate } from "./bootstrap.ts";
import { brierScore, logScore, meanOfPossible } from "./scores.ts";

/** One number per question in each array. */
export interface CategoryAnswers {
  readonly rows: Float64Array;
  readonly logScores: Float64Array;
  readonly brierScores: Float64Array;
  /** 1 where the most probable category was the right one. */
  readonly right: Float64Array;
}

export interface CategoryScores {
  readonly questions: number;
  /** Mean of -log of the probability of what was found, nats; Infinity (null in JSON) if one was held impossible. */
  readonly logScore: Estimate;
  /** Questions whose category had probability 0 or isn't known to the model, and the mean of the others. */
  readonly impossible: number;
  readonly logScoreOfPossible: Estimate;
  /** Multi-category Brier score, 0 (best) to 2. */
  readonly brier: Estimate;
  /** The share of rows whose most probable category is the right one. */
  readonly accuracy: Estimate;
}

/**
 * @param rows the row of each question.
 * @param probabilities of the categories, for each question.
 * @param found the index of the category found among them; -1 if it isn't one of them.
 */
export function categoryAnswers(
  rows: Uint32Array,
  probabilities: (question: number) => ArrayLike<number>,
  found: ArrayLike<number>,
): CategoryAnswers {
  const each = (score: (probabilities: ArrayLike<number>, found: number) => number) =>
    Float64Array.from(found, (index, question) => score(probabilities(question), index));
  return {
    rows: Float64Array.from(rows),
    logScores: each(logScore),
    brierScores: each(brierScore),
    right: each((given, index) => Number(indexOfMax(given) === index)),
  };
}

/** Every score with its bootstrap interval over rows. */
export function scoreCategories(
  { rows, logScores, brierScores, right }: CategoryAnswers,
  options: Omit<BootstrapOptions, "rowOf">,
): CategoryScores {
  const statistics = {
    logScore: meanOf(logScores),
    logScoreOfPossible: meanOfPossible(logScores),
    brier: meanOf(brierScores),
    accuracy: meanOf(right),
  };
  return {
    questions: logScores.length,
    ...bootstrap(statistics, logScores.length, { ...options, rowOf: rows }),
    impossible: logScores.filter((score) => score === Number.POSITIVE_INFINITY).length,
  };
}
