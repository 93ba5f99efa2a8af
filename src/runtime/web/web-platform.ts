/** @file A page as a platform: programs run in WebAssembly, here or in a worker, and a model's files are fetched. */
import { InputError } from "../../base/errors.ts";
import { sha256 } from "../../numeric/sha256.ts";
import type { Platform } from "../platform.ts";
import { RemoteSessions } from "./remote-sessions.ts";
import { openWasmSession, type WasmOptions } from "./wasm-sessions.ts";

export interface WebPlatformOptions extends Pick<WasmOptions, "wasm"> {
  /** Where programs run; without one, in the page itself, which then does nothing else meanwhile. */
  readonly worker?: Worker;
  /** Threads inside a run; default: all cores (four at most) where the page is isolated (`crossOriginIsolated`), else 1. */
  readonly threads?: number;
}

/** More threads than this gain nothing with networks of our size. */
const MOST_THREADS = 4;

export function webPlatform({ wasm, worker, threads = threadsHere() }: WebPlatformOptions): Platform {
  const remote = worker && new RemoteSessions(worker);
  const options = { wasm, threads };
  return {
    openSession(program, { device }) {
      if (device !== "cpu") {
        throw new InputError(`The device "${device}" can't be used in a page yet: use the device "cpu".`);
      }
      return remote ? remote.open(program, options) : openWasmSession(program, options);
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
      // Servers of applications answer with their page where there is no file.
      const isPage = answer.headers.get("content-type")?.startsWith("text/html");
      if (answer.status === 404 || isPage) return undefined;
      if (!answer.ok) throw new InputError(`${address} can't be fetched (status ${answer.status}).`);
      return new Uint8Array(await answer.arrayBuffer());
    },
    writeFiles: (folder) =>
      Promise.reject(new InputError(`A page can't write to ${folder}: models are saved by Node.`)),
    sha256,
  };
}

/** Shared memory, which threads need, is there only where the page is isolated from other sites. */
export function threadsHere(most = MOST_THREADS): number {
  const { crossOriginIsolated = false, navigator } = globalThis;
  return crossOriginIsolated ? Math.min(most, navigator?.hardwareConcurrency ?? 1) : 1;
}
