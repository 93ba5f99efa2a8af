/** @file A column of a table, or one given value, in the model's scale: numbers, classes, errors, widths. */
import { InputError } from "../base/errors.ts";
import type { Column } from "../table/table.ts";
import { noCategory, numericClasses } from "./classes.ts";
import type { ColumnCoding } from "./coding.ts";
import { coordinates } from "./coordinates.ts";

/** A column as the model takes it: one entry per row in each array. */
export interface EncodedColumn {
  /** Model scale; NaN where missing; 0 at an atom and in a category column. */
  readonly values: Float32Array;
  /** -1 where missing, else the class as `classCount` numbers them (0 for a plain number). */
  readonly classes: Int32Array;
  /** Model scale; 0 where unknown, missing or at an atom. Absent if the column has no errors. */
  readonly errors?: Float32Array;
  /** Whole numbers only: the width of [k - 1/2, k + 1/2) in model scale; 0 where missing or at an atom. */
  readonly widths?: Float32Array;
}

/**
 * Brings a column to the model's scale.
 *
 * Categories are matched by name, so the column's own list of categories may be another; true and false fit a
 * boolean column as 1 and 0 too, and numbers a category column if their text is one of its names. Errors are
 * carried over with the map's slope at the value: right where they are small against its bends.
 *
 * @param source Where the column came from, for messages.
 * @param firstRow The place in the source of the column's first cell, for messages.
 * @throws InputError for a category the model doesn't know, a kind of column that doesn't fit, and an infinite value.
 */
export function encodeColumn(
  column: Column,
  coding: ColumnCoding,
  source: string,
  firstRow = 0,
): EncodedColumn {
  const where = (row: number) => `${source}, row ${firstRow + row + 1}, column "${column.name}"`;
  const classy = coding.kind === "category" || coding.kind === "boolean";
  return classy ? encodeClasses(column, coding, where) : encodeNumbers(column, coding, where);
}

/** What a row's cell is called in messages. */
type Where = (row: number) => string;

function encodeClasses(column: Column, coding: ColumnCoding, where: Where): EncodedColumn {
  const place = new Map(coding.categories.map((name, index) => [name, index]));
  const known = new Map<number, number>(); // the column's own number -> class
  const classes = Int32Array.from(column.values, (value, row) => {
    if (Number.isNaN(value)) return -1;
    const found = known.get(value) ?? place.get(nameOf(column, coding, value));
    if (found === undefined) {
      throw new InputError(`${where(row)}: ${noCategory(shownOf(column, coding, value), coding)}`);
    }
    known.set(value, found);
    return found;
  });
  const values = Float32Array.from(classes, (each) => (each < 0 ? Number.NaN : 0));
  return { values, classes };
}

/** The name a class column's number stands for in its own list, or the number as text. */
function nameOf({ kind, categories }: Column, coding: ColumnCoding, value: number): string {
  if (kind === "category") return categories?.[value] ?? "";
  const truth = kind === "boolean" || coding.kind === "boolean";
  if (truth && (value === 0 || value === 1)) return value === 1 ? "true" : "false";
  return kind === "date" ? "a date" : `${value}`;
}

function shownOf(column: Column, coding: ColumnCoding, value: number): string | number {
  return column.kind === "category" || column.kind === "boolean" ? nameOf(column, coding, value) : value;
}

function encodeNumbers(column: Column, coding: ColumnCoding, where: Where): EncodedColumn {
  const rows = column.values.length;
  const { toModel, slope } = coordinates(coding);
  const classOf = numericClasses(coding);
  const values = new Float32Array(rows);
  const classes = new Int32Array(rows);
  const errors = column.errors && new Float32Array(rows);
  const widths = coding.kind === "whole" ? new Float32Array(rows) : undefined;
  const first = column.values.findIndex((value) => !Number.isNaN(value));
  if (first >= 0) refuseOtherKind(column, coding, where, first);
  for (let row = 0; row < rows; row++) {
    const value = column.values[row];
    if (value - value !== 0 && !Number.isNaN(value)) {
      throw new InputError(`${where(row)}: the value is infinite; make it missing or finite`);
    }
    classes[row] = classOf(value);
    values[row] = classes[row] < 0 ? Number.NaN : 0;
    if (classes[row] !== 0) continue;
    const u = toModel(value);
    values[row] = u;
    if (widths) widths[row] = toModel(value + 0.5) - toModel(value - 0.5);
    const error = column.errors?.[row] ?? Number.NaN;
    if (errors && !Number.isNaN(error)) errors[row] = error / slope(u);
  }
  return { values, classes, ...(errors && { errors }), ...(widths && { widths }) };
}

/** A column without any value fits everywhere: a reader can't know what it would have held. */
function refuseOtherKind(column: Column, coding: ColumnCoding, where: Where, row: number): void {
  const kind = column.kind ?? "number";
  const fits = coding.kind === "date" ? kind === "date" : kind === "number" || kind === "boolean";
  if (fits) return;
  const held = kind === "category" ? `"${column.categories?.[column.values[row]] ?? ""}"` : `a ${kind}`;
  const wanted = coding.kind === "date" ? "dates (such as 2024-05-01)" : "numbers";
  throw new InputError(
    `${where(row)}: the model has ${wanted} here, not ${kind === "number" ? `the number ${column.values[row]}` : held}`,
  );
}
