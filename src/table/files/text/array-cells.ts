/** @file Cells of a text that hold arrays of numbers, "[1.5,NaN]" or "(1.5, 2)": found, named one by one, read by SQL. */
import { arraysOf, type FoundArrays, OPEN_AXES, ofDifferentLengths } from "../array-names.ts";

/** Fewer elements than this may be a range or a place, "[20,30]", in a text that declares no arrays. */
const FEWEST = 3;

const ELEMENT =
  "\\s*(?:[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?|[+-]?(?:nan|inf|infinity)|null|true|false|--)\\s*";
const LIST = new RegExp(
  `^\\s*(?:\\[${ELEMENT}(?:,${ELEMENT})*\\]|\\(${ELEMENT}(?:,${ELEMENT})*,?\\s*\\))\\s*$`,
  "i",
);
const EMPTY = /^\s*(?:\[\s*\]|\(\s*\)|null|nan|--)?\s*$/i;

/** What a column's cells of a sample show; undefined where they are no arrays of numbers. */
export function arraysFound(cells: readonly string[]): FoundArrays | undefined {
  const present = cells.filter((cell) => !EMPTY.test(cell));
  if (present.length === 0 || !present.every((cell) => LIST.test(cell))) return undefined;
  const found = lengthsOf(present);
  return "dims" in found && found.dims[0] < FEWEST ? undefined : found;
}

/**
 * What the cells of a column that declares arrays of numbers are.
 * @param shape the lengths that it declares, the last of which may be open.
 */
export function arraysDeclared(
  shape: readonly (number | undefined)[],
  cells: readonly string[],
): FoundArrays {
  const known = shape.filter((length) => length !== undefined);
  if (known.length === shape.length) return arraysOf(known);
  if (shape.length > 1) return { held: OPEN_AXES };
  return lengthsOf(cells.filter((cell) => !EMPTY.test(cell)));
}

function lengthsOf(present: readonly string[]): FoundArrays {
  const lengths = present.map(lengthOf);
  if (lengths.length === 0) return { held: "arrays, none of which is filled in its first rows" };
  const [least, most] = [lengths.reduce((a, b) => Math.min(a, b)), lengths.reduce((a, b) => Math.max(a, b))];
  return least === most ? arraysOf([most]) : { held: ofDifferentLengths(least, most) };
}

function lengthOf(cell: string): number {
  return cell.replace(/,\s*\)\s*$/, ")").split(",").length;
}

/**
 * The SQL of an array's elements as a list of texts; NULL of an empty cell. An array of another length is the whole
 * cell as each of its elements, which is then refused as no number, with its row.
 */
export function elementTextsSql(text: string, length: number): string {
  const split = `string_split(${bare(text)}, ',')`;
  return `CASE WHEN ${isEmptySql(text)} THEN NULL WHEN len(${split}) = ${length} THEN list_transform(${split}, lambda x: trim(x))
    ELSE list_transform(range(${length}), lambda x: ${text}) END`;
}

/** The same as numbers, fast; any wrong element, and an array of another length, stops it. */
export function elementNumbersSql(text: string, length: number): string {
  const numbers = `('[' || ${bare(text)} || ']')::DOUBLE[]`;
  return `CASE WHEN ${isEmptySql(text)} THEN NULL WHEN len(${numbers}) = ${length} THEN ${numbers}
    ELSE error('an array of another length') END`;
}

/** Without brackets of any kind, and without the comma that Python writes behind a single element. */
function bare(text: string): string {
  return `regexp_replace(${text}, '[][()]|,\\s*\\)', '', 'g')`;
}

function isEmptySql(text: string): string {
  return `(${text} IS NULL OR regexp_full_match(${text}, '\\s*(\\[\\s*\\]|\\(\\s*\\)|null|nan|--)?\\s*', 'i'))`;
}
