/** @file Turning a folder of the published PyTorch code into one of ours that can be asked and trained on. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LongWork } from "../base/async.ts";
import { COUNT, check, checkFields, LONG_WORK, listOf, POSITIVE, TEXT } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import { withFolderLock } from "../files/folder-lock.ts";
import { writeTogether } from "../files/written-together.ts";
import { trainedModelFiles } from "../model/trained-model.ts";
import { OPTIMIZER } from "../networks/leung-bovy/network.ts";
import { networkParameters } from "../networks/leung-bovy/parameters.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { parameterCount } from "../networks/parts/parameter-layout.ts";
import { checkpointFile } from "../training/checkpoint.ts";
import { startPlateau } from "../training/learning-rate.ts";
import { settingsOf } from "../training/presets.ts";
import type { LeungBovyTrainingSettings } from "../training/training-settings.ts";
import { fromPublished, type Imported } from "./from-published.ts";
import { type PublishedModel, readPublishedModel } from "./pytorch/published-model.ts";

export interface ImportOptions extends LongWork {
  /** Which `checkpoints/epoch_K.pt`; default the newest. */
  readonly epoch?: number;
  /** The columns it was trained to answer for, which the original does not write down; default all. */
  readonly outputs?: readonly string[];
  /** Bytes that may come out of the checkpoint; default 1 GiB, or 100 times its own if that is more. */
  readonly maxUnpacked?: number;
  /** Seconds that reading it may take, besides those that its bytes take; default 30. */
  readonly maxSeconds?: number;
  /** Bytes of memory, besides those of numbers, that reading it may take; default 2 GiB. */
  readonly maxMemory?: number;
}

export interface ImportReport {
  readonly config: ModelConfig;
  readonly parameters: number;
  readonly epoch: number;
  /** Optimizer steps, if the checkpoint held the optimizer's moments: then the run can be resumed. */
  readonly steps: number | undefined;
  /** What the user should know, one sentence each. */
  readonly notes: readonly string[];
}

/** Read, made ours, written. */
const STAGES = 3;

/**
 * Imports config.json and a checkpoint: weights, and the optimizer's moments where there are any. Nothing
 * in the pickle is executed.
 * @throws InputError if a file is missing, damaged or holds anything but data, or `out` holds a model.
 * @example
 * const { parameters, notes } = await importPublished("published", "imported");
 * console.log(parameters, notes);
 * const model = await load("imported");
 */
export async function importPublished(
  folder: string,
  out: string,
  options: ImportOptions = {},
): Promise<ImportReport> {
  check("the folder", folder, TEXT);
  check("the folder of the new model", out, TEXT);
  checkFields("the options", options, {
    optional: {
      ...LONG_WORK,
      epoch: COUNT,
      outputs: listOf(TEXT),
      maxUnpacked: POSITIVE,
      maxSeconds: POSITIVE,
      maxMemory: POSITIVE,
    },
  });
  return await withFolderLock(out, { what: "an import" }, () => importHere(folder, out, options));
}

async function importHere(folder: string, out: string, options: ImportOptions): Promise<ImportReport> {
  if (existsSync(join(out, "config.json"))) {
    throw new InputError(`${out} holds a model already: choose another folder or remove it.`);
  }
  const done = (stage: number) => {
    options.onProgress?.(stage, STAGES);
    options.signal?.throwIfAborted();
  };
  const published = await readPublishedModel(folder, options.epoch, options);
  done(1);
  const { config, weights, moments, notes } = fromPublished(published, options.outputs);
  const none = new Float32Array(weights.length);
  const settings = settingsFrom(published, config);
  const model = { config: { ...config, training: { ...settings } }, weights };
  const parameters = networkParameters(config.network);
  const checkpoint = checkpointFile(parameters, {
    weights,
    firstMoment: moments?.first ?? none,
    secondMoment: moments?.second ?? none,
    progress: {
      epoch: published.epoch,
      stepOfEpoch: 0,
      lossSum: 0,
      step: moments?.steps ?? 0,
      rows: 0,
      plateau: startPlateau(settings),
      bestValidation: null,
      generator: null,
      seconds: 0,
    },
  });
  done(2);
  // All at once: half of it would be a folder that can be neither asked nor imported into.
  await writeTogether(out, { ...trainedModelFiles(model), [checkpoint.name]: checkpoint.content });
  done(STAGES);
  return {
    config,
    parameters: parameterCount(parameters),
    epoch: published.epoch,
    steps: moments?.steps,
    notes: [...notes, ...changesOfRecipe(published)],
  };
}

/** What differs when the imported model is trained further. */
function changesOfRecipe({ optimizer, scheduler }: PublishedModel): string[] {
  const notes: string[] = [];
  if (optimizer) {
    const { name, betas, epsilon, weightDecay } = optimizer;
    const was = `${name} (betas ${betas.join(", ")}, eps ${epsilon}, weight decay ${weightDecay})`;
    const goesOn = `AdamW (betas ${OPTIMIZER.beta1}, ${OPTIMIZER.beta2}, eps ${OPTIMIZER.epsilon}, weight decay ${OPTIMIZER.weightDecay})`;
    if (was !== goesOn) notes.push(`It was trained with ${was}; training on uses ${goesOn}.`);
  }
  if (scheduler && scheduler.warmRestarts?.periodFactor !== 1) {
    notes.push(
      `Its learning rate followed ${scheduler.name}, which is not taken over; training on uses the schedule in config.json.`,
    );
  }
  return notes;
}

/** The run's settings, as far as the checkpoint holds them; the rest are the published recipe's. */
function settingsFrom(published: PublishedModel, { network }: Imported["config"]): LeungBovyTrainingSettings {
  const { head } = network;
  const restarts = published.scheduler?.warmRestarts;
  return settingsOf("paper", {
    epochs: published.epoch,
    embeddingDim: network.embeddingDim,
    heads: network.heads,
    ffnDim: network.ffnDim,
    encoderLayers: network.encoderLayers,
    dropout: network.dropout,
    headDim: head.width,
    headLayers: head.layers,
    steps: head.steps,
    noiseSchedule: head.schedule,
    betaStart: head.betaStart,
    betaEnd: head.betaEnd,
    ...(restarts && {
      schedule: "warm-restarts",
      learningRate: restarts.baseRate,
      learningRateMin: restarts.minimumRate,
      restartEpochs: restarts.firstPeriod,
    }),
  });
}
