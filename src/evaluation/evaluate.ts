/** @file Asking a model about held-out rows, and scoring its answers. */

import type { LongWork } from "../base/async.ts";
import { COUNT, checkFields, FINITE, LONG_WORK, listOf, NUMBER, oneOf, TEXT } from "../base/checked.ts";
import { kindInTable } from "../columns/kinds.ts";
import type { Table } from "../table/table.ts";
import { askCategories, askNumbers, type ColumnQuestions } from "./ask.ts";
import { checkResamples, DEFAULT_RESAMPLES } from "./bootstrap.ts";
import { type CategoryAnswers, type CategoryScores, scoreCategories } from "./category-answers.ts";
import { questionsFor } from "./contexts.ts";
import { joinAnswers } from "./join-answers.ts";
import { inUnitsOf, type NumberAnswers, type NumberScores, scoreNumbers } from "./number-answers.ts";
import { type ContextKind, type ContextOptions, planEvaluation } from "./plan.ts";
import { QuestionProgress } from "./progress.ts";
import type { ScoredModel } from "./scored-distributions.ts";
import { checkScoring } from "./scored-distributions.ts";

export interface EvaluationOptions extends ContextOptions, LongWork {
  /** Resamples for the intervals; default 500; 0 for none. */
  readonly bootstrap?: number;
  /** Of contexts, resamples and PIT values at point masses; default 1. */
  readonly seed?: number;
}

/** Scores of one number column, in data units. */
export interface NumberColumnEvaluation extends NumberScores {
  readonly name: string;
  readonly kind: "number";
  /** 1.4826 MAD of the column in the evaluated table (its standard deviation if that is 0, 1 if it is constant). */
  readonly scale: number;
}

/** Scores of one column of categories. */
export interface CategoryColumnEvaluation extends CategoryScores {
  readonly name: string;
  readonly kind: "category";
}

/** How well a model's distributions fit held-out rows. Each estimate has a 95 % bootstrap interval over rows. */
export interface Evaluation {
  /** Where the rows came from. */
  readonly source: string;
  readonly rows: number;
  readonly questions: number;
  readonly contexts: ContextKind;
  readonly seed: number;
  readonly resamples: number;
  /** Of the targets that have questions, in the table's order. */
  readonly columns: readonly (NumberColumnEvaluation | CategoryColumnEvaluation)[];
  /** Over all questions, each counting once; numbers in units of their columns' scales. Absent if there are none. */
  readonly overall: { readonly numbers?: NumberScores; readonly categories?: CategoryScores };
}

const DEFAULT_SEED = 1;

/**
 * Asks `model` about the rows of `table`, none of which it may have been trained on, and scores its answers.
 * The model never sees the target's value, nor a cell that isn't given. Where it answers about true values
 * (measurement errors taken out in training), its answers are blurred by the error of the cell they are held against.
 *
 * @throws InputError for a column that the model or the table lacks, for options that exclude each other,
 * and if no row has a value to ask about.
 * @example
 * const stars = await readTable("stars.parquet");
 * const model = await load("survey");
 * const { columns } = await evaluate(model, stars, { of: ["logg"], given: ["teff"], bootstrap: 100 });
 * for (const column of columns) if (column.kind === "number") console.log(column.name, column.crps.value);
 */
export async function evaluate(
  model: ScoredModel,
  table: Table,
  options: EvaluationOptions = {},
): Promise<Evaluation> {
  checkScoring(model, table);
  checkFields("the options", options, {
    optional: {
      ...LONG_WORK,
      of: listOf(TEXT),
      given: listOf(TEXT),
      contexts: oneOf(["random"]),
      fewest: COUNT,
      most: COUNT,
      bootstrap: NUMBER,
      seed: FINITE,
    },
  });
  const { seed = DEFAULT_SEED, bootstrap: resamples = DEFAULT_RESAMPLES } = options;
  checkResamples(resamples); // now, not when all questions have been asked
  const plan = planEvaluation(model.columns, table, options, seed);
  const numbers: NumberAnswers[] = [];
  const categories: CategoryAnswers[] = [];
  const columns: (NumberColumnEvaluation | CategoryColumnEvaluation)[] = [];
  const { onChunk } = new QuestionProgress(options, plan.contexts.rows.length);
  for (const [target, column] of plan.columns.entries()) {
    const questions: ColumnQuestions = {
      plan,
      target,
      questions: questionsFor(plan.contexts, target),
      onChunk,
    };
    if (questions.questions.length === 0) continue;
    const { name } = column;
    const scoring = { seed, resamples, stream: name };
    if (kindInTable(column).isCategorical) {
      const answers = await askCategories(model, questions);
      categories.push(answers);
      columns.push({ name, kind: "category", ...scoreCategories(answers, scoring) });
    } else {
      const { answers, scale } = await askNumbers(model, questions, seed);
      numbers.push(inUnitsOf(scale, answers));
      columns.push({ name, kind: "number", scale, ...scoreNumbers(answers, scoring) });
    }
  }
  return {
    source: table.source,
    rows: table.rows,
    questions: plan.contexts.rows.length,
    contexts: plan.contextKind,
    seed,
    resamples,
    columns,
    overall: overall(numbers, categories, { seed, resamples }),
  };
}

/** @param numbers in units of their columns' scales. */
function overall(
  numbers: readonly NumberAnswers[],
  categories: readonly CategoryAnswers[],
  scoring: { readonly seed: number; readonly resamples: number },
): Evaluation["overall"] {
  return {
    ...(numbers.length > 0 && { numbers: scoreNumbers(joinAnswers(numbers), scoring) }),
    ...(categories.length > 0 && { categories: scoreCategories(joinAnswers(categories), scoring) }),
  };
}
