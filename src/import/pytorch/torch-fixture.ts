/** @file For tests only: writes files as torch.save does, and model folders as the published code does. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import { generator } from "../../numeric/generator.ts";
import type { PublishedConfig } from "./published-config.ts";
import { publishedShapes } from "./published-weights.ts";
import type { StorageName } from "./torch-tensor.ts";

/** A tensor to be written; `storage` is given to share one between tensors, or for another element type. */
export class FixtureTensor {
  readonly shape: readonly number[];
  readonly storage: FixtureStorage;
  readonly offset: number;
  readonly stride: readonly number[];
  constructor(
    shape: readonly number[],
    storage: FixtureStorage,
    offset = 0,
    stride: readonly number[] = rowMajorStride(shape),
  ) {
    this.shape = shape;
    this.storage = storage;
    this.offset = offset;
    this.stride = stride;
  }
}

export interface FixtureStorage {
  readonly name: StorageName;
  readonly data: Exclude<ArrayBufferView, DataView> & { readonly length: number };
}

export function floatTensorOf(shape: readonly number[], numbers: ArrayLike<number>): FixtureTensor {
  return new FixtureTensor(shape, { name: "FloatStorage", data: Float32Array.from(numbers) });
}

/** Arrays become lists, Maps dictionaries, whole numbers ints (write a float as `{ float: 1 }`). */
export type FixtureValue =
  | null
  | boolean
  | number
  | string
  | { readonly float: number }
  | FixtureTensor
  | readonly FixtureValue[]
  | OrderedDictionary
  | ReadonlyMap<FixtureValue, FixtureValue>;

/** Written as collections.OrderedDict, which is what `state_dict()` of a module returns. */
export class OrderedDictionary {
  readonly entries: readonly (readonly [string, FixtureValue])[];
  constructor(entries: Iterable<readonly [string, FixtureValue]>) {
    this.entries = [...entries];
  }
}

/** Pieces of a pickle (protocol 2) as texts of one character per byte: opcodes with their arguments. */
export const opcodes = {
  protocol: "\x80\x02",
  global: (module: string, name: string) => `c${module}\n${name}\n`,
  text: (text: string) => {
    const utf8 = Buffer.from(text, "utf8");
    return `X${word(utf8.length)}${utf8.toString("latin1")}`;
  },
  int: (value: number) => `J${word(value)}`,
  float: (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return `G${bytes.toString("latin1")}`;
  },
  tuple: (...items: string[]) => `(${items.join("")}t`,
  list: (...items: string[]) => `](${items.join("")}e`,
  dictionary: (...keysAndValues: string[]) => `}(${keysAndValues.join("")}u`,
  call: (callee: string, ...given: string[]) => `${callee}${opcodes.tuple(...given)}R`,
  stop: ".",
};

/** The bytes of a .pt file that holds `value`. */
export function torchFile(value: FixtureValue, level: 0 | 6 = 0): Uint8Array {
  const storages: FixtureStorage[] = [];
  const pickle = opcodes.protocol + encode(value, storages) + opcodes.stop;
  return torchArchive(pickle, storages, level);
}

/** A .pt file of any pickle, sound or hostile. */
export function torchArchive(
  pickle: string,
  storages: readonly FixtureStorage[] = [],
  level: 0 | 6 = 0,
  byteOrder = "little",
): Uint8Array {
  const files: Record<string, Uint8Array> = {
    "archive/data.pkl": new Uint8Array(Buffer.from(pickle, "latin1")),
    "archive/byteorder": new TextEncoder().encode(byteOrder),
    "archive/version": new TextEncoder().encode("3\n"),
  };
  storages.forEach(({ data }, key) => {
    files[`archive/data/${key}`] = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  });
  return zipSync(files, { level });
}

function encode(value: FixtureValue, storages: FixtureStorage[]): string {
  const { text, int, float, list, dictionary, call, global } = opcodes;
  if (value === null) return "N";
  if (typeof value === "boolean") return value ? "\x88" : "\x89";
  if (typeof value === "number") return Number.isInteger(value) ? int(value) : float(value);
  if (typeof value === "string") return text(value);
  if (value instanceof FixtureTensor) return encodeTensor(value, storages);
  if (value instanceof OrderedDictionary) {
    const items = value.entries.map(([key, item]) => text(key) + encode(item, storages));
    return `${call(global("collections", "OrderedDict"))}(${items.join("")}u`;
  }
  if (value instanceof Map) {
    return dictionary(...[...value].map(([key, item]) => encode(key, storages) + encode(item, storages)));
  }
  if ("float" in value) return float(value.float);
  return list(...(value as readonly FixtureValue[]).map((item) => encode(item, storages)));
}

function encodeTensor({ shape, storage, offset, stride }: FixtureTensor, storages: FixtureStorage[]): string {
  const { int, tuple, call, global } = opcodes;
  if (!storages.includes(storage)) storages.push(storage);
  return call(
    global("torch._utils", "_rebuild_tensor_v2"),
    storageId(storage.name, storages.indexOf(storage), storage.data.length),
    int(offset),
    tuple(...shape.map(int)),
    tuple(...stride.map(int)),
    "\x89",
    call(global("collections", "OrderedDict")),
  );
}

