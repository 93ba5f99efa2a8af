/** @file What answers questions with a network's weights, whichever network it is. */
import type { ModelColumn } from "../columns/encoding.ts";
import type { Normals } from "../numeric/normal-mixtures.ts";
import type { ExecutableOptions } from "../runtime/executable.ts";
import type { FlowOptions } from "../sampling/probability-flow.ts";
import type { EncodedTable, TableRows } from "./encoded-table.ts";

/** The whole distribution of a target's continuous part in each row: values at normal levels, or the normals that it is made of. */
export type Answered = Curves | (Omit<Curves, "nodes"> & { readonly normals: Normals });

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

/** One column of a chain, with two random numbers for each row. */
export interface ChainLink {
  readonly column: ModelColumn;
  /** In the model. */
  readonly index: number;
  /** See `CellDraws`. */
  readonly uniforms: Float64Array;
  readonly normals: Float64Array;
  /** 1 where the cell shall be missing: NaN, and not given to later links. */
  readonly isMissing?: Uint8Array;
}

/** Columns to be drawn one after the other, each given those before it. */
export interface Chain {
  readonly links: readonly ChainLink[];
  /** Whether log likelihoods are wanted. */
  readonly isScored: boolean;
  /** Whether values shall be as the training's table writes them. */
  readonly isWritten: boolean;
}

/** Of one link, by row. */
export interface ChainDrawn {
  /** In data units; of a category column indices in the model's list. */
  readonly values: Float64Array;
  readonly logLikelihoods?: Float64Array;
}

/** Targets are named by their index in the model. */
export interface Predictor {
  /** Each target in every row, if by values at the same standard normal levels; one per index in `targets`. */
  curves(rows: TableRows, targets: readonly number[], levels: Float64Array): Promise<Answered[]>;
  /** As {@link curves}, about rows that are encoded already; of the default network. */
  curvesOfEncoded?(
    given: EncodedTable,
    targets: readonly number[],
    levels: Float64Array,
  ): Promise<Answered[]>;
  /** Values of one target at levels of each row's own, (rows, nodes). */
  curvesAt(rows: TableRows, target: number, levels: Float32Array): Promise<Curves>;
  /** Samples by the stochastic sampler, (rows, size) in `nodes`; one per index in `targets`. */
  ancestral(rows: TableRows, targets: readonly number[], request: AncestralRequest): Promise<Curves[]>;
  /** A chain drawn in every row; where answers about numbers are mixtures of normals, and cheaper than link by link. */
  chain?(rows: TableRows, chain: Chain): Promise<ChainDrawn[]>;
  /** Log density of the continuous part at one value of each row, in standardised units, by the flow backwards. */
  logDensities(rows: TableRows, target: number, values: Float32Array): Promise<Float64Array>;
  dispose(): Promise<void>;
}

export interface PredictorOptions extends Required<ExecutableOptions> {
  readonly flow: FlowOptions;
}
