/** @file A numeric column's distributions: a continuous part and point masses; what is where, row by row. */

import { InputError } from "../base/errors.ts";
import { asPointMass, type ColumnEncoding, numericClasses } from "../columns/encoding.ts";
import { isWhole } from "../columns/kinds.ts";
import type { Coordinates } from "../columns/transforms.ts";
import type { Generator } from "../numeric/generator.ts";
import { normalCdf, normalMass } from "../numeric/normal-cdf.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import type { RowEnds } from "./bounded-curves.ts";
import { type LevelGrid, levelGrid } from "./level-grid.ts";
import type { ContinuousParts } from "./quantile-curves.ts";
import { boundsWithin, endsWithin, type RowLimits } from "./row-limits.ts";

/** The rows of one numeric column. The functions below take the row beside it. */
export interface Mixture {
  /** Only integers occur: the curves describe a density spread over [k - 1/2, k + 1/2). */
  readonly isInteger: boolean;
  readonly coordinates: Coordinates;
  readonly curves: ContinuousParts;
  readonly grid: LevelGrid;
  /** Where a row's density ends, in data units, and the values that are still inside; infinite where there is no bound. */
  readonly ends: RowEnds;
  readonly bounds: RowEnds;
  /** Point masses, ascending, in data units and in standardised units. */
  readonly pointMasses: readonly number[];
  readonly pointMassesStandardised: readonly number[];
  /** Per row the weight of the continuous part and of each point mass; absent if there are none. */
  readonly weights?: Float64Array;
  /** 0 for a plain number, k + 1 for the k-th point mass, -1 for NaN. */
  readonly classOf: (value: number) => number;
  readonly asPointMass: (value: number) => number;
}

export function mixture(
  encoding: ColumnEncoding,
  coordinates: Coordinates,
  levels: Float64Array,
  curves: ContinuousParts,
  classes: Float64Array | undefined,
  limits?: RowLimits,
): Mixture {
  const isInteger = isWhole(encoding);
  return {
    isInteger,
    coordinates,
    curves,
    grid: levelGrid(levels),
    ends: endsWithin(encoding, isInteger, limits),
    bounds: boundsWithin(encoding, isInteger, limits),
    pointMasses: encoding.pointMasses,
    pointMassesStandardised: encoding.pointMasses.map(coordinates.toStandardised),
    ...(encoding.pointMasses.length > 0 && classes && { weights: classes }),
    classOf: numericClasses(encoding),
    asPointMass: asPointMass(encoding),
  };
}

/** The share of the continuous part. */
export function continuousWeight({ weights, pointMasses }: Mixture, row: number): number {
  return weights ? weights[row * (pointMasses.length + 1)] : 1;
}

/** The probability of point mass number k. */
export function pointMassWeight({ weights, pointMasses }: Mixture, row: number, k: number): number {
  return weights![row * (pointMasses.length + 1) + 1 + k];
}

/** The normal level of a value in data units: Phi of it is the continuous part's distribution function. */
export function levelOf({ curves, coordinates }: Mixture, row: number, x: number): number {
  return curves.level(row, coordinates.toStandardised(x));
}

/** The value in data units at a normal level of the continuous part. */
export function valueAt(
  { curves, coordinates, ends }: Mixture,
  row: number,
  z: number,
  piece?: number,
): number {
  return within(ends(row), coordinates.toData(curves.value(row, z, piece)));
}

/** Going to and fro between units may round a bound to beyond itself. */
function within([low, high]: readonly [low: number, high: number], value: number): number {
  return Math.min(high, Math.max(low, value));
}

/** The log density, per data unit, of the continuous part times its weight. */
export function logPdf(of: Mixture, row: number, x: number): number {
  const u = of.coordinates.toStandardised(x);
  if (Number.isNaN(u)) return Number.NaN;
  if (!Number.isFinite(u)) return Number.NEGATIVE_INFINITY;
  return Math.log(continuousWeight(of, row)) + of.curves.logPdf(row, u) - Math.log(of.coordinates.slope(u));
}

/** P(X <= x). */
export function cdf(of: Mixture, row: number, x: number): number {
  return cumulative(of, row, of.isInteger ? Math.floor(x) + 0.5 : of.asPointMass(x), true);
}

