/** @file Which rows are trained on and which are held out for validation. */
import { InputError } from "../base/errors.ts";
import { generator } from "../numeric/generator.ts";
import type { TrainingRows } from "./training-rows.ts";
import type { TrainingSettings } from "./training-settings.ts";

export interface Split {
  readonly training: Uint32Array<ArrayBuffer>;
  readonly validation: Uint32Array<ArrayBuffer>;
  readonly steps: number;
}

/**
 * Which rows are held out depends on the seed alone. Rows that have no output to ask for teach nothing.
 * @throws InputError if the rows to train on do not fill one batch.
 */
export function splitRows(
  { rows: count, hasOutput }: Pick<TrainingRows, "rows" | "hasOutput">,
  { validation, batchSize, seed }: TrainingSettings,
): Split {
  const rows = Uint32Array.from({ length: count }, (_, row) => row);
  generator(seed, "held-out rows").shuffle(rows);
  const heldOut = Math.floor(count * validation);
  // In place: of a table of many rows even their numbers take room.
  let kept = heldOut;
  for (let i = heldOut; i < count; i++) if (hasOutput(rows[i])) rows[kept++] = rows[i];
  const training = rows.subarray(heldOut, kept);
  const steps = Math.floor(training.length / batchSize);
  if (steps === 0) {
    throw new InputError(
      `The table has ${training.length} rows to train on, fewer than one batch of ${batchSize}: give more rows or a smaller \`batchSize\`.`,
      { option: "batchSize" },
    );
  }
  return { training, validation: rows.subarray(0, heldOut), steps };
}
