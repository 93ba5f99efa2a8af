/** @file What a model predicts of one column in every row of a table, beside what the table has. */
import type { Model } from "../model/model.ts";
import type { Table } from "../table/table.ts";
import { tableColumn } from "../table/table.ts";
import { plottedOf } from "./axis.ts";
import type { Predictions } from "./prediction-figure.ts";

/**
 * Medians and 1.4826 MADs of a column given others, for a prediction figure.
 * @param given default: all columns of the table that the model knows, but the asked one.
 * @throws InputError for a column that model or table lacks.
 */
export async function predictionsOf(
  model: Model,
  table: Table,
  {
    of,
    given,
    units = {},
  }: {
    readonly of: string;
    readonly given?: readonly string[] | undefined;
    readonly units?: Readonly<Record<string, string>> | undefined;
  },
): Promise<Predictions> {
  const truth = tableColumn(table, of).values;
  const answers = await model.densities(table, { of, ...(given && { given }) });
  return { column: plottedOf(model, of, units), truth, median: answers.medians(), sigma: answers.mads() };
}
