/** @file What a training reached, when it has ended: which weights are kept, and how good each column's answers are. */
import type { ModelColumn } from "../../columns/encoding.ts";
import type { TrainedModel } from "../../model/trained-model.ts";
import type { ModelConfig } from "../../networks/model-config.ts";
import type { TrainingReport } from "../../networks/training-report.ts";
import { networkTogether, weightsTogether } from "../networks-in-turn.ts";
import { type Checkpoint, type Progress, stepsOfNetwork } from "../progress.ts";
import type { Split } from "../split.ts";
import type { ReachedColumn } from "./held-out-questions.ts";
import { type ColumnScores, improving, type Judgement, judged, NO_JUDGEMENT } from "./judgement.ts";

/** What a network is made of: the best weights or the average, where there are any. */
const networkWeights = ({ best, average, weights }: Checkpoint) => best ?? average ?? weights;

/** The model of a state: the networks that are done, if there are any, else the running one. */
export function modelOf(config: ModelConfig, state: Checkpoint): TrainedModel {
  const { finished = [] } = state;
  return togetherOf(config, finished.length > 0 ? finished : [networkWeights(state)]);
}

/** The model that networks are together. @param config with the network that each of them is. */
export function togetherOf(config: ModelConfig, networks: readonly Checkpoint["weights"][]): TrainedModel {
  if (networks.length === 1) return { config, weights: networks[0] };
  const network = networkTogether(config.network, networks.length);
  return { config: { ...config, network }, weights: weightsTogether(networks) };
}

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
  const { judgement: before = NO_JUDGEMENT } = progress;
  const step = stepsOfNetwork(progress);
  const isChecked = before.checks.at(-1)?.step === step;
  const { judgement, isBest } = isChecked
    ? { judgement: before, isBest: false }
    : judged(before, step, await scoresOf(average));
  if (!keepBest || isBest || !best) return { weights: average, step, judgement };
  return { weights: best, step: judgement.checks[judgement.best].step, judgement };
}

interface Ended {
  /** How many networks are averaged, of those that were trained in turn. */
  readonly averaged: number;
  readonly why: TrainingReport["ended"];
  readonly kept: Kept;
  readonly checkpoint: Checkpoint;
  readonly reached: readonly ReachedColumn[];
  readonly columns: readonly ModelColumn[];
  readonly split: Split;
}

/** Digits after the point that a number of nats is known to at best. */
const round = (nats: number) => Number(nats.toFixed(4));

export function reportOf({
  averaged,
  why,
  kept,
  checkpoint,
  reached,
  columns,
  split,
}: Ended): TrainingReport {
  const { epoch, step, stepsBefore = 0 } = checkpoint.progress;
  const begun = 1 + (checkpoint.finished ?? []).length;
  // A network that is not the first only begins when no column gets better any more.
  const better = why === "done" || begun > 1 ? [] : improving(kept.judgement);
  return {
    ended: why,
    stoppedEarly: better?.includes(true) ?? true,
    improving: namesOf(columns, better),
    epochs: epoch,
    steps: step,
    keptStep: averaged < begun ? stepsBefore : stepsBefore + kept.step,
    ...(begun > 1 && { inTurn: { begun, averaged } }),
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
export function reportWhileRunning({ progress, finished = [] }: Checkpoint, split: Split): TrainingReport {
  const { epoch, step, judgement, stepsBefore = 0 } = progress;
  const kept = stepsBefore + (judgement?.checks[judgement.best]?.step ?? stepsOfNetwork(progress));
  return {
    ended: "running",
    stoppedEarly: true,
    improving: [],
    epochs: epoch,
    steps: step,
    keptStep: finished.length > 0 ? stepsBefore : kept,
    heldOutRows: split.validation.length,
    columns: [],
  };
}

/** What a look at the held-out rows found, by the columns' names. */
export function checkOf(
  { judgement = NO_JUDGEMENT, stepsBefore = 0 }: Progress,
  columns: readonly ModelColumn[],
) {
  const { step, gains } = judgement.checks[judgement.checks.length - 1];
  const better = improving(judgement);
  return {
    step: stepsBefore + step,
    gains: Object.fromEntries(askedOf(columns).map(({ name }, i) => [name, gains[i]])),
    ...(better && { improving: namesOf(columns, better) }),
  };
}

const askedOf = (columns: readonly ModelColumn[]) => columns.filter(({ output }) => output);

const namesOf = (columns: readonly ModelColumn[], which: readonly boolean[] | undefined) =>
  askedOf(columns).flatMap(({ name }, i) => (which?.[i] ? [name] : []));
