/** @file Which weights a published model has, in which order and of which shape, and their check. */
import { InputError } from "../../base/errors.ts";
import { firstNames } from "../../base/suggestions.ts";
import type { PublishedConfig } from "./published-config.ts";
import type { TorchValue } from "./torch-file.ts";
import type { TorchTensor } from "./torch-tensor.ts";

/** Row-major float32 numbers; `[]` is the shape of a single number. */
export interface PublishedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBufferLike>;
}

/**
 * Name and shape of every weight, in the order of the original's `state_dict()`. That is also the order of its
 * `parameters()`, by which the optimizer numbers them: the original registers no buffers (its betas and alphas
 * are plain attributes and are not saved).
 */
export function publishedShapes(config: PublishedConfig): Map<string, readonly number[]> {
  const { embeddingDim: d, ffnDim: f, encoderLayers, columns, diffusion } = config;
  const { conditionDim, headDim: m, headLayers, steps, dim } = diffusion;
  const shapes = new Map<string, readonly number[]>();
  const linear = (name: string, from: number, to: number) => {
    shapes.set(`${name}.weight`, [to, from]).set(`${name}.bias`, [to]);
  };
  shapes.set("embedding_layer.embeddings", [columns.length + 1, d]);
  shapes.set("embedding_layer.bias", [columns.length + 1, d]);
  for (let i = 0; i < encoderLayers; i++) {
    const layer = `encoder_transformer_blocks.${i}`;
    shapes.set(`${layer}.self_attn.in_proj_weight`, [3 * d, d]);
    shapes.set(`${layer}.self_attn.in_proj_bias`, [3 * d]);
    linear(`${layer}.self_attn.out_proj`, d, d);
    linear(`${layer}.linear1`, d, f);
    linear(`${layer}.linear2`, f, d);
    for (const norm of ["norm1", "norm2"]) {
      shapes.set(`${layer}.${norm}.weight`, [d]).set(`${layer}.${norm}.bias`, [d]);
    }
  }
  for (let k = 0; k < headLayers; k++) {
    const layer = `diffusion_head.lin_layers.${k}`;
    if (conditionDim !== m) linear(`${layer}.cond_lin`, conditionDim, m); // none where the widths are equal
    linear(`${layer}.lin`, k === 0 ? dim : m, m);
    shapes.set(`${layer}.embed.weight`, [steps, m]);
  }
  linear("diffusion_head.lin_out", m, dim);
  return shapes;
}

/**
 * The model's weights under their original names, in the order of the file.
 * @param config the sizes they must have.
 * @param file the checkpoint's name, for messages.
 * @throws InputError naming the weights that are missing, not expected, or of another shape than the sizes say.
 */
export function checkedWeights(
  stateDict: TorchValue,
  config: PublishedConfig,
  file: string,
): Map<string, PublishedTensor> {
  const wrong = (fault: string) =>
    new InputError(
      `${file} does not fit its config.json: ${fault}; take config.json and checkpoints/ from the same model.`,
    );
  if (!(stateDict instanceof Map)) throw wrong("it has no weights");
  const shapes = publishedShapes(config);
  const weights = new Map<string, PublishedTensor>();
  const unexpected: string[] = [];
  for (const [name, value] of stateDict) {
    const shape = shapes.get(String(name));
    if (!shape) {
      unexpected.push(String(name));
      continue;
    }
    const tensor = isTensor(value) ? floatTensor(value) : undefined;
    if (!tensor) throw wrong(`the weight ${name} holds no floating-point numbers`);
    if (!sameShape(tensor.shape, shape)) {
      throw wrong(`the weight ${name} has the shape [${tensor.shape}], not [${shape}]`);
    }
    weights.set(String(name), tensor);
  }
  const missing = [...shapes.keys()].filter((name) => !weights.has(name));
  if (missing.length > 0) throw wrong(`the weights ${firstNames(missing)} are missing`);
  if (unexpected.length > 0) throw wrong(`the weights ${firstNames(unexpected)} have no place in it`);
  return weights;
}

export function isTensor(value: TorchValue | undefined): value is TorchTensor {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "tensor";
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** Undefined for whole numbers; double precision is rounded, since the network computes in float32. */
export function floatTensor({ shape, data }: TorchTensor): PublishedTensor | undefined {
  if (data instanceof Float32Array) return { shape, data };
  return data instanceof Float64Array ? { shape, data: Float32Array.from(data) } : undefined;
}
