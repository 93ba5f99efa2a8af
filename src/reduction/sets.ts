/** @file The training and the testing set: the kept rows in two parts, their files, and how many rows have what. */
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { LongWork } from "../base/async.ts";
import { temporaryBeside } from "../files/leftovers.ts";
import { asWriteError } from "../files/system-errors.ts";
import type { JudgedSpectra } from "./judged-spectra.ts";
import { testedRows } from "./split.ts";
import type { StarRows } from "./star-rows.ts";
import {
  SCALAR_NAMES,
  type ScalarName,
  type TrainingRows,
  writeTrainingParquet,
  writeTrainingSet,
} from "./training-set.ts";

/** A part of the kept rows. */
interface RowSet extends TrainingRows {
  /** Rows with a good spectrum. */
  readonly goodSpectra: number;
}

export interface RowSets {
  readonly training: RowSet;
  readonly testing: RowSet;
}

/** The kept rows, with all that is written of them. */
export interface KeptRows {
  /** Their places in allStar. */
  readonly kept: Int32Array;
  readonly ids: BigInt64Array;
  readonly numbers: Readonly<Record<ScalarName, Float64Array>>;
}

export function splitSets(
  { kept, ids, numbers }: KeptRows,
  rows: StarRows,
  spectra: JudgedSpectra,
  seed: number,
): RowSets {
  const groups = Array.from(kept, (row) => rows.group(row));
  const isTested = testedRows(groups, seed);
  const part = (tested: boolean): RowSet => {
    const chosen = kept.filter((_, i) => isTested[i] === tested);
    const of = (values: Float64Array) => values.filter((_, i) => isTested[i] === tested);
    const own = SCALAR_NAMES.map((name) => [name, of(numbers[name])] as const);
    return {
      rows: chosen.length,
      designations: Array.from(chosen, (row) => rows.designation(row)),
      ids: BigInt64Array.from(chosen, (row) => ids[row]),
      numbers: Object.fromEntries(own) as TrainingRows["numbers"],
      spectra: (from, to) => spectra.block(chosen.subarray(from, to)),
      goodSpectra: chosen.reduce((sum, row) => sum + spectra.isGood[row], 0),
    };
  };
  return { training: part(false), testing: part(true) };
}

/**
 * Writes both sets. They get their names when all are written: an interruption leaves no new training set beside an old
 * testing set, which may have its stars.
 */
export async function writeSets(
  sets: RowSets,
  { out, parquet }: { readonly out: string; readonly parquet: boolean },
  { signal, onProgress }: LongWork,
): Promise<void> {
  const total = (sets.training.rows + sets.testing.rows) * (parquet ? 2 : 1);
  let done = 0;
  const onRows = (rows: number) => {
    signal?.throwIfAborted();
    done += rows;
    onProgress?.(done, total);
  };
  const folder = temporaryBeside(join(out, "sets"), "tmp");
  const names: string[] = [];
  try {
    await mkdir(folder);
    for (const [name, rows] of [
      ["training_set", sets.training] as const,
      ["testing_set", sets.testing] as const,
    ]) {
      names.push(`${name}.h5`);
      await writeTrainingSet(join(folder, `${name}.h5`), rows, onRows);
      if (!parquet) continue;
      names.push(`${name}.parquet`);
      await writeTrainingParquet(join(folder, `${name}.parquet`), rows, onRows);
    }
    signal?.throwIfAborted();
    for (const name of names) await rename(join(folder, name), join(out, name));
  } catch (error) {
    throw asWriteError(out, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Rows of a set that have something. */
export type SetCounts = Readonly<
  Record<"spectrum" | "teff" | "allLabels" | "parallax" | "reddening" | "colours", number>
>;

export function countsOfSet({ rows, numbers, goodSpectra }: RowSet): SetCounts {
  const having = (...names: readonly ScalarName[]) => {
    let count = 0;
    for (let row = 0; row < rows; row++)
      if (names.every((name) => Number.isFinite(numbers[name][row]))) count++;
    return count;
  };
  return {
    spectrum: goodSpectra,
    teff: having("teff"),
    allLabels: having("teff", "logg", "m_h"),
    parallax: having("parallax"),
    reddening: having("logc19"),
    colours: having("jh", "jk"),
  };
}
