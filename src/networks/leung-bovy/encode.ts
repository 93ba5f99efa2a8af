/** @file A table in the published network's scale: numbers, standardised. */
import { InputError } from "../../base/errors.ts";
import { columnIndex, type ModelColumn } from "../../columns/encoding.ts";
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
