/**
 * @file What a network is to the rest: how its columns are measured and encoded, how its batches are drawn and fed to its
 * loss, and what answers with its weights. `registry.ts` chooses one by the kind that a config names; each has a folder.
 */

import type { ModelColumn } from "../columns/encoding.ts";
import type { StatedKind } from "../columns/kinds/registry.ts";
import type { Generator } from "../numeric/generator.ts";
import type { Feeds, Sizes } from "../runtime/executable.ts";
import type { Column, Table } from "../table/table.ts";
import type { EncodedTable, TableRows } from "./encoded-table.ts";
import type { Parameter } from "./parts/parameter-layout.ts";
import type { LossProgram } from "./parts/program-parts.ts";
import type { Predictor, PredictorOptions } from "./predictor.ts";

/** A network of some sizes: everything that its config settles. */
export interface Network {
  /** In the order of the flat array of weights. */
  readonly parameters: readonly Parameter[];
  /** How many networks of the same sizes it is, whose answers are averaged. */
  readonly members: number;
  /** Share of cells dropped in training, 0 <= p < 1. */
  readonly dropout: number;
  readonly optimizer: OptimizerConstants;
  /** Whether a column may be target and given at once: only a network that has met this in training can answer. */
  readonly takesTargetsAsGiven: boolean;
  /**
   * Of a network whose loss is minus the log likelihood of each target: how wide an integer's interval must be, in
   * standardised units, for its probability to be meant and not the density at its value.
   */
  readonly likelihood?: { readonly intervalsFrom: number };
  /** Whether its answers about numbers are mixtures of normals: then a value is drawn from one at no cost. */
  readonly isMixture: boolean;
  /** Where it can't be trained any further: what is said of its folder. */
  readonly untrainable?: string;
  /** Its sizes in words, a line each, for whoever looks at a model. */
  describe(): string[];

  /** Brings rows to standardised units. @throws InputError naming a cell that its column can't have. */
  encode(rows: TableRows, columns: readonly ModelColumn[]): EncodedTable;

  /** The capacity that batches need. @param outputs indices of the columns that may be targets. */
  capacity(columns: number, outputs: Int32Array, settings: BatchSettings): BatchCapacity;
  batches(capacity: BatchCapacity): Batches;
  /** Draws into one batch again and again. */
  sampler(rows: SampledRows, outputs: Int32Array, settings: BatchSettings): BatchSampler;
  /** With `training` it returns gradients too, and takes dropout masks. */
  lossProgram(training: boolean): LossProgram;

  openPredictor(
    columns: readonly ModelColumn[],
    weights: Float32Array<ArrayBuffer>,
    options: PredictorOptions,
  ): Promise<Predictor>;
}

/** A network before its first training: what its settings make of a table. */
export interface NetworkPlan<Config> {
  /** Measures a column. @throws InputError for one that the network can't learn. */
  fitColumn(column: Column, fit: ColumnFit): ModelColumn;
  /**
   * @param table the rows that columns are measured on. @param base the network that the training starts from, whose columns
   * come first.
   */
  config(columns: readonly ModelColumn[], table: Table, base?: Config): Config;
}

export interface ColumnFit {
  /** Where the column came from, for messages. */
  readonly source: string;
  /** Whether the model shall answer for it. */
  readonly output: boolean;
  /** What a user says that it is, where the table can't tell. */
  readonly as?: StatedKind;
  /** Whether a column of numbers is of whole ones, if a user says so. */
  readonly integer?: boolean;
  /** Called, with one sentence each, for what the user should know of the column. */
  readonly onNotice?: (notice: string) => void;
}

/** AdamW's constants (Loshchilov & Hutter 2019), apart from the learning rate. */
interface OptimizerConstants {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** What the batches of a run depend on, among its settings; a network has those that it uses. */
export interface BatchSettings {
  readonly batchSize: number;
  /** Fewest and most columns given; the most is cut to the table's columns. */
  readonly contextRange: readonly [number, number];
  /** Share of the targets that have all other columns given, and, of the others, few more often than many. */
  readonly allGiven?: number;
  readonly fewGiven?: number;
  /** Share of the rows in which given values are hidden behind intervals. */
  readonly intervals?: number;
  /** The maximum of targets of a row, and noisy copies of each. */
  readonly requests?: number;
  readonly draws?: number;
  /** Whether measurement errors of targets are deconvolved. */
  readonly measurementErrors?: "deconvolve" | "given" | "ignore";
}

/** The maximum that a batch can hold. */
export interface BatchCapacity {
  readonly rows: number;
  /** Given cells of a row, targets of a row, and noisy copies of each target. */
  readonly given: number;
  readonly targets: number;
  readonly copies: number;
}

/** Some consecutive rows of a batch, run at once. */
export interface MicroBatch {
  readonly start: number;
  readonly rows: number;
  /** Given cells of the row that has most, at least 1; and targets. */
  readonly given: number;
  readonly targets: number;
}

/** Which step's noise is wanted: it has a random stream of its own. */
export interface NoiseStream {
  readonly seed: number;
  readonly step: number;
}

/** How the batches of a run lie in memory, and what their micro-batches are to the loss program. */
export interface Batches {
  /** Bytes of a batch. */
  readonly bytes: number;
  /** A batch over so much memory, which threads may share. */
  over(memory: ArrayBufferLike): Batch;
  sizes(part: MicroBatch): Sizes;
  /** Work of a micro-batch, in any unit. */
  cost(part: MicroBatch): number;
  /** The sizes of micro-batches of every shape: dropout masks need memory for the largest. */
  largest(cellsAtOnce: number): Sizes[];
}

export interface Batch {
  readonly memory: ArrayBufferLike;
  /** Cuts its first `rows` rows for so many workers. @param cellsAtOnce cells of a micro-batch, about. */
  microBatches(rows: number, workers: number, cellsAtOnce: number): MicroBatch[];
  /** What the loss program is fed with, apart from weights and dropout masks. */
  feeds(part: MicroBatch, noise: NoiseStream): Feeds;
}

/** Where batches are drawn from. */
export interface SampledRows {
  /** All rows, or those of one batch. */
  readonly data: EncodedTable;
  /** All rows, or some thousand of them, to learn from what is missing together. */
  readonly reference: EncodedTable;
}

export interface BatchSampler {
  readonly batch: Batch;
  /** Of a network whose loss is a likelihood: what is asked in the batch. */
  readonly asked?: AskedTargets;
  /** Draws what is given of these rows, the targets, and their noise. @returns the number of rows in the batch. */
  draw(rows: Uint32Array, random: Generator): number;
  /**
   * One target for each row, given all others, as far as the batch has room. A row that lacks it has none.
   * @param column its index. @returns the number of rows in the batch.
   */
  giveAllBut?(column: number, rows: Uint32Array, random: Generator): number;
}

/** The targets of a batch, each (rows, targets), overwritten by the next. */
export interface AskedTargets {
  /** Tokens of the columns (index + 1); 0 where there are fewer. */
  readonly tokens: Int32Array;
  /** Which of the table's rows each of the batch is, for a batch need not keep their order. */
  readonly rows: Uint32Array;
  /** What each counts in the loss, by its number or its class. */
  weight(at: number): number;
}
