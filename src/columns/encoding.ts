/** @file What a column is to a model: its kind, scale, point masses and categories, and the classes that these make. */
import { InputError } from "../base/errors.ts";
import { suggestions, unknownName } from "../base/suggestions.ts";
import type { HowRead } from "../table/table.ts";
import type { Bounds } from "./bounds.ts";
import { type Inspection, leftOutSentence } from "./inspection/inspected.ts";
import type { KindName } from "./kinds/registry.ts";
import type { Recalibration } from "./recalibration.ts";
import type { WrittenValues } from "./written-values.ts";

/** How standardised values are transformed before the network sees them. Monotone, smooth and invertible. */
export type Transform =
  /** u = s */
  | { readonly by: "none" }
  /** u = asinh(s / width) * width / stretch: linear inside, logarithmic far out. */
  | { readonly by: "asinh"; readonly width: number; readonly stretch: number }
  /** A smooth quantile transform: a monotone cubic through (s, u), straight beyond its ends. */
  | { readonly by: "quantiles"; readonly s: readonly number[]; readonly u: readonly number[] };

export interface ColumnEncoding {
  readonly kind: KindName;
  /** s = (x - center) / scale, in float64. */
  readonly center: number;
  readonly scale: number;
  readonly transform: Transform;
  /** Point masses, ascending, in data units: values that a noticeable share of the rows has exactly. */
  readonly pointMasses: readonly number[];
  /** Below or above which there is no (true) value; absent where none is known. */
  readonly bounds?: Bounds;
  /** Whether only whole numbers occur, of a kind that leaves this open: dates without a time. */
  readonly whole?: true;
  /** Whether the point masses are all there is: answers are probabilities of these alone. */
  readonly onlyPointMasses?: true;
  /** After how much a value is the same again, of a kind that leaves this open. */
  readonly period?: number;
  /** The names of a category column (["false", "true"] for a boolean); empty for numbers. */
  readonly categories: readonly string[];
}

/** A column as the model sees it. Its token is its index in the list plus 1. */
export interface ModelColumn {
  readonly name: string;
  /** Whether the model was trained to answer for this column, or only takes it as given. */
  readonly output: boolean;
  /** What its values are to the network. */
  readonly encoding: ColumnEncoding;
  /** Whether it came with measurement errors. */
  readonly errors?: boolean;
  /** Their median, in standardised units. */
  readonly typicalError?: number;
  /** Whether cells of it had limits and no value. */
  readonly limits?: boolean;
  /** What its values are measured in, if the table says so. */
  readonly unit?: string;
  /** How its cells were written, where this was a way of their own: what is given may be written so, too. */
  readonly form?: HowRead["form"];
  /** How its values stood in the training's table; absent for names, and of a model that has not looked at that. */
  readonly written?: WrittenValues;
  /** How answers about it are recalibrated; absent where they are left as the network gives them. */
  readonly recalibration?: Recalibration;
}

/** " K", as it stands behind a number; nothing of a column without a unit. */
export function unitBehind({ columns }: { readonly columns: readonly ModelColumn[] }, name: string): string {
  const unit = columns.find((column) => column.name === name)?.unit;
  return unit === undefined || unit === "" ? "" : ` ${unit}`;
}

/** The index of a model's column. @throws InputError with near misses if there is none of that name. */
export function columnIndex(columns: readonly ModelColumn[], name: string, inspection?: Inspection): number {
  const index = columns.findIndex((column) => column.name === name);
  if (index >= 0) return index;
  const leftOut = leftOutSentence(inspection, name);
  if (leftOut !== undefined) throw new InputError(leftOut);
  const names = columns.map((column) => column.name);
  throw new InputError(unknownName("column", name, names, "The model"));
}

/** The encoding of a model's column. @throws InputError if the model does not know the column. */
export function encodingOfColumn(model: ColumnsOfModel, name: string): ColumnEncoding {
  return columnNamed(model, name).encoding;
}

interface ColumnsOfModel {
  readonly columns: readonly ModelColumn[];
  readonly inspection?: Inspection;
}

/** A model's column. @throws InputError if there is none of the name. */
export function columnNamed({ columns, inspection }: ColumnsOfModel, name: string): ModelColumn {
  return columns[columnIndex(columns, name, inspection)];
}

/** A number that is only standardised, as every column of the published network is. */
export function plainEncoding({ center, scale }: Pick<ColumnEncoding, "center" | "scale">): ColumnEncoding {
  return { kind: "number", center, scale, transform: { by: "none" }, pointMasses: [], categories: [] };
}

/**
 * The classes of a column: a category column has one per category and no continuous part; a numeric column with point
 * masses has class 0 for its continuous part and one per point mass; any other column has none to choose from.
 */
export function classCount({ pointMasses, categories }: ColumnEncoding): number {
  if (categories.length > 0) return categories.length;
  return pointMasses.length === 0 ? 0 : pointMasses.length + 1;
}

/**
 * The class of a numeric column's value: -1 missing (NaN), 0 a plain number, k + 1 the k-th point mass.
 * A value is a point mass if it is exactly that number, or that number held as float32.
 */
export function numericClasses({
  pointMasses,
}: Pick<ColumnEncoding, "pointMasses">): (value: number) => number {
  if (pointMasses.length === 0) return (value) => (Number.isNaN(value) ? -1 : 0);
  const indices = new Map(pointMasses.map((pointMass, k) => [Math.fround(pointMass), k + 1]));
  for (const [k, pointMass] of pointMasses.entries()) indices.set(pointMass, k + 1);
  return (value) => indices.get(value) ?? (Number.isNaN(value) ? -1 : 0);
}

/**
 * A value that is a point mass, as the point mass is written: float32 tables hold 5.00001 as 5.0000100136, which would
 * lie beside it otherwise. Other values as they are.
 */
export function asPointMass({ pointMasses }: Pick<ColumnEncoding, "pointMasses">): (value: number) => number {
  const classOf = numericClasses({ pointMasses });
  return (value) => pointMasses[classOf(value) - 1] ?? value;
}

/** A message lists at most this many categories. */
const MAX_LISTED = 10;

/** `"lamots" is none of the categories; did you mean "lamost"? They are: apogee, galah, lamost`. */
export function noCategory(
  given: string | number | boolean,
  { categories }: Pick<ColumnEncoding, "categories">,
): string {
  const written = typeof given === "string" ? `"${given}"` : `${given}`;
  const near = suggestions(`${given}`, categories).map((each) => `"${each}"`);
  const guess = near.length === 0 ? "; they" : `; did you mean ${near.join(" or ")}? They`;
  const more = categories.length - MAX_LISTED;
  const listed = categories.slice(0, MAX_LISTED).join(", ") + (more > 0 ? `, and ${more} more` : "");
  return `${written} is none of the categories${guess} are: ${listed}`;
}
