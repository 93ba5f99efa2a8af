/** @file One question's known values as a table of one row. */

import { InputError } from "../base/errors.ts";
import type { ModelColumn } from "../columns/encoding.ts";
import { kindOf } from "../columns/kinds.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { columnPlace } from "../networks/model-config.ts";
import type { Column, Table } from "../table/table.ts";

/** A number in the column's own units, a category's name, a truth value or an ISO date; missing is not given. */
export type GivenCell = number | string | boolean | null | undefined;

/** Known values of one row, by column; a measured one may come with its error (one standard deviation). */
export type Given = Readonly<Record<string, GivenCell | { readonly value: number; readonly error: number }>>;

/** @throws InputError for an unknown column, and for a value that its column can't have. */
export function questionTable(config: ModelConfig, given: Given): Table {
  const columns = Object.entries(given).map(([name, cell]) => {
    const known = config.columns[columnPlace(config, name)];
    const { value, error } =
      typeof cell === "object" && cell !== null ? cell : { value: cell, error: undefined };
    if (error !== undefined && !(error >= 0)) {
      throw new InputError(
        `The error of the given "${name}" is ${error}; it must be a number of at least 0.`,
      );
    }
    const column = oneCell(name, value, known);
    return error === undefined ? column : { ...column, errors: Float64Array.of(error) };
  });
  return { source: "the question", rows: 1, columns };
}

function oneCell(name: string, value: GivenCell, { coding }: ModelColumn): Column {
  if (value === null || value === undefined) return { name, values: Float64Array.of(Number.NaN) };
  return kindOf(coding).givenCell(name, value);
}
