/** @file What a network answers about a column, as distributions: recalibrated where the column is. The one place for that. */
import type { ModelColumn } from "../columns/encoding.ts";
import { sizeIndex, trustClasses } from "../columns/recalibration.ts";
import { coordinates } from "../columns/transforms.ts";
import { ColumnDistributions, type ColumnDistributionsParts } from "./column-distributions.ts";
import { levelMap } from "./level-map.ts";

/** @param given how many columns each row was given. */
export function columnAnswers(
  column: ModelColumn,
  answer: Pick<ColumnDistributionsParts, "levels" | "nodes" | "normals" | "classes" | "ofTrueValues">,
  given: ArrayLike<number>,
): ColumnDistributions {
  const { name, encoding, recalibration } = column;
  const parts = { name, encoding, coordinates: coordinates(encoding), ...answer };
  if (!recalibration) return new ColumnDistributions(parts);
  const which = Uint8Array.from(given, (count) => sizeIndex(recalibration, count));
  const maps = recalibration.map(({ levels }) => levels && levelMap(levels));
  const classes = answer.classes?.slice();
  const count = classes ? classes.length / which.length : 0;
  which.forEach((size, row) => {
    const { classes: trusted } = recalibration[size];
    if (classes && trusted) trustClasses(classes.subarray(row * count, (row + 1) * count), trusted);
  });
  return new ColumnDistributions({
    ...parts,
    ...(classes && { classes }),
    ...(maps.some((map) => map) && { recalibrated: { maps, which } }),
  });
}
