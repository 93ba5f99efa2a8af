/** @file One step of the probability flow undone for many points at once, by Newton's method. */
import type { Precision } from "../graph/onnx/program.ts";
import { solveInPlace } from "../numeric/linear-solve.ts";
import type { ChainCells, DdpmCoefficients } from "../sampling/ddpm-chain.ts";

/** What the head's program reads and writes: (points, dimension) each, of `slopes` one array per coordinate. */
export interface HeadArrays {
  readonly x: ChainCells;
  readonly noise: ChainCells;
  readonly slopes: readonly ChainCells[];
}

/** A solution is taken when Newton's next correction is below this, relative to 1 + |x|. */
const TOLERANCE: Record<Precision, number> = { float32: 1e-6, float64: 1e-11 };
/** Two or three do where the flow is well-behaved. */
const MAX_ITERATIONS = 60;

/**
 * Follows points x_0 back to x_T, one call of {@link stepBefore} per step t = 0 .. T-1: it solves
 * keep x + remove noise(x) = x_(t-1) for x = x_t, by Newton's method with the exact Jacobian
 * J = keep I + remove d noise / d x, each correction halved until it brings the two sides closer.
 *
 * A point for which that does not converge, or where det J is not positive (the step folds space over there, and
 * more than one x leads to the same place), becomes NaN for good: its density is not known. That a second x far away
 * leads to the same place too is not noticed; a flow that has learnt its points is one-to-one.
 */
export class StepInverter {
  /** x_0, then x_1, ... (points, dimension). */
  readonly points: Float64Array;
  /** The sum so far of ln det(d x_(t-1) / d x_t), of each point. */
  readonly logDeterminants: Float64Array;
  readonly #arrays: HeadArrays;
  readonly #dimension: number;
  readonly #tolerance: number;
  /** The noise found at the step before: it changes little from one step to the next. */
  readonly #noise: Float64Array;
  readonly #target: Float64Array;
  /** Of each point: the best x so far, Newton's correction from there, how much of it is tried, and the error there. */
  readonly #base: Float64Array;
  readonly #correction: Float64Array;
  readonly #fraction: Float64Array;
  readonly #error: Float64Array;
  readonly #jacobian: Float64Array;
  readonly #residual: Float64Array;

  constructor(points: Float64Array, arrays: HeadArrays, precision: Precision) {
    const dimension = arrays.slopes.length;
    const count = points.length / dimension;
    this.points = points.slice();
    this.logDeterminants = new Float64Array(count);
    this.#arrays = arrays;
    this.#dimension = dimension;
    this.#tolerance = TOLERANCE[precision];
    this.#noise = new Float64Array(points.length);
    this.#target = points.slice();
    this.#base = points.slice();
    this.#correction = new Float64Array(points.length);
    this.#fraction = new Float64Array(count);
    this.#error = new Float64Array(count);
    this.#jacobian = new Float64Array(dimension * dimension);
    this.#residual = new Float64Array(dimension);
  }

  /** @param run runs the head's program at the step: from `x` to `noise` and `slopes`. */
  async stepBefore(step: DdpmCoefficients, run: () => Promise<void>): Promise<void> {
    const { x } = this.#arrays;
    this.#target.set(this.points);
    this.#error.fill(Number.POSITIVE_INFINITY);
    for (let i = 0; i < x.length; i++) x[i] = (this.#target[i] - step.remove * this.#noise[i]) / step.keep;
    let open = Array.from(this.logDeterminants.keys()).filter((p) => !Number.isNaN(this.logDeterminants[p]));
    for (let iteration = 0; open.length > 0 && iteration < MAX_ITERATIONS; iteration++) {
      await run();
      open = open.filter((point) => !this.#improve(point, step));
    }
    for (const point of open) this.logDeterminants[point] = Number.NaN;
  }

  /** Takes a point's x as the solution, or puts a better one in its place. @returns whether it is solved. */
  #improve(point: number, step: DdpmCoefficients): boolean {
    const d = this.#dimension;
    const { x, noise } = this.#arrays;
    const from = point * d;
    const error = this.#linearise(point, step);
    const correction = this.#residual; // once it is solved for
    const determinant = solveInPlace(this.#jacobian, correction);
    if (determinant > 0 && this.#isSmall(correction, from)) {
      for (let i = 0; i < d; i++) {
        this.points[from + i] = x[from + i] - correction[i];
        this.#noise[from + i] = noise[from + i];
      }
      this.logDeterminants[point] += Math.log(determinant);
      return true;
    }
    if (error < this.#error[point]) {
      this.#error[point] = error;
      this.#fraction[point] = 1;
      this.#base.set(x.subarray(from, from + d), from);
      this.#correction.set(correction, from);
    } else {
      this.#fraction[point] /= 2;
    }
    for (let i = from; i < from + d; i++) {
      x[i] = this.#base[i] - this.#fraction[point] * this.#correction[i];
    }
    return false;
  }

  /** The Jacobian at a point's x and what is left to the target. @returns the largest of that. */
  #linearise(point: number, { keep, remove }: DdpmCoefficients): number {
    const d = this.#dimension;
    const { x, noise, slopes } = this.#arrays;
    const from = point * d;
    let largest = 0;
    for (let i = 0; i < d; i++) {
      const rest = keep * x[from + i] + remove * noise[from + i] - this.#target[from + i];
      this.#residual[i] = rest;
      largest = Math.max(largest, Math.abs(rest));
      for (let j = 0; j < d; j++) {
        this.#jacobian[i * d + j] = remove * slopes[i][from + j] + (i === j ? keep : 0);
      }
    }
    return largest;
  }

  #isSmall(correction: Float64Array, from: number): boolean {
    const { x } = this.#arrays;
    return correction.every((each, i) => Math.abs(each) <= this.#tolerance * (1 + Math.abs(x[from + i])));
  }
}
