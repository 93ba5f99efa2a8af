/** @file A map that bends a column towards the standard normal, measured on its quantiles. */
import { normalQuantile } from "../numeric/normal-quantile.ts";

/** Points of the map: model scale u over standardised value s, both strictly increasing. */
export interface QuantilePoints {
  readonly s: readonly number[];
  readonly u: readonly number[];
}

const mostKnots = 33;
const fewestKnots = 5;
/** A piece's slope ds/du may differ from the usual one nearby by this factor. */
const slopeFactor = 20;
/** Pieces on either side that say what is usual. */
const nearby = 3;
/** A gap is given at most this many times its quantiles' room. */
const mostRoom = 3;

/**
 * Knots at even steps of the normal quantile, from the lowest value to the highest, so that the tails get their
 * share of them; about 2 n^(1/3), the number of bins that suits n values.
 *
 * Each knot stands at a value's middle rank, which treats ties fairly. Where the quantiles alone would make
 * the map wild they don't decide: a narrow spike of density keeps at least a 20th of the
 * width it has beside its surroundings instead of being blown up to its share of the rows, and a gap between
 * two modes is given more room (up to three times) before it is squeezed more than 20-fold. "Surroundings" are the
 * three pieces on either side, not the column: a heavy tail grows steadily, by thousands, and may.
 *
 * @param s Standardised values, ascending, at least two different.
 */
export function quantileMap(s: Float64Array): QuantilePoints {
  const knots = valueKnots(s);
  const levels = knots.map((value) => normalQuantile(middleRank(s, value)));
  const rooms = tamed(steps(knots), steps(levels));
  const u = [levels[0]];
  for (const room of rooms) u.push(u.at(-1)! + room);
  return { s: knots, u };
}

/** Different values of s at even steps of the normal quantile; the first and the last are s's own. */
function valueKnots(s: Float64Array): number[] {
  const count = Math.min(mostKnots, Math.max(fewestKnots, Math.round(2 * Math.cbrt(s.length))));
  const outermost = normalQuantile(1 / (s.length + 1));
  const knots = [s[0]];
  for (let k = 1; k < count - 1; k++) {
    const share = normalShare(outermost * (1 - (2 * k) / (count - 1)));
    const value = s[Math.min(s.length - 1, Math.floor(share * s.length))];
    if (value > knots.at(-1)!) knots.push(value);
  }
  if (s.at(-1)! > knots.at(-1)!) knots.push(s.at(-1)!);
  return knots;
}

/** The rooms (steps in u) of the pieces, with no slope over `slopeFactor` away from the median one around it. */
function tamed(widths: readonly number[], rooms: readonly number[]): number[] {
  const slopes = widths.map((width, k) => width / rooms[k]);
  return rooms.map((room, k) => {
    const around = slopes.slice(Math.max(0, k - nearby), k + nearby + 1).sort((a, b) => a - b);
    const usual = around[around.length >> 1];
    const least = widths[k] / (usual * slopeFactor);
    const most = (widths[k] * slopeFactor) / usual;
    return Math.min(most, Math.max(room, Math.min(least, mostRoom * room)));
  });
}

function steps(points: readonly number[]): number[] {
  return points.slice(1).map((point, k) => point - points[k]);
}

/** The share of rows below a value, its own rows counted half: never 0 or 1. */
function middleRank(s: Float64Array, value: number): number {
  return (rowsBelow(s, (each) => each < value) + rowsBelow(s, (each) => each <= value)) / 2 / s.length;
}

/** How many of an ascending list come before the first that isn't `below`. */
function rowsBelow(s: Float64Array, below: (value: number) => boolean): number {
  let low = 0;
  let high = s.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (below(s[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * P(Z < z) to 1.5e-4 (Page 1977, Applied Statistics 26, 75-76): enough to choose places for knots, whose levels
 * are then exact.
 */
function normalShare(z: number): number {
  return 1 / (1 + Math.exp(-z * (1.5976 + 0.070566 * z * z)));
}
