/** @file Asking a model about held-out rows, and scoring its answers. */

import type { LongWork } from "../base/async.ts";
import {
  COUNT,
  checkFields,
  FINITE,
  LONG_WORK,
  listOf,
  NUMBER,
  oneOf,
  SWITCH,
  TEXT,
} from "../base/checked.ts";
import { kindInTable } from "../columns/kinds.ts";
import { meanOf } from "../numeric/statistics.ts";
import type { Table } from "../table/table.ts";
import { askCategories, askNumbers, type ColumnQuestions } from "./ask.ts";
import { bootstrapInterval, checkResamples, DEFAULT_RESAMPLES, type Estimate } from "./bootstrap.ts";
import {
  type CategoryAnswers,
  type CategoryScores,
  type ClassScores,
  constantAnswers,
  scoreCategories,
  scoreClasses,
} from "./category-answers.ts";
import { givenNothing, questionsFor } from "./contexts.ts";
import { joinAnswers } from "./join-answers.ts";
import { inUnitsOf, type NumberAnswers, type NumberScores, scoreNumbers } from "./number-answers.ts";
import { type ContextKind, type ContextOptions, planEvaluation } from "./plan.ts";
import { QuestionProgress } from "./progress.ts";
import { type GroupedRows, groupedRows } from "./row-groups.ts";
import type { ScoredModel } from "./scored-distributions.ts";
import { checkScoring } from "./scored-distributions.ts";

export interface EvaluationOptions extends ContextOptions, LongWork {
  /** Resamples for the intervals; default 500; 0 for none. */
  readonly bootstrap?: number;
  /** Of contexts, resamples and PIT values at point masses; default 1. */
  readonly seed?: number;
  /**
   * A column of the table whose equal values make rows belong together, whether or not the model knows it: whole groups are then
   * resampled, not rows. Default: each row by itself.
   */
  readonly groupBy?: string;
  /** Whether every question is asked a second time, given nothing, to have a baseline; default true. */
  readonly baseline?: boolean;
}

/** The same rows, given nothing: what knowing only the column's own distribution is worth. Lower is better. */
export type NumberBaseline = Readonly<
  Record<"nll" | "nllOfPossible" | "intervalNll" | "crps" | "rmse" | "mae", number>
> & {
  /** By how much the CRPS of the answers is lower than this one's, row by row. */
  readonly gain: Estimate;
};

/** What the shares of the classes in the training's rows are worth; of older models, which don't tell them, the answer given nothing. */
export type CategoryBaseline = Readonly<
  Record<"logScore" | "logScoreOfPossible" | "brier" | "accuracy", number>
> & {
  /** By how much the log score of the answers is lower than this one's, row by row, where both are finite. */
  readonly gain: Estimate;
};

/** Scores of one number column, in data units. */
export interface NumberColumnEvaluation extends NumberScores {
  readonly name: string;
  readonly kind: "number";
  /** 1.4826 MAD of the column in the evaluated table (its standard deviation if that is 0, 1 if it is constant). */
  readonly scale: number;
  readonly baseline?: NumberBaseline;
}

/** Scores of one column of categories. */
export interface CategoryColumnEvaluation extends CategoryScores, ClassScores {
  readonly name: string;
  readonly kind: "category";
  readonly baseline?: CategoryBaseline;
}

/** How well a model's distributions fit held-out rows. Each estimate has a 95 % bootstrap interval over rows, or groups of them. */
export interface Evaluation {
  /** Where the rows came from. */
  readonly source: string;
  readonly rows: number;
  readonly questions: number;
  readonly contexts: ContextKind;
  readonly seed: number;
  readonly resamples: number;
  /** What rows are resampled by, where not each by itself. */
  readonly groups?: Pick<GroupedRows, "column" | "groups">;
  /** Of the targets that have questions, in the table's order. */
  readonly columns: readonly (NumberColumnEvaluation | CategoryColumnEvaluation)[];
  /** Over all questions, each counting once; numbers in units of their columns' scales. Absent if there are none. */
  readonly overall: {
    readonly numbers?: NumberScores & { readonly baseline?: NumberBaseline };
    readonly categories?: CategoryScores & { readonly baseline?: CategoryBaseline };
  };
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
      baseline: SWITCH,
      groupBy: TEXT,
    },
  });
  const { seed = DEFAULT_SEED, bootstrap: resamples = DEFAULT_RESAMPLES } = options;
  checkResamples(resamples); // now, not when all questions have been asked
  const grouped = options.groupBy === undefined ? undefined : groupedRows(table, options.groupBy);
  const inGroups = <Answers extends { readonly rows: Float64Array }>(answers: Answers): Answers =>
    grouped ? { ...answers, rows: answers.rows.map((row) => grouped.of[row]) } : answers;
  const plan = planEvaluation(model.columns, table, options, seed);
  const isCompared = (options.baseline ?? true) && plan.contexts.given.some((given) => given === 1);
  const nothing = { ...plan, contexts: givenNothing(plan.contexts) };
  const all: Answered<NumberAnswers>[] = [];
  const classes: Answered<CategoryAnswers>[] = [];
  const columns: (NumberColumnEvaluation | CategoryColumnEvaluation)[] = [];
  const { onChunk } = new QuestionProgress(options, plan.contexts.rows.length * (isCompared ? 2 : 1));
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
    const unknowing = { ...questions, plan: nothing };
    if (kindInTable(column).isCategorical) {
      const { answers: asked, categories } = await askCategories(model, questions);
      const answers = inGroups(asked);
      const shares = model.training?.columns.find((each) => each.name === name)?.shares;
      let compared: CategoryAnswers | undefined;
      if (isCompared && shares) {
        compared = constantAnswers(answers, shares);
        onChunk(answers.rows.length); // known without asking
      } else if (isCompared) compared = (await askCategories(model, unknowing)).answers;
      classes.push({ answers: plainAnswers(answers), ...(compared && { base: plainAnswers(compared) }) });
      columns.push({
        name,
        kind: "category",
        ...scoreCategories(answers, scoring),
        ...scoreClasses(answers, categories, scoring),
        ...(compared && { baseline: categoryBaseline(compared, answers, scoring) }),
      });
    } else {
      const { answers: asked, scale } = await askNumbers(model, questions, seed);
      const answers = inGroups(asked);
      const base = isCompared ? (await askNumbers(model, unknowing, seed)).answers : undefined;
      all.push({ answers: inUnitsOf(scale, answers), ...(base && { base: inUnitsOf(scale, base) }) });
      const baseline = base && numberBaseline(base, answers, scoring);
      columns.push({
        name,
        kind: "number",
        scale,
        ...scoreNumbers(answers, scoring),
        ...(baseline && { baseline }),
      });
    }
  }
  return {
    source: table.source,
    rows: table.rows,
    questions: plan.contexts.rows.length,
    contexts: plan.contextKind,
    seed,
    resamples,
    ...(grouped && { groups: { column: grouped.column, groups: grouped.groups } }),
    columns,
    overall: overall(all, classes, { seed, resamples }),
  };
}

