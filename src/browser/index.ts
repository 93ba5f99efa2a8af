/**
 * @file anygiven in a page (`anygiven/browser`): opens a model, and asks it as in Node. Programs run in a worker, so that the page
 * goes on meanwhile; nothing is sent anywhere.
 */
import { InputError } from "../base/errors.ts";
import { Model, type ModelOptions } from "../model/model.ts";
import { usePlatform } from "../runtime/platform.ts";
import { webPlatform } from "../runtime/web/web-platform.ts";

export { InputError } from "../base/errors.ts";
export type { ModelColumn } from "../columns/encoding.ts";
export type { ColumnDistributions } from "../distribution/column-distributions.ts";
export type {
  CategoryDistribution,
  Distribution,
  NumberDistribution,
} from "../distribution/distribution.ts";
export {
  type DensityRowsQuestion,
  Model,
  type ModelOptions,
  type Question,
  type Rows,
  type Samples,
} from "../model/model.ts";
export type { Given, Row } from "../model/question-table.ts";
export { tableFromColumns } from "../table/from-values.ts";
export type { Column, Table } from "../table/table.ts";

/** A model: the address of its folder, or its two files, in any order, as a page has them of an input or of a drop. */
export type ModelSource =
  | string
  | URL
  | readonly File[]
  | { readonly config: Uint8Array; readonly weights: Uint8Array };

export interface BrowserOptions extends Omit<ModelOptions, "device" | "threads"> {
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

/**
 * Opens a model for the questions of {@link Model}: `density`, `sample`, `predict`, `impute`, `score`, `advise`. Training, files of
 * tables and pictures are Node's.
 * @throws InputError for an address where there is no model, files that are none, and what {@link Model.fromBytes} complains about.
 * @example
 * import { load } from "anygiven/browser";
 * const model = await load("/models/survey");
 * const logg = await model.density({ of: "logg", given: { teff: 4700 } });
 * if (logg.kind === "number") console.log(logg.median(), logg.interval(0.9));
 */
export async function load(source: ModelSource, options: BrowserOptions = {}): Promise<Model> {
  const { wasm = new URL("./ort/", import.meta.url), worker = true, threads, ...modelOptions } = options;
  const started = worker ? startWorker() : undefined;
  usePlatform(
    webPlatform({
      wasm: new URL(wasm, globalThis.location?.href).href,
      ...(started && { worker: started }),
      ...(threads !== undefined && { threads }),
    }),
  );
  if (typeof source === "string" || source instanceof URL)
    return Model.load(new URL(source, globalThis.location?.href).href, modelOptions);
  return Model.fromBytes(isFiles(source) ? await bytesOf(source) : source, modelOptions);
}

let shared: Worker | undefined;

/** One for all models of a page. */
function startWorker(): Worker {
  shared ??= new Worker(new URL("./browser-worker.js", import.meta.url), { type: "module" });
  return shared;
}

function isFiles(source: Exclude<ModelSource, string | URL>): source is readonly File[] {
  return Symbol.iterator in source;
}

async function bytesOf(files: readonly File[]): Promise<{ config: Uint8Array; weights: Uint8Array }> {
  const bytes = async (name: string) => {
    const file = [...files].find((each) => each.name === name);
    if (!file)
      throw new InputError(
        `There is no ${name} among the files: choose both config.json and weights.safetensors of a model's folder.`,
      );
    return new Uint8Array(await file.arrayBuffer());
  };
  return { config: await bytes("config.json"), weights: await bytes("weights.safetensors") };
}
