/** @file What models are made of, damaged: config.json, weights, checkpoints, files of PyTorch; and what a server is asked. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync, zipSync } from "fflate";
import type { TorchValue, torchReading } from "../../../src/import/pytorch/torch-file.ts";
import {
  type FixtureTensor,
  floatTensorOf,
  OrderedDictionary,
  opcodes,
  torchArchive,
  torchFile,
} from "../../../src/import/pytorch/torch-fixture.ts";
import { train } from "../../../src/index.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/model/safetensors.ts";
import { decodeTrainedModel } from "../../../src/model/trained-model.ts";
import { networkOf } from "../../../src/networks/registry.ts";
import { generator } from "../../../src/numeric/generator.ts";
import { GuardedThread } from "../../../src/runtime/node/guarded-thread.ts";
import { serve } from "../../../src/server/index.ts";
import type { Table } from "../../../src/table/table.ts";
import { readCheckpoint } from "../../../src/training/checkpoint.ts";
import { TINY_MIXTURE } from "../../tiny-network.ts";
import { joined, mutatedBytes, mutatedJson, ODD_TEXTS, oneOf } from "../mutations.ts";
import { Lie, type Target } from "../target.ts";

function things(rows: number): Table {
  const random = generator(1, "fuzzed model");
  const draw = (of: (row: number) => number) => Float64Array.from({ length: rows }, (_, row) => of(row));
  const width = draw(() => random.normal());
  return {
    source: "things",
    rows,
    columns: [
      { name: "width", values: width, unit: "m" },
      { name: "height", values: width.map((x) => 2 * x + 0.3 * random.normal()) },
      {
        name: "kind",
        kind: "category",
        categories: ["oak", "pine"],
        values: width.map((x) => Number(x > 0)),
      },
      { name: "day", kind: "date", values: draw((row) => 19_000 + (row % 30)) },
    ],
  };
}

/** A small model's folder. */
async function madeModel(folder: string): Promise<string> {
  const out = join(folder, "model");
  const made = await train(things(80), { ...TINY_MIXTURE, epochs: 1, seed: 1, out });
  await made.dispose();
  return out;
}

const CONFIG_WORDS = [
  "kind",
  "columns",
  "network",
  "encoding",
  "transform",
  "scale",
  "center",
  "number",
  "category",
  "query",
  "null",
  "-1",
  "1e9",
  "0.5",
  "[]",
  "{}",
];

const config: Target = {
  name: "config",
  start: async (folder) => {
    const home = await madeModel(folder);
    const [text, weights] = ["config.json", "weights.safetensors"].map((name) =>
      readFileSync(join(home, name)),
    );
    const whole = JSON.parse(String(text));
    return {
      make: (random) => mutatedJson(random, whole, CONFIG_WORDS),
      read: async (bytes) => {
        decodeTrainedModel({ config: bytes, weights });
      },
    };
  },
};

const safetensors: Target = {
  name: "safetensors",
  start: async (folder) => {
    const home = await madeModel(folder);
    const tensors = new Map([
      ["a", { dtype: "F32", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) } as const],
      ["b", { dtype: "I64", shape: [], data: BigInt64Array.of(7n) } as const],
    ]);
    const small = joined(...encodeSafetensors(tensors, { made: "here" }));
    const own = new Uint8Array(readFileSync(join(home, "weights.safetensors")));
    const length = Number(new DataView(small.buffer).getBigUint64(0, true));
    const header = JSON.parse(Buffer.from(small.subarray(8, 8 + length)).toString());
    return {
      make: (random) => {
        if (random.integer(3) === 0) return mutatedBytes(random, oneOf(random, [small, own]));
        // A header that is whole as JSON, before the same bytes.
        const text = mutatedJson(random, header, [
          "F32",
          "I64",
          "BOOL",
          "data_offsets",
          "shape",
          "dtype",
          "[0,24]",
        ]);
        const size = new Uint8Array(8);
        new DataView(size.buffer).setBigUint64(0, BigInt(text.length), true);
        return joined(size, text, small.subarray(8 + length));
      },
      read: async (bytes) => {
        const { tensors } = decodeSafetensors(bytes, "mutant.safetensors");
        for (const [name, { shape, data }] of tensors)
          if (shape.reduce((product, each) => product * each, 1) !== data.length)
            throw new Lie(`${name} is not of its shape`);
      },
    };
  },
};

const checkpoint: Target = {
  name: "checkpoint",
  start: async (folder) => {
    const home = await madeModel(folder);
    const [name] = readdirSync(join(home, "checkpoints"));
    const whole = new Uint8Array(readFileSync(join(home, "checkpoints", name!)));
    const { parameters } = networkOf(
      decodeTrainedModel({
        config: readFileSync(join(home, "config.json")),
        weights: readFileSync(join(home, "weights.safetensors")),
      }).config.network,
    );
    const length = Number(new DataView(whole.buffer, whole.byteOffset).getBigUint64(0, true));
    const header = JSON.parse(Buffer.from(whole.subarray(8, 8 + length)).toString());
    const path = join(folder, name!);
    return {
      make: (random) => {
        if (random.integer(2) === 0) return mutatedBytes(random, whole);
        const text = mutatedJson(random, header, ["progress", "epoch", "F32", "[0,4]"]);
        const size = new Uint8Array(8);
        new DataView(size.buffer).setBigUint64(0, BigInt(text.length), true);
        return joined(size, text, whole.subarray(8 + length));
      },
      read: async (bytes) => {
        writeFileSync(path, bytes);
        await readCheckpoint(path, parameters);
      },
    };
  },
};

