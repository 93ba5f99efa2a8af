/** @file From a table to what batches are drawn from. */
import { InputError } from "../errors.ts";
import type { ModelConfig } from "../model/model-config.ts";
import { unknownName } from "../table/near-misses.ts";
import { standardise } from "../table/scaling.ts";
import type { Table } from "../table/table.ts";
import type { TrainingData } from "./draw.ts";

/** The table's columns in the model's order and scale. */
export function trainingData(table: Table, { columns }: ModelConfig): TrainingData {
  const standardised = columns.map(({ name, center, scale }) => {
    const column = table.columns.find((c) => c.name === name);
    if (!column) {
      const names = table.columns.map((c) => c.name);
      throw new InputError(unknownName("column", name, names, table.source));
    }
    const cells = standardise(column, { center, scale });
    const infinite = cells.findIndex((cell) => Math.abs(cell) === Number.POSITIVE_INFINITY);
    if (infinite >= 0) {
      throw new InputError(
        `Column "${name}" of ${table.source} has the value ${column.values[infinite]} in row ${infinite + 1}, which is too large to scale: correct it or make it missing.`,
      );
    }
    return cells;
  });
  const outputs = columns.flatMap(({ output }, place) => (output ? [place] : []));
  return { rows: table.rows, columns: standardised, outputs: Int32Array.from(outputs) };
}
