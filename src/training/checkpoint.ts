/** @file Checkpoints: everything that a run needs to go on as if it had never stopped. */

import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { asReadError, isAbsent, readWholeFile } from "../files/system-errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../model/safetensors.ts";
import { flatTensors, namedTensors } from "../model/trained-model.ts";
import type { Parameter } from "../networks/parts/parameter-layout.ts";
import type { Judgement } from "./judgement/judgement.ts";
import type { Plateau } from "./learning-rate.ts";
import type { LossScale } from "./loss-scale.ts";

/** Where a run stands, apart from its large arrays. All of it survives JSON unchanged. */
export interface Progress {
  /** Epochs finished. */
  readonly epoch: number;
  /** Steps done in the epoch after those, and the sum of their losses. */
  readonly stepOfEpoch: number;
  readonly lossSum: number;
  /** Optimizer steps in all. */
  readonly step: number;
  /** Rows of the table; 0 if not known (an imported model). */
  readonly rows: number;
  readonly plateau: Plateau;
  readonly bestValidation: { readonly loss: number; readonly epoch: number } | null;
  /** State of the generator that the running epoch's batches are drawn from. */
  readonly generator: readonly number[] | null;
  /** Seconds of training so far. */
  readonly seconds: number;
  /** What was found of the columns so far, where the network can tell. */
  readonly judgement?: Judgement;
  /** Steps before the first of the running network, of networks that are trained in turn; absent for the first. */
  readonly stepsBefore?: number;
  /** Where the loss is scaled (float16), by how much. */
  readonly lossScale?: LossScale;
}

/** The steps of the running network. */
export const stepsOfNetwork = ({ step, stepsBefore = 0 }: Progress) => step - stepsBefore;

export interface Checkpoint {
  readonly weights: Float32Array<ArrayBuffer>;
  readonly firstMoment: Float32Array<ArrayBuffer>;
  readonly secondMoment: Float32Array<ArrayBuffer>;
  /** The average of the weights over the steps, where the model is made of that. */
  readonly average?: Float32Array<ArrayBuffer>;
  /** What the model was made of when its validation loss was best, where that is kept. */
  readonly best?: Float32Array<ArrayBuffer>;
  /** Of networks that are trained in turn: what is kept of those that are done. */
  readonly finished?: readonly Float32Array<ArrayBuffer>[];
  readonly progress: Progress;
}

const FORMAT = "anygiven-checkpoint";
const FORMAT_VERSION = 1;
const FIRST = "adam.first.";
const SECOND = "adam.second.";
const AVERAGE = "average.";
const BEST = "best.";
const finished = (network: number) => `finished.${network}.`;
const NAME = /^epoch-(\d+)(?:-step-(\d+))?\.safetensors$/;

const checkpointFolder = (model: string) => join(model, "checkpoints");

/** @returns the file written: checkpoints/epoch-000012.safetensors, or epoch-000012-step-000034 inside an epoch. */
export async function writeCheckpoint(
  model: string,
  parameters: readonly Parameter[],
  checkpoint: Checkpoint,
): Promise<string> {
  const { epoch, stepOfEpoch } = checkpoint.progress;
  const digits = (n: number) => String(n).padStart(6, "0");
  const inside = stepOfEpoch > 0 ? `-step-${digits(stepOfEpoch)}` : "";
  const path = join(checkpointFolder(model), `epoch-${digits(epoch)}${inside}.safetensors`);
  const tensors = new Map([
    ...namedTensors(parameters, checkpoint.weights),
    ...namedTensors(parameters, checkpoint.firstMoment, FIRST),
    ...namedTensors(parameters, checkpoint.secondMoment, SECOND),
    ...(checkpoint.average ? namedTensors(parameters, checkpoint.average, AVERAGE) : []),
    ...(checkpoint.best ? namedTensors(parameters, checkpoint.best, BEST) : []),
    ...(checkpoint.finished ?? []).flatMap((weights, k) => [
      ...namedTensors(parameters, weights, finished(k)),
    ]),
  ]);
  const metadata = {
    format: FORMAT,
    formatVersion: String(FORMAT_VERSION),
    progress: JSON.stringify(checkpoint.progress),
  };
  await mkdir(checkpointFolder(model), { recursive: true });
  await writeFileAtomic(path, encodeSafetensors(tensors, metadata));
  return path;
}

/** The newest checkpoint's file, or undefined if there is none yet. */
export async function newestCheckpoint(model: string): Promise<string | undefined> {
  const names = await readdir(checkpointFolder(model)).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw asReadError(checkpointFolder(model), error);
  });
  const dated = names.flatMap((name) => {
    const match = NAME.exec(name);
    return match ? [{ name, epoch: Number(match[1]), step: Number(match[2] ?? 0) }] : [];
  });
  dated.sort((a, b) => a.epoch - b.epoch || a.step - b.step);
  const newest = dated.at(-1);
  return newest && join(checkpointFolder(model), newest.name);
}

/** Where the run of a checkpoint stood. @throws InputError if the file is damaged or of a newer format. */
export async function readProgress(path: string): Promise<Progress> {
  return (await decodedFile(path)).progress;
}

async function decodedFile(path: string) {
  const { tensors, metadata } = decodeSafetensors(await readWholeFile(path), path);
  if (metadata.format !== FORMAT || metadata.progress === undefined) {
    throw new InputError(`${path} is not a checkpoint of anygiven: remove it and resume from an older one.`);
  }
  if (!(Number(metadata.formatVersion) <= FORMAT_VERSION)) {
    throw new InputError(
      `${path} has format version ${metadata.formatVersion}, this anygiven reads up to ${FORMAT_VERSION}: install a newer one.`,
    );
  }
  return { tensors, progress: JSON.parse(metadata.progress) as Progress };
}

/** @throws InputError if the file is damaged, of a newer format or of another model. */
export async function readCheckpoint(path: string, parameters: readonly Parameter[]): Promise<Checkpoint> {
  const { tensors, progress } = await decodedFile(path);
  const has = (prefix: string) => tensors.has(`${prefix}${parameters[0].name}`);
  const done: Checkpoint["weights"][] = [];
  while (has(finished(done.length))) done.push(flatTensors(parameters, tensors, path, finished(done.length)));
  return {
    weights: flatTensors(parameters, tensors, path),
    firstMoment: flatTensors(parameters, tensors, path, FIRST),
    secondMoment: flatTensors(parameters, tensors, path, SECOND),
    ...(has(AVERAGE) && { average: flatTensors(parameters, tensors, path, AVERAGE) }),
    ...(has(BEST) && { best: flatTensors(parameters, tensors, path, BEST) }),
    ...(done.length > 0 && { finished: done }),
    progress,
  };
}