const { protocol, text, int, list, dictionary, call, global, stop } = opcodes;
const PICKLED = [
  ...[
    text("model_state_dict"),
    int(-1),
    int(2 ** 31 - 1),
    "N",
    "\x88",
    "(",
    "t",
    "R",
    "b",
    "s",
    "u",
    "e",
    "0",
    "2",
    "]",
    "}",
    "Q",
  ],
  ...[
    list(int(1)),
    dictionary(text("a"), int(1)),
    call(global("collections", "OrderedDict")),
    global("torch", "Size"),
  ],
  ...[
    global("os", "system"),
    global("builtins", "eval"),
    "q\x01",
    "h\x01",
    "r\xff\xff\xff\xff",
    "B\xff\xff\xff\xff",
    "\x8b\xff\0\0\0",
    "\x81",
    "\x93",
  ],
];

const torch: Target = {
  name: "pt",
  start: async (folder) => {
    const tensor = floatTensorOf([2, 3], [1, 2, 3, 4, 5, 6]);
    const weights = new OrderedDictionary(
      new Map<string, FixtureTensor>([
        ["w", tensor],
        ["b", floatTensorOf([3], [1, 2, 3])],
      ]),
    );
    const whole = torchFile(
      new Map<string, never>([
        ["model_state_dict", weights as never],
        ["current_epoch", 7 as never],
      ]),
    );
    const entries = unzipSync(whole);
    const pickle = Buffer.from(entries["archive/data.pkl"]).toString("latin1");
    const path = join(folder, "mutant.pt");
    // One thread for all, which is started anew only where it was ended.
    type Read = ReturnType<typeof torchReading>;
    const thread = new GuardedThread<Parameters<Read>[0], TorchValue>("read torch files", {
      maxSeconds: 5,
      maxMemory: 2 ** 28,
    });
    return {
      make: (random) => {
        if (random.integer(3) === 0) return mutatedBytes(random, whole);
        // A pickle changed, in an archive that is whole.
        if (random.integer(8) === 0)
          return torchArchive(
            protocol + Array.from({ length: 20 }, () => oneOf(random, PICKLED)).join("") + stop,
          );
        const at = random.integer(pickle.length);
        const changed = random.integer(2)
          ? Buffer.from(mutatedBytes(random, Buffer.from(pickle, "latin1"))).toString("latin1")
          : pickle.slice(0, at) + oneOf(random, PICKLED) + pickle.slice(at + random.integer(3));
        return zipSync(
          { ...entries, "archive/data.pkl": new Uint8Array(Buffer.from(changed, "latin1")) },
          { level: 0 },
        );
      },
      read: async (bytes) => {
        writeFileSync(path, bytes);
        await thread.ask(path, { path, maxUnpacked: 1e7 });
      },
      stop: () => thread.stop(),
    };
  },
};

const BODIES: readonly (readonly [verb: string, question: unknown])[] = [
  ["density", { of: ["height"], given: { width: 0.3 } }],
  ["density", { of: "kind", given: { width: { lower: 0 }, day: "2022-01-05" } }],
  ["sample", { of: ["height", "kind"], given: { width: 1 }, size: 3, seed: 1 }],
  [
    "predict",
    {
      of: ["height"],
      table: { columns: { width: [0.1, 0.2, null], kind: ["oak", "pine", null] } },
      quantiles: [0.5],
    },
  ],
  ["impute", { rows: [{ width: 0.1 }, { height: 2, kind: "oak" }] }],
  ["score", { rows: [{ width: 0.1, height: 0.2 }] }],
  ["advise", { of: "height", given: { width: 1 } }],
];

const http: Target = {
  name: "http",
  start: async (folder) => {
    const home = await madeModel(folder);
    const server = await serve([home], { port: 0, log: () => {} });
    const words = [
      "given",
      "of",
      "rows",
      "table",
      "width",
      "oak",
      "null",
      "1e999",
      '"lower"',
      "{",
      "}",
      "[",
      "]",
      ":",
      "size",
      "seed",
    ];
    return {
      make: (random) => {
        const [verb, question] = oneOf(random, BODIES);
        const path =
          random.integer(20) === 0
            ? oneOf(random, ["x", "", "..%2f..", "density%00", ...ODD_TEXTS.map(encodeURIComponent)])
            : verb;
        const body = mutatedJson(random, question, words);
        return joined(new TextEncoder().encode(`${path}\n`), body);
      },
      read: async (bytes) => {
        const end = bytes.indexOf(0x0a);
        const verb = Buffer.from(bytes.subarray(0, end)).toString();
        const answer = await fetch(`${server.url}/models/model/${verb}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: Buffer.from(bytes.subarray(end + 1)),
        });
        const said = await answer.text();
        if (answer.status >= 500) throw new Error(`status ${answer.status}: ${said}`);
        if (answer.status >= 400 && typeof JSON.parse(said)?.error?.message !== "string")
          throw new Error(`no sentence: ${said.slice(0, 300)}`);
        if (answer.status < 400 && /NaN|Infinity/.test(said)) throw new Lie(said.slice(0, 300));
      },
      stop: () => server.close(1),
    };
  },
};

export const MODEL_TARGETS: readonly Target[] = [torch, safetensors, config, checkpoint, http];
