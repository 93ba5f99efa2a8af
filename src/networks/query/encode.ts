/** @file A table in the default network's scale: numbers, classes, measurement errors, widths of integers. */
import { InputError } from "../../base/errors.ts";
import { columnIndex, type ModelColumn } from "../../columns/encoding.ts";
import { encodeColumn, kindOf } from "../../columns/kinds.ts";
import { hasLimits } from "../../columns/limits.ts";
import { coordinates } from "../../columns/transforms.ts";
import { rowsOfColumn } from "../../table/table.ts";
import type { EncodedCells, EncodedTable, TableRows } from "../encoded-table.ts";
import type { QueryConfig } from "./config.ts";

/** @throws InputError naming the row, for a cell that its column can't have. */
export function encodeForQuery(
  { table, given, start, rows, first = start }: TableRows,
  columns: readonly ModelColumn[],
  { classes: classCounts, intervals }: Pick<QueryConfig, "classes" | "intervals">,
): EncodedTable {
  const encoded = given.map((name): EncodedCells => {
    const index = columnIndex(columns, name);
    const { encoding } = columns[index];
    const cells = rowsOfColumn(table, name, start, rows);
    if (!intervals && hasLimits(cells)) throw new InputError(notLearnt(name));
    const { classes, ...encodedCells } = encodeColumn(cells, encoding, table.source, first);
    if (classCounts[index] === 0) return { index, ...encodedCells };
    const pointMasses = encoding.pointMasses.map(coordinates(encoding).toStandardised);
    return { index, ...encodedCells, classes, pointMasses, isMixed: !kindOf(encoding).isCategorical };
  });
  return { rows, columns: encoded };
}

function notLearnt(name: string): string {
  return `"${name}" is given as an interval, but the model does not answer for it, and was trained without intervals: give a value, or train with \`intervals\` above 0, such as 0.05.`;
}
