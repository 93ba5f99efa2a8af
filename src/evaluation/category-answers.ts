/** @file What is kept of every answer about a category, and the scores made of many. */

import { eachOnce, indexOfMax, meanOf } from "../numeric/statistics.ts";
import { type BootstrapOptions, bootstrap, bootstrapInterval, type Estimate } from "./bootstrap.ts";
import {
  aucOf,
  calibrationErrorOf,
  confidenceOf,
  confusionOf,
  meanAucOf,
  type ReliabilityBin,
  reliabilityOf,
} from "./class-scores.ts";
import { brierScore, logScore, meanOfPossible } from "./scores.ts";

/** One number per question in each array. */
export interface CategoryAnswers {
  readonly rows: Float64Array;
  readonly logScores: Float64Array;
  readonly brierScores: Float64Array;
  /** 1 where the most probable category was the right one. */
  readonly right: Float64Array;
}

/** The same of one column, with what tells its classes apart. */
export interface ClassAnswers extends CategoryAnswers {
  readonly found: Float64Array;
  /** (questions, classes), row-major. */
  readonly probabilities: Float64Array;
}

/** Log score and Brier score: lower is better; accuracy: higher is better. */
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
): ClassAnswers {
  const all = Array.from(found, (_, question) => Array.from(probabilities(question)));
  const each = (score: (probabilities: ArrayLike<number>, found: number) => number) =>
    Float64Array.from(found, (index, question) => score(all[question], index));
  return {
    rows: Float64Array.from(rows),
    logScores: each(logScore),
    brierScores: each(brierScore),
    right: each((given, index) => Number(indexOfMax(given) === index)),
    found: Float64Array.from(found),
    probabilities: Float64Array.from(all.flat()),
  };
}

/** What is told of one column of classes besides its scores. */
export interface ClassScores {
  /** The classes that the model knows, in the order of `confusion`. */
  readonly categories: readonly string[];
  /**
   * The area under the receiver operating characteristic, higher is better: of two classes that of either, of more the mean of each
   * found one against the rest. NaN (null in JSON) where only one class was found.
   */
  readonly auc: Estimate;
  /** Of each class against the rest; NaN where either has no row. */
  readonly aucs: readonly number[];
  /** The mean probability of the most probable class: `accuracy`, where the answers are calibrated. */
  readonly confidence: number;
  /** How often each class (rows) was answered with each as the most probable one (columns). */
  readonly confusion: readonly (readonly number[])[];
  readonly reliability: readonly ReliabilityBin[];
  /** The mean distance between what was said and what was found in `reliability`: lower is better. */
  readonly calibrationError: number;
}

export function scoreClasses(
  { rows, found, probabilities }: ClassAnswers,
  categories: readonly string[],
  options: Omit<BootstrapOptions, "rowOf">,
): ClassScores {
  const answers = { classes: categories.length, found, probabilities };
  const once = eachOnce(found.length);
  const reliability = reliabilityOf(answers);
  return {
    categories,
    auc: bootstrapInterval(meanAucOf(answers), found.length, { ...options, rowOf: rows }),
    aucs: categories.map((_, index) => aucOf(answers, index)(once)),
    confidence: confidenceOf(answers),
    confusion: confusionOf(answers),
    reliability,
    calibrationError: calibrationErrorOf(reliability),
  };
}

/** The answers that give every row the same probabilities. */
export function constantAnswers({ rows, found }: ClassAnswers, shares: readonly number[]): ClassAnswers {
  return categoryAnswers(Uint32Array.from(rows), () => shares, found);
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
