/** @file The kinds of columns by name, and what a column's kind is needed for. */
import { InputError } from "../base/errors.ts";
import type { Column } from "../table/table.ts";
import type { ColumnEncoding } from "./encoding.ts";
import type { Geometry } from "./geometry.ts";
import { integer, isOfIntegers } from "./kinds/integer.ts";
import type { EncodedColumn, EncodingOptions, FittedEncoding, Kind } from "./kinds/kind.ts";
import { number } from "./kinds/number.ts";
import { KINDS, type KindName, type StatedKind } from "./kinds/registry.ts";

/** The kinds of columns; what each means stands in `kinds/`. */
export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[];

/** The kinds that only a user can tell. */
export const STATED_KINDS = Object.values<Kind>(KINDS).flatMap(({ name, stated }) =>
  stated ? [{ name, ...stated }] : [],
);

/** The kind of a model's column. */
export function kindOf({ kind }: Pick<ColumnEncoding, "kind">): Kind {
  return KINDS[kind];
}

/** Whether a column has whole numbers only: answers are, and each has a mass. */
export function isWhole(encoding: Pick<ColumnEncoding, "kind" | "whole">): boolean {
  return kindOf(encoding).isInteger || encoding.whole === true;
}

/** The kind of a table's column, which says nothing of integers. */
export function kindInTable({ kind = "number" }: Pick<Column, "kind">): Kind {
  return KINDS[kind];
}

/** Where the values of a model's column lie. */
export function geometryOf(encoding: Pick<ColumnEncoding, "kind" | "period">): Geometry {
  return kindOf(encoding).geometry(encoding);
}

/** The radians of one standardised unit of a column whose values lie on a circle; 0 for any other. */
export function turnRate(encoding: Pick<ColumnEncoding, "kind" | "period" | "scale">): number {
  const { period } = geometryOf(encoding);
  return period === undefined ? 0 : (2 * Math.PI * encoding.scale) / period;
}

/** What a user says of a column to be of this encoding; undefined where a table tells. */
export function statedKind(encoding: ColumnEncoding): StatedKind | undefined {
  const { name, stated } = kindOf(encoding);
  if (!stated) return undefined;
  return { kind: name, ...(stated.asks && { [stated.asks.name]: encoding[stated.asks.name] }) } as StatedKind;
}

/** A table's column for values of a model's column: all but the values. */
export function columnLike(
  name: string,
  encoding: ColumnEncoding,
): Pick<Column, "name" | "kind" | "categories"> {
  return kindOf(encoding).tableColumn(name, encoding);
}

/** The same for a file of values that occur: whole numbers are written as such. */
export function writtenLike(
  name: string,
  encoding: ColumnEncoding,
): ReturnType<typeof columnLike> & { readonly isWhole?: boolean } {
  return { ...columnLike(name, encoding), ...(hasWholeNumbers(encoding) && { isWhole: true }) };
}

/** A column of answers in the unit of the model's column that they are about. */
export function inUnitOf<Made extends object>(
  { unit }: { readonly unit?: string | undefined },
  made: Made,
): Made & { readonly unit?: string } {
  return unit === undefined ? made : { ...made, unit };
}

/** Whether all numbers that occur are whole. */
function hasWholeNumbers(encoding: ColumnEncoding): boolean {
  const { inTable, isInteger } = kindOf(encoding);
  const { onlyPointMasses, pointMasses } = encoding;
  return (
    isInteger || (inTable === "number" && onlyPointMasses === true && pointMasses.every(Number.isSafeInteger))
  );
}

/** The value that a text says. @throws InputError if it is none of the column's kind. */
export function valueOfText(text: string, name: string, encoding: ColumnEncoding): number {
  const { parse, example } = kindOf(encoding);
  const value = parse(text);
  if (value !== undefined) return value;
  throw new InputError(`"${text}" is no value of "${name}": it must be ${example}.`);
}

/** A cell of a table as it stood in the file, or nearly; "-" where it is missing. */
export function cellText(column: Column, row: number): string {
  const value = column.values[row];
  return Number.isNaN(value) ? "-" : kindInTable(column).write(value, column);
}

/**
 * Measures, on a table's column, what it is to a model.
 * @param source Where the column came from, for messages.
 * @throws InputError as the kind's `fit` does; if `options.integer` is demanded of a column that isn't; if a point mass
 * of `options.pointMasses` isn't finite.
 */
export function fitEncoding(column: Column, source: string, options: EncodingOptions = {}): FittedEncoding {
  const inTable = kindInTable(column);
  const isNumber = inTable === number;
  if (options.as) {
    if (isNumber) return KINDS[options.as.kind].fit(column, source, options);
    throw new InputError(
      `Column "${column.name}" of ${source} is said to be ${options.as.kind}, but does not hold numbers; leave that out.`,
    );
  }
  if (options.integer && !isNumber) {
    throw new InputError(
      `Column "${column.name}" of ${source} is not of numbers, so it can't be of integers; leave "integer" out.`,
    );
  }
  const kind = isNumber && isOfIntegers(column, source, options.integer) ? integer : inTable;
  return kind.fit(column, source, options);
}

/**
 * Brings a column to standardised units.
 *
 * Categories are matched by name, so the column's own list of categories may be another; true and false fit a
 * boolean column as 1 and 0 too, and numbers a category column if their text is one of its names.
 *
 * @param source Where the column came from, for messages.
 * @param firstRow The index in the source of the column's first cell, for messages.
 * @throws InputError for a category the model doesn't know, a kind of column that doesn't fit, and an infinite value.
 */
export function encodeColumn(
  column: Column,
  encoding: ColumnEncoding,
  source: string,
  firstRow = 0,
): EncodedColumn {
  const where = (row: number) => `${source}, row ${firstRow + row + 1}, column "${column.name}"`;
  return kindOf(encoding).encode(column, kindInTable(column), encoding, where);
}
