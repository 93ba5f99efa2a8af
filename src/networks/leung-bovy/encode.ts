/** @file A table in the published network's scale: numbers, standardised. */
import { InputError } from "../../base/errors.ts";
import { columnIndex, type ModelColumn } from "../../columns/encoding.ts";
import { hasLimits } from "../../columns/limits.ts";
import { standardise } from "../../columns/scaling.ts";
import { rowsOfColumn } from "../../table/table.ts";
import type { EncodedTable, TableRows } from "../encoded-table.ts";

/** @throws InputError for a value that is too large to scale. */
export function encodeForLeungBovy(
  { table, given, start, rows, first = start }: TableRows,
  columns: readonly ModelColumn[],
): EncodedTable {
  const encoded = given.map((name) => {
    const index = columnIndex(columns, name);
    const column = rowsOfColumn(table, name, start, rows);
    if (hasLimits(column)) {
      throw new InputError(
        `Cells of "${name}" have limits and no value, which the published network does not know: leave them out, or train with the preset default.`,
      );
    }
    const values = standardise(column, columns[index].encoding);
    const infinite = values.findIndex((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
    if (infinite >= 0) {
      throw new InputError(
        `Column "${name}" of ${table.source} has the value ${column.values[infinite]} in row ${first + infinite + 1}, which is too large to scale: correct it or make it missing.`,
      );
    }
    return { index, values };
  });
  return { rows, columns: encoded };
}