/** P(X < x). */
export function cdfBelow(of: Mixture, row: number, x: number): number {
  return cumulative(of, row, of.isInteger ? Math.ceil(x) - 0.5 : of.asPointMass(x), false);
}

/** The continuous part up to t and the point masses below t, or also the one at t. */
function cumulative(of: Mixture, row: number, t: number, withPointMass: boolean): number {
  let sum = continuousWeight(of, row) * normalCdf(levelOf(of, row, t));
  for (let k = 0; k < of.pointMasses.length; k++) {
    if (of.pointMasses[k] < t || (withPointMass && of.pointMasses[k] === t))
      sum += pointMassWeight(of, row, k);
  }
  return Math.min(1, sum);
}

/** In standardised units: the density is as good as even over a narrower interval, whose mass the difference of two levels would lose in rounding. */
const NARROW = 1e-4;

/** P(X = x): a point mass's probability; of integers also the continuous part's mass in [x - 1/2, x + 1/2). */
export function probability(of: Mixture, row: number, x: number): number {
  const index = of.classOf(x);
  const pointMass = index > 0 ? pointMassWeight(of, row, index - 1) : 0;
  if (index < 0 || !of.isInteger || !Number.isInteger(x)) return index < 0 ? Number.NaN : pointMass;
  const [from, to] = [x - 0.5, x + 0.5].map(of.coordinates.toStandardised);
  if (to - from < NARROW) return pointMass + Math.exp(logPdf(of, row, x));
  const spread = normalMass(of.curves.level(row, from), of.curves.level(row, to));
  return pointMass + continuousWeight(of, row) * spread;
}

/** The log mass of a point mass or an integer, else the log density; NaN for NaN. */
export function logLikelihood(of: Mixture, row: number, x: number): number {
  const index = of.classOf(x);
  if (index === 0 && !of.isInteger) return logPdf(of, row, x);
  if (of.isInteger && index >= 0 && !Number.isInteger(x)) return Number.NEGATIVE_INFINITY;
  const mass = probability(of, row, x);
  // Where an integer's mass underflows, far out in the tail, its density times 1 is as good.
  return mass === 0 && of.isInteger ? logPdf(of, row, x) : Math.log(mass);
}

/** @throws InputError unless it is a probability. */
export function checkShare(p: number): void {
  if (!(p >= 0 && p <= 1)) throw new InputError(`A quantile needs a probability from 0 to 1, not ${p}.`);
}

/** The least x with P(X <= x) >= p. */
export function quantile(of: Mixture, row: number, p: number): number {
  checkShare(p);
  const t = spreadQuantile(of, row, p);
  // P(X <= k) is `cumulative` at k + 1/2: the least k whose k + 1/2 is not below t.
  return of.isInteger ? within(of.bounds(row), Math.ceil(t - 0.5) + 0) : t; // + 0: not -0
}

/** A random value: at a random probability, or, where that is cheaper, a random part and a value of it. */
export function drawn(of: Mixture, row: number, random: Generator): number {
  const { curves, coordinates, pointMasses, isInteger } = of;
  let left = openUniform(random);
  if (!curves.draw) return quantile(of, row, left);
  for (const [k, pointMass] of pointMasses.entries()) {
    const mass = pointMassWeight(of, row, k);
    if (left < mass) return pointMass;
    left -= mass;
  }
  const value = coordinates.toData(curves.draw(row, random.uniform(), random.normal()));
  return within(of.bounds(row), isInteger ? Math.round(value) + 0 : value); // + 0: not -0
}

/** Not 0, where a quantile is infinite. */
export function openUniform(random: Generator): number {
  let p = random.uniform();
  while (p === 0) p = random.uniform();
  return p;
}

function spreadQuantile(of: Mixture, row: number, p: number): number {
  const weight = continuousWeight(of, row);
  const level = (below: number) => normalQuantile(Math.min(1, Math.max(0, (p - below) / weight)));
  let below = 0;
  for (let k = 0; k < of.pointMasses.length; k++) {
    const upToPointMass = below + weight * normalCdf(of.curves.level(row, of.pointMassesStandardised[k]));
    if (p <= upToPointMass && weight > 0) return valueAt(of, row, level(below));
    const mass = pointMassWeight(of, row, k);
    if (p <= upToPointMass + mass || (weight === 0 && k === of.pointMasses.length - 1))
      return of.pointMasses[k];
    below += mass;
  }
  return valueAt(of, row, level(below));
}
