/** @file Asking a model the questions about one column, without showing it what isn't given. */
import { InputError } from "../base/errors.ts";
import { asPointMass } from "../columns/encoding.ts";
import { geometryOf, kindInTable, kindOf } from "../columns/kinds.ts";
import { generator } from "../numeric/generator.ts";
import { type Column, type Table, withCells } from "../table/table.ts";
import { type ClassAnswers, categoryAnswers } from "./category-answers.ts";
import { joinAnswers } from "./join-answers.ts";
import { type NumberAnswers, numberAnswers } from "./number-answers.ts";
import type { EvaluationPlan } from "./plan.ts";
import type { ScoredDistributions, ScoredModel } from "./scored-distributions.ts";
import { columnScale, type Losses, logScore } from "./scores.ts";

/** Distributions that are in memory at once. */
const QUESTIONS_AT_ONCE = 4096;

/** The questions about one target: their indices in the plan's contexts. */
export interface ColumnQuestions {
  readonly plan: EvaluationPlan;
  readonly target: number;
  readonly questions: Uint32Array;
  /** Called after each chunk with the number of its questions; may throw to end the work. */
  readonly onChunk: (questions: number) => void;
}

/**
 * @param seed for PIT values at point masses.
 * @returns the answers, and the unit in which errors about the column are counted with those about others.
 */
export async function askNumbers(
  model: ScoredModel,
  column: ColumnQuestions,
  seed: number,
): Promise<{ readonly answers: NumberAnswers; readonly scale: number }> {
  const { name, values, errors } = column.plan.columns[column.target];
  let scale = Number.NaN;
  const all = await askInChunks(model, column, (answers, rows, chunk) => {
    checkKind(name, answers, false);
    if (chunk === 0)
      scale = columnScale(
        column.plan.columns[column.target],
        column.plan.source,
        geometryOf(answers.encoding),
      );
    const distributions = errors ? ofMeasured(answers, (index) => errors[rows[index]]) : answers;
    const found = Float64Array.from(rows, (row) => values[row]);
    const pitSeed = generator(seed, "pits", name, chunk).integer(2 ** 31);
    return numberAnswers(distributions, rows, found, scale, pitSeed);
  });
  return { answers: all, scale };
}

/** @returns the answers, and the categories that the model knows. */
export async function askCategories(
  model: ScoredModel,
  column: ColumnQuestions,
): Promise<{ readonly answers: ClassAnswers; readonly categories: readonly string[] }> {
  const target = column.plan.columns[column.target];
  let categories: readonly string[] = [];
  const answers = await askInChunks(model, column, (distributions, rows) => {
    checkKind(target.name, distributions, true);
    categories = distributions.encoding.categories;
    return categoryAnswers(rows, probabilitiesOf(distributions), classesFound(target, distributions, rows));
  });
  return { answers, categories };
}

/** Only what each answer is worth: log score and, of numbers, CRPS. */
export function askLosses(model: ScoredModel, column: ColumnQuestions): Promise<Losses> {
  const target = column.plan.columns[column.target];
  const { isCategorical } = kindInTable(target);
  return askInChunks(model, column, (answers, rows): Losses => {
    checkKind(target.name, answers, isCategorical);
    if (isCategorical) {
      const probabilities = probabilitiesOf(answers);
      const found = classesFound(target, answers, rows);
      return {
        logScores: Float64Array.from(found, (index, question) => logScore(probabilities(question), index)),
      };
    }
    const { errors } = target;
    const distributions = errors ? ofMeasured(answers, (index) => errors[rows[index]]) : answers;
    const found = Float64Array.from(rows, (row) => target.values[row]);
    const values = found.map(asPointMass({ pointMasses: distributions.encoding.pointMasses ?? [] }));
    return {
      logScores: distributions.logLikelihoods(values).map((logLikelihood) => -logLikelihood),
      crps: distributions.crpses(values),
    };
  });
}

/** Of all categories that the model knows, for each question. */
function probabilitiesOf(distributions: ScoredDistributions): (question: number) => number[] {
  const { categories } = distributions.encoding;
  return (question) => categories.map((_, index) => distributions.probability(question, index));
}

/** What was found, as indices among the model's categories; -1 for one that it does not know. */
function classesFound(target: Column, { encoding }: ScoredDistributions, rows: Uint32Array): Int32Array {
  const names = target.categories ?? ["false", "true"];
  const indices = names.map((name) => encoding.categories.indexOf(name));
  return Int32Array.from(rows, (row) => indices[target.values[row]]);
}

function checkKind(name: string, { encoding }: ScoredDistributions, isCategorical: boolean): void {
  if (kindOf(encoding).isCategorical === isCategorical) return;
  const [here, there] = isCategorical ? ["a category", "a number"] : ["a number", "a category"];
  throw new InputError(
    `Column "${name}" is ${here} in the rows to evaluate but ${there} to the model: give rows like those it was trained on.`,
  );
}

/** What is found in the table has been measured: answers about true values are blurred by each row's error. */
function ofMeasured(answers: ScoredDistributions, errorOf: (index: number) => number): ScoredDistributions {
  if (!answers.ofTrueValues) return answers;
  return answers.observed!(Float64Array.from({ length: answers.rows }, (_, index) => errorOf(index)));
}

async function askInChunks<Answers extends NumberAnswers | ClassAnswers | Losses>(
  model: ScoredModel,
  { plan, target, questions, onChunk }: ColumnQuestions,
  score: (distributions: ScoredDistributions, rows: Uint32Array, chunk: number) => Answers,
): Promise<Answers> {
  const { name } = plan.columns[target];
  const chunks: Answers[] = [];
  for (let start = 0; start < questions.length; start += QUESTIONS_AT_ONCE) {
    const chunk = questions.subarray(start, start + QUESTIONS_AT_ONCE);
    const table = tableOfGiven(plan, chunk);
    const given = table.columns.map((column) => column.name);
    const distributions = await model.density(table, { of: name, given });
    const rows = chunk.map((question) => plan.contexts.rows[question]);
    chunks.push(score(distributions, rows, chunks.length));
    onChunk(chunk.length);
  }
  return joinAnswers(chunks);
}

/** A row per question and a column per column that any of them is given: all else is blank or not there. */
function tableOfGiven({ columns, contexts, source }: EvaluationPlan, questions: Uint32Array): Table {
  const isGiven = (question: number, index: number) =>
    contexts.given[question * contexts.columns + index] === 1;
  const shown = columns.flatMap((column, index): Column[] => {
    if (!questions.some((question) => isGiven(question, index))) return [];
    const show = (cells: Column["values"]) =>
      Float64Array.from(questions, (question) =>
        isGiven(question, index) ? cells[contexts.rows[question]] : Number.NaN,
      );
    return [withCells(column, show)];
  });
  return { source, rows: questions.length, columns: shown };
}
