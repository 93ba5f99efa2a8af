/** @file What answers questions with a network's weights, whichever network it is. */
import type { ExecutableOptions } from "../runtime/executable.ts";
import type { FlowOptions } from "../sampling/probability-flow.ts";
import type { TableRows } from "./encoded-table.ts";

/** What is known of a target in each row. */
export interface Curves {
  /** (rows, nodes): the continuous part's values at some normal levels, in standardised units. */
  readonly nodes: Float32Array;
  /** (rows, classCount): probabilities; absent where the column has no classes. */
  readonly classes?: Float64Array;
}

export interface AncestralRequest {
  readonly size: number;
  readonly seed: number;
  /** For row i of the question: the names of the streams of the targets. */
  readonly streams: (row: number) => readonly number[];
}

/** Targets are named by their index in the model. */
export interface Predictor {
  /** Values of each target at the same standard normal levels in every row; one per index in `targets`. */
  curves(rows: TableRows, targets: readonly number[], levels: Float64Array): Promise<Curves[]>;
  /** Values of one target at levels of each row's own, (rows, nodes). */
  curvesAt(rows: TableRows, target: number, levels: Float32Array): Promise<Curves>;
  /** Samples by the stochastic sampler, (rows, size) in `nodes`; one per index in `targets`. */
  ancestral(rows: TableRows, targets: readonly number[], request: AncestralRequest): Promise<Curves[]>;
  /** Log density of the continuous part at one value of each row, in standardised units, by the flow backwards. */
  logDensities(rows: TableRows, target: number, values: Float32Array): Promise<Float64Array>;
  dispose(): Promise<void>;
}

export interface PredictorOptions extends Required<ExecutableOptions> {
  readonly flow: FlowOptions;
}
