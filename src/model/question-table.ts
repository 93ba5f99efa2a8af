/** @file What is given in questions, and rows as plain objects, as a table. */

import { shown } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { columnIndex } from "../columns/encoding.ts";
import { valueGiven } from "../columns/given-text.ts";
import { geometryOf, kindInTable, kindOf } from "../columns/kinds.ts";
import { nextTo } from "../columns/limits.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { type Column, isKnown, MILLISECONDS_PER_DAY, type Table } from "../table/table.ts";

/** A number in data units, a category's name, a truth value, or a date as ISO text or `Date`; missing (also a NaN) is not given. */
export type GivenCell = number | string | boolean | Date | null | undefined;

/** A number with its measurement error: one standard deviation. */
export interface MeasuredCell {
  readonly value: number;
  readonly error: number;
}

/** What a number or a date is known to lie within: `lower` and `upper` belong to it, `above` and `below` do not. */
export interface GivenInterval {
  readonly lower?: number | string;
  readonly upper?: number | string;
  readonly above?: number | string;
  readonly below?: number | string;
}

/** Known values of one row, by column; a measured one may come with its error, and of one only limits may be known. */
export type Given = Readonly<Record<string, GivenCell | MeasuredCell | GivenInterval>>;

export function isMeasured(cell: Given[string]): cell is MeasuredCell {
  return isStated(cell) && "value" in cell;
}

export function isInterval(cell: Given[string]): cell is GivenInterval {
  return isStated(cell) && !("value" in cell);
}

function isStated(cell: Given[string]): cell is MeasuredCell | GivenInterval {
  return typeof cell === "object" && cell !== null && !(cell instanceof Date);
}

/** A row as a plain object: cells of the model's columns, and of others that the model does not know. */
export type Row = Given;

