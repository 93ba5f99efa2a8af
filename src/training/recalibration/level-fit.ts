/**
 * @file The map of normal levels that makes held-out values most probable: a monotone cubic with few knots, penalised for
 * departing from the map it starts from (the identity, or that of all questions together).
 */
import type { LevelPoints } from "../../columns/recalibration.ts";
import { choleskyInPlace, solveCholesky } from "../../numeric/cholesky.ts";
import { pieceOf } from "../../numeric/monotone-cubic.ts";
import type { LevelSets } from "./level-sets.ts";

/** The knots; between the outermost two of either side, and beyond, the map keeps the slope 1: far out nothing is known. */
const KNOTS = Float64Array.of(-5, -4, -2.5, -1.25, 0, 1.25, 2.5, 4, 5);
const LAST = KNOTS.length - 1;
const MIDDLE = LAST / 2;
const FREE_CHORDS = LAST - 2;

/** Where the middle knot goes, and the logarithms of the slopes of the chords between free knots. */
export type LevelParameters = Float64Array;
const PARAMETERS = 1 + FREE_CHORDS;

export const IDENTITY: LevelParameters = new Float64Array(PARAMETERS);

/** Standard deviations, beforehand, of the shift, of a log slope, and of the difference of neighbouring ones. */
const PRIOR = { shift: 0.2, slope: 0.25, bend: 0.15 };
/** Of a size of the given set, the distance from the map of all sizes is this part of that. */
const TIGHT = 0.5;
/** No slope is further from 1 than by this factor. */
const STEEPEST = Math.log(2.5);

const MAX_ROUNDS = 30;
const GOOD_ENOUGH = 1e-5;

/** The map as it is stored. */
export function levelPoints(parameters: LevelParameters): LevelPoints {
  return { from: [...KNOTS], to: Array.from(knotsOf(parameters).heights, (to) => Number(to.toFixed(6))) };
}

interface Knots {
  readonly heights: Float64Array;
  readonly slopes: Float64Array;
  /** Their derivatives by each parameter, (knots, parameters). */
  readonly heightsBy: Float64Array;
  readonly slopesBy: Float64Array;
}

/** As `monotoneCubic` through the points has them: inside, the slope is the harmonic mean of the chords beside the knot. */
function knotsOf(parameters: LevelParameters): Knots {
  const chord = Float64Array.from({ length: LAST }, (_, j) =>
    j === 0 || j === LAST - 1 ? 1 : Math.exp(parameters[j]),
  );
  const heights = new Float64Array(KNOTS.length);
  const heightsBy = new Float64Array(KNOTS.length * PARAMETERS);
  const move = (to: number, from: number, j: number, sign: number) => {
    const rise = sign * chord[j] * (KNOTS[j + 1] - KNOTS[j]);
    heights[to] = heights[from] + rise;
    heightsBy.copyWithin(to * PARAMETERS, from * PARAMETERS, (from + 1) * PARAMETERS);
    if (j > 0 && j < LAST - 1) heightsBy[to * PARAMETERS + j] += rise;
  };
  heights[MIDDLE] = parameters[0];
  heightsBy[MIDDLE * PARAMETERS] = 1;
  for (let k = MIDDLE + 1; k <= LAST; k++) move(k, k - 1, k - 1, 1);
  for (let k = MIDDLE - 1; k >= 0; k--) move(k, k + 1, k, -1);
  const slopes = new Float64Array(KNOTS.length).fill(1);
  const slopesBy = new Float64Array(KNOTS.length * PARAMETERS);
  for (let k = 1; k < LAST; k++) {
    slopes[k] = 2 / (1 / chord[k - 1] + 1 / chord[k]);
    for (const j of [k - 1, k]) {
      if (j > 0 && j < LAST - 1) slopesBy[k * PARAMETERS + j] = slopes[k] ** 2 / (2 * chord[j]);
    }
  }
  return { heights, slopes, heightsBy, slopesBy };
}

/** What a level is made of: the numbers of its two knots, and how much their heights and slopes count in value and slope. */
interface Basis {
  readonly knot: Uint8Array;
  /** Eight each: the value by two heights and two slopes, the slope by the same. */
  readonly counts: Float64Array;
}

