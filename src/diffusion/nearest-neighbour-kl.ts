/** @file How far one distribution is from another, of which only samples are known. */

import { CELLS, check, checkFields, either, LIST, POSITIVE } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { type Points, readPoints } from "./points.ts";

/**
 * Estimates the Kullback-Leibler divergence KL(P || Q) in nats from samples x of P and y of Q, by the distances to
 * nearest neighbours: d/n sum_i ln(s_i / r_i) + ln(m / (n-1)), where r_i is the distance of x_i to its nearest
 * neighbour among the other x, and s_i to its nearest among y.
 *
 * It converges as n and m grow, is low where Q's tails are thinner than P's, and can come out below 0: for two samples
 * of one distribution it scatters about 0, in two dimensions with a standard deviation of about 2 / sqrt(n).
 *
 * @param x (n, dimension), n >= 2; @param y (m, dimension); rows of numbers, or flat, with `dimension` given.
 * @throws InputError for samples that can't be, and where a row is there twice: the estimate is for densities.
 * @see Perez-Cruz (2008), Kullback-Leibler divergence estimation of continuous distributions, IEEE ISIT, eq. 14 with
 * k = 1, https://doi.org/10.1109/ISIT.2008.4595271
 * @example
 * const x = Array.from({ length: 400 }, (_, i) => [Math.sin(i * i), Math.cos(i)]);
 * const y = Array.from({ length: 400 }, (_, i) => [2 * Math.sin(i * i + 1), Math.cos(i + 1)]);
 * console.log(nearestNeighbourKl(x, y));
 */
export function nearestNeighbourKl(x: Points, y: Points, options: { dimension?: number } = {}): number {
  checkFields("the options", options, { optional: { dimension: POSITIVE } });
  check("The samples x", x, either(CELLS, LIST));
  const { dimension } = options;
  const d = dimension ?? widthOf(x);
  const [own, other] = [readPoints(x, d, "samples x"), readPoints(y, d, "samples y")];
  const [n, m] = [own.length / d, other.length / d];
  if (n < 2) throw new InputError("There is one sample x: its distance to the others needs at least two.");
  const amongOwn = new NearestNeighbours(own, d);
  const amongOther = new NearestNeighbours(other, d);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const point = own.subarray(i * d, (i + 1) * d);
    const r = amongOwn.squaredDistance(point, i);
    const s = amongOther.squaredDistance(point);
    if (r === 0 || s === 0) {
      throw new InputError(
        `Row ${i} (from 0) of the samples x is also another row of the samples ${r === 0 ? "x" : "y"}: ` +
          "the estimate needs samples that are all different.",
      );
    }
    sum += Math.log(s / r) / 2;
  }
  return (d * sum) / n + Math.log(m / (n - 1));
}

function widthOf(points: Points): number {
  const first = points[0];
  if (Array.isArray(first)) return first.length;
  throw new InputError("Samples in a flat array need their dimension told, and there must be some.");
}

/**
 * Exact nearest neighbours: the points are sorted along their widest axis, and the search from a point's place goes
 * both ways until that axis alone is further than the nearest found. In two dimensions that looks at about sqrt(n)
 * points.
 *
 * @see Friedman, Baskett & Shustek (1975), An algorithm for finding nearest neighbors, IEEE Trans. Comput. C-24
 */
class NearestNeighbours {
  readonly #points: Float64Array;
  readonly #dimension: number;
  readonly #axis: number;
  /** The points' numbers, and their places along the axis, in its order. */
  readonly #order: Uint32Array;
  readonly #indices: Float64Array;

  constructor(points: Float64Array, dimension: number) {
    this.#points = points;
    this.#dimension = dimension;
    this.#axis = widestAxis(points, dimension);
    const along = (point: number) => points[point * dimension + this.#axis];
    this.#order = Uint32Array.from({ length: points.length / dimension }, (_, point) => point).sort(
      (a, b) => along(a) - along(b),
    );
    this.#indices = Float64Array.from(this.#order, along);
  }

  /** The square of the distance to the nearest of the points, but for the one numbered `except`. */
  squaredDistance(point: Float64Array, except = -1): number {
    const place = point[this.#axis];
    const last = this.#indices.length - 1;
    let up = this.#firstAbove(place);
    let down = up - 1;
    let nearest = Number.POSITIVE_INFINITY;
    const isNear = (index: number) =>
      index >= 0 && index <= last && (this.#indices[index] - place) ** 2 < nearest;
    for (let more = true; more; ) {
      const [upNear, downNear] = [isNear(up), isNear(down)];
      if (upNear) nearest = Math.min(nearest, this.#distanceTo(up++, point, except));
      if (downNear) nearest = Math.min(nearest, this.#distanceTo(down--, point, except));
      more = upNear || downNear;
    }
    return nearest;
  }

  #distanceTo(index: number, point: Float64Array, except: number): number {
    const number = this.#order[index];
    if (number === except) return Number.POSITIVE_INFINITY;
    let squared = 0;
    for (let i = 0; i < this.#dimension; i++) {
      squared += (this.#points[number * this.#dimension + i] - point[i]) ** 2;
    }
    return squared;
  }

  /** The first index whose place is at or above one, by bisection. */
  #firstAbove(place: number): number {
    let [low, high] = [0, this.#indices.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#indices[middle] < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function widestAxis(points: Float64Array, dimension: number): number {
  const widths = Array.from({ length: dimension }, (_, axis) => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let i = axis; i < points.length; i += dimension) {
      least = Math.min(least, points[i]);
      most = Math.max(most, points[i]);
    }
    return most - least;
  });
  return widths.indexOf(Math.max(...widths));
}
