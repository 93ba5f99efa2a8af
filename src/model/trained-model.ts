/** @file A trained model as two files of a folder, config.json and weights.safetensors: their bytes, and the folder. */
import { InputError } from "../base/errors.ts";
import { decodeModelConfig, encodeModelConfig, type ModelConfig } from "../networks/model-config.ts";
import { type Parameter, parameterCount } from "../networks/parts/parameter-layout.ts";
import { networkOf } from "../networks/registry.ts";
import { platform } from "../runtime/platform.ts";
import { modelCard } from "./model-card.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "./safetensors.ts";

export interface TrainedModel {
  readonly config: ModelConfig;
  /** All weights, laid out as the parameters of `networkOf(config.network)`. */
  readonly weights: Float32Array<ArrayBuffer>;
}

/** The contents of a model's two files. */
export interface ModelBytes {
  /** Of config.json. */
  readonly config: Uint8Array | string;
  /** Of weights.safetensors; not to be changed afterwards. */
  readonly weights: Uint8Array;
}

const CONFIG = "config.json";
const WEIGHTS = "weights.safetensors";
const CARD = "model-card.md";

/** @param folder where the files come from, for messages. @throws InputError if a file is damaged or of a newer format. */
export function decodeTrainedModel({ config: text, weights }: ModelBytes, folder?: string): TrainedModel {
  const config = decodeModelConfig(typeof text === "string" ? text : decoded(text), pathIn(folder, CONFIG));
  const path = pathIn(folder, WEIGHTS);
  const { tensors } = decodeSafetensors(weights, path);
  return { config, weights: flatTensors(networkOf(config.network).parameters, tensors, path) };
}

/** The files of a model by name, with a card that tells what it is; a file's content whole or in pieces. */
export function encodeTrainedModel({ config, weights }: TrainedModel): Map<string, string | Uint8Array[]> {
  const tensors = namedTensors(networkOf(config.network).parameters, weights);
  return new Map<string, string | Uint8Array[]>([
    [CONFIG, encodeModelConfig(config)],
    [WEIGHTS, encodeSafetensors(tensors, { format: "anygiven" })],
    [CARD, modelCard(config)],
  ]);
}

/** Writes the folder, each file whole or not at all. */
export async function writeTrainedModel(folder: string, model: TrainedModel): Promise<void> {
  for (const [name, content] of encodeTrainedModel(model)) await platform().writeFile(folder, name, content);
}

/** Writes config.json alone, before training: a folder that is killed early can still be resumed. */
export async function writeModelConfig(folder: string, config: ModelConfig): Promise<void> {
  await platform().writeFile(folder, CONFIG, encodeModelConfig(config));
}

/** @throws InputError if there is no model, or a file of it is damaged or of a newer format. */
export async function readTrainedModel(folder: string): Promise<TrainedModel> {
  const config = await configFile(folder);
  const weights = await platform().readFile(folder, WEIGHTS);
  if (weights) return decodeTrainedModel({ config, weights }, folder);
  throw new InputError(
    `${folder} has no ${WEIGHTS} yet: its training did not finish; train into it again with \`resume\`.`,
  );
}

export async function readModelConfig(folder: string): Promise<ModelConfig> {
  return decodeModelConfig(decoded(await configFile(folder)), pathIn(folder, CONFIG));
}

async function configFile(folder: string): Promise<Uint8Array> {
  const bytes = await platform().readFile(folder, CONFIG);
  if (bytes) return bytes;
  throw new InputError(
    `There is no model in ${folder} (no ${CONFIG}): name a folder made by "anygiven train" or "anygiven import".`,
  );
}

const decoded = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const pathIn = (folder: string | undefined, file: string) =>
  folder ? `${folder.replace(/\/$/, "")}/${file}` : file;

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
