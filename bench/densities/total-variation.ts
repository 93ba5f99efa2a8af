/** @file The total-variation distance between an answer and a known distribution. */
import type { ScoredDistributions } from "../../src/evaluation/scored-distributions.ts";
import type { KnownDistribution } from "./truth/known.ts";

/** What is needed of a model's answers: P(X <= x) of each row. */
export type Cumulative = Pick<ScoredDistributions, "cdf">;

/** What is needed of the truth. */
export type KnownCumulative = Pick<KnownDistribution, "cdf" | "pointMasses">;

/** Cells of equal width and as many of equal true probability, between the quantiles at 1e-6 and 1 - 1e-6. */
const CELLS_EACH = 1000;
const OUTSIDE = 1e-6;
/** An atom's own cell, in units of the grid's span: wide enough for a model that rounds its values to float32. */
const ATOM_WIDTH = 1e-6;

/**
 * Total variation sup_A |P(A) - Q(A)|, from 0 (the same) to 1 (nothing in common), between row `row` of `model`
 * and `truth`: half the sum of |P(cell) - Q(cell)| over about 2,000 cells, one more for each of the truth's atoms
 * and one for each end. Never above the exact distance; what differs within one cell is not seen.
 *
 * @throws Error if the model's cdf is not a number somewhere.
 */
export function totalVariation(model: Cumulative, row: number, truth: KnownCumulative): number {
  let distance = 0;
  let [modelBelow, truthBelow] = [0, 0];
  for (const edge of cellEdges(truth)) {
    const [modelHere, truthHere] = [model.cdf(row, edge), truth.cdf(edge)];
    if (!Number.isFinite(modelHere))
      throw new Error(`the model's cdf of row ${row} is ${modelHere} at ${edge}`);
    distance += Math.abs(modelHere - modelBelow - (truthHere - truthBelow));
    [modelBelow, truthBelow] = [modelHere, truthHere];
  }
  return (distance + Math.abs(truthBelow - modelBelow)) / 2;
}

function cellEdges(truth: KnownCumulative): number[] {
  const pointMasses = (truth.pointMasses ?? []).map(({ value }) => value);
  const low = quantile(truth, OUTSIDE, [-1, 1]);
  const high = quantile(truth, 1 - OUTSIDE, [low, low + 1]);
  const span = high - low;
  const edges = pointMasses.flatMap((value) => [value - ATOM_WIDTH * span, value]);
  let likely = low;
  for (let i = 0; i <= CELLS_EACH; i++) {
    edges.push(low + (span * i) / CELLS_EACH);
    likely = quantile(truth, OUTSIDE + ((1 - 2 * OUTSIDE) * i) / CELLS_EACH, [likely, high]);
    edges.push(likely);
  }
  // Edges inside an atom's cell would cut off what a rounding model puts there.
  const isInside = (edge: number) =>
    pointMasses.some((value) => edge > value - ATOM_WIDTH * span && edge < value);
  return edges.filter((edge) => !isInside(edge)).sort((a, b) => a - b);
}

/** The smallest x with cdf(x) >= p, by bisection; the bracket is widened until it holds it. */
function quantile({ cdf }: KnownCumulative, p: number, [start, end]: readonly [number, number]): number {
  let [below, above] = [start, end];
  for (let width = 1; cdf(below) >= p && width < 1e12; width *= 2) below -= width;
  for (let width = 1; cdf(above) < p && width < 1e12; width *= 2) above += width;
  for (let halving = 0; halving < 40; halving++) {
    const middle = (below + above) / 2;
    if (cdf(middle) >= p) above = middle;
    else below = middle;
  }
  return above;
}
