/**
 * @file A prepared run, trained to its end, wherever it runs: what is told meanwhile, and what is kept of it by whoever can keep
 * something (a folder in Node).
 */

import { InputError } from "../base/errors.ts";
import type { TrainedModel } from "../model/trained-model.ts";
import type { Making } from "../networks/making.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { networkOf } from "../networks/registry.ts";
import type { Device } from "../runtime/device-names.ts";
import { platform } from "../runtime/platform.ts";
import { fewRowsNotices } from "./few-rows.ts";
import { modelOf, reportWhileRunning } from "./judgement/report.ts";
import type { TrainOptions } from "./options.ts";
import type { Plan } from "./plan.ts";
import type { PreparedRun } from "./prepared-run.ts";
import { ENDLESS_EPOCHS } from "./presets.ts";
import type { Checkpoint } from "./progress.ts";
import { withoutRecalibration } from "./recalibration/recalibrate.ts";
import type { EpochMetrics } from "./run-log.ts";
import { type Split, splitRows } from "./split.ts";
import { splitSentence } from "./split-groups.ts";
import { runTraining } from "./trainer.ts";
import { DivergedError, type TrainingEnd } from "./training-run.ts";
import type { TrainingSettings } from "./training-settings.ts";

export interface TrainedRun {
  readonly model: TrainedModel;
  readonly metrics: readonly EpochMetrics[];
  readonly why: TrainingEnd["why"];
  /** Optimizer steps and epochs done in all. */
  readonly steps: number;
  readonly epochs: number;
}

/** What is kept of a run while it goes on. */
export interface RunKeeper {
  line(text: string): Promise<void>;
  epoch(metrics: EpochMetrics, epochs: number): Promise<void>;
  /** The state, and with it the model as it then is. */
  save(state: Checkpoint, config: ModelConfig): Promise<void>;
  write(model: TrainedModel): Promise<void>;
  /** Where the newest state is that was kept. */
  newest(): Promise<string | undefined>;
}

export interface Surroundings {
  readonly device: Device;
  /** What the training runs on, for the model's card. */
  readonly versions: Readonly<Record<string, string>>;
  /** Begins to keep the run; nothing is kept without it. Called once it is clear that the rows suffice. */
  readonly keep?: (plan: Plan) => Promise<RunKeeper>;
  /** Called after each step: `model` makes the model as it then is. */
  readonly onState?: (model: () => TrainedModel) => void;
}

