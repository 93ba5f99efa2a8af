/** @file From a table to what batches are drawn from. */
import { InputError } from "../errors.ts";
import type { ModelConfig } from "../model/model-config.ts";
import { unknownName } from "../table/near-misses.ts";
import { standardise } from "../table/scaling.ts";
import type { Table } from "../table/table.ts";
import type { TrainingData } from "./draw.ts";
import type { TrainingSettings } from "./presets.ts";

/** The table's columns in the model's order and scale. */
export function trainingData(table: Table, { columns }: ModelConfig): TrainingData {
  const standardised = columns.map(({ name, center, scale }) => {
    const column = table.columns.find((c) => c.name === name);
    if (!column) {
      const names = table.columns.map((c) => c.name);
      throw new InputError(unknownName("column", name, names, table.source));
    }
    return standardise(column, { center, scale });
  });
  const outputs = columns.flatMap(({ output }, place) => (output ? [place] : []));
  return { rows: table.rows, columns: standardised, outputs: Int32Array.from(outputs) };
}

/** @throws InputError if the rows that are not held out do not fill one batch. */
export function checkRows({ rows }: TrainingData, { batchSize, validation }: TrainingSettings): void {
  const training = rows - Math.floor(rows * validation);
  if (training < batchSize) {
    throw new InputError(
      `The table has ${training} rows to train on, fewer than one batch of ${batchSize}: give more rows or a smaller --batch-size.`,
    );
  }
}
