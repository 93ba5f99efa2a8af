/**
 * @file The exact density of what the probability flow samples: the flow is followed back from a point to the noise
 * it came from, and the change of variables does the rest.
 */
import type { LongWork } from "../base/async.ts";
import type { HeadWeights } from "../networks/leung-bovy/head-weights.ts";
import { noiseSlopeProgram, slopeName } from "../networks/leung-bovy/programs.ts";
import { normalLogPdf } from "../numeric/normal-cdf.ts";
import { Executable } from "../runtime/executable.ts";
import { type ChainCells, deterministicStep } from "../sampling/ddpm-chain.ts";
import { type Block, blocksOf, type ProgramPair } from "./blocks.ts";
import { StepInverter } from "./step-inverter.ts";

export class FlowDensity {
  readonly #weights: HeadWeights;
  readonly #programs: ProgramPair;

  private constructor(weights: HeadWeights, programs: ProgramPair) {
    this.#weights = weights;
    this.#programs = programs;
  }

  static async load(weights: HeadWeights): Promise<FlowDensity> {
    const { head, precision } = weights;
    return new FlowDensity(weights, {
      shared: await Executable.load(noiseSlopeProgram(head, { precision, oneRow: true })),
      each: await Executable.load(noiseSlopeProgram(head, { precision })),
    });
  }

  /**
   * ln p(x_0) = ln N(x_T; 0, 1) - sum over the steps of ln det(d x_(t-1) / d x_t).
   *
   * @param points (points, dimension) standardised, x_0.
   * @param conditions one row for all, one per point, or none, standardised.
   * @returns one number per point; NaN for a point that no place before it was found for (see {@link StepInverter}).
   */
  async logPdf(
    points: Float64Array,
    conditions: Float64Array | undefined,
    { onProgress, signal }: LongWork = {},
  ): Promise<Float64Array> {
    const { dimension } = this.#weights.head;
    const count = points.length / dimension;
    const logPdf = new Float64Array(count);
    for await (const block of blocksOf(count, conditions, this.#weights, this.#programs)) {
      const [from, to] = [block.first, block.first + block.points];
      const x0 = points.subarray(from * dimension, to * dimension);
      logPdf.set(await this.#blockLogPdf(block, x0), from);
      onProgress?.(to, count);
      signal?.throwIfAborted();
    }
    return logPdf;
  }

  async dispose(): Promise<void> {
    await this.#programs.shared.dispose();
    await this.#programs.each.dispose();
  }

  async #blockLogPdf(block: Block, x0: Float64Array): Promise<Float64Array> {
    const { head, levels, precision } = this.#weights;
    const arrays = this.#arrays(block.points);
    const inverter = new StepInverter(x0, arrays, precision);
    for (let t = 0; t < levels.steps; t++) {
      const feeds = { ...this.#weights.feeds(block.executable, t), ...block.shifts, x: arrays.x };
      const run = block.executable.bind(feeds, arrays.outputs, block.sizes);
      await inverter.stepBefore(deterministicStep(levels, t), run);
    }
    return inverter.logDeterminants.map((logDeterminant, point) => {
      let logPdf = -logDeterminant;
      for (let i = 0; i < head.dimension; i++) {
        logPdf += normalLogPdf(inverter.points[point * head.dimension + i]);
      }
      return logPdf;
    });
  }

  /** What the program reads and writes, for as many points. */
  #arrays(points: number) {
    const { dimension } = this.#weights.head;
    const cells = () => this.#weights.cells(points * dimension);
    const [x, noise] = [cells(), cells()];
    const slopes = Array.from({ length: dimension }, cells);
    const outputs: Record<string, ChainCells> = { noise };
    slopes.forEach((slope, i) => {
      outputs[slopeName(i)] = slope;
    });
    return { x, noise, slopes, outputs };
  }
}
