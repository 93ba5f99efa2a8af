/** @file What programs run on in a page, and the addresses of this library's own files. */
import { usePlatform } from "../runtime/platform.ts";
import { webPlatform } from "../runtime/web/web-platform.ts";

export interface PageOptions {
  /**
   * The address of the folder that holds ort-wasm-simd-threaded.mjs and .wasm of onnxruntime-web 1.30.0; by default "ort/" beside
   * this library's own file.
   */
  readonly wasm?: string | URL;
  /** Whether programs run in a worker (default), or in the page, which then does nothing else meanwhile. */
  readonly worker?: boolean;
  /** Threads inside a run; default: all cores (four at most) where the page is isolated (`crossOriginIsolated`), else 1. */
  readonly threads?: number;
}

/** Makes the page what models run on from now on. */
export function usePage({ wasm, worker = true, threads }: PageOptions): void {
  const started = worker ? startWorker() : undefined;
  usePlatform(
    webPlatform({
      wasm: wasmFolder(wasm),
      ...(started && { worker: started }),
      ...(threads !== undefined && { threads }),
    }),
  );
}

/** An address as the page means it. */
export function absolute(address: string | URL): string {
  return new URL(address, globalThis.location?.href).href;
}

export function wasmFolder(wasm: string | URL = new URL("./ort/", import.meta.url)): string {
  return absolute(wasm);
}

let shared: Worker | undefined;

/** One for all models of a page. */
function startWorker(): Worker {
  shared ??= new Worker(new URL("./browser-worker.js", import.meta.url), { type: "module" });
  return shared;
}
