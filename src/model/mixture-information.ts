/** @file How much an answer tells of which of several possible ones it is: the information between a column and what chose it. */
import { kindOf } from "../columns/kinds.ts";
import type { ColumnDistributions } from "../distribution/column-distributions.ts";

/** One of several distributions of the same column, and how probable it is that this is the one. */
export interface MixedAnswer {
  readonly of: ColumnDistributions;
  readonly row: number;
  readonly weight: number;
}

/** A number's line is cut into about so many cells, at least so many of them by each answer. */
const CELLS = 512;
const CELLS_OF_EACH = 8;

/**
 * The mean divergence of the answers from their weighted mean, which is the mutual information of the column and of what
 * chooses among the answers: H(sum_i w_i p_i) - sum_i w_i H(p_i), in nats. It is never below 0, and does not depend on what the
 * model answers where nothing chooses: a network's answers need not agree with their mean, and that disagreement is no
 * information. Numbers are compared by the probabilities of cells between the answers' quantiles, which loses little and adds
 * nothing (data-processing inequality; Cover & Thomas 2006, "Elements of information theory", 2.8 and 8.3).
 *
 * @param answers with weights that sum to 1, of one column.
 */
export function mixtureInformation(answers: readonly MixedAnswer[]): number {
  const shares = answers.length > 0 && isOfClasses(answers[0]) ? classShares : cellShares(answers);
  const parts = answers.map(shares);
  const mean = new Float64Array(parts[0]?.length ?? 0);
  parts.forEach((part, i) => {
    for (let k = 0; k < mean.length; k++) mean[k] += answers[i].weight * part[k];
  });
  const divergence = (part: Float64Array) =>
    part.reduce((sum, p, k) => sum + (p > 0 ? p * Math.log(p / mean[k]) : 0), 0);
  return parts.reduce((sum, part, i) => sum + answers[i].weight * divergence(part), 0);
}

const isOfClasses = ({ of }: MixedAnswer) => kindOf(of.encoding).isCategorical;

const classShares = ({ of, row }: MixedAnswer) =>
  Float64Array.from(of.encoding.categories, (_, index) => of.probability(row, index));

/** The probabilities of the column's point masses, and of the cells between some edges without them. */
function cellShares(answers: readonly MixedAnswer[]): (answer: MixedAnswer) => Float64Array {
  const own = Math.max(CELLS_OF_EACH, Math.ceil(CELLS / answers.length));
  const found = answers.flatMap(({ of, row }) =>
    Array.from({ length: own }, (_, i) => of.quantile(row, (i + 0.5) / own)),
  );
  const edges = Float64Array.from(new Set(found)).sort();
  const masses = answers[0]?.of.encoding.pointMasses ?? [];
  const cellOf = masses.map((mass) => edges.reduce((cell, edge) => cell + Number(edge < mass), 0));
  return ({ of, row }) => {
    const atMasses = masses.map((mass) => of.probability(row, mass));
    const cells = new Float64Array(edges.length + 1);
    let below = 0;
    edges.forEach((edge, k) => {
      const upTo = of.cdf(row, edge);
      cells[k] = upTo - below;
      below = upTo;
    });
    cells[edges.length] = 1 - below;
    atMasses.forEach((share, i) => {
      cells[cellOf[i]] -= share;
    });
    return Float64Array.of(...atMasses, ...cells.map((share) => Math.max(0, share)));
  };
}