/** The persistent id of a storage, as a tensor's first argument. */
export function storageId(name: string, key: number, elements: number): string {
  const { text, int, tuple, global } = opcodes;
  return `${tuple(text("storage"), global("torch", name), text(String(key)), text("cpu"), int(elements))}Q`;
}

function word(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes.toString("latin1");
}

function rowMajorStride(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));
}

/** The sizes of a model that trains in no time, its tokens not in the order of its columns. */
export const smallPublishedConfig: PublishedConfig = {
  framework: "torch-2.3.0",
  embeddingDim: 4,
  heads: 2,
  ffnDim: 6,
  encoderLayers: 1,
  dropout: 0.2,
  diffusion: {
    dim: 1,
    conditionDim: 4,
    steps: 5,
    headDim: 3,
    headLayers: 2,
    betaStart: 1e-5,
    betaEnd: 0.1,
    schedule: "sigmoid",
  },
  columns: [
    { name: "teff", token: 2, center: 4700, scale: 480, standardised: true },
    { name: "logg", token: 1, center: 2.5, scale: 1.3, standardised: true },
    { name: "unseen", token: 3, center: 0, scale: 1, standardised: false },
  ],
};

/** Random weights of the shapes that a published model of these sizes has. */
export function publishedWeightsFixture(config: PublishedConfig, seed = 1): Map<string, FixtureTensor> {
  const random = generator(seed, "published weights");
  return new Map(
    [...publishedShapes(config)].map(([name, shape]) => {
      const count = shape.reduce((product, length) => product * length, 1);
      return [
        name,
        floatTensorOf(
          shape,
          Float32Array.from({ length: count }, () => 0.1 * random.normal()),
        ),
      ];
    }),
  );
}

/** `config.json` as the published code writes it. */
export function publishedConfigFixture(config: PublishedConfig) {
  const { diffusion, columns } = config;
  const byToken = [...columns].sort((a, b) => a.token - b.token);
  return {
    nn_config: {
      backend_framewoark: config.framework,
      embedding_dim: config.embeddingDim,
      embedding_activation: "gelu",
      encoder_head_num: config.heads,
      encoder_dense_num: config.ffnDim,
      encoder_dropout_rate: config.dropout,
      encoder_activation: "gelu",
      encoder_n_layers: config.encoderLayers,
    },
    ddpm_config: {
      dim: diffusion.dim,
      cond_dim: diffusion.conditionDim,
      num_steps: diffusion.steps,
      dense_num: diffusion.headDim,
      n_layers: diffusion.headLayers,
      activation: "gelu",
      beta_start: diffusion.betaStart,
      beta_end: diffusion.betaEnd,
      schedule: diffusion.schedule,
    },
    tokenizer_config: {
      vocabs: columns.map(({ name }) => name),
      vocab_tokens: columns.map(({ token }) => token),
    },
    norm_config: {
      _input_mean: [0, ...byToken.map(({ center }) => center)],
      _input_std: [1, ...byToken.map(({ scale }) => scale)],
      _input_standardized: [false, ...byToken.map(({ standardised }) => standardised)],
    },
  };
}

/** A small published folder with random weights, at epoch 3. */
export function writePublishedExample(folder: string, config = smallPublishedConfig): void {
  const checkpoint = new OrderedDictionary([
    ["model_state_dict", new OrderedDictionary([...publishedWeightsFixture(config)])],
    ["current_epoch", 3],
  ]);
  writePublishedFolder(folder, config, new Map([[3, checkpoint]]));
}

/** A folder as the published code's first commit left it (`model_weights`): one file of weights, the head's layers called lin1 to lin4. */
export function writeFirstCommitExample(folder: string): void {
  const { diffusion, embeddingDim } = smallPublishedConfig;
  const config: PublishedConfig = {
    ...smallPublishedConfig,
    diffusion: { ...diffusion, headDim: embeddingDim, headLayers: 3 },
  };
  const name = (later: string) =>
    later.replace(/lin_layers\.(\d)/, (_, k) => `lin${Number(k) + 1}`).replace("lin_out", "lin4");
  const weights = Array.from(
    publishedWeightsFixture(config),
    ([later, tensor]) => [name(later), tensor] as const,
  );
  mkdirSync(folder, { recursive: true });
  const { ddpm_config, ...rest } = publishedConfigFixture(config);
  const { n_layers: _, ...ddpm } = ddpm_config;
  writeFileSync(join(folder, "config.json"), JSON.stringify({ ...rest, ddpm_config: ddpm }));
  const file = new OrderedDictionary([
    ["model_state_dict", new OrderedDictionary(weights)],
    ["current_epoch", 7],
  ]);
  writeFileSync(join(folder, "weights.pt"), torchFile(file));
}

/** Writes a folder as the published code does, with a checkpoint per epoch of `epochs`. */
export function writePublishedFolder(
  folder: string,
  config: PublishedConfig,
  checkpoints: ReadonlyMap<number, FixtureValue>,
): void {
  mkdirSync(join(folder, "checkpoints"), { recursive: true });
  writeFileSync(join(folder, "config.json"), JSON.stringify(publishedConfigFixture(config), null, 4));
  for (const [epoch, checkpoint] of checkpoints) {
    writeFileSync(join(folder, "checkpoints", `epoch_${epoch}.pt`), torchFile(checkpoint));
  }
}
