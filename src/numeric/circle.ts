/**
 * @file Statistics on a circle: a number that comes again after a period, such as an angle, an hour, a phase.
 * @see Mardia, K. V. and Jupp, P. E. (2000), Directional Statistics, Wiley, chapters 2 (summary statistics) and 3.5.7
 * (wrapped distributions).
 */
import { medianOfSorted } from "./statistics.ts";

/** The value in [0, period) that is the same position on the circle; NaN for NaN. */
export function wrapped(value: number, period: number): number {
  const left = value - period * Math.floor(value / period);
  return left >= period ? 0 : left; // by rounding a little below 0 ends at the period itself
}

/** The signed way from `from` to `to` along the shorter arc: in [-period / 2, period / 2). */
export function shortestWay(from: number, to: number, period: number): number {
  return wrapped(to - from + period / 2, period) - period / 2;
}

/** How probability lies on a circle: spread evenly inside neighbouring cells, and in points. */
export interface CircularMeasure {
  readonly period: number;
  /** From 0 to the period, strictly ascending; one more than there are cells. */
  readonly edges: Float64Array;
  readonly masses: Float64Array;
  /** Positions of point masses in [0, period), ascending, and their masses. */
  readonly points: Float64Array;
  readonly pointMasses: Float64Array;
}

/** Values on a circle, each with the same mass. */
export function measureOfSamples(samples: ArrayLike<number>, period: number): CircularMeasure {
  const points = Float64Array.from(samples, (value) => wrapped(value, period)).sort();
  return {
    period,
    edges: Float64Array.of(0, period),
    masses: new Float64Array(1),
    points,
    pointMasses: new Float64Array(points.length).fill(1 / points.length),
  };
}

/**
 * Cells of a line, neighbours with even masses inside, laid around the circle: masses that come to lie on each other
 * are added up (Mardia & Jupp 2000, section 3.5.7).
 * @param edges ascending, one more than masses.
 */
export function wrappedCells(
  edges: Float64Array,
  masses: Float64Array,
  period: number,
): { readonly edges: Float64Array; readonly masses: Float64Array } {
  const positions = Float64Array.of(0, ...edges.map((edge) => wrapped(edge, period)), period).sort();
  const all = positions.filter((position, k) => k === 0 || position > positions[k - 1]);
  const sums = new Float64Array(all.length - 1);
  for (let k = 0; k < masses.length; k++) {
    const width = edges[k + 1] - edges[k];
    if (!(masses[k] > 0)) continue;
    const start = wrapped(edges[k], period);
    let cell = cellOf(all, start);
    if (!(width > 0)) {
      sums[cell] += masses[k];
      continue;
    }
    let turn = 0;
    for (let at = start; at < start + width; ) {
      const end = Math.min(turn + all[cell + 1], start + width);
      sums[cell] += masses[k] * ((end - at) / width);
      at = end;
      if (at < turn + all[cell + 1]) break;
      if (++cell === sums.length) {
        cell = 0;
        turn += period;
      }
    }
  }
  return { edges: all, masses: sums };
}

