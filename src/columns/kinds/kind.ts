/**
 * @file What a kind of column knows of itself: all that would otherwise be a question about its name, wherever it is
 * met.
 */
import type { Kind as Check } from "../../base/checked.ts";
import type { Column, ColumnKind as TableKind } from "../../table/table.ts";
import type { StatedBounds } from "../bounds.ts";
import type { ColumnEncoding } from "../encoding.ts";
import type { Geometry } from "../geometry.ts";
import type { TransformName } from "../transforms.ts";
import type { KindName, StatedKind } from "./registry.ts";

/** A column as the network takes it: one entry per row in each array. */
export interface EncodedColumn {
  /** Standardised units; NaN where missing; 0 at a point mass and in a category column. */
  readonly values: Float32Array;
  /** -1 where missing, else the class as `classCount` numbers them (0 for a plain number). */
  readonly classes: Int32Array;
  /** Standardised units; 0 where unknown, missing or at a point mass. Absent if the column has no errors. */
  readonly errors?: Float32Array;
  /** Integers only: the width of [k - 1/2, k + 1/2) in standardised units; 0 where missing or at a point mass. */
  readonly widths?: Float32Array;
  /** Of cells that have limits and no value; see `EncodedLimits`. Absent where none has. */
  readonly lower?: Float32Array;
  readonly upper?: Float32Array;
}

export interface EncodingOptions {
  /**
   * How a number is transformed before the network sees it. "auto" (the default): "quantiles" if some values lie far
   * out (see `fitScale`), else "none"; where errors will be deconvolved, the first of "quantiles", "asinh" and "none"
   * that leaves them in shape (see `distortsErrors`).
   */
  readonly transform?: TransformName;
  /** Point masses: true (the default) finds them, false has none, a list names them in data units. */
  readonly pointMasses?: boolean | readonly number[];
  /** Whether a column of numbers is of integers; by default what it looks like. */
  readonly integer?: boolean;
  /** The column's bounds as a user says them; by default those that it shows, unless `findsBounds` is false. */
  readonly bounds?: StatedBounds;
  readonly findsBounds?: boolean;
  /** What a user says that the column is, where a table of numbers can't tell. */
  readonly as?: StatedKind;
  /** Whether measurement errors will be deconvolved: then the scale is that of the true values. Default false. */
  readonly ofTrueValues?: boolean;
}

export interface FittedEncoding {
  readonly encoding: ColumnEncoding;
  /** What a user should know was decided, one sentence each. */
  readonly notices: readonly string[];
}

/** What a row's cell is called in messages. */
export type Where = (row: number) => string;

/** How a user says that columns of numbers are of a kind, and what goes with that. */
export interface Statement {
  /** What they are, to go on "columns that are ...". */
  readonly about: string;
  /**
   * The number that the kind has of its own, by the name that it has in the statement, in a column's encoding and in
   * config.json, and what it may be.
   */
  readonly asks?: { readonly name: "period"; readonly values: Check };
}

/** One object for each kind; `kindOf` finds it. */
export interface Kind {
  readonly name: KindName;
  /** What a column of this kind is in a table. */
  readonly inTable: TableKind;
  /** What its values are called: "dates". */
  readonly plural: string;
  /** Values are names out of a list: they have probabilities, and neither density nor order nor distance. */
  readonly isCategorical: boolean;
  /** Only integers occur: a density is spread over [k - 1/2, k + 1/2), and each has a mass. */
  readonly isInteger: boolean;
  /** Of a kind that leaves this open: whether a table's column has whole numbers only. */
  isWholeIn?(column: Column): true | undefined;
  /**
   * The log probability of a drawn value is not that of one level of the quantile function: masses or densities of
   * several levels are added up, and so it is read off the whole distribution.
   */
  readonly isSummed: boolean;
  /** Values are written as text, not as numbers. */
  readonly isText: boolean;
  /** Where the values are moments: the one that a number stands for, for an axis of time. */
  readonly toTime?: (value: number) => Date;

  /** What a user has to say for a column of numbers to be of this kind, if no table tells. */
  readonly stated?: Statement;
  /** The first version of config.json that has such columns: an older anygiven refuses newer ones. */
  readonly formatVersion: number;
  /** Where its values lie. */
  geometry(encoding: Pick<ColumnEncoding, "period">): Geometry;

  /**
   * Measures a table's column.
   * @throws InputError if the column has no value, the same one in every row, an infinite one, or spreads beyond what
   * float64 can scale.
   */
  fit(column: Column, source: string, options: EncodingOptions): FittedEncoding;

  /**
   * A table's column as the network takes it. @param from the kind that the column has in its table.
   * @throws InputError for a cell that this column can't have.
   */
  encode(column: Column, from: Kind, encoding: ColumnEncoding, where: Where): EncodedColumn;

  /** Of names out of a list: which values of a table's column the list has, so that they can be encoded. */
  knowsIn?(column: Column, from: Kind, encoding: ColumnEncoding): (value: number) => boolean;

  /**
   * A value that a user gives, as the one cell of a column. @throws InputError if it is none of the kind.
   */
  givenCell(name: string, value: number | string | boolean): Column;

  /** Values of the kind as a table's column: all but the values. */
  tableColumn(
    name: string,
    encoding: Pick<ColumnEncoding, "categories">,
  ): Pick<Column, "name" | "kind" | "categories">;

  /** The value that a text says; undefined if it says none. */
  parse(text: string): number | undefined;
  /** What a text should be, for messages: "a date such as 2026-11-23". */
  readonly example: string;

  /** A value as exactly as it is known; with `spread`, to three digits of that. */
  write(value: number, of: Pick<Column, "categories">, spread?: number): string;
  /** What a cell of a table holds, for messages: "the number 3", "a date". */
  describeCell(column: Column, value: number): string;
  /** The name that a table's value has as a category. */
  nameOf(column: Column, value: number): string;
  /** What a distance between two values is measured in where the table says nothing: " days". */
  readonly distanceUnit: string;

  /** A value of the continuous part as one that occurs. */
  round(value: number, encoding: ColumnEncoding): number;
  /** A value to be filled into a gap of a column, as the column's other values are. */
  fillingOf(column: Column): (value: number) => number;
}
