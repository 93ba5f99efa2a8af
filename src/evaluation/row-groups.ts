/** @file Rows that belong together: visits of a patient, spectra of a star. Scores vary with groups, not with rows, so whole groups are resampled. */
import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import type { Table } from "../table/table.ts";

export interface GroupedRows {
  readonly column: string;
  /** How many groups there are. */
  readonly groups: number;
  /** By row the number of its group; a row without a value is a group by itself. */
  readonly of: Float64Array;
}

/** @throws InputError if the table has no such column. */
export function groupedRows(table: Table, name: string): GroupedRows {
  const column = table.columns.find((each) => each.name === name);
  if (!column) {
    const names = table.columns.map((each) => each.name);
    throw new InputError(unknownName("column", name, names, table.source), { option: "groupBy" });
  }
  const numbers = new Map<number, number>();
  let groups = 0;
  const of = Float64Array.from(column.values, (value) => {
    const known = Number.isNaN(value) ? undefined : numbers.get(value);
    if (known !== undefined) return known;
    if (!Number.isNaN(value)) numbers.set(value, groups);
    return groups++;
  });
  return { column: name, groups, of };
}

/** "over the 40 groups of star", or "over rows". */
export function overWhat(groups: Pick<GroupedRows, "column" | "groups"> | undefined): string {
  return groups ? `over the ${groups.groups} groups of ${groups.column}` : "over rows";
}
