/**
 * @file The published model without its noise: the same steps back, but each taken along the probability
 * flow, a monotone map from normal levels to values.
 */

import { Executable, type ExecutableOptions, type Feeds } from "../../runtime/executable.ts";
import { diffusion, flowStep } from "../../sampling/ddpm-schedule.ts";
import { cells } from "../layers/parameter-layout.ts";
import type { NetworkConfig } from "./config.ts";
import { networkParameters } from "./parameters.ts";
import { denoiseProgram, shiftName, shiftProgram, timeName } from "./programs.ts";

/** Cells of a hidden layer that one run works on: as many as stay in a core's cache. */
const CELLS_AT_ONCE = 262_144;

export class PublishedFlow {
  readonly #network: NetworkConfig;
  readonly #parameters: Feeds;
  readonly #denoise: Executable;
  /** None where the head has no condition. */
  readonly #shift: Executable | undefined;

  private constructor(network: NetworkConfig, parameters: Feeds, denoise: Executable, shift?: Executable) {
    this.#network = network;
    this.#parameters = parameters;
    this.#denoise = denoise;
    this.#shift = shift;
  }

  static async load(
    network: NetworkConfig,
    weights: Float32Array,
    options: ExecutableOptions,
  ): Promise<PublishedFlow> {
    const { head } = network;
    const parameters = Object.fromEntries(networkParameters(network).map((p) => [p.name, cells(weights, p)]));
    const denoise = await Executable.load(denoiseProgram(head), options);
    const shift =
      head.conditionDimension > 0 ? await Executable.load(shiftProgram(head), options) : undefined;
    return new PublishedFlow(network, parameters, denoise, shift);
  }

  /**
   * Values at standard normal levels, for each question.
   * @param conditions (questions, conditionDimension); @param levels (questions, nodes): z.
   * @returns (questions, nodes): values in the model's scale.
   */
  async values(conditions: Float32Array, questions: number, levels: Float32Array): Promise<Float32Array> {
    const { width } = this.#network.head;
    const nodes = levels.length / questions;
    const dimension = conditions.length / questions;
    const values = new Float32Array(levels.length);
    const atOnce = Math.max(1, Math.floor(CELLS_AT_ONCE / (nodes * width)));
    for (let start = 0; start < questions; start += atOnce) {
      const rows = Math.min(atOnce, questions - start);
      const part = conditions.subarray(start * dimension, (start + rows) * dimension);
      const z = levels.subarray(start * nodes, (start + rows) * nodes);
      values.set(await this.#flow(part, rows, z), start * nodes);
    }
    return values;
  }

  async dispose(): Promise<void> {
    await this.#denoise.dispose();
    await this.#shift?.dispose();
  }

  /** From T-1 to 0, each step {@link flowStep}. */
  async #flow(conditions: Float32Array, rows: number, levels: Float32Array): Promise<Float32Array> {
    const { layers, width, steps, schedule, betaStart, betaEnd } = this.#network.head;
    const noiseLevels = diffusion(schedule, steps, betaStart, betaEnd);
    const samples = levels.length / rows;
    const fixed: Record<string, Float32Array> = {
      ...this.#own(this.#denoise),
      ...(await this.#shifts(conditions, rows)),
    };
    let x = Float32Array.from(levels);
    const z = new Float32Array(x.length);
    for (let t = steps - 1; t >= 0; t--) {
      const { keep, remove, spread } = flowStep(noiseLevels, t);
      const feeds: Record<string, Float32Array> = {
        ...fixed,
        x,
        z,
        keep: Float32Array.of(keep),
        remove: Float32Array.of(remove),
        spread: Float32Array.of(spread),
      };
      for (let layer = 0; layer < layers; layer++) {
        const times = this.#parameters[`head.${layer}.time`] as Float32Array;
        feeds[timeName(layer)] = times.subarray(t * width, (t + 1) * width);
      }
      const made = await this.#denoise.run(feeds, { rows, samples });
      x = made.next as Float32Array<ArrayBuffer>;
    }
    return x;
  }

  async #shifts(conditions: Float32Array, rows: number): Promise<Record<string, Float32Array>> {
    if (this.#shift) {
      const feeds = { ...this.#own(this.#shift), condition: conditions };
      return (await this.#shift.run(feeds, { rows })) as Record<string, Float32Array>;
    }
    const { layers, width } = this.#network.head;
    // Without a condition every row adds the layer's bias alone.
    return Object.fromEntries(
      Array.from({ length: layers }, (_, layer) => {
        const bias = this.#parameters[`head.${layer}.linear.bias`] as Float32Array;
        const repeated = Float32Array.from({ length: rows * width }, (__, i) => bias[i % width]);
        return [shiftName(layer), repeated];
      }),
    );
  }

  #own({ program }: Executable): Record<string, Float32Array> {
    return Object.fromEntries(
      program.inputs.flatMap(({ name }) => {
        const weights = this.#parameters[name];
        return weights ? [[name, weights as Float32Array]] : [];
      }),
    );
  }
}
