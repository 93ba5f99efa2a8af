/** @file What one thread does: answers about some columns for many rows. */

import type { ExecutableOptions } from "../../runtime/executable.ts";
import type { Answerer } from "../../runtime/worker-pool.ts";
import { ancestralSamples } from "../../sampling/ancestral-sampling.ts";
import { type DenoisingField, inParts } from "../../sampling/denoising-field.ts";
import { logDensities } from "../../sampling/log-density.ts";
import { type FlowOptions, flow, flowOnLevels } from "../../sampling/probability-flow.ts";
import { type EncodedTable, encodedPart } from "../encoded-table.ts";
import type { QueryConfig } from "./config.ts";
import { Denoiser } from "./denoiser.ts";

/** What is wanted about each target in each row. */
export type Wanted =
  /** Values at the same standard normal levels in every row. */
  | { readonly kind: "levels"; readonly levels: Float64Array }
  /** Values at levels of each row's own, (rows, nodes). */
  | { readonly kind: "own levels"; readonly levels: Float32Array }
  /** Samples of the stochastic sampler; the streams of the asked columns by row. */
  | {
      readonly kind: "ancestral";
      readonly size: number;
      readonly seed: number;
      readonly streams: readonly (readonly number[])[];
    }
  /** The log density at one value of each row. */
  | { readonly kind: "log density"; readonly values: Float32Array };

export interface RowsQuestion {
  readonly given: EncodedTable;
  /** Places of the asked columns. */
  readonly asked: readonly number[];
  readonly wanted: Wanted;
  readonly flow: FlowOptions;
}

/** Of one asked column. */
export interface RowsAnswer {
  /** (rows, nodes), standardised; of log densities one for each row. */
  readonly numbers: Float32Array | Float64Array;
  /** (rows, all classes); none where no column has classes. */
  readonly probabilities?: Float32Array;
}

/** What an answerer is made from, here or on a worker thread. */
export interface AnswerSetup extends Required<ExecutableOptions> {
  readonly network: QueryConfig;
  /** All weights, float32; memory that threads may share. */
  readonly weights: ArrayBufferLike;
}

export async function loadAnswerer({
  network,
  weights,
  ...options
}: AnswerSetup): Promise<Answerer<RowsQuestion, RowsAnswer[]>> {
  // A copy: programs take no memory that is shared between threads.
  const denoiser = await Denoiser.load(network, new Float32Array(weights).slice(), options);
  return {
    answer: (question) => answerRows(denoiser, question),
    dispose: () => denoiser.dispose(),
  };
}

/** One encoding of what is given serves all asked columns. */
export async function answerRows(
  denoiser: Denoiser,
  { given, asked, wanted, flow: options }: RowsQuestion,
): Promise<RowsAnswer[]> {
  const answers: RowsAnswer[] = [];
  for (const [which, steering] of (await denoiser.steer(given, asked)).entries()) {
    const numbers = await numbersOf(denoiser.field(steering), wanted, which, options);
    const { probabilities } = steering;
    answers.push({ numbers, ...(probabilities && { probabilities }) });
  }
  return answers;
}

function numbersOf(
  field: DenoisingField,
  wanted: Wanted,
  which: number,
  options: FlowOptions,
): Promise<Float32Array | Float64Array> {
  switch (wanted.kind) {
    case "levels":
      return inParts(field, wanted.levels.length, (part) => flowOnLevels(part, wanted.levels, options));
    case "own levels": {
      const nodes = wanted.levels.length / field.questions;
      return inParts(field, nodes, (part, start) =>
        flow(part, wanted.levels.subarray(start * nodes, (start + part.questions) * nodes), options),
      );
    }
    case "ancestral":
      return ancestralSamples(field, wanted.size, wanted.seed, (row) => wanted.streams[row][which]);
    case "log density":
      return logDensities(field, wanted.values);
  }
}

/** The same question about rows from .. to - 1. */
export function questionPart(question: RowsQuestion, from: number, to: number): RowsQuestion {
  const { given, wanted } = question;
  const part = { ...question, given: encodedPart(given, from, to) };
  switch (wanted.kind) {
    case "levels":
      return part;
    case "own levels": {
      const perRow = wanted.levels.length / given.rows;
      return { ...part, wanted: { ...wanted, levels: wanted.levels.slice(from * perRow, to * perRow) } };
    }
    case "ancestral":
      return { ...part, wanted: { ...wanted, streams: wanted.streams.slice(from, to) } };
    case "log density":
      return { ...part, wanted: { ...wanted, values: wanted.values.slice(from, to) } };
  }
}

/** Evaluations of the head that an answer about one row and column takes, about. */
export function headCalls({ given, wanted }: RowsQuestion): number {
  switch (wanted.kind) {
    case "levels":
      return 10 * wanted.levels.length;
    case "own levels":
      return (15 * wanted.levels.length) / given.rows;
    case "ancestral":
      return 100 * wanted.size;
    case "log density":
      return 200;
  }
}
