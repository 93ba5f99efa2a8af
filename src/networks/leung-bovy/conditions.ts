/** @file From questions to condition vectors: the encoder, once per row. */

import { Executable, type ExecutableOptions, type Feeds } from "../../runtime/executable.ts";
import { NamedWeights } from "../parts/parameter-layout.ts";
import type { LeungBovyConfig } from "./config.ts";
import { contextFeeds, contextSizes, type Questions } from "./context-layout.ts";
import { networkParameters } from "./parameters.ts";
import { conditionProgram } from "./programs.ts";

/** Rows run at once: their activations stay in the cache. */
const CELLS_AT_ONCE = 1024;

export class ConditionEncoder {
  readonly #network: LeungBovyConfig;
  readonly #executable: Executable;
  readonly #parameters: Feeds;

  private constructor(network: LeungBovyConfig, executable: Executable, parameters: Feeds) {
    this.#network = network;
    this.#executable = executable;
    this.#parameters = parameters;
  }

  static async load(
    network: LeungBovyConfig,
    weights: Float32Array,
    options: ExecutableOptions,
  ): Promise<ConditionEncoder> {
    const executable = await Executable.load(conditionProgram(network), options);
    const parameters = new NamedWeights(networkParameters(network), weights).feeds(executable.program);
    return new ConditionEncoder(network, executable, parameters);
  }

  /** @returns the condition vectors, (rows, embeddingDim), row-major. */
  async encode(questions: Questions, rows: number): Promise<Float32Array> {
    const { embeddingDim } = this.#network;
    const conditions = new Float32Array(rows * embeddingDim);
    const given = Math.max(1, ...questions.given.subarray(0, rows));
    const atOnce = Math.max(1, Math.floor(CELLS_AT_ONCE / (given + 1)));
    for (let start = 0; start < rows; start += atOnce) {
      const part = { start, rows: Math.min(atOnce, rows - start), given };
      const feeds = { ...this.#parameters, ...contextFeeds(questions, part) };
      const condition = conditions.subarray(start * embeddingDim, (start + part.rows) * embeddingDim);
      await this.#executable.bind(feeds, { condition }, contextSizes(part))();
    }
    return conditions;
  }

  dispose(): Promise<void> {
    return this.#executable.dispose();
  }
}