/** @throws InputError for too few rows, and a loss that stops being a number. */
export async function trainPrepared(
  { plan, rows, groups }: PreparedRun,
  options: TrainOptions,
  { device, versions, keep, onState }: Surroundings,
): Promise<TrainedRun> {
  const { signal } = options;
  const onStep = stepCallback(options);
  const { settings, start } = plan;
  // Other weights, other errors: what is to be corrected is found anew when training ends.
  const config = withoutRecalibration(plan.config);
  const split = splitRows(rows, settings, groups);
  const heldOut = split.validation.length;
  if (groups && heldOut > 0) options.onNotice?.(splitSentence(groups, split.validation));
  for (const notice of fewRowsNotices({
    rows: split.training.length + heldOut,
    columns: config.columns.length,
    heldOut,
  }))
    options.onNotice?.(notice);
  const spent = start.progress.seconds;
  if (settings.seconds > 0 && spent > 0)
    options.onNotice?.(
      `${minutes(spent)} minutes of training are done of ${minutes(settings.seconds)} in all: ${minutes(Math.max(0, settings.seconds - spent))} are left.`,
    );
  const { workers } = settings;
  if ((options.workers ?? 0) > workers)
    options.onNotice?.(
      `${workers} worker threads instead of ${options.workers}: this machine has ${platform().threads.cores} cores, and more would only take memory.`,
    );
  const kept = await keep?.({ ...plan, config });
  const metrics: EpochMetrics[] = [];
  try {
    const isJudged = networkOf(config.network).likelihood !== undefined && split.validation.length > 0;
    const withMaking = (made: ModelConfig, { progress }: Checkpoint): ModelConfig => ({
      ...made,
      made: makingOf(progress.seconds, split, options.licence, versions, plan.config.made),
    });
    const sofar = (checkpoint: Checkpoint): ModelConfig =>
      withMaking(
        isJudged ? { ...config, report: reportWhileRunning(checkpoint, split) } : config,
        checkpoint,
      );
    const end = await runTraining({
      config,
      settings,
      rows,
      split,
      start,
      device,
      workers,
      ...(signal && { signal }),
      onStep: (progress, state) => {
        onStep?.(progress);
        onState?.(() => {
          const reached = state();
          return modelOf(sofar(reached), reached);
        });
      },
      ...(options.onCheck && { onCheck: options.onCheck }),
      onNetwork: async (sentence) => {
        options.onNotice?.(sentence);
        await kept?.line(sentence);
      },
      onEpoch: async (epoch, checkpoint) => {
        metrics.push(epoch);
        options.onEpoch?.(epoch);
        await kept?.epoch(epoch, settings.epochs);
        const due = settings.checkpointEvery > 0 && epoch.epoch % settings.checkpointEvery === 0;
        if (due && epoch.epoch < settings.epochs) {
          const state = checkpoint();
          await kept?.save(state, sofar(state));
        }
      },
      onEnd: async (state) => kept?.save(state, sofar(state)),
    });
    const { progress } = end.checkpoint;
    const model = { ...end.model, config: withMaking(end.model.config, end.checkpoint) };
    const { report } = model.config;
    if (report) {
      await kept?.write(model);
      await kept?.line(`reached ${JSON.stringify(report)}`);
    }
    await kept?.line(`${end.why} after ${progress.epoch} epochs, ${progress.step} steps`);
    return {
      model,
      metrics,
      why: end.why,
      steps: progress.step,
      epochs: progress.epoch,
    };
  } catch (error) {
    if (!(error instanceof DivergedError)) throw error;
    await kept?.line(error.message);
    throw new InputError(divergedMessage(error, await kept?.newest(), settings));
  }
}

/** The licence of a run that is gone on with stays, unless another is stated. */
function makingOf(
  seconds: number,
  { training, validation }: Split,
  licence: string | undefined,
  versions: Readonly<Record<string, string>>,
  before: Making | undefined,
): Making {
  const stated = licence ?? before?.licence ?? "";
  return {
    at: `${new Date().toISOString().slice(0, 16)}Z`,
    seconds: Number(seconds.toPrecision(3)),
    trainedRows: training.length,
    heldOutRows: validation.length,
    versions,
    ...(stated !== "" && { licence: stated }),
  };
}

const minutes = (seconds: number) => String(Number((seconds / 60).toPrecision(2)));

function stepCallback({ onStep, onProgress }: TrainOptions): TrainOptions["onStep"] {
  if (!onProgress) return onStep;
  return (progress) => {
    onStep?.(progress);
    const { epoch, epochs, stepOfEpoch, stepsPerEpoch, stepsLeft = Number.POSITIVE_INFINITY } = progress;
    const done = epoch * stepsPerEpoch + stepOfEpoch;
    const all = epochs < ENDLESS_EPOCHS ? epochs * stepsPerEpoch : Number.POSITIVE_INFINITY;
    onProgress(done, Math.min(all, done + stepsLeft));
  };
}

function divergedMessage(
  { epoch, step, loss }: DivergedError,
  good: string | undefined,
  { learningRate }: TrainingSettings,
): string {
  const kept = good ? `the last good checkpoint is ${good}` : "there is no checkpoint before it";
  return (
    `The loss became ${loss} in epoch ${epoch} (step ${step}); ${kept}. ` +
    `Train again with a \`learningRate\` below ${learningRate}.`
  );
}
