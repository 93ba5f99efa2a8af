/** @file A drawn value as the training's table would have it: between its ends, in its steps. */
import type { ModelColumn } from "./encoding.ts";
import { geometryOf, kindOf } from "./kinds.ts";
import { inSteps } from "./written-values.ts";

/** The least and the greatest value of the training's table; undefined where there are no such, as on a circle. */
export function writtenRange({
  encoding,
  written,
}: Pick<ModelColumn, "encoding" | "written">): readonly [least: number, greatest: number] | undefined {
  if (!written || geometryOf(encoding).period !== undefined) return undefined;
  return [written.least, written.greatest];
}

/** Values of the column, drawn, as they would be written. */
export function asWritten(
  column: Pick<ModelColumn, "encoding" | "written">,
  values: Float64Array,
): Float64Array {
  const { encoding, written } = column;
  const step = written?.step;
  const [least, greatest] = writtenRange(column) ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const { round } = kindOf(encoding);
  return values.map((value) => {
    const between = Math.min(greatest, Math.max(least, value));
    return step === undefined ? between : round(inSteps(between, step), encoding);
  });
}
