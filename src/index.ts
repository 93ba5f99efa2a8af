/** @file anygiven as a library: read a table, train a model on it, ask it for any column given any others. */
import { Model, type ModelOptions } from "./density/model.ts";
import type { Table } from "./table/table.ts";
import type { TableFiles } from "./table/table-files.ts";
import type { TrainOptions } from "./training/options.ts";
import { trainTable } from "./training/train-table.ts";

export type { Dataset } from "./datasets/dataset.ts";
export { DATASETS, type DatasetOptions, getDataset } from "./datasets/get-dataset.ts";
export type { ColumnDistributions } from "./density/distribution/column-distributions.ts";
export type {
  CategoryDistribution,
  Distribution,
  NumberDistribution,
} from "./density/distribution/distribution.ts";
export type { ImputeOptions } from "./density/impute.ts";
export type { Informative, InformativeQuestion, InformativeTableQuestion } from "./density/informative.ts";
export type {
  ChainOrder,
  JointQuestion,
  JointRows,
  JointRowsQuestion,
  JointSamples,
  JointTableQuestion,
} from "./density/joint.ts";
export {
  Model,
  type ModelOptions,
  type Question,
  type SamplingOptions,
  type TableQuestion,
  type TableSamples,
} from "./density/model.ts";
export type { PredictQuestion } from "./density/predict.ts";
export type { Given, GivenCell } from "./density/question-table.ts";
export type { ScoreOptions } from "./density/score.ts";
export type { Summary } from "./density/summary.ts";
export {
  Diffusion,
  type DiffusionNoiseOptions,
  type DiffusionSampleOptions,
  type DiffusionSteps,
} from "./diffusion/diffusion.ts";
export type { DiffusionEpoch, DiffusionFitOptions, RateSchedule } from "./diffusion/fit-options.ts";
export type { DiffusionCondition, DiffusionOptions, DiffusionSettings } from "./diffusion/options.ts";
export type { Points } from "./diffusion/points.ts";
export type { SamplingMethod } from "./diffusion/reverse-walk.ts";
export { InputError } from "./errors.ts";
export { ksDistance, ksOfPerfectModel } from "./evaluation/calibration.ts";
export { type Evaluation, type EvaluationOptions, evaluate } from "./evaluation/evaluate.ts";
export { evaluateJoint, type JointEvaluation, type JointOptions } from "./evaluation/joint.ts";
export { nearestNeighbourKl } from "./evaluation/nearest-neighbour-kl.ts";
export type { NumberScores } from "./evaluation/number-answers.ts";
export type { ModelColumn, ModelConfig } from "./model/model-config.ts";
export type { HeadConfig, NetworkConfig } from "./network/config.ts";
export type { NoiseSchedule } from "./network/schedule.ts";
export { DEVICES, type Device, type DeviceChoice } from "./runtime/device-names.ts";
export { type SurveyOptions, simulateSurvey } from "./stars/simulate.ts";
export { chosenRows, tableColumn } from "./table/chosen-rows.ts";
export { type ReadOptions, readTable } from "./table/read.ts";
export type { Column, Table } from "./table/table.ts";
export { type BlockOptions, type TableBlocks, tableBlocks } from "./table/table-blocks.ts";
export type { TableFiles } from "./table/table-files.ts";
export { withUnits } from "./table/units.ts";
export { openTableWriter, type TableWriter, writeTable } from "./table/write.ts";
export { type ImportOptions, type ImportReport, importPublished } from "./training/import-published.ts";
export type { TrainOptions } from "./training/options.ts";
export { PRESET_NAMES, type TrainingSettings } from "./training/presets.ts";
export type { EpochMetrics } from "./training/run-log.ts";
export type { StepProgress } from "./training/trainer.ts";

/**
 * Trains a model on a table. With `out` it also writes the model, checkpoints and logs to a folder.
 * Files that are named, not read, may be larger than memory: `train({ files: "runs/*.parquet" })`; see `memory`.
 * @throws InputError for a column or setting that can't be used; see trainTable for the rest.
 * @example
 * const model = await train(await readTable("houses.csv"), { epochs: 20 });
 * const { HouseValue } = await model.summary({ of: "HouseValue", given: { MedInc: 7 } });
 */
export async function train(
  table: Table | TableFiles,
  options: TrainOptions & ModelOptions = {},
): Promise<Model> {
  const run = await trainTable(table, options);
  return new Model(run.model, options);
}

/** Loads a model that was trained or imported before. @throws InputError if there is none in the folder. */
export function load(folder: string, options: ModelOptions = {}): Promise<Model> {
  return Model.load(folder, options);
}
