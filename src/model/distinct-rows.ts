/** @file Rows that are given the same are asked about once: which rows of a table differ, and which each row is like. */
import { type Column, cellArrays } from "../table/table.ts";

export interface DistinctRows {
  /** The first of each set of equal rows. */
  readonly first: Uint32Array;
  /** For each row the index, in `first`, of the set that it belongs to. */
  readonly setOf: Uint32Array;
}

/** Where more than this share of the rows differ, to look for equal ones saves too little. */
const MOST_DIFFERENT = 0.5;

/** Rows whose cells (values, errors and limits) are equal in all columns; undefined where most differ. Missing equals missing. */
export function distinctRows(columns: readonly Column[], rows: number): DistinctRows | undefined {
  const setOf = new Uint32Array(rows);
  let first = Uint32Array.of(0);
  for (const cells of columns.flatMap(cellArrays)) {
    const found = split(cells, setOf, MOST_DIFFERENT * rows);
    if (!found) return undefined;
    first = found;
  }
  return { first, setOf };
}

/** Splits the sets by one more column, in place. @returns the first row of each; undefined beyond so many. */
function split(cells: Column["values"], setOf: Uint32Array, most: number) {
  const known = new Map<number, Map<number, number>>();
  const first: number[] = [];
  for (let row = 0; row < setOf.length; row++) {
    const ofSet = known.get(setOf[row]) ?? new Map<number, number>();
    if (ofSet.size === 0) known.set(setOf[row], ofSet);
    let set = ofSet.get(cells[row]);
    if (set === undefined) {
      set = first.length;
      ofSet.set(cells[row], set);
      first.push(row);
      if (set >= most) return undefined;
    }
    setOf[row] = set;
  }
  return Uint32Array.from(first);
}
