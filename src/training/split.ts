/** @file Which rows are trained on and which are held out for validation. */
import { InputError } from "../base/errors.ts";
import { generator } from "../numeric/generator.ts";
import { heldOutGroups, type RowGroups } from "./split-groups.ts";
import type { TrainingRows } from "./training-rows.ts";
import type { TrainingSettings } from "./training-settings.ts";

export interface Split {
  readonly training: Uint32Array<ArrayBuffer>;
  readonly validation: Uint32Array<ArrayBuffer>;
  readonly steps: number;
}

/**
 * Which rows are held out depends on the seed alone, and on what rows are split by, where they are. Rows that have no output
 * to ask for teach nothing.
 * @param groups what rows are split by: those of a group are on the same side.
 * @throws InputError if the rows to train on do not fill one batch, or nothing can be split so.
 */
export function splitRows(
  { rows: count, hasOutput }: Pick<TrainingRows, "rows" | "hasOutput">,
  { validation, batchSize, seed }: TrainingSettings,
  groups?: RowGroups,
): Split {
  const rows = Uint32Array.from({ length: count }, (_, row) => row);
  generator(seed, "held-out rows").shuffle(rows);
  const heldOut = groups
    ? heldOutFirst(rows, heldOutGroups(groups, validation, seed))
    : Math.floor(count * validation);
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

/** Brings the held-out rows to the front, all in the order they have. @returns how many they are. */
function heldOutFirst(rows: Uint32Array, isHeldOut: Uint8Array): number {
  const ordered = [1, 0].map((side) => rows.filter((row) => isHeldOut[row] === side));
  rows.set(ordered[0]);
  rows.set(ordered[1], ordered[0].length);
  return ordered[0].length;
}