function basisOf(levels: Float64Array): Basis {
  const knot = new Uint8Array(levels.length);
  const counts = new Float64Array(8 * levels.length);
  levels.forEach((z, i) => {
    const piece = pieceOf(KNOTS, z, 0);
    const k = Math.min(LAST - 1, Math.max(0, piece));
    const width = KNOTS[k + 1] - KNOTS[k];
    knot[i] = k;
    if (piece < 0) counts.set([1, 0, z - KNOTS[0], 0, 0, 0, 1, 0], 8 * i);
    else if (piece >= LAST) counts.set([0, 1, 0, z - KNOTS[LAST], 0, 0, 0, 1], 8 * i);
    else {
      const t = (z - KNOTS[k]) / width;
      const [square, cube] = [t * t, t * t * t];
      counts.set([1 - 3 * square + 2 * cube, 3 * square - 2 * cube], 8 * i);
      counts.set([width * (t - 2 * square + cube), width * (cube - square)], 8 * i + 2);
      counts.set([(-6 * (t - square)) / width, (6 * (t - square)) / width], 8 * i + 4);
      counts.set([1 - 4 * t + 3 * square, 3 * square - 2 * t], 8 * i + 6);
    }
  });
  return { knot, counts };
}

/** Maps fitted to some of a column's held-out values, and what they make of the others. */
export class LevelFits {
  readonly #sets: LevelSets;
  readonly #basis: Basis;

  constructor(sets: LevelSets) {
    this.#sets = sets;
    this.#basis = basisOf(sets.levels);
  }

  /**
   * @param chosen which of the values, @param weights what each counts: the penalty counts as some values do.
   * @param around the map that is kept where the values say nothing. @param isTight whether they must say more.
   */
  fit(
    chosen: Uint32Array,
    weights: Float64Array,
    around: LevelParameters,
    isTight: boolean,
  ): LevelParameters {
    let parameters = around.slice();
    let best = this.#objective(chosen, weights, parameters, around, isTight);
    let damping = 1e-3;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const step = dampedStep(best, damping);
      const next = parameters.map((parameter, p) => parameter + step[p]);
      const isWithin = next.every((parameter) => Math.abs(parameter) <= STEEPEST);
      const tried = isWithin ? this.#objective(chosen, weights, next, around, isTight) : undefined;
      if (!tried || !(tried.value > best.value)) {
        damping = damping * 8 + 1e-3;
        if (damping > 1e4) break;
        continue;
      }
      const isEnough = tried.value - best.value < GOOD_ENOUGH;
      [parameters, best, damping] = [next, tried, damping / 4];
      if (isEnough) break;
    }
    return parameters;
  }

  /** By how many nats each of the chosen values becomes more probable. */
  gains(chosen: Uint32Array, parameters: LevelParameters): Float64Array {
    const { heights, slopes } = knotsOf(parameters);
    return Float64Array.from(chosen, (value) => this.#gain(value, heights, slopes));
  }

  /** log of the weighted mean over a value's levels of T'(z) phi(T(z)) / phi(z). */
  #gain(value: number, heights: Float64Array, slopes: Float64Array): number {
    const { starts, weights } = this.#sets;
    let [largest, sum] = [Number.NEGATIVE_INFINITY, 0];
    for (let i = starts[value]; i < starts[value + 1]; i++) {
      const { mapped, slope } = this.#at(i, heights, slopes);
      const log = Math.log(slope * weights[i]) + (this.#sets.levels[i] ** 2 - mapped ** 2) / 2;
      if (log > largest) {
        sum = sum * Math.exp(largest - log) + 1;
        largest = log;
      } else sum += Math.exp(log - largest);
    }
    return largest + Math.log(sum);
  }

  #at(i: number, heights: Float64Array, slopes: Float64Array) {
    const { knot, counts } = this.#basis;
    const k = knot[i];
    const at = 8 * i;
    return {
      mapped:
        counts[at] * heights[k] +
        counts[at + 1] * heights[k + 1] +
        counts[at + 2] * slopes[k] +
        counts[at + 3] * slopes[k + 1],
      slope:
        counts[at + 4] * heights[k] +
        counts[at + 5] * heights[k + 1] +
        counts[at + 6] * slopes[k] +
        counts[at + 7] * slopes[k + 1],
    };
  }

  /** The penalised log likelihood, its gradient, and the outer products of the values' gradients, which stand for its curvature. */
  #objective(
    chosen: Uint32Array,
    weights: Float64Array,
    parameters: LevelParameters,
    around: LevelParameters,
    isTight: boolean,
  ): Objective {
    const knots = knotsOf(parameters);
    const made = penalty(parameters, around, isTight);
    const gradient = new Float64Array(PARAMETERS);
    const own = new Float64Array(PARAMETERS);
    for (const [which, value] of chosen.entries()) {
      const weight = weights[which];
      const gain = this.#gain(value, knots.heights, knots.slopes);
      made.value += weight * gain;
      gradient.fill(0);
      for (let i = this.#sets.starts[value]; i < this.#sets.starts[value + 1]; i++) {
        const log = this.#levelGradient(i, knots, own);
        const share = this.#sets.weights[i] * Math.exp(log - gain);
        for (let p = 0; p < PARAMETERS; p++) gradient[p] += share * own[p];
      }
      for (let p = 0; p < PARAMETERS; p++) {
        made.gradient[p] += weight * gradient[p];
        for (let q = 0; q <= p; q++) made.curvature[p * PARAMETERS + q] += weight * gradient[p] * gradient[q];
      }
    }
    return made;
  }

  /** The log ratio of densities at one level, and its derivatives. */
  #levelGradient(i: number, knots: Knots, into: Float64Array): number {
    const { mapped, slope } = this.#at(i, knots.heights, knots.slopes);
    const { heightsBy, slopesBy } = knots;
    const { knot, counts } = this.#basis;
    const [at, from] = [8 * i, knot[i] * PARAMETERS];
    for (let p = 0; p < PARAMETERS; p++) {
      const [low, high] = [from + p, from + PARAMETERS + p];
      const mappedBy =
        counts[at] * heightsBy[low] +
        counts[at + 1] * heightsBy[high] +
        counts[at + 2] * slopesBy[low] +
        counts[at + 3] * slopesBy[high];
      const slopeBy =
        counts[at + 4] * heightsBy[low] +
        counts[at + 5] * heightsBy[high] +
        counts[at + 6] * slopesBy[low] +
        counts[at + 7] * slopesBy[high];
      into[p] = slopeBy / slope - mapped * mappedBy;
    }
    return Math.log(slope) + (this.#sets.levels[i] ** 2 - mapped ** 2) / 2;
  }
}

