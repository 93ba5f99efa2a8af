/** @file Whether a transform bends a column's measurement errors out of shape. */
import type { Column } from "../table/table.ts";
import { numericClasses } from "./classes.ts";
import type { ColumnCoding } from "./coding.ts";
import { coordinates } from "./coordinates.ts";

/** An error may become this much longer on one side than on the other. */
const mostUneven = 1.5;
/** For so many of the rows with an error it may be more. */
const mostBent = 0.01;
const enoughRows = 20_000;

/**
 * Taking errors out needs them normal in the model's scale too, so a transform should be straight from a value less
 * its error to the value plus its error. A map along the quantiles of a column that piles up at one end
 * may not be: there it makes errors of a fraction of the column's width into many times its width.
 *
 * @returns whether over 1 % of the errors become 1.5 times as long on one side as on the other.
 */
export function bendsErrors({ values, errors }: Column, coding: ColumnCoding): boolean {
  if (!errors || coding.transform.by === "none") return false;
  const { toModel } = coordinates(coding);
  const classOf = numericClasses(coding);
  const step = Math.max(1, Math.floor(values.length / enoughRows));
  let [rows, bent] = [0, 0];
  for (let row = 0; row < values.length; row += step) {
    const [value, error] = [values[row], errors[row]];
    if (classOf(value) !== 0 || !(error > 0)) continue; // missing, or a point mass, which has no width
    const middle = toModel(value);
    const uneven = (toModel(value + error) - middle) / (middle - toModel(value - error));
    rows++;
    if (!(uneven < mostUneven && uneven > 1 / mostUneven)) bent++;
  }
  return bent > mostBent * rows;
}
