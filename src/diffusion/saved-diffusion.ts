/** @file A diffusion model on disk: a folder with config.json and weights.safetensors. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { checkFormatVersion } from "../base/json-section.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { readWholeFile } from "../files/system-errors.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../model/safetensors.ts";
import { flatTensors, namedTensors } from "../model/trained-model.ts";
import { headParameters } from "../networks/leung-bovy/parameters.ts";
import type { TrainingState } from "./head-trainer.ts";
import { type DiffusionSettings, diffusionSettings, headOf } from "./options.ts";
import type { Scaling, Scalings } from "./scaling.ts";

export interface SavedDiffusion {
  readonly settings: DiffusionSettings;
  readonly scalings: Scalings;
  readonly training: TrainingState;
}

const CONFIG = "config.json";
const WEIGHTS = "weights.safetensors";
const FORMAT = "anygiven-diffusion";
/** Raised when an older anygiven could not read the folder any more. */
const FORMAT_VERSION = 1;
/** The arrays of a training's state; the average is the model, and its tensors have the parameters' plain names. */
const STATES = { average: "", weights: "weights.", firstMoment: "first.", secondMoment: "second." } as const;

/** Writes the folder; each file whole or not at all. */
export async function writeDiffusion(folder: string, saved: SavedDiffusion): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(
      `The folder ${folder} can't be made (${error.code ?? error.message}): choose another.`,
    );
  });
  const config = { format: FORMAT, formatVersion: FORMAT_VERSION, ...saved.settings };
  await writeFileAtomic(join(folder, CONFIG), `${JSON.stringify(config, undefined, 2)}\n`);
  const { steps, epochs } = saved.training;
  const metadata = { format: FORMAT, steps: String(steps), epochs: String(epochs) };
  await writeFileAtomic(join(folder, WEIGHTS), encodeSafetensors(tensorsOf(saved), metadata));
}

/** @throws InputError if there is no such model, or a file of it is damaged or of a newer format. */
export async function readDiffusion(folder: string): Promise<SavedDiffusion> {
  const absent = `There is no saved Diffusion in ${folder}.`;
  const settings = settingsIn(await readWholeFile(join(folder, CONFIG), absent), join(folder, CONFIG));
  const path = join(folder, WEIGHTS);
  const { tensors, metadata } = decodeSafetensors(await readWholeFile(path, absent), path);
  const parameters = headParameters(headOf(settings));
  const state = (name: keyof typeof STATES) => flatTensors(parameters, tensors, path, STATES[name]);
  const numbers = (name: string, width: number) => scalingTensor(tensors, name, width, path);
  const scaling = (name: string, width: number): Scaling => ({
    center: numbers(`${name}.center`, width),
    scale: numbers(`${name}.scale`, width),
  });
  return {
    settings,
    scalings: {
      points: scaling("points", settings.dimension),
      conditions: scaling("conditions", settings.conditionDimension),
    },
    training: {
      average: state("average"),
      weights: state("weights"),
      firstMoment: state("firstMoment"),
      secondMoment: state("secondMoment"),
      steps: Number(metadata.steps),
      epochs: Number(metadata.epochs),
    },
  };
}

function tensorsOf({ settings, scalings, training }: SavedDiffusion): Map<string, Tensor> {
  const parameters = headParameters(headOf(settings));
  const states = Object.entries(STATES) as [keyof typeof STATES, string][];
  const tensors = states.flatMap(([name, prefix]) => [...namedTensors(parameters, training[name], prefix)]);
  for (const [name, { center, scale }] of Object.entries(scalings)) {
    tensors.push([
      `${name}.center`,
      { dtype: "F64", shape: [center.length], data: Float64Array.from(center) },
    ]);
    tensors.push([`${name}.scale`, { dtype: "F64", shape: [scale.length], data: Float64Array.from(scale) }]);
  }
  return new Map(tensors);
}

function scalingTensor(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  width: number,
  path: string,
): Float64Array {
  const tensor = tensors.get(name);
  if (tensor?.dtype !== "F64" || tensor.data.length !== width) {
    throw new InputError(
      `${path} has no tensor "${name}" of ${width} numbers: it does not fit its ${CONFIG}.`,
    );
  }
  return Float64Array.from(tensor.data);
}

function settingsIn(bytes: Uint8Array, path: string): DiffusionSettings {
  let config: Record<string, unknown> | null;
  try {
    config = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new InputError(`${path} is not valid JSON (cut off?): restore it from a copy, or fit again.`);
  }
  const { format, formatVersion, ...settings } = config ?? {};
  if (format !== FORMAT) throw new InputError(`${path} is not the ${CONFIG} of a saved Diffusion.`);
  checkFormatVersion(formatVersion, FORMAT_VERSION, path);
  return diffusionSettings(settings as unknown as DiffusionSettings); // checked there, one by one
}