/** The k with edges[k] <= at < edges[k + 1]. */
function cellOf(edges: Float64Array, at: number): number {
  let [low, high] = [0, edges.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}

export interface CircularMoments {
  /** The mean direction, in [0, period): Mardia & Jupp 2000, section 2.2.1. */
  readonly mean: number;
  /** The circular standard deviation sqrt(-2 ln R), in units of the period: section 2.3.2. */
  readonly std: number;
}

export function circularMoments({
  period,
  edges,
  masses,
  points,
  pointMasses,
}: CircularMeasure): CircularMoments {
  const turn = (2 * Math.PI) / period;
  let [mass, cosines, sines] = [0, 0, 0];
  const add = (share: number, at: number) => {
    cosines += share * Math.cos(turn * at);
    sines += share * Math.sin(turn * at);
  };
  for (let k = 0; k < masses.length; k++) {
    const half = (turn * (edges[k + 1] - edges[k])) / 2;
    mass += masses[k];
    add(masses[k] * (half > 0 ? Math.sin(half) / half : 1), (edges[k] + edges[k + 1]) / 2);
  }
  for (let k = 0; k < points.length; k++) {
    mass += pointMasses[k];
    add(pointMasses[k], points[k]);
  }
  const length = Math.min(1, Math.hypot(cosines, sines) / mass);
  return {
    mean: wrapped(Math.atan2(sines, cosines) / turn, period),
    std: Math.sqrt(-2 * Math.log(length)) / turn,
  };
}

/**
 * H(t), the mass in the half circle [t, t + period / 2), for t up to period / 2: linear between the positions where a
 * cell or a point comes in or goes out. Beyond, it is what is left: H(t + period / 2) = 1 - H(t).
 *
 * Half of the measure of the half circles that hold exactly one of two positions is the distance between these. So mean
 * distances are integrals of H, as on a line they are of the distribution function.
 */
class HalfCircles {
  /** From 0 to period / 2, ascending. */
  readonly positions: Float64Array;
  /** H just after each position and just before the next one. */
  readonly after: Float64Array;
  readonly before: Float64Array;
  readonly half: number;

  constructor(measure: CircularMeasure) {
    const half = measure.period / 2;
    const below = cumulative(measure);
    const folded = [...measure.edges, ...measure.points].map((position) =>
      position < half ? position : position - half,
    );
    const sorted = Float64Array.of(0, ...folded, half).sort();
    this.half = half;
    this.positions = sorted.filter((at, k) => at <= half && (k === 0 || at > sorted[k - 1]));
    const count = this.positions.length - 1;
    this.after = new Float64Array(count);
    this.before = new Float64Array(count);
    const total = below(measure.period, true);
    for (let k = 0; k < count; k++) {
      const [from, to] = [this.positions[k], this.positions[k + 1]];
      this.after[k] = (below(from + half, true) - below(from, true)) / total;
      this.before[k] = (below(to + half, false) - below(to, false)) / total;
    }
  }

  /** The integral of `of(H(t))` over from .. to, where `of` is at most quadratic. */
  integrate(from: number, to: number, of: (height: number) => number): number {
    const { positions, after, before } = this;
    let sum = 0;
    for (let k = 0; k < after.length; k++) {
      const [low, high] = [Math.max(from, positions[k]), Math.min(to, positions[k + 1])];
      if (!(low < high)) continue;
      const width = positions[k + 1] - positions[k];
      const at = (t: number) => after[k] + ((before[k] - after[k]) * (t - positions[k])) / width;
      sum += ((high - low) / 6) * (of(at(low)) + 4 * of(at((low + high) / 2)) + of(at(high)));
    }
    return sum;
  }

  /** Where H passes 1/2: positions between which and their opposites the mass is halved. */
  halvings(): number[] {
    const { positions, after, before } = this;
    const found: number[] = [];
    for (let k = 0; k < after.length; k++) {
      const [first, last] = [after[k] - 0.5, before[k] - 0.5];
      const lastBefore = k === 0 ? 0.5 - before[before.length - 1] : before[k - 1] - 0.5;
      if (lastBefore * first < 0) found.push(positions[k]);
      if (first * last < 0)
        found.push(positions[k] + ((positions[k + 1] - positions[k]) * first) / (first - last));
      else if (first === 0 && last !== 0) found.push(positions[k]);
      else if (first === 0 && last === 0) found.push((positions[k] + positions[k + 1]) / 2);
      else if (last === 0) found.push(positions[k + 1]);
    }
    return found;
  }

  /** The mean distance from a position. */
  meanDistance(position: number): number {
    const isFirst = position < this.half;
    const split = isFirst ? position : position - this.half;
    const inside = (height: number) => 1 - height;
    const outside = (height: number) => height;
    return (
      this.integrate(0, split, isFirst ? inside : outside) +
      this.integrate(split, this.half, isFirst ? outside : inside)
    );
  }
}

/** The mass below t, or up to t, for 0 <= t < 2 periods. */
function cumulative({ period, edges, masses, points, pointMasses }: CircularMeasure) {
  const cells = runningSums(masses);
  const sums = runningSums(pointMasses);
  const total = cells[masses.length] + sums[points.length];
  return (t: number, withPoint: boolean): number => {
    const turns = t >= period && (t > period || withPoint) ? 1 : 0;
    const at = t - turns * period;
    if (at >= period) return (turns + 1) * total;
    const cell = cellOf(edges, at);
    const inside = (at - edges[cell]) / (edges[cell + 1] - edges[cell]);
    return turns * total + cells[cell] + inside * masses[cell] + sums[countUpTo(points, at, withPoint)];
  };
}

function runningSums(masses: Float64Array): Float64Array {
  const sums = new Float64Array(masses.length + 1);
  for (let k = 0; k < masses.length; k++) sums[k + 1] = sums[k] + masses[k];
  return sums;
}

function countUpTo(points: Float64Array, at: number, withPoint: boolean): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle] < at || (withPoint && points[middle] === at)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The position with the least mean distance along the circle, in [0, period): half of the mass lies on either side of
 * the diameter through it (Mardia & Jupp 2000, section 2.2.2).
 */
export function circularMedian(measure: CircularMeasure): number {
  const halves = new HalfCircles(measure);
  const candidates = halves.halvings().flatMap((at) => [at, at + halves.half]);
  let [best, smallest] = [0, Number.POSITIVE_INFINITY];
  for (const candidate of candidates) {
    const distance = halves.meanDistance(wrapped(candidate, measure.period));
    if (distance < smallest * (1 - 1e-12)) [best, smallest] = [candidate, distance];
  }
  return wrapped(best, measure.period);
}

/**
 * The continuous ranked probability score with distances along the circle, E d(X, x) - E d(X, X') / 2: the integral of
 * (H(t) - [x in the half circle from t on])^2 over half a turn.
 * @see Grimit, E. P., Gneiting, T., Berrocal, V. J. and Johnson, N. A. (2006), The continuous ranked probability score
 * for circular variables and its application to mesoscale forecast ensemble verification, Q. J. R. Meteorol. Soc. 132,
 * 2925-2942.
 */
export function circularCrps(measure: CircularMeasure, x: number): number {
  const halves = new HalfCircles(measure);
  const position = wrapped(x, measure.period);
  const isFirst = position < halves.half;
  const split = isFirst ? position : position - halves.half;
  const inside = (height: number) => (height - 1) ** 2;
  const outside = (height: number) => height ** 2;
  return (
    halves.integrate(0, split, isFirst ? inside : outside) +
    halves.integrate(split, halves.half, isFirst ? outside : inside)
  );
}

/** The median distance along the circle of values from a position. */
export function medianDistanceFrom(samples: ArrayLike<number>, position: number, period: number): number {
  const distances = Float64Array.from(samples, (value) =>
    Math.abs(shortestWay(position, value, period)),
  ).sort();
  return medianOfSorted(distances);
}
