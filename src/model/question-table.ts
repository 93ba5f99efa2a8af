/** @file One question's known values as a table of one row. */

import { InputError } from "../base/errors.ts";
import type { ColumnCoding } from "../columns/coding.ts";
import { coordinates } from "../columns/coordinates.ts";
import { daysOfDate } from "../columns/iso-date.ts";
import type { ModelColumn } from "../columns/model-column.ts";
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
  if (coding?.kind === "category") {
    return { name, kind: "category", categories: [String(value)], values: Float64Array.of(0) };
  }
  if (coding?.kind === "boolean")
    return { name, kind: "boolean", values: Float64Array.of(truth(name, value)) };
  if (coding?.kind === "date" && typeof value === "string") {
    const days = daysOfDate(value);
    if (days !== undefined) return { name, kind: "date", values: Float64Array.of(days) };
    throw new InputError(
      `The given value of "${name}" is ${JSON.stringify(value)}; it must be a date such as 2026-11-23.`,
    );
  }
  if (typeof value !== "number") {
    throw new InputError(`The given value of "${name}" is ${JSON.stringify(value)}; it must be a number.`);
  }
  if (Math.abs(value) === Number.POSITIVE_INFINITY) {
    throw new InputError(`The given value of "${name}" is infinite; leave it out if it is not known.`);
  }
  return { name, values: Float64Array.of(value), ...(coding?.kind === "date" && { kind: "date" as const }) };
}

function truth(name: string, value: number | string | boolean): number {
  if (value === true || value === "true" || value === 1) return 1;
  if (value === false || value === "false" || value === 0) return 0;
  throw new InputError(`The given value of "${name}" is ${JSON.stringify(value)}; it must be true or false.`);
}

/** How a column is coded; a column of a published model is a plain standardised number. */
export function codingOf({ coding, center, scale }: ModelColumn): ColumnCoding {
  return coding ?? { kind: "number", center, scale, transform: { by: "none" }, atoms: [], categories: [] };
}

export function coordinatesOf(column: ModelColumn) {
  return coordinates(codingOf(column));
}
