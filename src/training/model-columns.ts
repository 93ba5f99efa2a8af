/** @file The columns of a model to be trained, measured on its table, with what a user says of them. */
import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import type { ModelColumn } from "../columns/encoding.ts";
import { hasLimits } from "../columns/limits.ts";
import { saidWhole, statedOf } from "../columns/said.ts";
import { writtenValues } from "../columns/written-values.ts";
import type { NetworkPlan } from "../networks/network.ts";
import type { NetworkConfig } from "../networks/registry.ts";
import type { Column, Table } from "../table/table.ts";
import type { BaseModel } from "./fine-tuning.ts";
import { grownColumns } from "./grown-columns.ts";
import type { TrainOptions } from "./options.ts";

/**
 * The table's columns, or those of the model that the training starts from and the table's new ones.
 * @param told is given what is to be known of each, by its name.
 * @throws InputError for an output or bounds of no column.
 */
export function modelColumns(
  table: Table,
  planned: NetworkPlan<NetworkConfig>,
  options: TrainOptions,
  base: BaseModel | undefined,
  told: Map<string, string[]>,
): ModelColumn[] {
  const { outputs, kinds = {} } = options;
  const names = table.columns.map((column) => column.name);
  if (outputs?.length === 0)
    throw new InputError("No output column is named: name at least one, or leave `outputs` out.", {
      option: "outputs",
    });
  for (const output of outputs ?? []) {
    if (!names.includes(output)) throw new InputError(unknownName("column", output, names, table.source));
  }
  const bounds = "bounds" in options && typeof options.bounds === "object" ? options.bounds : {};
  for (const name of Object.keys(bounds)) {
    if (!names.includes(name)) throw new InputError(unknownName("column", name, names, table.source));
  }
  const fit = (column: Column): ModelColumn => {
    const said = Object.hasOwn(kinds, column.name) ? kinds[column.name] : undefined;
    const [as, integer] = [statedOf(said), saidWhole(said)];
    const notes: string[] = [];
    told.set(column.name, notes);
    const fitted = planned.fitColumn(column, {
      source: table.source,
      output: outputs?.includes(column.name) ?? true,
      ...(as && { as }),
      ...(integer !== undefined && { integer }),
      onNotice: (notice) => void notes.push(notice),
    });
    // The values of a column with limits end where these begin, not where the column does.
    const written = hasLimits(column) ? undefined : writtenValues(column);
    const form = column.read?.form;
    return { ...fitted, ...(form !== undefined && { form }), ...(written && { written }) };
  };
  if (!base) return table.columns.map(fit);
  const bounded = base.config.columns.find(({ name }) => Object.hasOwn(bounds, name));
  if (bounded) {
    throw new InputError(
      `The bounds of "${bounded.name}" are those of the model to start from: leave them out, or rename the column.`,
      { option: "bounds" },
    );
  }
  const usesErrors = "measurementErrors" in base.settings && base.settings.measurementErrors !== "ignore";
  return grownColumns(base.config.columns, table, { ...options, usesErrors }, fit);
}
