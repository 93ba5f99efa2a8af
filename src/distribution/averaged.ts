/**
 * @file Answers averaged: the distributions of several rows, each counting so much, as that of one row (a finite mixture;
 * McLachlan & Peel 2000, "Finite mixture models"). Mixtures of normals make one of all their normals, exactly; what is known
 * by curves becomes a curve through the quantiles of the average.
 */
import { classCount } from "../columns/encoding.ts";
import { kindOf } from "../columns/kinds.ts";
import { normalCdf } from "../numeric/normal-cdf.ts";
import type { Normals } from "../numeric/normal-mixtures.ts";
import { normalQuantile } from "../numeric/normal-quantile.ts";
import { BoundedCurves } from "./bounded-curves.ts";
import type { ColumnDistributionsParts } from "./column-distributions.ts";
import { type ContinuousParts, QuantileCurves } from "./quantile-curves.ts";

/** Which rows make one, and what each counts. */
export interface RowSets {
  /** Rows starts[i] .. starts[i + 1] - 1 make row i: one entry more than there are such rows. */
  readonly starts: Uint32Array;
  /** Of each row that goes in; those of a set add up to 1. */
  readonly weights: Float64Array;
  /**
   * 1 where a row stands on a line with the row before it, for what lies about it: answers half the way to the other row are
   * taken for half the way to the other's. Default none.
   */
  readonly follows?: Uint8Array;
}

/** Normals that count less of an average are left out: even of a thousand of them no density shows it. */
const NEGLIGIBLE = 1e-13;

/** What a column's averaged distributions are made of. @param curves of the rows that go in; absent for categories. */
export function averagedParts(
  { nodes: _, normals, classes, recalibrated, ...rest }: ColumnDistributionsParts,
  curves: ContinuousParts | undefined,
  { starts, weights, ...line }: RowSets,
): ColumnDistributionsParts {
  const count = classCount(rest.encoding);
  const isCategory = kindOf(rest.encoding).isCategorical;
  const sets = {
    ...line,
    starts,
    weights: classes && !isCategory ? continuousWeights(classes, count, weights) : weights,
  };
  return {
    ...rest,
    ...(classes && { classes: averagedClasses(classes, count, { starts, weights }) }),
    ...(curves && normals && !recalibrated && { normals: averagedNormals(normals, curves, sets) }),
    ...(curves && (!normals || recalibrated) && { nodes: averagedNodes(rest.levels, curves, sets) }),
  };
}

function averagedClasses(classes: Float64Array, count: number, { starts, weights }: RowSets): Float64Array {
  const averaged = new Float64Array((starts.length - 1) * count);
  for (const [set, row] of members(starts)) {
    for (let k = 0; k < count; k++) averaged[set * count + k] += weights[row] * classes[row * count + k];
  }
  return averaged;
}

/** A row counts in the average of the continuous parts by what its own part has of its probability. */
function continuousWeights(classes: Float64Array, count: number, weights: Float64Array): Float64Array {
  return weights.map((weight, row) => weight * classes[row * count]);
}

/**
 * The normals of all rows of each set, those that stand in all rows at the same place as one. Where rows are cut at bounds, a row counts
 * by what it has inside, to be cut again.
 */
function averagedNormals(
  rows: Normals,
  curves: ContinuousParts,
  { starts, weights, follows }: RowSets,
): Normals {
  const count = rows.shares.length / rows.rows;
  const normals = follows ? { ...rows, widths: widthsAlong(rows, count, follows) } : rows;
  const inside = (row: number) => (curves instanceof BoundedCurves ? Math.exp(curves.logInside(row)) : 1);
  const inSet = weights.map((weight, row) => weight / inside(row));
  const factors = scaledToOne(starts, inSet);
  const sets = Array.from({ length: starts.length - 1 }, (_, set) =>
    joinedNormals(normals, count, { from: starts[set], to: starts[set + 1], factors }),
  );
  const most = Math.max(1, ...sets.map(({ length }) => length));
  const [shares, means] = [0, 0].map(() => new Float32Array(sets.length * most));
  const widths = new Float32Array(sets.length * most).fill(1);
  for (const [set, own] of sets.entries()) {
    for (const [i, { k, share }] of own.entries()) {
      const at = set * most + i;
      [shares[at], means[at], widths[at]] = [share, normals.means[k], normals.widths[k]];
    }
  }
  return { rows: sets.length, shares, means, widths };
}

