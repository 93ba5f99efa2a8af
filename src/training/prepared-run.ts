/** @file A table in memory, made ready to be trained on: the plan of its run, and its rows. */

import { measuredRows } from "../table/scan/row-sample.ts";
import type { Table } from "../table/table.ts";
import type { TrainOptions } from "./options.ts";
import type { Plan } from "./plan.ts";
import { type RowGroups, rowGroupsOf } from "./split-groups.ts";
import { encodedForTraining, outputsOf, rowsInMemory, type TrainingRows } from "./training-rows.ts";

export interface PreparedRun {
  readonly plan: Plan;
  readonly rows: TrainingRows;
  /** What rows are split by into trained and held-out ones, where that is not chance alone. */
  readonly groups?: RowGroups;
}

/** @param planOf makes the plan of the rows that columns are measured on; these are all, or a random sample. */
export async function preparedInMemory(
  table: Table,
  options: TrainOptions,
  planOf: (measured: Table, rows: number) => Promise<Plan>,
): Promise<PreparedRun> {
  options.onTable?.({ source: table.source, rows: table.rows, columns: table.columns.length });
  const measured = measuredRows(table);
  tellSample(measured.rows, table.rows, options);
  const plan = await planOf(measured, table.rows);
  const groups = rowGroupsOf(table, plan.settings.splitBy);
  const rows = rowsInMemory(encodedForTraining(table, plan.config), outputsOf(plan.config.columns));
  return { plan, rows, ...(groups && { groups }) };
}

/** Tells that columns are measured on some of the rows, where they are. */
export function tellSample(measured: number, rows: number, { onNotice }: TrainOptions): void {
  if (measured >= rows) return;
  const [some, all] = [measured, rows].map((each) => each.toLocaleString("en"));
  onNotice?.(`Columns are measured on ${some} of the ${all} rows, drawn at random.`);
}
