/** @file What one thread does: answers about some columns for many rows. */

import { Lazy } from "../../base/async.ts";
import type { Normals } from "../../numeric/normal-mixtures.ts";
import type { Answerer } from "../../runtime/worker-pool.ts";
import { type EncodedTable, encodedPart } from "../encoded-table.ts";
import { NamedWeights } from "../parts/parameter-layout.ts";
import type { Chain, PredictorOptions } from "../predictor.ts";
import { ChainDrawer } from "./chain.ts";
import { ConditionEncoder } from "./condition-encoder.ts";
import type { QueryConfig } from "./config.ts";
import type { Conditions, Head, HeadPredictor } from "./heads/head.ts";
import { headOf } from "./heads/registry.ts";
import { queryParameters } from "./parameters.ts";

/** What is wanted about each target in each row: its kind is a way to ask the head. */
export type Wanted =
  /** The whole distribution, if by values at the same standard normal levels in every row. */
  | { readonly kind: "levels"; readonly levels: Float64Array }
  /** Values at levels of each row's own, (rows, nodes). */
  | { readonly kind: "own levels"; readonly levels: Float32Array }
  /** Samples; the streams of the targets by row. */
  | {
      readonly kind: "samples";
      readonly size: number;
      readonly seed: number;
      readonly streams: readonly (readonly number[])[];
    }
  /** The targets drawn one after the other. */
  | ({ readonly kind: "chain" } & Chain)
  /** The log density at one value of each row. */
  | { readonly kind: "log density"; readonly values: Float32Array };

export interface EncodedQuestion {
  readonly given: EncodedTable;
  /** Indices of the targets. */
  readonly targets: readonly number[];
  readonly wanted: Wanted;
}

/** Of one target. */
export interface EncodedAnswer {
  /** (rows, nodes), standardised; of log densities one for each row. Normals, where the levels' whole distribution is known. */
  readonly answer: Float32Array | Float64Array | Normals;
  /** Of a chain, where they are wanted. */
  readonly logLikelihoods?: Float64Array;
  /** (rows, all classes); none where no column has classes. */
  readonly probabilities?: Float32Array;
}

/** What an answerer is made from, here or on a worker thread. */
export interface AnswerSetup extends PredictorOptions {
  readonly network: QueryConfig;
  /** All weights, float32; memory that threads may share. */
  readonly weights: ArrayBufferLike;
}

/** @param head default: that which the config names, as a thread has no other to go by. */
export async function loadAnswerer(
  { network, weights: shared, ...options }: AnswerSetup,
  head: Head = headOf(network.head),
): Promise<Answerer<EncodedQuestion, EncodedAnswer[]>> {
  // A copy: programs take no memory that is shared between threads.
  const weights = new NamedWeights(queryParameters(network, head), new Float32Array(shared).slice());
  const encoder = await ConditionEncoder.load(network, head, weights, options);
  const predictor = await head.openPredictor(network.embeddingDim, weights, options);
  const chains = new Lazy(() => ChainDrawer.load(network, head, weights, options));
  return {
    async answer({ given, targets, wanted }) {
      if (wanted.kind === "chain") {
        const drawn = await (await chains.get()).draw(given, wanted);
        return drawn.map(({ values, ...scores }) => ({ answer: values, ...scores }));
      }
      const answers: EncodedAnswer[] = [];
      for (const [which, { conditions, probabilities }] of (await encoder.encode(given, targets)).entries()) {
        const answer = await askHead(predictor, conditions, wanted, which);
        answers.push({ answer, ...(probabilities && { probabilities }) });
      }
      return answers;
    },
    async dispose() {
      await chains.dispose((drawer) => drawer.dispose());
      await encoder.dispose();
      await predictor.dispose();
    },
  };
}

async function askHead(
  head: HeadPredictor,
  conditions: Conditions,
  wanted: Exclude<Wanted, { readonly kind: "chain" }>,
  which: number,
): Promise<EncodedAnswer["answer"]> {
  switch (wanted.kind) {
    case "levels":
      return head.normals?.(conditions) ?? head.curves(conditions, wanted.levels);
    case "own levels":
      return head.curvesAt(conditions, wanted.levels);
    case "samples":
      return head.samples(conditions, wanted.size, wanted.seed, (row) => wanted.streams[row][which]);
    case "log density":
      return head.logDensities(conditions, wanted.values);
  }
}

/** The same question about rows from .. to - 1. */
export function questionPart(question: EncodedQuestion, from: number, to: number): EncodedQuestion {
  const { given, wanted } = question;
  const part = { ...question, given: encodedPart(given, from, to) };
  switch (wanted.kind) {
    case "levels":
      return part;
    case "own levels": {
      const perRow = wanted.levels.length / given.rows;
      return { ...part, wanted: { ...wanted, levels: wanted.levels.slice(from * perRow, to * perRow) } };
    }
    case "samples":
      return { ...part, wanted: { ...wanted, streams: wanted.streams.slice(from, to) } };
    case "chain": {
      const links = wanted.links.map(({ uniforms, normals, isMissing, ...link }) => ({
        ...link,
        uniforms: uniforms.slice(from, to),
        normals: normals.slice(from, to),
        ...(isMissing && { isMissing: isMissing.slice(from, to) }),
      }));
      return { ...part, wanted: { ...wanted, links } };
    }
    case "log density":
      return { ...part, wanted: { ...wanted, values: wanted.values.slice(from, to) } };
  }
}

/** Numbers of an answer about one row and column. */
export function numbersOfRow({ given, wanted }: EncodedQuestion): number {
  switch (wanted.kind) {
    case "levels":
      return wanted.levels.length;
    case "own levels":
      return wanted.levels.length / given.rows;
    case "samples":
      return wanted.size;
    case "chain":
    case "log density":
      return 1;
  }
}
