/** @file A table looked at as a training would look at it, without one. */

import { check, OBJECT } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import type { ModelColumn } from "../columns/encoding.ts";
import type { Inspection } from "../columns/inspection/inspected.ts";
import { checkTable } from "../table/checked-table.ts";
import type { TrainOptions } from "./options.ts";
import { understoodTable } from "./plan.ts";
import { encodeSchema, schemaOf, withSchema } from "./schema.ts";
import { type TrainingSource, withMeasuredRows } from "./training-source.ts";

/** What can be said of a table before it is looked at: options of a training. */
export type InspectOptions = Pick<TrainOptions, "kinds" | "exclude" | "schema" | "outputs" | "signal">;

export interface Inspected {
  readonly inspection: Inspection;
  /** The columns as a model would have them. */
  readonly columns: readonly ModelColumn[];
  /** Sentences that a user should hear. */
  readonly notices: readonly string[];
  /** The text of a file that says all this to a training. */
  readonly schema: string;
}

/**
 * What a training would take a table's columns for: each one's kind and why, what it holds, what is left out.
 * @param table a table in memory, or files; of a long one a sample of rows is looked at.
 * @throws InputError as a training does for what it can't use.
 * @example
 * const { inspection } = await inspect({ files: "houses.csv" });
 * for (const { name, kind, why } of inspection.columns) console.log(name, kind, why);
 */
export async function inspect(table: TrainingSource, options: InspectOptions = {}): Promise<Inspected> {
  check("the table", table, OBJECT);
  if (!("files" in table)) checkTable(table);
  const { source, options: said } = await withSchema<TrainOptions>(table, options);
  return await withMeasuredRows(source, said, async ({ measured, rows, wishes }) => {
    if (rows === 0) throw new InputError(`${measured.source} has no rows.`);
    const { inspection, columns, notices } = understoodTable(measured, rows, said, wishes);
    return { inspection, columns, notices, schema: encodeSchema(schemaOf(inspection, columns, source)) };
  });
}
