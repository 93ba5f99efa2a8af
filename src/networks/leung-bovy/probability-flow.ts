/**
 * @file The published chain without its noise: the same steps back, but each taken along the probability
 * flow, a monotone map from normal levels to values.
 */

import { Executable, type ExecutableOptions } from "../../runtime/executable.ts";
import { DdpmChain, deterministicStep } from "../../sampling/ddpm-chain.ts";
import { NamedWeights } from "../parts/parameter-layout.ts";
import type { LeungBovyConfig } from "./config.ts";
import { HeadWeights } from "./head-weights.ts";
import { networkParameters } from "./parameters.ts";
import { denoiseProgram } from "./programs.ts";

/** Cells of a hidden layer that one run works on: as many as stay in a core's cache. */
const CELLS_AT_ONCE = 262_144;

export class ProbabilityFlow {
  readonly #weights: HeadWeights;
  readonly #denoise: Executable;

  private constructor(weights: HeadWeights, denoise: Executable) {
    this.#weights = weights;
    this.#denoise = denoise;
  }

  static async load(
    network: LeungBovyConfig,
    weights: Float32Array,
    options: ExecutableOptions,
  ): Promise<ProbabilityFlow> {
    const { head } = network;
    const named = new NamedWeights(networkParameters(network), weights);
    const denoise = await Executable.load(denoiseProgram(head), options);
    return new ProbabilityFlow(new HeadWeights(head, named, options), denoise);
  }

  /**
   * Values at standard normal levels, for each question.
   * @param conditions (questions, conditionDimension); @param levels (questions, nodes): z.
   * @returns (questions, nodes): values, standardised.
   */
  async values(conditions: Float32Array, questions: number, levels: Float32Array): Promise<Float32Array> {
    const { width } = this.#weights.head;
    const nodes = levels.length / questions;
    const dimension = conditions.length / questions;
    const values = new Float32Array(levels.length);
    const atOnce = Math.max(1, Math.floor(CELLS_AT_ONCE / (nodes * width)));
    for (let start = 0; start < questions; start += atOnce) {
      const rows = Math.min(atOnce, questions - start);
      const part = conditions.subarray(start * dimension, (start + rows) * dimension);
      const chain = await this.#chain(part, rows, nodes);
      chain.start.set(levels.subarray(start * nodes, (start + rows) * nodes));
      values.set(await chain.run(), start * nodes);
    }
    return values;
  }

  async dispose(): Promise<void> {
    await this.#denoise.dispose();
    await this.#weights.dispose();
  }

  async #chain(conditions: Float32Array, rows: number, samples: number): Promise<DdpmChain> {
    const weights = this.#weights;
    const bind = weights.bindStep(this.#denoise, await weights.shifts(conditions, rows), { rows, samples });
    return new DdpmChain(weights.levels, deterministicStep, weights.chainArrays(rows * samples), bind);
  }
}
