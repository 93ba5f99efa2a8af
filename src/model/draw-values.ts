/** @file Values in data units from samples of the continuous part and the probabilities of classes. */
import { classCount, type ModelColumn } from "../columns/encoding.ts";
import { kindOf } from "../columns/kinds.ts";
import { coordinates } from "../columns/transforms.ts";
import type { Curves } from "../networks/predictor.ts";
import { generator } from "../numeric/generator.ts";

/**
 * For each row and sample: the class is drawn; a point mass or category is taken as it is, the rest from the
 * continuous part. @returns (rows, size).
 */
export function drawValues(
  column: ModelColumn,
  { nodes, classes }: Curves,
  size: number,
  seed: number,
  streamOf: (row: number) => number,
): Float64Array {
  const { encoding } = column;
  const { isCategorical, round } = kindOf(encoding);
  const { toData } = coordinates(encoding);
  const count = classCount(encoding);
  const drawn = new Float64Array(nodes.length);
  for (let row = 0; row * size < nodes.length; row++) {
    const random = generator(seed, "classes", streamOf(row));
    const probabilities = classes?.subarray(row * count, (row + 1) * count);
    for (let i = row * size; i < (row + 1) * size; i++) {
      const picked = probabilities ? pick(probabilities, random.uniform()) : 0;
      if (isCategorical) drawn[i] = picked;
      else drawn[i] = picked > 0 ? encoding.pointMasses[picked - 1] : round(toData(nodes[i]), encoding);
    }
  }
  return drawn;
}

/** The class that a uniform number falls to. */
export function pick(probabilities: Float64Array, uniform: number): number {
  let sum = 0;
  for (let k = 0; k + 1 < probabilities.length; k++) {
    sum += probabilities[k];
    if (uniform < sum) return k;
  }
  return probabilities.length - 1;
}
