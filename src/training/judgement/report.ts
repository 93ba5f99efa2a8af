/** @file What a training reached, when it has ended: which weights are kept, and how good each column's answers are. */
import type { ModelColumn } from "../../columns/encoding.ts";
import type { TrainingReport } from "../../networks/training-report.ts";
import type { Checkpoint } from "../checkpoint.ts";
import type { Split } from "../split.ts";
import type { ReachedColumn } from "./held-out-questions.ts";
import { type ColumnScores, improving, type Judgement, judged, NO_JUDGEMENT } from "./judgement.ts";

/** What the model is made of: the best weights or the average, where there are any. */
export const modelWeights = ({ best, average, weights }: Checkpoint) => best ?? average ?? weights;

/** The weights that are kept, and the judgement with the last ones in it. */
export interface Kept {
  readonly weights: Float32Array<ArrayBuffer>;
  readonly step: number;
  readonly judgement: Judgement;
}

/** The best weights of the checks, or the last ones, which may not have been checked yet. */
export async function keptAtTheEnd(
  { progress, weights, average = weights, best }: Checkpoint,
  keepBest: boolean,
  scoresOf: (weights: Float32Array) => Promise<ColumnScores>,
): Promise<Kept> {
  const { step, judgement: before = NO_JUDGEMENT } = progress;
  const isChecked = before.checks.at(-1)?.step === step;
  const { judgement, isBest } = isChecked
    ? { judgement: before, isBest: false }
    : judged(before, step, await scoresOf(average));
  if (!keepBest || isBest || !best) return { weights: average, step, judgement };
  return { weights: best, step: judgement.checks[judgement.best].step, judgement };
}

interface Ended {
  readonly why: TrainingReport["ended"];
  readonly kept: Kept;
  readonly checkpoint: Checkpoint;
  readonly reached: readonly ReachedColumn[];
  readonly columns: readonly ModelColumn[];
  readonly split: Split;
}

/** Digits after the point that a number of nats is known to at best. */
const round = (nats: number) => Number(nats.toFixed(4));

export function reportOf({ why, kept, checkpoint, reached, columns, split }: Ended): TrainingReport {
  const better = why === "done" ? [] : improving(kept.judgement);
  const { epoch, step } = checkpoint.progress;
  return {
    ended: why,
    stoppedEarly: better?.includes(true) ?? true,
    improving: namesOf(columns, better),
    epochs: epoch,
    steps: step,
    keptStep: kept.step,
    heldOutRows: split.validation.length,
    columns: askedOf(columns).flatMap(({ name }, i) => {
      const { rows, own, gain, error, linearGain, shares } = reached[i];
      if (rows === 0) return []; // a column of the model that this was started from, and not of the table
      const numbers = { own: round(own), gain: round(gain), error: round(error) };
      return {
        name,
        rows,
        ...numbers,
        ...(linearGain !== undefined && { linearGain: round(linearGain) }),
        ...(shares && { shares }),
      };
    }),
  };
}

/** Of a model that answers while its training goes on. */
export function reportWhileRunning({ progress }: Checkpoint, split: Split): TrainingReport {
  const { epoch, step, judgement } = progress;
  return {
    ended: "running",
    stoppedEarly: true,
    improving: [],
    epochs: epoch,
    steps: step,
    keptStep: judgement?.checks[judgement.best]?.step ?? step,
    heldOutRows: split.validation.length,
    columns: [],
  };
}

/** What a look at the held-out rows found, by the columns' names. */
export function checkOf(judgement: Judgement, columns: readonly ModelColumn[]) {
  const { step, gains } = judgement.checks[judgement.checks.length - 1];
  const better = improving(judgement);
  return {
    step,
    gains: Object.fromEntries(askedOf(columns).map(({ name }, i) => [name, gains[i]])),
    ...(better && { improving: namesOf(columns, better) }),
  };
}

const askedOf = (columns: readonly ModelColumn[]) => columns.filter(({ output }) => output);

const namesOf = (columns: readonly ModelColumn[], which: readonly boolean[] | undefined) =>
  askedOf(columns).flatMap(({ name }, i) => (which?.[i] ? [name] : []));