interface Objective {
  value: number;
  readonly gradient: Float64Array;
  /** (parameters, parameters), lower triangle. */
  readonly curvature: Float64Array;
}

function penalty(parameters: LevelParameters, around: LevelParameters, isTight: boolean): Objective {
  const made: Objective = {
    value: 0,
    gradient: new Float64Array(PARAMETERS),
    curvature: new Float64Array(PARAMETERS * PARAMETERS),
  };
  const away = parameters.map((parameter, p) => parameter - around[p]);
  const add = (terms: readonly (readonly [p: number, sign: number])[], deviation: number) => {
    const precision = 1 / (deviation * (isTight ? TIGHT : 1)) ** 2;
    const off = terms.reduce((sum, [p, sign]) => sum + sign * away[p], 0);
    made.value -= (precision * off * off) / 2;
    for (const [p, sign] of terms) {
      made.gradient[p] -= precision * off * sign;
      for (const [q, other] of terms)
        if (q <= p) made.curvature[p * PARAMETERS + q] += precision * sign * other;
    }
  };
  add([[0, 1]], PRIOR.shift);
  for (let p = 1; p < PARAMETERS; p++) {
    add([[p, 1]], PRIOR.slope);
    if (p > 1)
      add(
        [
          [p, 1],
          [p - 1, -1],
        ],
        PRIOR.bend,
      );
  }
  return made;
}

/** Levenberg and Marquardt's step: Newton's, shortened by what is added to the curvature. */
function dampedStep({ gradient, curvature }: Objective, damping: number): Float64Array {
  const matrix = curvature.slice();
  for (let p = 0; p < PARAMETERS; p++) matrix[p * PARAMETERS + p] *= 1 + damping;
  const step = gradient.slice();
  if (!choleskyInPlace(matrix, PARAMETERS)) throw new Error("the penalty leaves no curvature");
  solveCholesky(matrix, step);
  return step;
}
