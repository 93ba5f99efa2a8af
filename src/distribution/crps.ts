/** @file The continuous ranked probability score of a numeric distribution. */

import { type IntegerMasses, integerMasses } from "./integer-masses.ts";
import { FARTHEST_LEVEL, integrate } from "./level-grid.ts";
import { continuousWeight, levelOf, type Mixture, pointMassWeight, valueAt } from "./mixture.ts";

/**
 * The integral of (F(t) - [t >= x])^2 dt, in data units: 0 is best; |x - m| if all the mass is at m.
 *
 * Substituting t = t(z) in the continuous part makes it an integral over normal levels, cut at the point masses and at
 * x, where F or the indicator jumps.
 *
 * @see Gneiting, T. and Raftery, A. E. (2007), Strictly proper scoring rules, prediction, and estimation, JASA 102,
 * 359-378, https://doi.org/10.1198/016214506000001437, section 4.2
 */
export function crps(of: Mixture, row: number, x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const listed = integerMasses(of, row);
  if (listed) return staircaseCrps(listed, x);

  const lowest = valueAt(of, row, -FARTHEST_LEVEL);
  const highest = valueAt(of, row, FARTHEST_LEVEL);
  const jumps = [x, ...of.pointMasses].sort((a, b) => a - b);
  const begin = Math.min(lowest, jumps[0]);
  const end = Math.max(highest, jumps[jumps.length - 1]);
  const cuts = [begin, ...jumps, end];
  let sum = 0;
  for (let k = 1; k < cuts.length; k++) {
    const [from, to] = [cuts[k - 1], cuts[k]];
    if (from === to) continue;
    const step = pointMassesUpTo(of, row, from) - (x <= from ? 1 : 0);
    // Beyond the farthest levels F is flat.
    sum += Math.max(0, Math.min(to, lowest) - from) * step ** 2;
    sum += Math.max(0, to - Math.max(from, highest)) * (continuousWeight(of, row) + step) ** 2;
    sum += squaresBetween(of, row, from, to, step);
  }
  return sum;
}

function pointMassesUpTo(of: Mixture, row: number, x: number): number {
  return of.pointMasses.reduce(
    (sum, pointMass, k) => (pointMass <= x ? sum + pointMassWeight(of, row, k) : sum),
    0,
  );
}

/** The integral of (w_0 Phi(z(t)) + step)^2 dt. */
function squaresBetween(of: Mixture, row: number, from: number, to: number, step: number): number {
  const { curves, coordinates, grid } = of;
  const weight = continuousWeight(of, row);
  return integrate(grid, levelOf(of, row, from), levelOf(of, row, to), (z, piece, phi) => {
    const height = weight * phi + step;
    return height * height * curves.slope(row, z, piece) * coordinates.slope(curves.value(row, z, piece));
  });
}

/** F is flat on [k, k + 1); the step that has x inside counts in two parts. */
function staircaseCrps({ first, masses }: IntegerMasses, x: number): number {
  const last = first + masses.length - 1;
  let sum = Math.max(0, first - x) + Math.max(0, x - last);
  let height = 0;
  for (let k = 0; k < masses.length - 1; k++) {
    height += masses[k];
    const before = Math.min(1, Math.max(0, x - (first + k)));
    sum += before * height ** 2 + (1 - before) * (1 - height) ** 2;
  }
  return sum;
}