/** The answers about a column, and those that they are compared with. */
interface Answered<Answers> {
  readonly answers: Answers;
  readonly base?: Answers;
}

/** Without the probabilities of the classes, which are other ones in every column. */
function plainAnswers({ rows, logScores, brierScores, right }: CategoryAnswers): CategoryAnswers {
  return { rows, logScores, brierScores, right };
}

const UNRESAMPLED = { seed: 0, resamples: 0 };

interface Scoring {
  readonly seed: number;
  readonly resamples: number;
  readonly stream?: string;
}

function gainOf(
  base: Float64Array,
  losses: Float64Array,
  rows: Float64Array,
  { stream = "", ...scoring }: Scoring,
): Estimate {
  const finite = Uint32Array.from(losses.keys()).filter((i) => Number.isFinite(base[i] - losses[i]));
  const gains = Float64Array.from(finite, (i) => base[i] - losses[i]);
  const rowOf = Float64Array.from(finite, (i) => rows[i]);
  const how = { ...scoring, stream: `gain, ${stream}`, rowOf };
  return bootstrapInterval(meanOf(gains), gains.length, how);
}

function numberBaseline(base: NumberAnswers, answers: NumberAnswers, scoring: Scoring): NumberBaseline {
  const { nll, nllOfPossible, intervalNll, crps, rmse, mae } = scoreNumbers(base, UNRESAMPLED);
  return {
    nll: nll.value,
    nllOfPossible: nllOfPossible.value,
    intervalNll: intervalNll.value,
    crps: crps.value,
    rmse: rmse.value,
    mae: mae.value,
    gain: gainOf(base.crps, answers.crps, answers.rows, scoring),
  };
}

function categoryBaseline(
  base: CategoryAnswers,
  answers: CategoryAnswers,
  scoring: Scoring,
): CategoryBaseline {
  const { logScore, logScoreOfPossible, brier, accuracy } = scoreCategories(base, UNRESAMPLED);
  return {
    logScore: logScore.value,
    logScoreOfPossible: logScoreOfPossible.value,
    brier: brier.value,
    accuracy: accuracy.value,
    gain: gainOf(base.logScores, answers.logScores, answers.rows, scoring),
  };
}

/** @param numbers in units of their columns' scales. */
function overall(
  numbers: readonly Answered<NumberAnswers>[],
  categories: readonly Answered<CategoryAnswers>[],
  scoring: { readonly seed: number; readonly resamples: number },
): Evaluation["overall"] {
  const joined = <Answers extends NumberAnswers | CategoryAnswers>(all: readonly Answered<Answers>[]) => {
    const bases = all.flatMap(({ base }) => (base ? [base] : []));
    return {
      answers: joinAnswers(all.map(({ answers }) => answers)),
      ...(bases.length > 0 && { base: joinAnswers(bases) }),
    };
  };
  const [ofNumbers, ofCategories] = [
    numbers.length > 0 ? joined(numbers) : undefined,
    categories.length > 0 ? joined(categories) : undefined,
  ];
  return {
    ...(ofNumbers && {
      numbers: {
        ...scoreNumbers(ofNumbers.answers, scoring),
        ...(ofNumbers.base && { baseline: numberBaseline(ofNumbers.base, ofNumbers.answers, scoring) }),
      },
    }),
    ...(ofCategories && {
      categories: {
        ...scoreCategories(ofCategories.answers, scoring),
        ...(ofCategories.base && {
          baseline: categoryBaseline(ofCategories.base, ofCategories.answers, scoring),
        }),
      },
    }),
  };
}
