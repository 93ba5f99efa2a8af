/**
 * @file One row of a circular column's distributions: what is known on the line, laid around the circle.
 * The density at an angle is the sum of the line's over all its turns (Mardia & Jupp 2000, Directional Statistics,
 * section 3.5.7), so whatever the line's density is, this one is periodic and has no seam.
 */

import {
  type CircularMeasure,
  circularCrps,
  circularMedian,
  circularMoments,
  shortestWay,
  wrapped,
  wrappedCells,
} from "../numeric/circle.ts";
import { type Generator, generator } from "../numeric/generator.ts";
import { normalMass } from "../numeric/normal-cdf.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import { MAD_TO_STANDARD_DEVIATION } from "../numeric/statistics.ts";
import type { DensityCells } from "./density-cells.ts";
import type { NumberJson, NumericRow } from "./distribution.ts";
import { densestArcs } from "./highest-density.ts";
import { FARTHEST_LEVEL } from "./level-grid.ts";
import { checkShare, levelOf, logPdf, type Mixture, openUniform, valueAt } from "./mixture.ts";
import { peaksOf } from "./modes.ts";
import { shannonEntropy } from "./moments.ts";
import { WRITTEN_QUANTILES } from "./number-distribution.ts";
import { checkMass } from "./spread.ts";

/** The rows of one circular column. */
export interface Circle {
  readonly period: number;
  /** The continuous part, unrolled, without point masses. */
  readonly line: Mixture;
  /** Point masses in [0, period), ascending, in data units. */
  readonly pointMasses: readonly number[];
  /** Per row the weight of the continuous part and of each point mass; absent if there are none. */
  readonly weights?: Float64Array;
}

/** Every so many of the line's cells is one here: a few hundred are enough for moments and scores. */
const CELLS_TOGETHER = 3;
/** A line so wide is even around the circle whatever its shape: more turns are not added up. */
const MAX_TURNS = 100;
/** A position is found to this part of the period. */
const EXACT = 1e-13;

export function circularDistribution(name: string, of: Circle, row: number): NumericRow {
  return new CircularRow(name, of, row);
}

class CircularRow implements NumericRow {
  readonly kind = "number";
  readonly name: string;
  readonly period: number;
  readonly #of: Circle;
  readonly #row: number;
  #known: CircularMeasure | undefined;

  constructor(name: string, of: Circle, row: number) {
    this.name = name;
    this.period = of.period;
    this.#of = of;
    this.#row = row;
  }

  pdf(x: number): number {
    return Math.exp(this.logPdf(x));
  }