/** Normals that stand side by side no narrower than this part of their distance make an even density, to 4 per cent. */
const EVEN = 0.45;

/**
 * Each normal's width with the way that it goes while its row stands for what lies about it: half the way to the row before and
 * half of that to the row after, evenly, which has the variance step^2 / 12. Where answers are narrow beside their steps, single rows
 * would show as peaks.
 */
function widthsAlong({ rows, means, widths }: Normals, count: number, follows: Uint8Array): Float32Array {
  return widths.map((width, k) => {
    const row = Math.floor(k / count);
    const before = follows[row] ? k - count : k;
    const after = row + 1 < rows && follows[row + 1] ? k + count : k;
    if (before === after) return width;
    const step = Math.abs(means[after] - means[before]) / ((after - before) / count);
    return Math.max(Math.hypot(width, step / Math.sqrt(12)), EVEN * step);
  });
}

/** The normal number k of all, with what it counts. */
interface CountedNormal {
  readonly k: number;
  share: number;
}

/** Beyond so many standard deviations nothing is worked out of a normal. */
const FAR = 10;

/** The normals of some rows, in the order in which they begin: what is asked of them takes them so. */
function joinedNormals(
  { shares, means, widths }: Normals,
  count: number,
  { from, to, factors }: { readonly from: number; readonly to: number; readonly factors: Float64Array },
): CountedNormal[] {
  const joined: CountedNormal[] = [];
  const lastOf = new Map<number, CountedNormal>();
  for (let row = from; row < to; row++) {
    for (let each = 0; each < count; each++) {
      const k = row * count + each;
      const share = factors[row] * shares[k];
      if (!(share > NEGLIGIBLE)) continue;
      const last = lastOf.get(each);
      if (last && means[last.k] === means[k] && widths[last.k] === widths[k]) last.share += share;
      else {
        const made = { k, share };
        lastOf.set(each, made);
        joined.push(made);
      }
    }
  }
  const begin = ({ k }: CountedNormal) => means[k] - FAR * widths[k];
  return joined.sort((a, b) => begin(a) - begin(b));
}

/** The quantiles of each set's average at the levels, (sets, levels). */
function averagedNodes(levels: Float64Array, curves: ContinuousParts, sets: RowSets): Float64Array {
  const { starts } = sets;
  const factors = scaledToOne(starts, sets.weights);
  const last = levels.length - 2;
  const nodes = new Float64Array((starts.length - 1) * levels.length);
  for (let set = 0; set + 1 < starts.length; set++) {
    const rows = Array.from({ length: starts[set + 1] - starts[set] }, (_, i) => starts[set] + i);
    const quantiles = rows.map((row) => levels.map((z, i) => curves.value(row, z, Math.min(i, last))));
    const parts = partsAlong(quantiles, rows, factors, sets.follows);
    // Of a curve through a row's quantiles a level is found far more cheaply than of the mixture that it may come from.
    const quick = new QuantileCurves(levels, Float64Array.from(parts.flatMap((part) => [...part.quantiles])));
    const levelAt = (u: number) => {
      const tail = (side: 1 | -1) =>
        parts.reduce((sum, { share }, part) => sum + share * normalCdf(side * quick.level(part, u)), 0);
      const below = tail(1);
      return below <= 0.5 ? normalQuantile(below) : -normalQuantile(tail(-1));
    };
    let least = Number.NEGATIVE_INFINITY;
    levels.forEach((z, i) => {
      const own = parts.map((_, part) => quick.value(part, z, Math.min(i, last)));
      // A mixture's quantile lies between those of its parts.
      least = valueAtLevel(levelAt, z, Math.max(least, Math.min(...own)), Math.max(...own));
      nodes[set * levels.length + i] = least;
    });
  }
  return nodes;
}

