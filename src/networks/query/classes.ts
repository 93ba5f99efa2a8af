/** @file A column's own classes, cut out of those of all columns. */
import type { ColumnEncoding } from "../../columns/encoding.ts";
import { classOffsets, type QueryConfig, totalClasses } from "./config.ts";

/** @param probabilities (questions, all classes). @returns (questions, classes of the column), or undefined if it has none. */
export function ownClasses(
  network: QueryConfig,
  index: number,
  probabilities: Float32Array | undefined,
  { onlyPointMasses }: ColumnEncoding,
): Float64Array | undefined {
  const count = network.classes[index];
  if (count === 0 || !probabilities) return undefined;
  const total = totalClasses(network);
  const from = classOffsets(network)[index];
  const questions = probabilities.length / total;
  const classes = new Float64Array(questions * count);
  // Where there are point masses only, there is no continuous part.
  const first = onlyPointMasses ? 1 : 0;
  for (let question = 0; question < questions; question++) {
    let sum = 0;
    for (let k = first; k < count; k++) sum += probabilities[question * total + from + k];
    for (let k = first; k < count; k++)
      classes[question * count + k] = probabilities[question * total + from + k] / sum;
  }
  return classes;
}
