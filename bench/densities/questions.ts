/** @file Random questions about fresh rows: one target each, with what else is known of the row. */
import { type Contexts, randomContexts } from "../../src/evaluation/contexts.ts";
import type { Column, Table } from "../../src/table/table.ts";

/** One question for every row: the target uniform, from no other column given up to all. */
export function randomQuestions(table: Table, seed: number): Contexts {
  const columns = table.columns.length;
  return randomContexts({
    rows: table.rows,
    columns,
    present: (row, column) => !Number.isNaN(table.columns[column].values[row]),
    of: table.columns.map((_, index) => index),
    fewest: 0,
    most: columns - 1,
    seed,
  });
}

/** The rows of `questions` (places in `contexts`), with every cell that isn't given left blank. */
export function onlyGiven(table: Table, contexts: Contexts, questions: Uint32Array): Table {
  const columns = table.columns.map((column, index): Column => {
    const shown = (cells: Column["values"]) =>
      Float64Array.from(questions, (question) =>
        contexts.given[question * contexts.columns + index] ? cells[contexts.rows[question]] : Number.NaN,
      );
    const { values, errors } = column;
    return { ...column, values: shown(values), ...(errors && { errors: shown(errors) }) };
  });
  return { ...table, rows: questions.length, columns };
}

/** The values given with one question: place of the column -> value. */
export function givenValues(table: Table, contexts: Contexts, question: number): Record<number, number> {
  const given: Record<number, number> = {};
  for (const [index, { values }] of table.columns.entries()) {
    const isGiven = contexts.given[question * contexts.columns + index] === 1;
    if (isGiven) given[index] = values[contexts.rows[question]];
  }
  return given;
}
