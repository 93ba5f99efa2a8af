/** @file The shared-context network in use: from questions to steering, from noisy numbers to clean ones. */

import { Executable, type ExecutableOptions } from "../../runtime/executable.ts";
import type { DenoisingField } from "../../sampling/denoising-field.ts";
import type { EncodedTable } from "../encoded-table.ts";
import { NamedWeights } from "../layers/parameter-layout.ts";
import { type QueryConfig, totalClasses } from "./config.ts";
import { contextOfRows } from "./context-layout.ts";
import { preconditioning } from "./head.ts";
import { queryParameters } from "./parameters.ts";
import { denoiserProgram, steeringNames, steeringProgram } from "./programs.ts";

/** Cells of a hidden layer that one run works on. */
const CONTEXT_CELLS = 2048;

/** What the head must know of some questions: (questions, width) by name; see steeringNames. */
export interface SteeringRows {
  readonly questions: number;
  readonly tensors: Readonly<Record<string, Float32Array>>;
  /** (questions, all classes); none where no column has classes. */
  readonly probabilities?: Float32Array;
}

export class Denoiser {
  readonly network: QueryConfig;
  readonly #weights: NamedWeights;
  readonly #steering: Executable;
  readonly #denoise: Executable;
  readonly #slope: Executable;

  private constructor(
    network: QueryConfig,
    weights: NamedWeights,
    programs: [Executable, Executable, Executable],
  ) {
    this.network = network;
    this.#weights = weights;
    [this.#steering, this.#denoise, this.#slope] = programs;
  }

  static async load(
    network: QueryConfig,
    weights: Float32Array,
    options: ExecutableOptions,
  ): Promise<Denoiser> {
    return new Denoiser(network, new NamedWeights(queryParameters(network), weights), [
      await Executable.load(steeringProgram(network), options),
      await Executable.load(denoiserProgram(network), options),
      await Executable.load(denoiserProgram(network, { slope: true }), options),
    ]);
  }

  /** For each asked column the steering of all rows, in order: one encoding of what is given serves them all. */
  async steer(given: EncodedTable, asked: readonly number[]): Promise<SteeringRows[]> {
    const { width } = this.network.head;
    const names = steeringNames(this.network.head);
    const classes = totalClasses(this.network);
    const answers = asked.map(() => ({
      questions: given.rows,
      tensors: Object.fromEntries(names.map((name) => [name, new Float32Array(given.rows * width)])),
      ...(classes > 0 && { probabilities: new Float32Array(given.rows * classes) }),
    }));
    const atOnce = Math.max(1, Math.floor(CONTEXT_CELLS / (given.columns.length + 1 + asked.length)));
    for (let start = 0; start < given.rows; start += atOnce) {
      const rows = Math.min(atOnce, given.rows - start);
      const { feeds, sizes } = contextOfRows(given, { start, rows }, asked, this.network);
      const made = await this.#steering.run(
        { ...this.#weights.feeds(this.#steering.program), ...feeds },
        sizes,
      );
      answers.forEach(({ tensors, probabilities }, request) => {
        const take = (from: Float32Array, to: Float32Array, size: number) =>
          to.set(from.subarray(request * rows * size, (request + 1) * rows * size), start * size);
        for (const name of names) take(made[name] as Float32Array, tensors[name], width);
        if (probabilities) take(made.probabilities as Float32Array, probabilities, classes);
      });
    }
    return answers;
  }

  /** What the samplers see of some questions. */
  field(steering: SteeringRows): DenoisingField {
    const { sigmaMin, sigmaMax, width } = this.network.head;
    return {
      questions: steering.questions,
      sigmaMin,
      sigmaMax,
      width,
      denoise: (x, sigma, into, slopes) => this.#denoiseNumbers(steering, x, sigma, into, slopes),
      part: (start, questions) => this.field(steeringPart(steering, start, questions)),
    };
  }

  async dispose(): Promise<void> {
    for (const executable of [this.#steering, this.#denoise, this.#slope]) await executable.dispose();
  }

  async #denoiseNumbers(
    steering: SteeringRows,
    x: Float32Array,
    sigma: number,
    into: Float32Array,
    slopes?: Float32Array,
  ): Promise<void> {
    const executable = slopes ? this.#slope : this.#denoise;
    const { skip, out, in: inScale } = preconditioning(sigma);
    const feeds = {
      ...this.#weights.feeds(executable.program),
      ...steering.tensors,
      x,
      inScale: Float32Array.of(inScale),
      sigma: Float32Array.of(sigma),
      logSigma: Float32Array.of(Math.log(sigma)),
    };
    const { questions } = steering;
    const outputs = { output: into, ...(slopes && { slope: slopes }) };
    await executable.bind(feeds, outputs, { questions, nodes: x.length / questions })();
    for (let i = 0; i < x.length; i++) into[i] = skip * x[i] + out * into[i];
    if (slopes) for (let i = 0; i < x.length; i++) slopes[i] = skip + out * slopes[i];
  }
}

/** Some consecutive questions of a steering. */
function steeringPart(
  { tensors, probabilities, questions }: SteeringRows,
  start: number,
  rows: number,
): SteeringRows {
  const part = (cells: Float32Array) => {
    const size = cells.length / questions;
    return cells.subarray(start * size, (start + rows) * size);
  };
  return {
    questions: rows,
    tensors: Object.fromEntries(Object.entries(tensors).map(([name, cells]) => [name, part(cells)])),
    ...(probabilities && { probabilities: part(probabilities) }),
  };
}
