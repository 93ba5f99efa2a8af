/** @file Which rows of a table each of its partitions has. */
import { InputError } from "../../base/errors.ts";
import type { CountedFile } from "../../table/files/file-rows.ts";

/** Rows from .. to - 1 of the whole table, and the files, first .. end - 1, that they lie in. */
export interface Share {
  readonly rows: readonly [from: number, to: number];
  readonly files: readonly [first: number, end: number];
}

/**
 * The table cut into as many consecutive shares, of as equal a number of rows as may be: between files, where there are as many files
 * or more; else between rows, where they are cut wherever it may be.
 * @throws InputError where there are fewer rows than shares.
 */
export function sharesOf(files: readonly CountedFile[], count: number): Share[] {
  const starts = [0];
  for (const { rows } of files) starts.push(starts[starts.length - 1] + rows);
  const all = starts[files.length];
  if (all < count)
    throw new InputError(
      `The table has ${all} rows, and can't be cut into ${count} partitions: name fewer with --partition.`,
    );
  const cuts =
    files.filter(({ rows }) => rows > 0).length >= count ? fileCuts(starts, count) : rowCuts(all, count);
  return cuts.slice(1).map((to, i) => {
    const from = cuts[i];
    const first = starts.findLastIndex((start) => start <= from);
    const end = starts.findIndex((start) => start >= to);
    return { rows: [from, to], files: [first, end] };
  });
}

function rowCuts(all: number, count: number): number[] {
  return Array.from({ length: count + 1 }, (_, k) => Math.floor((all * k) / count));
}

/** Each share has a file with rows, at least, and ends with the file whose end is nearest to its even part. */
function fileCuts(starts: readonly number[], count: number): number[] {
  const ends = [...new Set(starts)]; // empty files have no part in it
  const all = ends[ends.length - 1];
  const cuts = [0];
  let at = 0;
  for (let k = 1; k < count; k++) {
    const last = ends.length - 1 - (count - k); // a file for each share that comes
    const even = (all * k) / count;
    at++;
    while (at < last && Math.abs(ends[at + 1] - even) <= Math.abs(ends[at] - even)) at++;
    cuts.push(ends[at]);
  }
  return [...cuts, all];
}
