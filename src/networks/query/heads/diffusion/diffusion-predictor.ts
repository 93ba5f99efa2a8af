/** @file The diffusion head in use: a denoising field under conditions, which the samplers follow to answers. */
import { Executable } from "../../../../runtime/executable.ts";
import { ancestralSamples } from "../../../../sampling/ancestral-sampling.ts";
import { type DenoisingField, inParts } from "../../../../sampling/denoising-field.ts";
import { logDensities } from "../../../../sampling/log-density.ts";
import { type FlowOptions, flow, flowOnLevels } from "../../../../sampling/probability-flow.ts";
import type { NamedWeights, ParameterDraft } from "../../../parts/parameter-layout.ts";
import type { PredictorOptions } from "../../../predictor.ts";
import type { Conditions, HeadPredictor } from "../head.ts";
import type { DenoiserConfig } from "./config.ts";
import { preconditioning } from "./denoiser.ts";
import { denoiserProgram } from "./programs.ts";

export class DiffusionPredictor implements HeadPredictor {
  readonly #config: DenoiserConfig;
  readonly #weights: NamedWeights;
  readonly #flow: FlowOptions;
  readonly #denoise: Executable;
  readonly #slope: Executable;

  private constructor(
    config: DenoiserConfig,
    weights: NamedWeights,
    flow: FlowOptions,
    programs: [Executable, Executable],
  ) {
    this.#config = config;
    this.#weights = weights;
    this.#flow = flow;
    [this.#denoise, this.#slope] = programs;
  }

  /** @throws InputError if the device can't start here. */
  static async open(
    config: DenoiserConfig,
    parameters: readonly ParameterDraft[],
    weights: NamedWeights,
    options: PredictorOptions,
  ): Promise<DiffusionPredictor> {
    return new DiffusionPredictor(config, weights, options.flow, [
      await Executable.load(denoiserProgram(config, parameters), options),
      await Executable.load(denoiserProgram(config, parameters, { slope: true }), options),
    ]);
  }

  curves(conditions: Conditions, levels: Float64Array): Promise<Float32Array> {
    return inParts(this.#field(conditions), levels.length, (part) => flowOnLevels(part, levels, this.#flow));
  }

  curvesAt(conditions: Conditions, levels: Float32Array): Promise<Float32Array> {
    const nodes = levels.length / conditions.questions;
    return inParts(this.#field(conditions), nodes, (part, start) =>
      flow(part, levels.subarray(start * nodes, (start + part.questions) * nodes), this.#flow),
    );
  }

  samples(
    conditions: Conditions,
    size: number,
    seed: number,
    streamOf: (question: number) => number,
  ): Promise<Float32Array> {
    return ancestralSamples(this.#field(conditions), size, seed, streamOf);
  }

  logDensities(conditions: Conditions, values: Float32Array): Promise<Float64Array> {
    return logDensities(this.#field(conditions), values);
  }

  async dispose(): Promise<void> {
    for (const executable of [this.#denoise, this.#slope]) await executable.dispose();
  }

  /** What the samplers see of some questions. */
  #field(conditions: Conditions): DenoisingField {
    const { sigmaMin, sigmaMax, width } = this.#config;
    return {
      questions: conditions.questions,
      sigmaMin,
      sigmaMax,
      width,
      denoise: (x, sigma, into, slopes) => this.#denoiseNumbers(conditions, x, sigma, into, slopes),
      part: (start, questions) => this.#field(conditionsPart(conditions, start, questions)),
    };
  }

  async #denoiseNumbers(
    { questions, tensors }: Conditions,
    x: Float32Array,
    sigma: number,
    into: Float32Array,
    slopes?: Float32Array,
  ): Promise<void> {
    const executable = slopes ? this.#slope : this.#denoise;
    const { skip, out, in: inScale } = preconditioning(sigma);
    const feeds = {
      ...this.#weights.feeds(executable.program),
      ...tensors,
      x,
      inScale: Float32Array.of(inScale),
      sigma: Float32Array.of(sigma),
      logSigma: Float32Array.of(Math.log(sigma)),
    };
    const outputs = { output: into, ...(slopes && { slope: slopes }) };
    await executable.bind(feeds, outputs, { questions, nodes: x.length / questions })();
    for (let i = 0; i < x.length; i++) into[i] = skip * x[i] + out * into[i];
    if (slopes) for (let i = 0; i < x.length; i++) slopes[i] = skip + out * slopes[i];
  }
}

/** Those of `rows` consecutive questions. */
function conditionsPart({ tensors, questions }: Conditions, start: number, rows: number): Conditions {
  const part = (cells: Float32Array) => {
    const size = cells.length / questions;
    return cells.subarray(start * size, (start + rows) * size);
  };
  return {
    questions: rows,
    tensors: Object.fromEntries(Object.entries(tensors).map(([name, cells]) => [name, part(cells)])),
  };
}
