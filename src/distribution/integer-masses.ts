/** @file The probabilities of integers, listed one by one where they are few enough. */
import { normalCdf } from "../numeric/normal-cdf.ts";
import { continuousWeight, levelOf, type Mixture, pointMassWeight, valueAt } from "./mixture.ts";

/** Spread over more integers than this, a distribution is as good as continuous. */
const MAX_LISTED = 1000;
/** The list goes from the continuous part's level -6 to 6; 10^-9 of it lies beyond either. */
const LISTED_LEVEL = 6;

export interface IntegerMasses {
  readonly first: number;
  /** P(first), P(first + 1), ...; the ends have what lies beyond them. */
  readonly masses: Float64Array;
}

/** Undefined for a column that isn't whole, or where more than a thousand numbers would have to be listed. */
export function integerMasses(of: Mixture, row: number): IntegerMasses | undefined {
  if (!of.isInteger) return undefined;
  const { pointMasses } = of;
  const weight = continuousWeight(of, row);
  const likely = pointMasses.filter((_, k) => pointMassWeight(of, row, k) > 0);
  const [lowest, highest] = of.bounds(row);
  const listed = (z: number) => Math.min(highest, Math.max(lowest, Math.round(valueAt(of, row, z)))) + 0; // + 0: not -0
  const reach = weight > 0 ? [-LISTED_LEVEL, LISTED_LEVEL].map(listed) : [];
  const first = Math.min(...reach, ...likely);
  const last = Math.max(...reach, ...likely);
  if (!(last - first < MAX_LISTED)) return undefined;

  const masses = new Float64Array(last - first + 1);
  let before = 0;
  for (let k = 0; k < masses.length; k++) {
    const upTo = k === masses.length - 1 ? 1 : normalCdf(levelOf(of, row, first + k + 0.5));
    masses[k] = weight * (upTo - before);
    before = upTo;
  }
  for (const [k, pointMass] of pointMasses.entries()) {
    if (pointMass >= first && pointMass <= last) masses[pointMass - first] += pointMassWeight(of, row, k);
  }
  return { first, masses };
}
