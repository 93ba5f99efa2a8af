/** @file Sessions whose programs run in a worker, so that a page answers to its user meanwhile; seen from the page. */
import type { Cells, Session, Tensor } from "../platform.ts";
import type { WasmOptions } from "./wasm-sessions.ts";

/** What goes to the worker instead of a tensor: a copy of its cells. */
export interface ShapedArray {
  readonly cells: Cells | BigInt64Array;
  readonly shape: readonly number[];
}

/** A message to the worker. */
export type Asked =
  | {
      readonly kind: "open";
      readonly session: number;
      readonly program: Uint8Array;
      readonly options: WasmOptions;
    }
  | {
      readonly kind: "run";
      readonly session: number;
      readonly inputs: Readonly<Record<string, ShapedArray>>;
    }
  | { readonly kind: "release"; readonly session: number };

type Made = Readonly<Record<string, ShapedArray["cells"]>>;

/** A message from the worker, about the one that has the number. */
export type Answer =
  | { readonly id: number; readonly made: Made }
  | { readonly id: number; readonly failure: string };

interface Waiting {
  readonly done: (made: Made) => void;
  readonly failed: (error: Error) => void;
}

/** Counted through for all models of a page, which share a worker. */
let [asked, opened] = [0, 0];

/** A worker and the sessions in it. */
export class RemoteSessions {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("made" in data) waiting?.done(data.made);
      else waiting?.failed(new Error(data.failure));
    });
    // Its file was not found, or is no program.
    worker.addEventListener("error", ({ message }) => {
      const why = message || "its file can't be loaded";
      for (const { failed } of this.#waiting.values())
        failed(new Error(`The worker that runs programs has ended: ${why}.`));
      this.#waiting.clear();
    });
  }

  async open(program: Uint8Array, options: WasmOptions): Promise<Session> {
    const session = opened++;
    await this.#ask({ kind: "open", session, program, options });
    return {
      tensor: (data, shape): ShapedTensor => ({ data, shape }),
      run: async (inputs, results = {}) => {
        const shaped = Object.entries(inputs).map(([name, tensor]) => {
          const { data: cells, shape } = tensor as ShapedTensor;
          return [name, { cells, shape }];
        });
        const made = await this.#ask({ kind: "run", session, inputs: Object.fromEntries(shaped) });
        for (const [name, { data }] of Object.entries(results))
          (data as Float32Array).set(made[name] as Float32Array);
        return Object.fromEntries(Object.entries(made).map(([name, data]) => [name, { data }]));
      },
      release: async () => {
        await this.#ask({ kind: "release", session });
      },
    };
  }

  #ask(message: Asked): Promise<Made> {
    const id = asked++;
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed });
      this.#worker.postMessage({ id, asked: message });
    });
  }
}

interface ShapedTensor extends Tensor {
  readonly data: ShapedArray["cells"];
  readonly shape: readonly number[];
}