  logPdf(x: number): number {
    if (Number.isNaN(x)) return Number.NaN;
    const at = wrapped(x, this.period);
    const logs = this.#turns().map((turn) => logPdf(this.#of.line, this.#row, at + turn));
    const max = Math.max(...logs);
    if (!(max > Number.NEGATIVE_INFINITY)) return max;
    const sum = logs.reduce((total, log) => total + Math.exp(log - max), 0);
    return Math.log(this.#weight()) + max + Math.log(sum);
  }

  cdf(x: number): number {
    return this.#massUpTo(wrapped(x, this.period), true);
  }

  quantile(p: number): number {
    checkShare(p);
    return this.#positionOf(p);
  }

  probability(x: number): number {
    if (Number.isNaN(x)) return Number.NaN;
    const k = this.#pointMassAt(x);
    return k < 0 ? 0 : this.#pointMassWeight(k);
  }

  logLikelihood(x: number): number {
    return this.#pointMassAt(x) < 0 ? this.logPdf(x) : Math.log(this.probability(x));
  }

  mean(): number {
    return circularMoments(this.#measure()).mean;
  }

  std(): number {
    return circularMoments(this.#measure()).std;
  }

  median(): number {
    return circularMedian(this.#measure());
  }

  mad(): number {
    const median = this.median();
    let [low, high] = [0, this.period / 2];
    while (high - low > EXACT * this.period) {
      const middle = (low + high) / 2;
      if (this.#massWithin(median, middle) >= 0.5) high = middle;
      else low = middle;
    }
    return MAD_TO_STANDARD_DEVIATION * high;
  }

  interval(mass: number): [low: number, high: number] {
    checkMass(mass);
    const median = this.median();
    const middle = (this.#massUpTo(median, false) + this.#massUpTo(median, true)) / 2;
    return [this.#positionOf(turned(middle - mass / 2)), this.#positionOf(turned(middle + mass / 2))];
  }

  highestDensity(mass: number): [low: number, high: number][] {
    checkMass(mass);
    return densestArcs(this.#cells(), mass, this.period);
  }

  modes(): number[] {
    const cells = this.#cells();
    // From the lowest cell on, so that no hill lies on both sides of the origin.
    const lowest = cells.densities.indexOf(Math.min(...cells.densities));
    const peaks = peaksOf(rotated(cells, lowest, this.period));
    return peaks.map((peak) => wrapped(peak, this.period)).sort((a, b) => a - b);
  }

  entropy(): number {
    const { masses, densities, points } = this.#cells();
    const weight = this.#weight();
    let continuous = 0;
    for (let k = 0; k < masses.length; k++) {
      if (masses[k] > 0) continuous -= masses[k] * Math.log(densities[k] / weight);
    }
    return shannonEntropy([weight, ...points.map(({ mass }) => mass)]) + continuous;
  }

  crps(x: number): number {
    return Number.isNaN(x) ? Number.NaN : circularCrps(this.#measure(), x);
  }

  pit(x: number, share: number): number {
    const at = wrapped(x, this.period);
    const below = this.#massUpTo(at, false);
    return below + share * (this.#massUpTo(at, true) - below);
  }

  /** The probability of a value at least as far from the median. */
  tail(x: number): number {
    const median = this.median();
    const distance = Math.abs(shortestWay(median, x, this.period));
    return Math.min(1, Math.max(0, 1 - this.#massWithin(median, distance) + this.probability(x) / 2));
  }

  sample(
    size: number,
    seed: number,
    stream: readonly (string | number)[] = ["density", this.#row],
  ): Float64Array {
    const random = generator(seed, ...stream);
    return Float64Array.from({ length: size }, () => this.#draw(random));
  }

  toJSON(): NumberJson {
    const quantiles = WRITTEN_QUANTILES.map((p) => [`${p}`, this.quantile(p)]);
    return {
      kind: this.kind,
      name: this.name,
      period: this.period,
      ...circularMoments(this.#measure()),
      median: this.median(),
      mad: this.mad(),
      quantiles: Object.fromEntries(quantiles),
      modes: this.modes(),
      pointMasses: this.#of.pointMasses.map((value, k) => ({ value, probability: this.#pointMassWeight(k) })),
    };
  }

  #draw(random: Generator): number {
    let left = openUniform(random);
    const weight = this.#weight();
    if (left < weight) {
      const { line } = this.#of;
      const value = line.curves.draw
        ? line.coordinates.toData(line.curves.draw(this.#row, random.uniform(), random.normal()))
        : valueAt(line, this.#row, normalQuantile(left / weight));
      return wrapped(value, this.period);
    }
    left -= weight;
    const { pointMasses } = this.#of;
    const k = pointMasses.findIndex((_, each) => {
      left -= this.#pointMassWeight(each);
      return left < 0;
    });
    return pointMasses[k < 0 ? pointMasses.length - 1 : k];
  }

  #weight(): number {
    const { weights, pointMasses } = this.#of;
    return weights ? weights[this.#row * (pointMasses.length + 1)] : 1;
  }

  #pointMassWeight(k: number): number {
    const { weights, pointMasses } = this.#of;
    return weights ? weights[this.#row * (pointMasses.length + 1) + 1 + k] : 0;
  }

  #pointMassAt(x: number): number {
    const at = wrapped(x, this.period);
    return this.#of.pointMasses.findIndex((pointMass) => pointMass === at || Math.fround(pointMass) === at);
  }

  /** The whole turns that the line goes through, in data units. */
  #turns(): number[] {
    const { line } = this.#of;
    const ends = [-FARTHEST_LEVEL, FARTHEST_LEVEL].map((z) =>
      Math.floor(valueAt(line, this.#row, z) / this.period),
    );
    const first = Math.max(ends[0], -MAX_TURNS);
    const last = Math.max(first, Math.min(ends[1], MAX_TURNS));
    return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * this.period);
  }

  /** The mass from the origin to a position in [0, period). */
  #massUpTo(at: number, withPointMass: boolean): number {
    if (Number.isNaN(at)) return Number.NaN;
    const { line, pointMasses } = this.#of;
    const level = (x: number) => levelOf(line, this.#row, x);
    let sum = 0;
    for (const turn of this.#turns()) sum += normalMass(level(turn), level(turn + at));
    sum *= this.#weight();
    for (const [k, pointMass] of pointMasses.entries()) {
      if (pointMass < at || (withPointMass && pointMass === at)) sum += this.#pointMassWeight(k);
    }
    return Math.min(1, sum);
  }

  /** The mass of the arc that goes so far to either side of a position, its ends included. */
  #massWithin(position: number, distance: number): number {
    if (distance >= this.period / 2) return 1;
    const [low, high] = [position - distance, position + distance].map((each) => wrapped(each, this.period));
    const mass = this.#massUpTo(high, true) - this.#massUpTo(low, false);
    return high < low ? mass + 1 : Math.max(0, mass);
  }

  /** The first position at which the mass from the origin is `p`. */
  #positionOf(p: number): number {
    const { edges, masses, points, pointMasses } = this.#measure();
    let [sum, point, cell] = [0, 0, 0];
    for (; cell < masses.length - 1; cell++) {
      let inside = masses[cell];
      for (; point < points.length && points[point] < edges[cell + 1]; point++) inside += pointMasses[point];
      if (sum + inside >= p) break;
      sum += inside;
    }
    let [low, high] = [edges[cell], edges[cell + 1]];
    while (low > 0 && this.#massUpTo(low, false) >= p) low = edges[--cell] ?? 0;
    while (high < this.period && this.#massUpTo(high, true) < p) {
      cell = Math.min(cell + 1, masses.length - 1);
      high = high === edges[cell + 1] ? this.period : edges[cell + 1];
    }
    for (const [k, at] of points.entries()) {
      const isInside = at >= low && at <= high && pointMasses[k] > 0;
      if (isInside && this.#massUpTo(at, false) < p && this.#massUpTo(at, true) >= p) return at;
    }
    while (high - low > EXACT * this.period) {
      const middle = (low + high) / 2;
      if (this.#massUpTo(middle, true) >= p) high = middle;
      else low = middle;
    }
    return high < this.period ? high : low;
  }

  /** Cells and points with their masses, worked out once. */
  #measure(): CircularMeasure {
    if (this.#known) return this.#known;
    const { line, pointMasses } = this.#of;
    const { cellEdges, cellPieces } = line.grid;
    const weight = this.#weight();
    const levels: number[] = [];
    const edges: number[] = [];
    for (let k = 0; k < cellEdges.length; k++) {
      if (k % CELLS_TOGETHER !== 0 && k < cellEdges.length - 1) continue;
      levels.push(cellEdges[k]);
      edges.push(valueAt(line, this.#row, cellEdges[k], cellPieces[Math.max(0, k - 1)]));
    }
    const masses = Float64Array.from(levels.slice(1), (level, k) => weight * normalMass(levels[k], level));
    this.#known = {
      period: this.period,
      ...wrappedCells(Float64Array.from(edges), masses, this.period),
      points: Float64Array.from(pointMasses),
      pointMasses: Float64Array.from(pointMasses, (_, k) => this.#pointMassWeight(k)),
    };
    return this.#known;
  }

  #cells(): DensityCells {
    const { edges, masses, points, pointMasses } = this.#measure();
    const found = Array.from(points, (at, k) => ({ at, mass: pointMasses[k] }));
    return {
      edges,
      masses,
      densities: masses.map((mass, k) => mass / (edges[k + 1] - edges[k])),
      points: found.filter(({ mass }) => mass > 0),
    };
  }
}

/** A share of one turn, brought into [0, 1). */
const turned = (share: number) => share - Math.floor(share);

/** The cells from number `first` on, once around, with rising edges. */
function rotated(
  { edges, masses, densities, points }: DensityCells,
  first: number,
  period: number,
): DensityCells {
  const round = <Cells extends Float64Array>(cells: Cells) =>
    Float64Array.of(...cells.subarray(first), ...cells.subarray(0, first));
  const begin = edges[first];
  return {
    edges: Float64Array.of(
      ...edges.subarray(first, masses.length),
      ...edges.subarray(0, first + 1).map((edge) => edge + period),
    ),
    masses: round(masses),
    densities: round(densities),
    points: points.map(({ at, mass }) => ({ at: at < begin ? at + period : at, mass })),
  };
}
