/** @file Some rows of a table, and one of its columns by name. */
import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import type { Column, Table } from "./table.ts";

/** Some rows of a table, in the order named; the columns' cells are copied, in double precision. */
export function chosenRows({ source, columns }: Omit<Table, "rows">, rows: ArrayLike<number>): Table {
  const chosen = (cells: Column["values"]) => Float64Array.from(rows, (row) => cells[row]);
  return {
    source,
    rows: rows.length,
    columns: columns.map(
      (column): Column => ({
        ...column,
        values: chosen(column.values),
        ...(column.errors && { errors: chosen(column.errors) }),
      }),
    ),
  };
}

/** The column of that name. @throws InputError with near misses if the table lacks it. */
export function tableColumn({ columns, source }: Omit<Table, "rows">, name: string): Column {
  const column = columns.find((each) => each.name === name);
  if (column) return column;
  const names = columns.map((each) => each.name);
  throw new InputError(unknownName("column", name, names, source));
}
