/** @file Checkpoints: the state of a run in a file of its model's folder. */

import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { asReadError, isAbsent, readWholeFile } from "../files/system-errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../model/safetensors.ts";
import { flatTensors, namedTensors } from "../model/trained-model.ts";
import type { Parameter } from "../networks/parts/parameter-layout.ts";
import type { Checkpoint, Progress } from "./progress.ts";

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
