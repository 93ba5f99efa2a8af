/** @file The units of a table's columns, where the file does not tell them. */
import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import type { Table } from "./table.ts";

/**
 * The table with these units: `withUnits(table, { teff: "K" })`. A model trained on it keeps them, and pictures
 * show them on their axes.
 * @throws InputError for a column that the table lacks.
 */
export function withUnits(table: Table, units: Readonly<Record<string, string>>): Table {
  const names = table.columns.map(({ name }) => name);
  for (const [name, unit] of Object.entries(units)) {
    if (!names.includes(name)) throw new InputError(unknownName("column", name, names, table.source));
    if (unit === "")
      throw new InputError(`The unit of "${name}" is empty: write ${name}=UNIT, or leave it out.`);
  }
  const columns = table.columns.map((column) => {
    const unit = Object.hasOwn(units, column.name) ? units[column.name] : undefined;
    return unit === undefined ? column : { ...column, unit };
  });
  return { ...table, columns };
}
