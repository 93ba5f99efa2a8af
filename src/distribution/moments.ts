/** @file Mean, standard deviation and entropy of a numeric distribution, as integrals over the normal level. */
import { normalLogPdf } from "../numeric/normal-cdf.ts";
import { integerMasses } from "./integer-masses.ts";
import { integrateAll } from "./level-grid.ts";
import { continuousWeight, type Mixture, pointMassWeight, valueAt } from "./mixture.ts";

/** Data units. */
interface Moments {
  readonly mean: number;
  readonly std: number;
}

/**
 * Mean and standard deviation: the integrals of x(z) and its square times phi(z) over the continuous part, and sums
 * over the point masses; of the integers themselves where those are few, see `integerMasses`.
 */
export function moments(of: Mixture, row: number): Moments {
  const origin = valueAt(of, row, 0); // squares are taken from here: from 0 they could cancel
  let [mass, sum, squares] = [0, 0, 0];
  const add = (share: number, x: number) => {
    const away = x - origin;
    mass += share;
    sum += share * away;
    squares += share * away * away;
  };
  const listed = integerMasses(of, row);
  if (listed) for (let k = 0; k < listed.masses.length; k++) add(listed.masses[k], listed.first + k);
  else addParts(of, row, add);
  const away = sum / mass;
  return { mean: origin + away, std: Math.sqrt(Math.max(0, squares / mass - away * away)) };
}

function addParts(of: Mixture, row: number, add: (share: number, x: number) => void): void {
  const { z, pdf, weight, pieces } = of.grid;
  const continuous = continuousWeight(of, row);
  for (let k = 0; k < z.length && continuous > 0; k++) {
    add(continuous * weight[k] * pdf[k], valueAt(of, row, z[k], pieces[(k / 3) | 0]));
  }
  for (const [k, pointMass] of of.pointMasses.entries()) add(pointMassWeight(of, row, k), pointMass);
}

/**
 * In nats: of integers Shannon's, -sum P log P. Of others the differential entropy h of the continuous part
 * (of the density per data unit, so it can be negative), which with point masses of weights w_k, and w_0 left for the
 * continuous part, becomes -w_0 log w_0 - sum w_k log w_k + w_0 h.
 */
export function entropy(of: Mixture, row: number): number {
  const listed = integerMasses(of, row);
  if (listed) return shannonEntropy(listed.masses);
  const { curves, coordinates, grid } = of;
  const logSlope = (z: number, piece: number) =>
    Math.log(curves.slope(row, z, piece)) + Math.log(coordinates.slope(curves.value(row, z, piece)));
  const h = integrateAll(grid, (z, piece, _, pdf) => pdf * (logSlope(z, piece) - normalLogPdf(z)));
  const weight = continuousWeight(of, row);
  const weights = [weight, ...of.pointMasses.map((_, k) => pointMassWeight(of, row, k))];
  return shannonEntropy(weights) + (weight > 0 ? weight * h : 0);
}

/** -sum p log p, in nats; 0 log 0 is 0. */
export function shannonEntropy(probabilities: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < probabilities.length; k++) {
    if (probabilities[k] > 0) sum -= probabilities[k] * Math.log(probabilities[k]);
  }
  return sum;
}
