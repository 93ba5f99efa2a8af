/** @file What is given in questions, and rows as plain objects, as a table. */

import { InputError } from "../base/errors.ts";
import { columnIndex } from "../columns/encoding.ts";
import { kindInTable, kindOf } from "../columns/kinds.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import type { Column, Table } from "../table/table.ts";

/** A number in data units, a category's name, a truth value or an ISO date; missing is not given. */
export type GivenCell = number | string | boolean | null | undefined;

/** Known values of one row, by column; a measured one may come with its error (one standard deviation). */
export type Given = Readonly<Record<string, GivenCell | { readonly value: number; readonly error: number }>>;

/** A row as a plain object: cells of the model's columns, and of others that the model does not know. */
export type Row = Given;

/** @throws InputError for an unknown column, and for a value that its column can't have. */
export function questionTable(config: ModelConfig, given: Given): Table {
  for (const name of Object.keys(given)) columnIndex(config.columns, name);
  return rowsTable(config, [given], "the question");
}

/**
 * Rows as a table, each of the model's columns read as its kind demands. A column that the model does not know is one of
 * numbers or of texts, and only passed on.
 * @throws InputError for a value that its column can't have, naming the row if there are several.
 */
export function rowsTable(config: ModelConfig, rows: readonly Row[], source = "the rows"): Table {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) => {
    const cells = rows.map((row, index) => {
      try {
        return cellOf(config, name, row[name]);
      } catch (error) {
        if (rows.length === 1 || !(error instanceof InputError)) throw error;
        throw new InputError(`Row ${index + 1}: ${error.message}`, { cause: error });
      }
    });
    return joinedCells(name, cells);
  });
  return { source, rows: rows.length, columns };
}

/** A column of one row. */
function cellOf(config: ModelConfig, name: string, cell: Given[string]): Column {
  const { value, error } =
    typeof cell === "object" && cell !== null ? cell : { value: cell, error: undefined };
  if (error !== undefined && !(error >= 0)) {
    throw new InputError(`The error of the given "${name}" is ${error}; it must be a number of at least 0.`);
  }
  const errors = error === undefined ? {} : { errors: Float64Array.of(error) };
  if (value === null || value === undefined) return { name, values: Float64Array.of(Number.NaN), ...errors };
  const known = config.columns.find((column) => column.name === name);
  const kind = known
    ? kindOf(known.encoding)
    : kindInTable({ kind: typeof value === "string" ? "category" : "number" });
  return { ...kind.givenCell(name, value), ...errors };
}

/** Columns of one row each, one under the other. Missing cells say nothing of the kind. */
function joinedCells(name: string, cells: readonly Column[]): Column {
  const { kind } = cells.find(({ values }) => !Number.isNaN(values[0])) ?? cells[0];
  const categories = [...new Set(cells.flatMap((cell) => cell.categories ?? []))].sort();
  const indexedValue = ({ values, categories: own }: Column) =>
    own ? categories.indexOf(own[values[0]]) : values[0];
  return {
    name,
    values: Float64Array.from(cells, indexedValue),
    ...(kind !== undefined && { kind }),
    ...(kind === "category" && { categories }),
    ...(cells.some(({ errors }) => errors) && {
      errors: Float64Array.from(cells, ({ errors }) => errors?.[0] ?? Number.NaN),
    }),
  };
}
