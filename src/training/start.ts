/** @file The state that a run starts from: weights drawn by the seed or another model's, and nothing done yet. */
import type { ModelColumn } from "../columns/encoding.ts";
import { inheritedWeights } from "../networks/parts/inherited-weights.ts";
import { initialise, parameterCount } from "../networks/parts/parameter-layout.ts";
import { type NetworkConfig, networkOf } from "../networks/registry.ts";
import type { BaseModel } from "./fine-tuning.ts";
import { ancestorsOf } from "./grown-columns.ts";
import { startPlateau } from "./learning-rate.ts";
import type { Checkpoint } from "./progress.ts";
import type { TrainingSettings } from "./training-settings.ts";

/** The model's weights, and fresh ones for what it does not know. @param columns as they have grown out of the model's. */
export function weightsFrom(
  { config, weights }: BaseModel,
  columns: readonly ModelColumn[],
  network: NetworkConfig,
  { seed }: TrainingSettings,
): Checkpoint["weights"] {
  const before = { parameters: networkOf(config.network).parameters, flat: weights };
  return inheritedWeights(networkOf(network).parameters, seed, before, ancestorsOf(config.columns, columns));
}

export function startWeights(network: NetworkConfig, { seed }: TrainingSettings): Checkpoint["weights"] {
  const { parameters } = networkOf(network);
  const weights = new Float32Array(parameterCount(parameters));
  initialise(parameters, weights, seed);
  return weights;
}

export function startOf(
  weights: Checkpoint["weights"],
  settings: TrainingSettings,
  rows: number,
): Checkpoint {
  const count = weights.length;
  const progress = {
    epoch: 0,
    stepOfEpoch: 0,
    lossSum: 0,
    step: 0,
    rows,
    plateau: startPlateau(settings),
    bestValidation: null,
    generator: null,
    seconds: 0,
  };
  return { weights, firstMoment: new Float32Array(count), secondMoment: new Float32Array(count), progress };
}
