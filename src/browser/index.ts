/**
 * @file anygiven in a page (`anygiven/browser`): opens a model or trains one, and asks it as in Node. Programs run in workers, so
 * that the page goes on meanwhile; nothing is sent anywhere.
 */
import { Model, type ModelOptions } from "../model/model.ts";
import type { ModelBytes } from "../model/trained-model.ts";
import { absolute, type PageOptions, usePage } from "./page-platform.ts";
import { openedFiles } from "./saved-model.ts";

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
  type SaveOptions,
} from "../model/model.ts";
export type { Given, Row } from "../model/question-table.ts";
export type { SixteenBits } from "../model/sixteen-bits.ts";
export type { ModelBytes } from "../model/trained-model.ts";
export { tableFromColumns } from "../table/from-values.ts";
export type { Column, Table } from "../table/table.ts";
export type { PageOptions } from "./page-platform.ts";
export { savedFiles, savedZip } from "./saved-model.ts";
export {
  type BytesReading,
  type PageTrainOptions,
  type TableSource,
  type Training,
  type TrainingProgress,
  train,
} from "./train.ts";

/**
/**
 * A model: the address of its folder, or its two files, in any order, as a page has them of an input or of a drop, or the one zip
 * of them. Where manifest.json is among them, or in the folder, they are compared with its checksums.
 */
export type ModelSource = string | URL | readonly File[] | ModelBytes;

export type BrowserOptions = Omit<ModelOptions, "device" | "threads"> & PageOptions;

/**
 * Opens a model for the questions of {@link Model}: `density`, `sample`, `predict`, `impute`, `score`, `advise`. Pictures are
 * Node's.
 * @throws InputError for an address where there is no model, files that are none, and what {@link Model.fromBytes} complains about.
 * @example
 * import { load } from "anygiven/browser";
 * const model = await load("/models/survey");
 * const logg = await model.density({ of: "logg", given: { teff: 4700 } });
 * if (logg.kind === "number") console.log(logg.median(), logg.interval(0.9));
 */
export async function load(source: ModelSource, options: BrowserOptions = {}): Promise<Model> {
  const { wasm: _, worker: __, threads: ___, ...modelOptions } = options;
  usePage(options);
  if (typeof source === "string" || source instanceof URL) return Model.load(absolute(source), modelOptions);
  return Model.fromBytes(isFiles(source) ? await openedFiles([...source]) : source, modelOptions);
}

function isFiles(source: Exclude<ModelSource, string | URL>): source is readonly File[] {
  return Symbol.iterator in source;
}
