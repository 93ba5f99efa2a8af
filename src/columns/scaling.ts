/** @file Bringing columns to a common scale: (x - median) / (1.4826 MAD), and back. */
import { InputError } from "../base/errors.ts";
import { MAD_TO_STANDARD_DEVIATION, medianOfSorted } from "../numeric/statistics.ts";
import type { Column } from "../table/table.ts";

/** A column's own zero and unit: standardised value = (value - center) / scale. */
export interface Scaling {
  readonly center: number;
  readonly scale: number;
}

/** A scaling measured on data: `by` is "standard deviation" where the MAD was 0 (over half the cells equal). */
export interface MeasuredScaling extends Scaling {
  readonly by: "mad" | "standard deviation";
}

/**
 * Median and 1.4826 MAD of the non-missing cells of a column, both in float64
 * (the median of an even count is the mean of the middle two, as numpy.nanmedian's).
 *
 * @param source Where the column came from, for messages.
 * @throws InputError if the column has no value at all or the same value in every row.
 */
export function measureScaling(column: Column, source: string): MeasuredScaling {
  const present = presentValues(column);
  if (present.length === 0) {
    throw new InputError(
      `Column "${column.name}" has no value in any row of ${source}; leave it out with \`columns\`.`,
    );
  }
  const center = medianOfSorted(present);
  if (present[0] === present[present.length - 1]) {
    throw new InputError(
      `Column "${column.name}" has the same value (${present[0]}) in every row of ${source}, so there is nothing to learn of it; leave it out with \`columns\`.`,
    );
  }
  const deviations = present.map((value) => Math.abs(value - center)).sort();
  const byMad = MAD_TO_STANDARD_DEVIATION * medianOfSorted(deviations);
  const scaling: MeasuredScaling =
    byMad > 0
      ? { center, scale: byMad, by: "mad" }
      : { center, scale: standardDeviation(present), by: "standard deviation" };
  if (!(scaling.scale > 0 && Number.isFinite(scaling.scale) && Number.isFinite(center))) {
    throw new InputError(
      `Column "${column.name}" of ${source} spreads from ${present[0]} to ${present[present.length - 1]}, beyond what float64 arithmetic can scale; change its units or take its logarithm.`,
    );
  }
  return scaling;
}

/** The values in the scaling's units, computed in float64 and then rounded; a missing cell stays NaN. */
export function standardise(column: Column, scaling: Scaling): Float32Array {
  return Float32Array.from(column.values, (value) => (value - scaling.center) / scaling.scale);
}

/** The values that are there, ascending. Typed arrays sort natively: 0.1 s for a million. */
export function presentValues({ values }: Pick<Column, "values">): Float64Array {
  return Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
}

/** Over the values themselves (divided by n, not n - 1), in two passes so that a far-off mean costs no digits. */
function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return Math.sqrt(variance);
}
