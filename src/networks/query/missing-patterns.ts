/** @file The rows of a table by which of their cells are missing: what is worked out for one of them serves all alike. */

/** Rows that have the same cells. */
export interface Pattern {
  readonly rows: number[];
  readonly given: readonly number[];
  readonly missing: readonly number[];
}

/** @param cells (rows, size), NaN where missing. */
export function rowsByPattern(cells: Float64Array, size: number): Pattern[] {
  const patterns = new Map<string, Pattern>();
  for (let row = 0; row < cells.length / size; row++) {
    const isMissing = Array.from(cells.subarray(row * size, (row + 1) * size), Number.isNaN);
    const name = isMissing.map(Number).join("");
    const pattern = patterns.get(name) ?? {
      rows: [],
      given: [...isMissing.keys()].filter((j) => !isMissing[j]),
      missing: [...isMissing.keys()].filter((j) => isMissing[j]),
    };
    pattern.rows.push(row);
    patterns.set(name, pattern);
  }
  return [...patterns.values()];
}
