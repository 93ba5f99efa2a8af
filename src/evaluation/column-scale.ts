/** @file The unit in which errors about a column are counted, so that columns can be put together. */
import type { ColumnEncoding } from "../columns/encoding.ts";
import { measureScaling } from "../columns/scaling.ts";
import { summarise } from "../numeric/samples.ts";
import type { Column } from "../table/table.ts";

/** 1.4826 MAD of the column (along the circle where it has a period), its standard deviation if that is 0, 1 if it is constant. */
export function columnScale(
  column: Column,
  source: string,
  { period }: Pick<ColumnEncoding, "period"> = {},
): number {
  const present = column.values.filter((value: number) => !Number.isNaN(value));
  const constant = present.every((value: number) => value === present[0]);
  if (!constant && period !== undefined)
    return summarise(Float64Array.from(present), { period }).mad || period;
  return constant ? 1 : measureScaling(column, source).scale;
}
