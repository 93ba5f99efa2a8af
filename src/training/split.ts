/** @file Which rows are trained on and which are held out for validation. */
import { InputError } from "../errors.ts";
import { generator } from "../random/generator.ts";
import type { TrainingSettings } from "./presets.ts";
import type { TrainingData } from "./training-data.ts";

export interface Split {
  readonly training: Uint32Array<ArrayBuffer>;
  readonly validation: Uint32Array;
  readonly steps: number;
}

/**
 * Which rows are held out depends on the seed alone. Rows that have no output to ask for teach nothing.
 * @throws InputError if the rows to train on do not fill one batch.
 */
export function splitRows(data: TrainingData, { validation, batchSize, seed }: TrainingSettings): Split {
  const rows = Uint32Array.from({ length: data.rows }, (_, row) => row);
  generator(seed, "held-out rows").shuffle(rows);
  const heldOut = Math.floor(data.rows * validation);
  const training = rows.slice(heldOut).filter((row) => hasOutput(data, row));
  const steps = Math.floor(training.length / batchSize);
  if (steps === 0) {
    throw new InputError(
      `The table has ${training.length} rows to train on, fewer than one batch of ${batchSize}: give more rows or a smaller --batch-size.`,
    );
  }
  return { training, validation: rows.slice(0, heldOut), steps };
}

function hasOutput({ columns, outputs }: TrainingData, row: number): boolean {
  return outputs.some((output) => !Number.isNaN(columns[output]![row]!));
}
