/** @file The unit in which errors about a column are counted, so that columns can be put together. */
import { measureScaling } from "../columns/scaling.ts";
import type { Column } from "../table/table.ts";

/** 1.4826 MAD of the column, its standard deviation if that is 0, 1 if it is constant. */
export function columnScale(column: Column, source: string): number {
  const present = column.values.filter((value: number) => !Number.isNaN(value));
  const constant = present.every((value: number) => value === present[0]);
  return constant ? 1 : measureScaling(column, source).scale;
}
