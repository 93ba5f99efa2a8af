/** @file From a model of the published PyTorch code to one of ours: sizes, weights, optimizer moments. */
import { InputError } from "../base/errors.ts";
import { unknownName } from "../base/suggestions.ts";
import { plainEncoding } from "../columns/encoding.ts";
import type { TrainedModel } from "../model/trained-model.ts";
import type { LeungBovyConfig } from "../networks/leung-bovy/config.ts";
import { networkParameters } from "../networks/leung-bovy/parameters.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import { type Parameter, parameterCount } from "../networks/parts/parameter-layout.ts";
import type { PublishedModel } from "./pytorch/published-model.ts";
import type { PublishedTensor } from "./pytorch/published-weights.ts";

/** The optimizer's memory, laid out like the weights. */
interface Moments {
  readonly first: Float32Array<ArrayBuffer>;
  readonly second: Float32Array<ArrayBuffer>;
  /** Steps taken. */
  readonly steps: number;
}

export interface Imported extends TrainedModel {
  readonly config: ModelConfig & { readonly network: LeungBovyConfig };
  readonly moments?: Moments;
  /** What the user should know, one sentence each. */
  readonly notes: readonly string[];
}

/** @param outputs the columns the model answers for; the original does not write them down. Default: all. */
export function fromPublished(published: PublishedModel, outputs?: readonly string[]): Imported {
  const config = modelConfig(published, outputs);
  const parameters = networkParameters(config.network);
  const weights = flat(parameters, (name) => published.weights.get(name));
  const { optimizer } = published;
  const moments = optimizer && {
    first: flat(parameters, (name) => optimizer.moments.get(name)?.first),
    second: flat(parameters, (name) => optimizer.moments.get(name)?.second),
    steps: optimizer.steps,
  };
  return { config, weights, ...(moments && { moments }), notes: published.notes };
}

function modelConfig(published: PublishedModel, outputs?: readonly string[]): Imported["config"] {
  const { diffusion } = published;
  const blind = isBlind(published);
  const network: LeungBovyConfig = {
    kind: "leung-bovy",
    columns: published.columns.length,
    embeddingDim: published.embeddingDim,
    heads: published.heads,
    ffnDim: published.ffnDim,
    encoderLayers: published.encoderLayers,
    dropout: published.dropout,
    head: {
      dimension: diffusion.dim,
      conditionDimension: blind ? 0 : diffusion.conditionDim,
      width: diffusion.headDim,
      layers: diffusion.headLayers,
      steps: diffusion.steps,
      schedule: diffusion.schedule,
      betaStart: diffusion.betaStart,
      betaEnd: diffusion.betaEnd,
    },
  };
  const names = published.columns.map(({ name }) => name);
  for (const output of outputs ?? []) {
    if (!names.includes(output)) throw new InputError(unknownName("column", output, names, published.folder));
  }
  if (outputs?.length === 0) throw new InputError("No output column is named: name at least one.");
  const columns = published.columns
    .toSorted((a, b) => a.token - b.token)
    .map(({ name, center, scale }) => ({
      name,
      output: outputs?.includes(name) ?? true,
      encoding: plainEncoding({ center, scale }),
    }));
  return { preset: "paper", columns, network, origin: `${published.framework}, epoch ${published.epoch}` };
}

/** Whether the original's head left out the condition by mistake: it does where the two widths are equal. */
function isBlind({ diffusion }: Pick<PublishedModel, "diffusion">): boolean {
  return diffusion.conditionDim === diffusion.headDim && !diffusion.isFirst;
}

function flat(
  parameters: readonly Parameter[],
  tensor: (name: string) => PublishedTensor | undefined,
): Float32Array<ArrayBuffer> {
  const cells = new Float32Array(parameterCount(parameters));
  for (const { name, offset, size } of parameters) {
    const { original, third } = originalName(name);
    const data = tensor(original)?.data;
    if (data?.length !== (third === undefined ? size : 3 * size))
      throw new Error(`${original} does not fit ${name}`);
    const from = (third ?? 0) * size;
    cells.set(data.subarray(from, from + size), offset);
  }
  return cells;
}

const PARTS: Readonly<Record<string, string>> = {
  "embedding.weight": "embedding_layer.embeddings",
  "embedding.bias": "embedding_layer.bias",
  attentionOutput: "self_attn.out_proj",
  feedForward1: "linear1",
  feedForward2: "linear2",
  linear: "lin",
  condition: "cond_lin",
};
const PROJECTIONS = ["query", "key", "value"];

/** The original's name of a parameter; queries, keys and values are thirds of one matrix there. */
function originalName(name: string): { original: string; third?: number } {
  const whole = PARTS[name];
  if (whole) return { original: whole };
  if (name.startsWith("head.output."))
    return { original: name.replace("head.output", "diffusion_head.lin_out") };
  const [room, layer, part, kind] = name.split(".") as [string, string, string, string | undefined];
  if (room === "head") {
    const index = `diffusion_head.lin_layers.${layer}`;
    return { original: part === "time" ? `${index}.embed.weight` : `${index}.${PARTS[part]}.${kind}` };
  }
  const index = `encoder_transformer_blocks.${layer}`;
  const third = PROJECTIONS.indexOf(part);
  if (third >= 0) return { original: `${index}.self_attn.in_proj_${kind}`, third };
  return { original: `${index}.${PARTS[part] ?? part}.${kind}` };
}
