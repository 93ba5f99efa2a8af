/** @file Answers of the published network. */

import type { ModelColumn } from "../../columns/encoding.ts";
import { normalLogPdf } from "../../numeric/normal-cdf.ts";
import { platform } from "../../runtime/platform.ts";
import { shareable } from "../../runtime/worker-pool.ts";
import type { TableRows } from "../encoded-table.ts";
import type { AncestralRequest, Curves, Predictor, PredictorOptions } from "../predictor.ts";
import { ConditionEncoder } from "./conditions.ts";
import type { LeungBovyConfig } from "./config.ts";
import { questionsOf } from "./context-layout.ts";
import { encodeForLeungBovy } from "./encode.ts";
import { ProbabilityFlow } from "./probability-flow.ts";
import { SamplerPool } from "./sampler-pool.ts";

/** Half the distance in level over which a slope is measured. */
const LEVEL_STEP = 0.01;

export class LeungBovyPredictor implements Predictor {
  readonly #columns: readonly ModelColumn[];
  readonly #encoder: ConditionEncoder;
  readonly #flow: ProbabilityFlow;
  readonly #sampler: SamplerPool;

  private constructor(
    columns: readonly ModelColumn[],
    encoder: ConditionEncoder,
    flow: ProbabilityFlow,
    sampler: SamplerPool,
  ) {
    this.#columns = columns;
    this.#encoder = encoder;
    this.#flow = flow;
    this.#sampler = sampler;
  }

  static async open(
    network: LeungBovyConfig,
    columns: readonly ModelColumn[],
    weights: Float32Array,
    { device, threads }: PredictorOptions,
  ): Promise<LeungBovyPredictor> {
    return new LeungBovyPredictor(
      columns,
      await ConditionEncoder.load(network, weights, { device, threads }),
      await ProbabilityFlow.load(network, weights, { device, threads }),
      new SamplerPool({ network, weights: shareable(weights), device, threads }, platform().threads),
    );
  }

  async curves(rows: TableRows, targets: readonly number[], levels: Float64Array): Promise<Curves[]> {
    const repeated = new Float32Array(rows.rows * levels.length);
    for (let row = 0; row < rows.rows; row++) repeated.set(levels, row * levels.length);
    const answers: Curves[] = [];
    for (const index of targets) answers.push(await this.curvesAt(rows, index, repeated));
    return answers;
  }

  async curvesAt(rows: TableRows, index: number, levels: Float32Array): Promise<Curves> {
    const conditions = await this.#encode(rows, [index]);
    return { nodes: await this.#flow.values(conditions, rows.rows, levels) };
  }

  async ancestral(rows: TableRows, targets: readonly number[], request: AncestralRequest): Promise<Curves[]> {
    const { size, seed, streams } = request;
    const conditions = await this.#encode(rows, targets);
    const rowNumbers = Array.from({ length: rows.rows }, (_, row) => streams(row)).flat();
    const drawn = await this.#sampler.sample({ conditions, rowNumbers, size, seed });
    return targets.map((_, which) => {
      const nodes = new Float32Array(rows.rows * size);
      for (let row = 0; row < rows.rows; row++) {
        const from = (row * targets.length + which) * size;
        nodes.set(drawn.subarray(from, from + size), row * size);
      }
      return { nodes };
    });
  }

  /** The published chain has no flow backwards: the level of the value is searched for, and the slope there. */
  async logDensities(rows: TableRows, index: number, values: Float32Array): Promise<Float64Array> {
    const conditions = await this.#encode(rows, [index]);
    const low = new Float32Array(values.length).fill(-8);
    const high = new Float32Array(values.length).fill(8);
    const middle = new Float32Array(values.length);
    for (let halving = 0; halving < 24; halving++) {
      middle.forEach((_, i) => {
        middle[i] = (low[i] + high[i]) / 2;
      });
      const found = await this.#flow.values(conditions, rows.rows, middle);
      found.forEach((value, i) => {
        (value < values[i] ? low : high)[i] = middle[i];
      });
    }
    const around = Float32Array.from({ length: 2 * values.length }, (_, i) => {
      return middle[i >> 1] + (i % 2 === 0 ? -LEVEL_STEP : LEVEL_STEP);
    });
    const ends = await this.#flow.values(conditions, rows.rows, around);
    return Float64Array.from(values, (value, i) => {
      if (Number.isNaN(value)) return Number.NaN;
      const slope = (ends[2 * i + 1] - ends[2 * i]) / (2 * LEVEL_STEP);
      return normalLogPdf(middle[i]) - Math.log(Math.max(slope, 1e-30));
    });
  }

  async dispose(): Promise<void> {
    await this.#encoder.dispose();
    await this.#flow.dispose();
    await this.#sampler.dispose();
  }

  #encode(rows: TableRows, targets: readonly number[]): Promise<Float32Array> {
    const questions = questionsOf(encodeForLeungBovy(rows, this.#columns), targets);
    return this.#encoder.encode(questions, rows.rows * targets.length);
  }
}
