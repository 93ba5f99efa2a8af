/** @file A table in the default network's scale: numbers, classes, measurement errors, widths of integers. */
import { columnIndex, type ModelColumn } from "../../columns/encoding.ts";
import { encodeColumn, kindOf } from "../../columns/kinds.ts";
import { rowsOfColumn } from "../../table/table.ts";
import type { EncodedCells, EncodedTable, TableRows } from "../encoded-table.ts";
import type { QueryConfig } from "./config.ts";

/** @throws InputError naming the row, for a cell that its column can't have. */
export function encodeForQuery(
  { table, given, start, rows, first = start }: TableRows,
  columns: readonly ModelColumn[],
  { classes: classCounts }: Pick<QueryConfig, "classes">,
): EncodedTable {
  const encoded = given.map((name): EncodedCells => {
    const index = columnIndex(columns, name);
    const { encoding } = columns[index];
    const { classes, ...cells } = encodeColumn(
      rowsOfColumn(table, name, start, rows),
      encoding,
      table.source,
      first,
    );
    if (classCounts[index] === 0) return { index, ...cells };
    return { index, ...cells, classes, isMixed: !kindOf(encoding).isCategorical };
  });
  return { rows, columns: encoded };
}
