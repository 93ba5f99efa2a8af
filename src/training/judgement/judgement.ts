/**
 * @file Judging a training by its columns: which have learnt anything, which get better still, whose weights are best.
 * Pure: a judgement is made of the one before and of new scores, and survives JSON unchanged.
 */

/** How far held-out values are more probable than by their column's own distribution, in nats, column by column. */
export interface ColumnScores {
  /** The mean over the questions. */
  readonly gains: readonly number[];
  /** Its standard error. */
  readonly errors: readonly number[];
}

interface Check {
  readonly step: number;
  readonly gains: readonly number[];
}

export interface Judgement {
  /** In the order of their steps. */
  readonly checks: readonly Check[];
  /** Which columns were ever seen to be better answered than by their own distribution. */
  readonly votes: readonly boolean[];
  /** Which of the checks has the weights that are kept. */
  readonly best: number;
}

export const NO_JUDGEMENT: Judgement = { checks: [], votes: [], best: -1 };

/** Steps from one check to the next grow with them: what happens late happens slowly. */
const GROWTH = 0.04;

/** The step at which the next check is due. @param apart steps between checks at least. */
export function nextCheck({ checks }: Judgement, apart: number): number {
  const last = checks.at(-1)?.step ?? 0;
  return last + Math.max(apart, Math.ceil(GROWTH * last));
}

/** Standard errors above 0 that make a vote. */
const SURE = 2;

/** After a check. @returns also whether its weights are the best so far. */
export function judged(
  { checks, votes, best }: Judgement,
  step: number,
  { gains, errors }: ColumnScores,
): { readonly judgement: Judgement; readonly isBest: boolean } {
  const after = [...checks, { step, gains: gains.map((gain) => Number(gain.toFixed(6))) }];
  const voting = gains.map((gain, column) => votes[column] || gain > SURE * errors[column]);
  const newest = after.length - 1;
  const isBest = best < 0 || score(after[newest].gains, voting) > score(after[best].gains, voting);
  return { judgement: { checks: after, votes: voting, best: isBest ? newest : best }, isBest };
}

/** The most that a column can lose by being answered worse than by its own distribution, in nats. */
const WORST = 0.1;

/**
 * The mean gain of the columns that vote (of all, while none does). A column that is learnt by heart may lose many nats
 * where others still learn: what it loses is bounded.
 */
export function score(gains: readonly number[], votes: readonly boolean[]): number {
  const voters = gains.filter((_, column) => votes[column]);
  const counted = (voters.length > 0 ? voters : gains).map((gain) =>
    gain >= 0 ? gain : WORST * Math.expm1(gain / WORST),
  );
  return counted.reduce((sum, gain) => sum + gain, 0) / Math.max(1, counted.length);
}
