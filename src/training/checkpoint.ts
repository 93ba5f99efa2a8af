/** @file Checkpoints: the state of a run in a file of its model's folder. */

import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "../base/errors.ts";
import { JsonSection } from "../base/json-section.ts";
import { asReadError, isAbsent } from "../files/system-errors.ts";
import { modelFiles, type ReadingOptions } from "../model/model-bytes.ts";
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

const FOLDER = "checkpoints";
const checkpointFolder = (model: string) => join(model, FOLDER);

/** As a file of the model's folder: checkpoints/epoch-000012.safetensors, or epoch-000012-step-000034 inside an epoch. */
export function checkpointFile(
  parameters: readonly Parameter[],
  checkpoint: Checkpoint,
): { readonly name: string; readonly content: Uint8Array[] } {
  const { epoch, stepOfEpoch } = checkpoint.progress;
  const digits = (n: number) => String(n).padStart(6, "0");
  const inside = stepOfEpoch > 0 ? `-step-${digits(stepOfEpoch)}` : "";
  const name = `${FOLDER}/epoch-${digits(epoch)}${inside}.safetensors`;
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
  return { name, content: encodeSafetensors(tensors, metadata) };
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
export async function readProgress(path: string, how: ReadingOptions = {}): Promise<Progress> {
  return (await decodedFile(path, how)).progress;
}

async function decodedFile(path: string, how: ReadingOptions) {
  const name = `${FOLDER}/${basename(path)}`;
  const { [name]: bytes } = await modelFiles(dirname(dirname(path)), [name], how);
  if (!bytes) throw new InputError(`There is no checkpoint ${path}.`);
  const { tensors, metadata } = decodeSafetensors(bytes, path);
  if (metadata.format !== FORMAT || metadata.progress === undefined) {
    throw new InputError(`${path} is not a checkpoint of anygiven: remove it and resume from an older one.`);
  }
  if (!(Number(metadata.formatVersion) <= FORMAT_VERSION)) {
    throw new InputError(
      `${path} has format version ${metadata.formatVersion}, this anygiven reads up to ${FORMAT_VERSION}: install a newer one.`,
    );
  }
  return { tensors, progress: checkedProgress(metadata.progress, path) };
}

/** @throws InputError for what no run can stand at. */
function checkedProgress(text: string, path: string): Progress {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(`${path}: its progress is not valid JSON; ${MEND}.`);
  }
  const section = new JsonSection(path, value, MEND, "progress");
  for (const field of ["epoch", "stepOfEpoch", "step", "rows"]) whole(section, field);
  for (const field of ["lossSum", "seconds"]) finite(section, field);
  const plateau = section.section("plateau");
  for (const field of Object.keys(plateau.fields)) if (plateau.fields[field] !== null) finite(plateau, field);
  const { generator } = section.fields;
  if (generator !== null && !section.numbers("generator").every((word) => Number.isFinite(word)))
    throw section.wrong("generator", "not a list of numbers");
  return value as Progress;
}

/** What to do about a damaged checkpoint. */
const MEND = "remove it and resume from an older one";

function whole(section: JsonSection, field: string): void {
  const value = section.number(field);
  if (!Number.isSafeInteger(value) || value < 0) throw section.wrong(field, `${value}, not a whole number`);
}

function finite(section: JsonSection, field: string): void {
  const value = section.number(field);
  if (!Number.isFinite(value)) throw section.wrong(field, `${value}, not a finite number`);
}

/** @throws InputError if the file is damaged, of a newer format or of another model. */
export async function readCheckpoint(
  path: string,
  parameters: readonly Parameter[],
  how: ReadingOptions = {},
): Promise<Checkpoint> {
  const { tensors, progress } = await decodedFile(path, how);
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
