/** @file `config.json` of a model folder of the published PyTorch code: the network's sizes and the columns. */
import { readFile } from "node:fs/promises";
import { InputError } from "../../base/errors.ts";
import { JsonSection } from "../../base/json-section.ts";

const MEND = "copy config.json from the original model folder again";
/** The layers of a head of the first commit, which does not write down how many there are. */
const FIRST_LAYERS = 3;
const publishedSchedules = ["linear", "quad", "cosine", "sigmoid"] as const;

/** The diffusion head and its noise. */
interface PublishedDiffusion {
  /** Numbers per sample; 1 in a model of a table. */
  readonly dim: number;
  readonly conditionDim: number;
  readonly steps: number;
  readonly headDim: number;
  readonly headLayers: number;
  readonly betaStart: number;
  readonly betaEnd: number;
  readonly schedule: (typeof publishedSchedules)[number];
  /** Whether the condition is added as it is, unprojected, as the first commit's head does, which is as wide as the embedding. */
  readonly isFirst?: true;
}

/** One word of the vocabulary. Standardised value = (value - center) / scale. */
interface PublishedColumn {
  readonly name: string;
  /** Row of the embedding tables, 1 or more; 0 is the padding's. */
  readonly token: number;
  readonly center: number;
  readonly scale: number;
  /** False: the original never saw this column in training and knows no center and scale for it. */
  readonly standardised: boolean;
}

export interface PublishedConfig {
  /** What wrote it, e.g. "torch-2.2.2". */
  readonly framework: string;
  readonly embeddingDim: number;
  readonly heads: number;
  readonly ffnDim: number;
  readonly encoderLayers: number;
  readonly dropout: number;
  readonly diffusion: PublishedDiffusion;
  readonly columns: readonly PublishedColumn[];
}

/**
 * Reads and checks a `config.json`.
 * @throws InputError naming the file and the field that is missing or makes no sense.
 */
export async function readPublishedConfig(path: string): Promise<PublishedConfig> {
  const config = new JsonSection(path, await readJson(path), MEND);
  const nn = config.section("nn_config");
  const ddpm = config.section("ddpm_config");
  nn.oneOf("embedding_activation", ["gelu"]);
  nn.oneOf("encoder_activation", ["gelu"]);
  const embeddingDim = nn.count("embedding_dim");
  const heads = nn.count("encoder_head_num");
  if (embeddingDim % heads !== 0) {
    throw nn.wrong("encoder_head_num", `${heads}, which does not divide embedding_dim ${embeddingDim}`);
  }
  const dropout = nn.number("encoder_dropout_rate");
  if (dropout < 0 || dropout >= 1) throw nn.wrong("encoder_dropout_rate", `${dropout}, not in [0, 1)`);
  const diffusion = readDiffusion(ddpm);
  if (diffusion.conditionDim !== embeddingDim) {
    throw ddpm.wrong("cond_dim", `${diffusion.conditionDim}, which is not embedding_dim ${embeddingDim}`);
  }
  return {
    framework: nn.text("backend_framewoark"), // the original's spelling
    embeddingDim,
    heads,
    ffnDim: nn.count("encoder_dense_num"),
    encoderLayers: nn.count("encoder_n_layers"),
    dropout,
    diffusion,
    columns: readColumns(config.section("tokenizer_config"), config.section("norm_config")),
  };
}

function readDiffusion(ddpm: JsonSection): PublishedDiffusion {
  ddpm.oneOf("activation", ["gelu"]);
  const betaStart = ddpm.number("beta_start");
  const betaEnd = ddpm.number("beta_end");
  if (!(betaStart > 0 && betaStart < betaEnd && betaEnd < 1)) {
    throw ddpm.wrong(
      "beta_end",
      `${betaEnd} with beta_start ${betaStart}, not 0 < beta_start < beta_end < 1`,
    );
  }
  const isFirst = !ddpm.has("n_layers");
  if (isFirst && ddpm.count("dense_num") !== ddpm.count("cond_dim"))
    throw ddpm.wrong("n_layers", "missing, though the head is not as wide as the condition");
  return {
    dim: ddpm.count("dim"),
    conditionDim: ddpm.count("cond_dim"),
    steps: ddpm.count("num_steps"),
    headDim: ddpm.count("dense_num"),
    headLayers: isFirst ? FIRST_LAYERS : ddpm.count("n_layers"),
    betaStart,
    betaEnd,
    schedule: ddpm.oneOf("schedule", publishedSchedules),
    ...(isFirst && { isFirst }),
  };
}

function readColumns(tokenizer: JsonSection, norm: JsonSection): PublishedColumn[] {
  const names = tokenizer.list("vocabs");
  const tokens = tokenizer.list("vocab_tokens");
  const centers = norm.list("_input_mean");
  const scales = norm.list("_input_std");
  const standardised = norm.list("_input_standardized");
  if (names.length === 0) throw tokenizer.wrong("vocabs", "empty");
  if (tokens.length !== names.length) {
    throw tokenizer.wrong("vocab_tokens", `${tokens.length} numbers for ${names.length} vocabs`);
  }
  const columns = names.map((name, i): PublishedColumn => {
    const token = tokens[i];
    if (typeof name !== "string") throw tokenizer.wrong("vocabs", `not all texts (${JSON.stringify(name)})`);
    if (typeof token !== "number" || !Number.isInteger(token) || token < 1 || token > names.length) {
      throw tokenizer.wrong("vocab_tokens", `${JSON.stringify(token)} for ${name}, not 1 .. ${names.length}`);
    }
    const center = centers[token];
    const scale = scales[token];
    const known = standardised[token];
    if (typeof center !== "number") throw norm.wrong("_input_mean", `without a number for ${name}`);
    if (typeof scale !== "number" || !(scale > 0)) {
      throw norm.wrong("_input_std", `without a positive number for ${name}`);
    }
    if (typeof known !== "boolean")
      throw norm.wrong("_input_standardized", `without true or false for ${name}`);
    return { name, token, center, scale, standardised: known };
  });
  if (new Set(names).size !== names.length) throw tokenizer.wrong("vocabs", "not all different");
  if (new Set(tokens).size !== tokens.length) throw tokenizer.wrong("vocab_tokens", "not all different");
  return columns;
}

async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new InputError(
      `There is no readable file ${path}: name the folder that holds config.json and checkpoints/ or weights.pt.`,
      { cause },
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const fault = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`${path} is not JSON (${fault}): fetch or copy it again.`, { cause });
  }
}
