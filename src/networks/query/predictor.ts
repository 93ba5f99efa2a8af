/** @file Answers of the default network. */

import type { ModelColumn } from "../../columns/encoding.ts";
import { platform } from "../../runtime/platform.ts";
import { shareable } from "../../runtime/worker-pool.ts";
import type { EncodedTable, TableRows } from "../encoded-table.ts";
import type {
  AncestralRequest,
  Answered,
  Chain,
  ChainDrawn,
  Curves,
  Predictor,
  PredictorOptions,
} from "../predictor.ts";
import { AnswerPool } from "./answer-pool.ts";
import { ownClasses } from "./classes.ts";
import type { QueryConfig } from "./config.ts";
import { encodeForQuery } from "./encode.ts";
import type { Head } from "./heads/head.ts";
import type { EncodedAnswer, Wanted } from "./row-answers.ts";

export class QueryPredictor implements Predictor {
  readonly #columns: readonly ModelColumn[];
  readonly #network: QueryConfig;
  readonly #pool: AnswerPool;

  private constructor(network: QueryConfig, columns: readonly ModelColumn[], pool: AnswerPool) {
    this.#network = network;
    this.#columns = columns;
    this.#pool = pool;
  }

  static async open(
    network: QueryConfig,
    head: Head,
    columns: readonly ModelColumn[],
    weights: Float32Array,
    options: PredictorOptions,
  ): Promise<QueryPredictor> {
    const { device, threads, flow } = options;
    const setup = { network, weights: shareable(weights), device, threads, flow };
    return new QueryPredictor(network, columns, await AnswerPool.open(setup, head, platform().threads));
  }

  async curves(rows: TableRows, targets: readonly number[], levels: Float64Array): Promise<Answered[]> {
    return this.curvesOfEncoded(this.#encoded(rows), targets, levels);
  }

  async curvesOfEncoded(
    given: EncodedTable,
    targets: readonly number[],
    levels: Float64Array,
  ): Promise<Answered[]> {
    const answers = await this.#pool.ask({ given, targets, wanted: { kind: "levels", levels } });
    return answers.map(({ answer, probabilities }, i) => ({
      ...("shares" in answer ? { normals: answer } : { nodes: answer as Float32Array }),
      ...this.#classes(probabilities, targets[i]),
    }));
  }

  async curvesAt(rows: TableRows, index: number, levels: Float32Array): Promise<Curves> {
    const [curves] = await this.#curves(rows, [index], { kind: "own levels", levels });
    return curves;
  }

  ancestral(rows: TableRows, targets: readonly number[], request: AncestralRequest): Promise<Curves[]> {
    const { size, seed } = request;
    const streams = Array.from({ length: rows.rows }, (_, row) => request.streams(row));
    return this.#curves(rows, targets, { kind: "samples", size, seed, streams });
  }

  async logDensities(rows: TableRows, index: number, values: Float32Array): Promise<Float64Array> {
    const [{ answer }] = await this.#ask(rows, [index], { kind: "log density", values });
    return answer as Float64Array;
  }

  async chain(rows: TableRows, chain: Chain): Promise<ChainDrawn[]> {
    const answers = await this.#ask(
      rows,
      chain.links.map(({ index }) => index),
      { kind: "chain", ...chain },
    );
    return answers.map(({ answer, logLikelihoods }) => ({
      values: answer as Float64Array,
      ...(logLikelihoods && { logLikelihoods }),
    }));
  }

  dispose(): Promise<void> {
    return this.#pool.dispose();
  }

  async #curves(rows: TableRows, targets: readonly number[], wanted: Wanted): Promise<Curves[]> {
    const answers = await this.#ask(rows, targets, wanted);
    return answers.map(({ answer, probabilities }, i) => ({
      nodes: answer as Float32Array,
      ...this.#classes(probabilities, targets[i]),
    }));
  }

  #ask(rows: TableRows, targets: readonly number[], wanted: Wanted): Promise<EncodedAnswer[]> {
    return this.#pool.ask({ given: this.#encoded(rows), targets, wanted });
  }

  #encoded(rows: TableRows): EncodedTable {
    return encodeForQuery(rows, this.#columns, this.#network);
  }

  #classes(probabilities: Float32Array | undefined, index: number): Pick<Curves, "classes"> {
    const classes = ownClasses(this.#network, index, probabilities, this.#columns[index].encoding);
    return classes ? { classes } : {};
  }
}
