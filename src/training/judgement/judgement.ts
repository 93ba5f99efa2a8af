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
  const last = lastStep(checks);
  return last + Math.max(apart, Math.ceil(GROWTH * last));
}

const lastStep = (checks: readonly Check[]) => checks.at(-1)?.step ?? 0;

/** Later weights that are worse by less than this are as good: held-out rows can't tell, and they have seen more. */
const EQUAL = 0.005;

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
  const scores = after.map((check) => score(check.gains, voting));
  const isBest = scores[newest] >= Math.max(...scores) - EQUAL;
  return { judgement: { checks: after, votes: voting, best: isBest ? newest : best }, isBest };
}

/** The most that a column which votes can lose by being answered worse than by its own distribution, in nats. */
const WORST = 0.1;
/** And any column while none votes: that much is lost before anything is learnt. */
const WORST_AT_FIRST = 1;

/**
 * The mean gain of the columns that vote (of all, while none does). A column that is learnt by heart may lose many nats
 * where others still learn: what it loses is bounded.
 */
export function score(gains: readonly number[], votes: readonly boolean[]): number {
  const voters = gains.filter((_, column) => votes[column]);
  const worst = voters.length > 0 ? WORST : WORST_AT_FIRST;
  const counted = (voters.length > 0 ? voters : gains).map((gain) =>
    gain >= 0 ? gain : worst * Math.expm1(gain / worst),
  );
  return counted.reduce((sum, gain) => sum + gain, 0) / Math.max(1, counted.length);
}

/** A column gets better as long as the last third of all steps has brought it so many nats. */
const WINDOW = 2 / 3;
const WORTH = 0.01;
/** So do all together where each brings less: as long as their sum has grown by so many times that. */
const TOGETHER = 3;
/** No run is done before so many steps: some tables show nothing for long, then much at once. */
const FEWEST_STEPS = 2000;
/** Unless it has become worse by so much, over so many times the steps that were best: such a table is learnt by heart. */
const OVERTRAINED = 0.02;
/** Or by so much, even if a column gets better still: the weights that are kept, the best for all together, lie far back. */
const FAR_OVERTRAINED = 0.05;
const TIMES_THE_BEST = 3;
const FEWEST_OVERTRAINED = 600;

/** Which columns get better still; undefined while there are too few checks to tell. */
export function improving({ checks, votes }: Judgement): boolean[] | undefined {
  const step = lastStep(checks);
  const [now, before] = [bestGains(checks, step), bestGains(checks, WINDOW * step)];
  if (!now || !before) return undefined;
  return votes.map((votes, column) => votes && now[column] - before[column] > WORTH);
}

/** What each column had reached by a step; undefined if nothing was checked before. */
function bestGains(checks: readonly Check[], step: number): number[] | undefined {
  const past = checks.filter((check) => check.step <= step);
  if (past.length === 0) return undefined;
  return past[0].gains.map((_, column) => Math.max(...past.map(({ gains }) => gains[column])));
}

/** What all columns that vote had reached together by a step: their sum, in such a measure that {@link WORTH} holds for it, too. */
function bestTogether({ checks, votes }: Judgement, step: number): number | undefined {
  const past = checks.filter((check) => check.step <= step);
  if (past.length === 0) return undefined;
  const voters = votes.filter(Boolean).length;
  return (voters / TOGETHER) * Math.max(...past.map(({ gains }) => score(gains, votes)));
}

/** Whether all columns together get better still, though none may do so by much. */
function improvesTogether(judgement: Judgement): boolean {
  const step = lastStep(judgement.checks);
  const [now, before] = [bestTogether(judgement, step), bestTogether(judgement, WINDOW * step)];
  return now !== undefined && before !== undefined && now - before > WORTH;
}

/** Whether a run that goes on until no column gets better has come to its end. */
export function isDone(judgement: Judgement): boolean {
  const step = lastStep(judgement.checks);
  if (step >= FEWEST_STEPS && isOvertrained(judgement, FAR_OVERTRAINED)) return true;
  if (improving(judgement)?.includes(true) ?? true) return false;
  if (improvesTogether(judgement)) return false;
  return step >= FEWEST_STEPS || (step >= FEWEST_OVERTRAINED && isOvertrained(judgement, OVERTRAINED));
}

function isOvertrained({ checks, votes, best }: Judgement, by: number): boolean {
  if (best < 0) return false;
  const lost = score(checks[best].gains, votes) - score(checks[checks.length - 1].gains, votes);
  return lost > by && lastStep(checks) >= TIMES_THE_BEST * checks[best].step;
}

/** How two answerers of the same questions differ. */
export interface Difference {
  /** By how much the score of the second is higher. */
  readonly score: number;
  /** Whether a column that votes is answered better by so much as would keep a network learning. */
  readonly isWorthMore: boolean;
}

export function difference(before: ColumnScores, after: ColumnScores): Difference {
  const votes = before.gains.map((gain, column) =>
    [before, after].some(({ errors }) => Math.max(gain, after.gains[column]) > SURE * errors[column]),
  );
  return {
    score: score(after.gains, votes) - score(before.gains, votes),
    isWorthMore: votes.some((vote, column) => vote && after.gains[column] - before.gains[column] > WORTH),
  };
}

/** More than this many times the steps so far are not foretold. */
const FARTHEST = 20;

/**
 * The step at which a run until done will end, as far as it can be foretold: what a column gains from one window of steps
 * to the next falls in proportion.
 */
export function lastStepForetold(judgement: Judgement): number | undefined {
  const { checks, votes } = judgement;
  const step = lastStep(checks);
  // All columns together are one more to watch.
  const reached = [0, 1, 2].map((windows) => {
    const [at, own] = [WINDOW ** windows * step, bestGains(checks, WINDOW ** windows * step)];
    return own && [...own, bestTogether(judgement, at) ?? 0];
  });
  const [now, before, earlier] = reached;
  if (!now || !before || !earlier) return undefined;
  const watched = [...votes, true];
  const windows = now.map((gain, column) => {
    const [last, previous] = [gain - before[column], before[column] - earlier[column]];
    if (!watched[column] || last <= WORTH) return 0;
    return last < previous ? Math.log(WORTH / last) / Math.log(last / previous) : Number.POSITIVE_INFINITY;
  });
  const factor = WINDOW ** -Math.max(0, ...windows);
  return factor > FARTHEST ? undefined : Math.ceil(Math.max(FEWEST_STEPS, step * factor));
}
