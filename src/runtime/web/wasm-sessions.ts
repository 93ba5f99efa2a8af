/** @file Sessions of onnxruntime-web, which is loaded here and nowhere else: in a page, or in the worker that a page starts. */
import { env, InferenceSession, Tensor } from "onnxruntime-web/wasm";
import type { Cells, Session, Tensor as ShapedCells } from "../platform.ts";

/** Of onnxruntime-web. */
export const WASM_VERSION = env.versions.web ?? env.versions.common;

export interface WasmOptions {
  /** The address of the folder with onnxruntime-web's ort-wasm-simd-threaded.mjs and .wasm, with a slash at its end. */
  readonly wasm: string;
  /** Threads inside a run; more than one only where the page is isolated from other sites (`crossOriginIsolated`). */
  readonly threads: number;
}

/**
 * Bundlers must not take onnxruntime-web's WebAssembly into the bundle, or its threads hang: build with the resolve
 * condition "onnxruntime-web-use-extern-wasm".
 */
export async function openWasmSession(program: Uint8Array, { wasm, threads }: WasmOptions): Promise<Session> {
  env.wasm.wasmPaths = wasm;
  env.wasm.numThreads = threads;
  return new WasmSession(await InferenceSession.create(program, { executionProviders: ["wasm"] }));
}

type Tensors = Readonly<Record<string, ShapedCells>>;

class WasmSession implements Session {
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
