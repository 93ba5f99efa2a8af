/** @file A trained model on disk: a folder with config.json and weights.safetensors. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../base/errors.ts";
import { writeFileAtomic } from "../files/atomic-file.ts";
import { readWholeFile } from "../files/system-errors.ts";
import { parametersOf } from "../networks/any-network.ts";
import { type Parameter, parameterCount } from "../networks/layers/parameter-layout.ts";
import { decodeModelConfig, encodeModelConfig, type ModelConfig } from "../networks/model-config.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "./safetensors.ts";

export interface TrainedModel {
  readonly config: ModelConfig;
  /** All weights, laid out as parametersOf(config.network) says. */
  readonly weights: Float32Array<ArrayBuffer>;
}

const CONFIG = "config.json";
const WEIGHTS = "weights.safetensors";

/** Writes the folder; each file whole or not at all. */
export async function writeTrainedModel(folder: string, model: TrainedModel): Promise<void> {
  await writeModelConfig(folder, model.config);
  const tensors = namedTensors(parametersOf(model.config.network), model.weights);
  await writeFileAtomic(join(folder, WEIGHTS), encodeSafetensors(tensors, { format: "anygiven" }));
}

/** Writes config.json alone, before training: a folder that is killed early can still be resumed. */
export async function writeModelConfig(folder: string, config: ModelConfig): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(
      `The folder ${folder} can't be made (${error.code ?? error.message}): choose another.`,
    );
  });
  await writeFileAtomic(join(folder, CONFIG), encodeModelConfig(config));
}

/** @throws InputError if there is no model, or a file of it is damaged or of a newer format. */
export async function readTrainedModel(folder: string): Promise<TrainedModel> {
  const config = await readModelConfig(folder);
  const path = join(folder, WEIGHTS);
  const bytes = await readWholeFile(
    path,
    `${folder} has no ${WEIGHTS} yet: its training did not finish; resume it with "anygiven train ... --resume".`,
  );
  const { tensors } = decodeSafetensors(bytes, path);
  return { config, weights: flatTensors(parametersOf(config.network), tensors, path) };
}

export async function readModelConfig(folder: string): Promise<ModelConfig> {
  const path = join(folder, CONFIG);
  const bytes = await readWholeFile(
    path,
    `There is no model in ${folder} (no ${CONFIG}): name a folder made by "anygiven train" or "anygiven import".`,
  );
  return decodeModelConfig(bytes.toString("utf8"), path);
}

/** Views of a flat array as the tensors that a safetensors file holds, under `prefix` + name. */
export function namedTensors(
  parameters: readonly Parameter[],
  flat: Float32Array<ArrayBuffer>,
  prefix = "",
): Map<string, Tensor> {
  return new Map(
    parameters.map(({ name, shape, offset, size }) => [
      prefix + name,
      { dtype: "F32" as const, shape, data: flat.subarray(offset, offset + size) },
    ]),
  );
}

/** The opposite of {@link namedTensors}. @throws InputError if a tensor is missing or of another shape. */
export function flatTensors(
  parameters: readonly Parameter[],
  tensors: ReadonlyMap<string, Tensor>,
  path: string,
  prefix = "",
): Float32Array<ArrayBuffer> {
  const flat = new Float32Array(parameterCount(parameters));
  for (const { name, shape, offset, size } of parameters) {
    const tensor = tensors.get(prefix + name);
    if (tensor?.dtype !== "F32" || tensor.data.length !== size || String(tensor.shape) !== String(shape)) {
      throw new InputError(
        `${path} has no tensor "${prefix + name}" of shape [${shape}]: it does not belong to this model's config.json.`,
      );
    }
    flat.set(tensor.data as Float32Array, offset);
  }
  return flat;
}