/** @throws InputError for an unknown column, and for a value that its column can't have. */
export function questionTable(config: ModelConfig, given: Given): Table {
  for (const name of Object.keys(given)) columnIndex(config.columns, name, config.inspection);
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

/**
 * What a row of a table has in the model's columns, as the values of a question: names of categories, errors and limits too.
 * @param names of the columns; default all that the model knows.
 */
export function givenOfRow(
  { columns }: ModelConfig,
  table: Table,
  row: number,
  names: readonly string[] = columns.map(({ name }) => name),
): Given {
  const cells = table.columns
    .filter((column) => names.includes(column.name) && isKnown(column, row))
    .map((column) => [column.name, givenOfCell(column, row)] as const);
  return Object.fromEntries(cells);
}

function givenOfCell(column: Column, row: number): Given[string] {
  const value = column.values[row];
  if (Number.isNaN(value)) {
    const [lower, upper] = [column.lower?.[row] ?? Number.NaN, column.upper?.[row] ?? Number.NaN];
    return { ...(!Number.isNaN(lower) && { lower }), ...(!Number.isNaN(upper) && { upper }) };
  }
  const kind = kindInTable(column);
  if (kind.isCategorical) return kind.nameOf(column, value);
  const cell = kind.isText ? kind.write(value, column) : value;
  const error = column.errors?.[row] ?? Number.NaN;
  return typeof cell === "number" && !Number.isNaN(error) ? { value: cell, error } : cell;
}

/** A column of one row. */
function cellOf(config: ModelConfig, name: string, cell: Given[string]): Column {
  if (cell instanceof Date) return momentCell(config, name, cell);
  if (isInterval(cell)) return limitedCell(config, name, cell);
  const { value, error } = isMeasured(cell) ? cell : { value: cell, error: undefined };
  if (!["number", "string", "boolean", "undefined"].includes(typeof value) && value !== null)
    throw new InputError(
      `The given value of "${name}" is ${shown(value)}; give a number, a text, true or false, or a Date.`,
    );
  if (error !== undefined && !(error >= 0)) {
    throw new InputError(`The error of the given "${name}" is ${error}; it must be a number of at least 0.`);
  }
  const errors = error === undefined ? {} : { errors: Float64Array.of(error) };
  if (value === null || value === undefined || Number.isNaN(value))
    return { name, values: Float64Array.of(Number.NaN), ...errors };
  const known = config.columns.find((column) => column.name === name);
  const kind = known
    ? kindOf(known.encoding)
    : kindInTable({ kind: typeof value === "string" ? "category" : "number" });
  const said = known && typeof value === "string" ? valueGiven(value, known) : undefined;
  if (said !== undefined) return { ...kind.givenCell(name, said), ...errors };
  return { ...kind.givenCell(name, value), ...errors };
}

/** @throws InputError where the column has no dates, and for a Date that is none. */
function momentCell(config: ModelConfig, name: string, moment: Date): Column {
  const known = config.columns.find((column) => column.name === name);
  const days = moment.getTime() / MILLISECONDS_PER_DAY;
  if (Number.isNaN(days))
    throw new InputError(`The given value of "${name}" is an invalid Date: leave it out if it is not known.`);
  if (known && kindOf(known.encoding).inTable !== "date")
    throw new InputError(
      `The given value of "${name}" is a Date, but the column has ${kindOf(known.encoding).plural}.`,
    );
  return kindInTable({ kind: "date" }).givenCell(name, days);
}

/** The ends that an interval may be given by, where the value lies from them, and whether they belong to it. */
const ENDS = [
  { name: "lower", at: "lower", isInside: true },
  { name: "above", at: "lower", isInside: false },
  { name: "upper", at: "upper", isInside: true },
  { name: "below", at: "upper", isInside: false },
] as const;

/** A column of one row that has limits and no value. */
function limitedCell(config: ModelConfig, name: string, cell: GivenInterval): Column {
  const known = config.columns.find((column) => column.name === name);
  const kind = known ? kindOf(known.encoding) : kindInTable({ kind: "number" });
  if (kind.isCategorical || (known && geometryOf(known.encoding).period !== undefined)) {
    throw new InputError(
      `"${name}" is given as an interval, but has ${kind.plural}: give one value, or leave it out.`,
    );
  }
  const ends = { lower: [] as number[], upper: [] as number[] };
  for (const { name: end, at, isInside } of ENDS) {
    const stated = cell[end];
    if (stated === undefined) continue;
    const value = kind.givenCell(name, stated).values[0];
    ends[at].push(isInside ? value : nextTo(value, at === "lower" ? 1 : -1));
  }
  const [lower, upper] = [Math.max(...ends.lower), Math.min(...ends.upper)];
  if (!Number.isFinite(lower) && !Number.isFinite(upper)) {
    throw new InputError(`The interval given for "${name}" has no end; write lower, upper, above or below.`);
  }
  const limits = {
    ...(ends.lower.length > 0 && { lower: Float64Array.of(lower) }),
    ...(ends.upper.length > 0 && { upper: Float64Array.of(upper) }),
  };
  const column = { ...kind.tableColumn(name, { categories: [] }), name, values: Float64Array.of(Number.NaN) };
  return { ...column, ...limits };
}

/** Columns of one row each, one under the other. Missing cells say nothing of the kind. */
function joinedCells(name: string, cells: readonly Column[]): Column {
  const { kind } = cells.find((cell) => isKnown(cell, 0)) ?? cells[0];
  const categories = [...new Set(cells.flatMap((cell) => cell.categories ?? []))].sort();
  const indexedValue = ({ values, categories: own }: Column) =>
    own ? categories.indexOf(own[values[0]]) : values[0];
  return {
    name,
    values: Float64Array.from(cells, indexedValue),
    ...(kind !== undefined && { kind }),
    ...(kind === "category" && { categories }),
    ...joinedArray("errors", cells),
    ...joinedArray("lower", cells),
    ...joinedArray("upper", cells),
  };
}

/** What some of the cells have beside their values; NaN where one lacks it. */
function joinedArray(name: "errors" | "lower" | "upper", cells: readonly Column[]): Partial<Column> {
  if (!cells.some((cell) => cell[name])) return {};
  return { [name]: Float64Array.from(cells, (cell) => cell[name]?.[0] ?? Number.NaN) };
}