interface CurvePart {
  readonly share: number;
  readonly quantiles: Float64Array;
}

/** A row that stands for what lies about it is cut into as many parts as it takes for them to overlap, but no more than these. */
const MOST_PARTS = 8;

/** The rows of a set that count, those that go a long way to their neighbours in parts, each a piece of the way. */
function partsAlong(
  quantiles: readonly Float64Array[],
  rows: readonly number[],
  factors: Float64Array,
  follows: Uint8Array | undefined,
): CurvePart[] {
  return quantiles.flatMap((own, i) => {
    const share = factors[rows[i]];
    if (!(share > 0)) return [];
    const before = follows?.[rows[i]] ? quantiles[i - 1] : undefined;
    const after = i + 1 < rows.length && follows?.[rows[i + 1]] ? quantiles[i + 1] : undefined;
    if (!before && !after) return [{ share, quantiles: own }];
    // Where there is but one neighbour, the way goes on beyond as it comes from there.
    const towards = (side: 1 | -1) => {
      const [to, from] = side > 0 ? [after, before] : [before, after];
      return own.map((value, z) => (to ? to[z] - value : value - (from ?? own)[z]));
    };
    const ways = [towards(-1), towards(1)];
    const middle = own.length >> 1;
    const quarter = own.length >> 2;
    const spread = own[own.length - 1 - quarter] - own[quarter];
    const step = Math.max(...ways.map((way) => Math.abs(way[middle])));
    const count = Math.max(1, Math.min(MOST_PARTS, Math.ceil((2 * step) / spread)));
    return Array.from({ length: count }, (_, part) => {
      const place = (part + 0.5) / count - 0.5;
      const way = ways[place < 0 ? 0 : 1];
      return { share: share / count, quantiles: own.map((value, z) => value + Math.abs(place) * way[z]) };
    });
  });
}

/** In standardised units, and in levels: a quantile is known well enough. */
const CLOSE = 1e-9;
const MAX_ROUNDS = 60;

/** Where a level that rises from `low` to `high` is z: secants, and where they don't halve what is left, bisection. */
function valueAtLevel(levelAt: (u: number) => number, z: number, low: number, high: number): number {
  let [from, to] = [low, high];
  let [under, over] = [levelAt(from) - z, levelAt(to) - z];
  for (let round = 0; round < MAX_ROUNDS && to - from > CLOSE; round++) {
    const secant = from - (under * (to - from)) / (over - under);
    const isOdd = round % 2 === 1;
    const at = !isOdd && secant > from && secant < to ? secant : (from + to) / 2;
    const off = levelAt(at) - z;
    if (Math.abs(off) < CLOSE) return at;
    if (off < 0) [from, under] = [at, off];
    else [to, over] = [at, off];
  }
  return (from + to) / 2;
}

/** Weights of which those of a set add up to 1; where all are 0, the set's rows count the same. */
export function scaledToOne(starts: Uint32Array, weights: Float64Array): Float64Array {
  const scaled = weights.slice();
  for (let set = 0; set + 1 < starts.length; set++) {
    const own = scaled.subarray(starts[set], starts[set + 1]);
    const sum = own.reduce((a, b) => a + b, 0);
    own.forEach((weight, i) => {
      own[i] = sum > 0 ? weight / sum : 1 / own.length;
    });
  }
  return scaled;
}

/** Each row with its set. */
function* members(starts: Uint32Array): Generator<readonly [set: number, row: number]> {
  for (let set = 0; set + 1 < starts.length; set++)
    for (let row = starts[set]; row < starts[set + 1]; row++) yield [set, row];
}
