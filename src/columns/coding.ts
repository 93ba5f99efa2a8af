/** @file What a column is to a model: its kind, its scale, its point masses, its categories. */

/** How standardised values are bent before the model sees them. Monotone, smooth and invertible. */
export type Transform =
  /** u = s */
  | { readonly by: "none" }
  /** u = asinh(s / width) * width / stretch: linear inside, logarithmic far out. */
  | { readonly by: "asinh"; readonly width: number; readonly stretch: number }
  /** A smooth quantile map: a monotone cubic through (s, u), straight beyond its ends. */
  | { readonly by: "quantiles"; readonly s: readonly number[]; readonly u: readonly number[] };

export interface ColumnCoding {
  /** "whole": a number that is always whole: its density is spread over [k - 1/2, k + 1/2). */
  readonly kind: "number" | "whole" | "category" | "boolean" | "date";
  /** s = (x - center) / scale, in float64. */
  readonly center: number;
  readonly scale: number;
  readonly transform: Transform;
  /** Point masses, ascending, in own units: values that a noticeable share of the rows has exactly. */
  readonly atoms: readonly number[];
  /** The names of a category column (["false", "true"] for a boolean); empty for numbers. */
  readonly categories: readonly string[];
}

/**
 * The classes of a column: a category column has one per category and no continuous part; a numeric column
 * with atoms has class 0 for its continuous part and one per atom; any other column has none to choose from.
 */
export function classCount({ kind, atoms, categories }: ColumnCoding): number {
  if (kind === "category" || kind === "boolean") return categories.length;
  return atoms.length === 0 ? 0 : atoms.length + 1;
}
