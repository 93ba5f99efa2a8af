/**
 * @file A page as a platform: programs run in WebAssembly by onnxruntime-web, which is loaded here and nowhere else, and a
 * model's files are fetched. Threads are not started yet.
 */
import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import { InputError } from "../../base/errors.ts";
import type { Cells, Platform, Session, Tensor as ShapedCells } from "../platform.ts";

export interface WebPlatformOptions {
  /** The address of the folder with onnxruntime-web's ort-wasm-simd-threaded.mjs and .wasm, with a slash at its end. */
  readonly wasm: string;
}

/**
 * Bundlers must not take onnxruntime-web's WebAssembly into the bundle, or its threads hang: build with the resolve
 * condition "onnxruntime-web-use-extern-wasm".
 */
export function webPlatform({ wasm }: WebPlatformOptions): Platform {
  env.wasm.wasmPaths = wasm;
  env.wasm.numThreads = 1;
  return {
    async openSession(program, { device }) {
      if (device !== "cpu") {
        throw new InputError(`The device "${device}" can't be used in a page yet: use the device "cpu".`);
      }
      return new WebSession(await InferenceSession.create(program, { executionProviders: ["wasm"] }));
    },
    fastestDevice: async () => "cpu",
    threads: {
      cores: 1,
      start: () => Promise.reject(new Error("a page starts no threads")),
    },
    modelFolder: (address) => address,
    async readFile(folder, file) {
      const address = `${folder.replace(/\/$/, "")}/${file}`;
      const answer = await fetch(address);
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw new InputError(`${address} can't be fetched (status ${answer.status}).`);
      return new Uint8Array(await answer.arrayBuffer());
    },
    writeFile: (folder) =>
      Promise.reject(new InputError(`A page can't write to ${folder}: models are saved by Node.`)),
  };
}

type Tensors = Readonly<Record<string, ShapedCells>>;

class WebSession implements Session {
  readonly #session: InferenceSession;

  constructor(session: InferenceSession) {
    this.#session = session;
  }

  tensor(cells: Cells | BigInt64Array, shape: readonly number[]): ShapedCells {
    return new Tensor(cells, shape);
  }

  async run(inputs: Tensors, results: Tensors = {}): Promise<Tensors> {
    const made = await this.#session.run(inputs as Readonly<Record<string, Tensor>>);
    // WebAssembly has a memory of its own: an array given for a result would be left as it was.
    for (const [name, { data }] of Object.entries(results))
      (data as Float32Array).set(made[name].data as Float32Array);
    return made;
  }

  release(): Promise<void> {
    return this.#session.release();
  }
}
