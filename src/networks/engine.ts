/** @file What answers questions: either kind of network, behind the same few calls. */

import type { ExecutableOptions } from "../runtime/executable.ts";
import type { FlowOptions } from "../sampling/probability-flow.ts";
import type { Table } from "../table/table.ts";
import { isShared } from "./any-network.ts";
import { PublishedEngine } from "./leung-bovy/predictor.ts";
import type { ModelConfig } from "./model-config.ts";
import { SharedEngine } from "./query/predictor.ts";

/** Some consecutive rows of a table, and which of its columns are given. Missing cells are not given. */
export interface GivenTable {
  readonly table: Table;
  readonly given: readonly string[];
  readonly start: number;
  readonly rows: number;
  /** The place of the first of these rows in the whole of which the table is a part, for messages; else `start`. */
  readonly first?: number;
}

/** What is known of an asked column in each row. */
export interface Curves {
  /** (rows, nodes): the continuous part's values at some normal levels, in the model's scale. */
  readonly nodes: Float32Array;
  /** (rows, classCount): probabilities; absent where the column has no classes. */
  readonly classes?: Float64Array;
}

export interface AncestralRequest {
  readonly size: number;
  readonly seed: number;
  /** For row i of those asked: the names of the streams of the asked columns. */
  readonly streams: (row: number) => readonly number[];
}

export interface Engine {
  /** Values of each asked column at the same standard normal levels in every row; one per place in `asked`. */
  curves(rows: GivenTable, asked: readonly number[], levels: Float64Array): Promise<Curves[]>;
  /** Values of one column at levels of each row's own, (rows, nodes). */
  curvesAt(rows: GivenTable, place: number, levels: Float32Array): Promise<Curves>;
  /** Samples by the stochastic sampler, (rows, size) in `nodes`; one per place in `asked`. */
  ancestral(rows: GivenTable, asked: readonly number[], request: AncestralRequest): Promise<Curves[]>;
  /** Log density of the continuous part at one value of each row, model scale, by the flow backwards. */
  logDensities(rows: GivenTable, place: number, values: Float32Array): Promise<Float64Array>;
  dispose(): Promise<void>;
}

export interface EngineOptions extends Required<ExecutableOptions> {
  readonly flow: FlowOptions;
}

export function openEngine(
  config: ModelConfig,
  weights: Float32Array<ArrayBuffer>,
  options: EngineOptions,
): Promise<Engine> {
  const { network } = config;
  return isShared(network)
    ? SharedEngine.open(config, network, weights, options)
    : PublishedEngine.open(config, network, weights, options);
}
