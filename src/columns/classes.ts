/** @file Which class a value belongs to, and what is said of a category that there is none of. */
import { nearMisses } from "../base/suggestions.ts";
import type { ColumnCoding } from "./coding.ts";

/** More categories than this are not listed in a message. */
const listedAtMost = 10;

/**
 * The class of a numeric column's value: -1 missing (NaN), 0 a plain number, k + 1 the k-th atom.
 * A value is an atom if it is exactly that number, or that number held as float32.
 */
export function numericClasses({ atoms }: Pick<ColumnCoding, "atoms">): (value: number) => number {
  if (atoms.length === 0) return (value) => (Number.isNaN(value) ? -1 : 0);
  const places = new Map(atoms.map((atom, k) => [Math.fround(atom), k + 1]));
  for (const [k, atom] of atoms.entries()) places.set(atom, k + 1);
  return (value) => places.get(value) ?? (Number.isNaN(value) ? -1 : 0);
}

/**
 * A value that is a point mass, as the point mass is written: float32 tables hold 5.00001 as 5.0000100136, which else would lie
 * beside it. Other values as they are.
 */
export function asPointMass({ atoms }: Pick<ColumnCoding, "atoms">): (value: number) => number {
  const classOf = numericClasses({ atoms });
  return (value) => atoms[classOf(value) - 1] ?? value;
}

/** `"lamots" is none of the categories; did you mean "lamost"? they are: apogee, galah, lamost`. */
export function noCategory(given: string | number | boolean, { categories }: ColumnCoding): string {
  const written = typeof given === "string" ? `"${given}"` : `${given}`;
  const near = nearMisses(`${given}`, categories).map((each) => `"${each}"`);
  const guess = near.length === 0 ? ";" : `; did you mean ${near.join(" or ")}?`;
  const more = categories.length - listedAtMost;
  const listed = categories.slice(0, listedAtMost).join(", ") + (more > 0 ? `, and ${more} more` : "");
  return `${written} is none of the categories${guess} they are: ${listed}`;
}
