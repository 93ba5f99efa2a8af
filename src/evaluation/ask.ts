/** @file Asking a model the questions about one column, without showing it what isn't given. */
import { InputError } from "../base/errors.ts";
import { kindOf } from "../columns/kinds.ts";
import { generator } from "../numeric/generator.ts";
import type { Column, Table } from "../table/table.ts";
import { type CategoryAnswers, categoryAnswers } from "./category-answers.ts";
import { columnScale } from "./column-scale.ts";
import { joinAnswers } from "./join-answers.ts";
import { type NumberAnswers, numberAnswers } from "./number-answers.ts";
import type { EvaluationPlan } from "./plan.ts";
import type { ScoredDistributions, ScoredModel } from "./scored-distributions.ts";

/** Distributions that are in memory at once. */
const QUESTIONS_AT_ONCE = 4096;

/** The questions about one column: their places in the plan's contexts. */
export interface ColumnQuestions {
  readonly plan: EvaluationPlan;
  readonly asked: number;
  readonly questions: Uint32Array;
  /** Told after each lot how many questions it had; may throw to end the work. */
  readonly onLot: (questions: number) => void;
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
  const { name, values, errors } = column.plan.columns[column.asked];
  let scale = Number.NaN;
  const all = await askInLots(model, column, (answers, rows, lot) => {
    if (kindOf(answers.coding).isCategorical) throw otherKind(name, "a number", "a category");
    if (lot === 0) scale = columnScale(column.plan.columns[column.asked], column.plan.source, answers.coding);
    const distributions = errors ? ofMeasured(answers, (place) => errors[rows[place]]) : answers;
    const found = Float64Array.from(rows, (row) => values[row]);
    const pitSeed = generator(seed, "pits", name, lot).integer(2 ** 31);
    return numberAnswers(distributions, rows, found, scale, pitSeed);
  });
  return { answers: all, scale };
}

export function askCategories(model: ScoredModel, column: ColumnQuestions): Promise<CategoryAnswers> {
  const asked = column.plan.columns[column.asked];
  const names = asked.categories ?? ["false", "true"];
  return askInLots(model, column, (distributions, rows) => {
    const { categories } = distributions.coding;
    if (!kindOf(distributions.coding).isCategorical) throw otherKind(asked.name, "a category", "a number");
    const places = names.map((name) => categories.indexOf(name));
    const probabilities = (question: number) =>
      categories.map((_, place) => distributions.probability(question, place));
    const found = Int32Array.from(rows, (row) => places[asked.values[row]]);
    return categoryAnswers(rows, probabilities, found);
  });
}

/** What is found in the table has been measured: answers about true values are blurred by each row's error. */
function ofMeasured(answers: ScoredDistributions, errorOf: (place: number) => number): ScoredDistributions {
  if (!answers.ofTrueValues) return answers;
  return answers.observed!(Float64Array.from({ length: answers.rows }, (_, place) => errorOf(place)));
}

function otherKind(name: string, here: string, there: string): InputError {
  return new InputError(
    `Column "${name}" is ${here} in the rows to evaluate but ${there} to the model: give rows like those it was trained on.`,
  );
}

async function askInLots<Answers extends NumberAnswers | CategoryAnswers>(
  model: ScoredModel,
  { plan, asked, questions, onLot }: ColumnQuestions,
  score: (distributions: ScoredDistributions, rows: Uint32Array, lot: number) => Answers,
): Promise<Answers> {
  const { name } = plan.columns[asked];
  const lots: Answers[] = [];
  for (let start = 0; start < questions.length; start += QUESTIONS_AT_ONCE) {
    const lot = questions.subarray(start, start + QUESTIONS_AT_ONCE);
    const table = tableOfGiven(plan, lot);
    const given = table.columns.map((column) => column.name);
    const distributions = await model.density(table, { of: name, given });
    const rows = lot.map((question) => plan.contexts.rows[question]);
    lots.push(score(distributions, rows, lots.length));
    onLot(lot.length);
  }
  return joinAnswers(lots);
}

/** A row per question and a column per column that any of them is given: all else is blank or not there. */
function tableOfGiven({ columns, contexts, source }: EvaluationPlan, questions: Uint32Array): Table {
  const isGiven = (question: number, place: number) =>
    contexts.given[question * contexts.columns + place] === 1;
  const shown = columns.flatMap((column, place): Column[] => {
    if (!questions.some((question) => isGiven(question, place))) return [];
    const show = (cells: Column["values"]) =>
      Float64Array.from(questions, (question) =>
        isGiven(question, place) ? cells[contexts.rows[question]] : Number.NaN,
      );
    const { values, errors } = column;
    return [{ ...column, values: show(values), ...(errors && { errors: show(errors) }) }];
  });
  return { source, rows: questions.length, columns: shown };
}
