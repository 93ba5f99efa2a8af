/** @file A trained model as two files of a folder, config.json and weights.safetensors: their bytes, and the folder. */
import { InputError } from "../base/errors.ts";
import { decodeManifest, MANIFEST } from "../base/manifest.ts";
import { decodeModelConfig, encodeModelConfig, type ModelConfig } from "../networks/model-config.ts";
import { type Parameter, parameterCount } from "../networks/parts/parameter-layout.ts";
import { networkOf } from "../networks/registry.ts";
import type { ModelFiles } from "../runtime/platform.ts";
import { faultOf, modelFiles, pathIn, type ReadingOptions } from "./model-bytes.ts";
import { modelCard } from "./model-card.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "./safetensors.ts";
import { rowOf, scaledRows, unscaledRows } from "./sixteen-bits.ts";

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
  /** Of manifest.json, where the folder has one: the other two are compared with its checksums. */
  readonly manifest?: Uint8Array | string | undefined;
}

const CONFIG = "config.json";
const WEIGHTS = "weights.safetensors";
const CARD = "model-card.md";

/**
 * A model from its files' bytes. They are compared with the manifest if that is among them.
 * @throws InputError if a file is damaged or of a newer format, or a weight is no number.
 */
export function decodeTrainedModel(
  { manifest, ...files }: ModelBytes,
  { verify = true }: ReadingOptions = {},
): TrainedModel {
  if (manifest !== undefined && verify) {
    const marks = decodeManifest(decoded(manifest), MANIFEST);
    const bytes = { [CONFIG]: encoded(files.config), [WEIGHTS]: files.weights };
    for (const [name, own] of Object.entries(bytes)) {
      const fault = faultOf(own, name, marks);
      if (fault) throw fault;
    }
  }
  return decodedModel(files);
}

/** @param folder where the files come from, for messages. */
function decodedModel({ config: text, weights }: ModelBytes, folder?: string): TrainedModel {
  const config = decodeModelConfig(decoded(text), pathIn(folder, CONFIG));
  const path = pathIn(folder, WEIGHTS);
  const { tensors } = decodeSafetensors(weights, path);
  return { config, weights: flatTensors(networkOf(config.network).parameters, tensors, path) };
}

/** Behind the name of a parameter that has 16 bits: what its rows are multiplied by. */
const SCALES = ".scales";

/**
 * The model's files, with a card that tells what it is, to be written together.
 * @param sixteenBits the parameters that are written with 16 bits.
 */
export function trainedModelFiles(
  { config, weights }: TrainedModel,
  sixteenBits: ReadonlySet<string> = new Set(),
): ModelFiles {
  const { parameters } = networkOf(config.network);
  const isWhole = ({ name }: Parameter) => !sixteenBits.has(name);
  const tensors = namedTensors(parameters.filter(isWhole), weights);
  for (const { name, shape, offset, size } of parameters.filter((each) => !isWhole(each))) {
    const { numbers, scales } = scaledRows(weights.subarray(offset, offset + size), rowOf({ shape, size }));
    tensors.set(name, { dtype: "I16", shape, data: numbers });
    tensors.set(name + SCALES, { dtype: "F32", shape: [scales.length], data: scales });
  }
  return {
    [WEIGHTS]: encodeSafetensors(tensors, { format: "anygiven" }),
    ...modelConfigFiles(config),
    [CARD]: modelCard(config),
  };
}

/** config.json alone, before training: a folder that is killed early can still be resumed. */
export function modelConfigFiles(config: ModelConfig): ModelFiles {
  return { [CONFIG]: encodeModelConfig(config) };
}

/** @throws InputError if there is no model, or a file of it is damaged or of a newer format. */
export async function readTrainedModel(folder: string, how: ReadingOptions = {}): Promise<TrainedModel> {
  const { [CONFIG]: config, [WEIGHTS]: weights } = await modelFiles(folder, [CONFIG, WEIGHTS], how);
  if (!config) throw noModel(folder);
  if (weights) return decodedModel({ config, weights }, folder);
  throw new InputError(
    `${folder} has no ${WEIGHTS} yet: its training did not finish; train into it again with \`resume\`.`,
  );
}

export async function readModelConfig(folder: string, how: ReadingOptions = {}): Promise<ModelConfig> {
  const { [CONFIG]: config } = await modelFiles(folder, [CONFIG], how);
  if (config) return decodeModelConfig(decoded(config), pathIn(folder, CONFIG));
  throw noModel(folder);
}

function noModel(folder: string): InputError {
  return new InputError(
    `There is no model in ${folder} (no ${CONFIG}): name a folder made by "anygiven train" or "anygiven import".`,
  );
}

const decoded = (text: Uint8Array | string) =>
  typeof text === "string" ? text : new TextDecoder().decode(text);
const encoded = (text: Uint8Array | string) =>
  typeof text === "string" ? new TextEncoder().encode(text) : text;

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

/** The opposite of {@link namedTensors}. @throws InputError if a tensor is missing, of another shape, or not all numbers. */
export function flatTensors(
  parameters: readonly Parameter[],
  tensors: ReadonlyMap<string, Tensor>,
  path: string,
  prefix = "",
): Float32Array<ArrayBuffer> {
  // Looked at before there is room for them: a config may speak of more than any memory holds.
  const found = parameters.map(({ name, shape, offset, size }) => {
    const tensor = wholeTensor(tensors, prefix + name);
    if (tensor?.dtype !== "F32" || tensor.data.length !== size || String(tensor.shape) !== String(shape)) {
      throw new InputError(
        `${path} has no tensor "${prefix + name}" of shape [${shape}]: it does not belong to this model's config.json.`,
      );
    }
    const wrong = (tensor.data as Float32Array).find((cell) => !Number.isFinite(cell));
    if (wrong !== undefined) {
      throw new InputError(
        `${path} is damaged: the tensor "${prefix + name}" holds ${wrong}; restore the file from a copy, or train again.`,
      );
    }
    return { numbers: tensor.data as Float32Array, offset };
  });
  const flat = new Float32Array(parameterCount(parameters));
  for (const { numbers, offset } of found) flat.set(numbers, offset);
  return flat;
}

/** A tensor as it is, or, where it has 16 bits, as it means. */
function wholeTensor(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor | undefined {
  const tensor = tensors.get(name);
  const scales = tensors.get(name + SCALES);
  if (tensor?.dtype !== "I16" || scales?.dtype !== "F32") return tensor;
  return {
    dtype: "F32",
    shape: tensor.shape,
    data: unscaledRows({ numbers: tensor.data, scales: scales.data }),
  };
}
