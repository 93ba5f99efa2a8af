/** @file anygiven as a library: read a table, train a model on it, ask it for any column given any others. */
import "./runtime/node/install.ts";
import { check, OBJECT, TEXT } from "./base/checked.ts";
import { checkModelOptions } from "./model/checked-options.ts";
import { Model, type ModelOptions } from "./model/model.ts";
import { checkTable } from "./table/checked-table.ts";
import type { TableFiles } from "./table/files/read.ts";
import type { Table } from "./table/table.ts";
import type { TrainOptions } from "./training/options.ts";
import { trainTable } from "./training/train-table.ts";

export type { LongWork } from "./base/async.ts";
export { InputError } from "./base/errors.ts";
export type { Bounds } from "./columns/bounds.ts";
export type { ColumnEncoding, ModelColumn, Transform } from "./columns/encoding.ts";
export type { InspectedColumn, Inspection } from "./columns/inspection/inspected.ts";
export type { KindName } from "./columns/kinds/registry.ts";
export { KIND_NAMES } from "./columns/kinds.ts";
export type {
  MissingCells,
  MissingQuestion,
  MissingSplit,
  MissingTree,
} from "./columns/missing-cells.ts";
export type { ClassTrust, LevelPoints, Recalibration, SizeRecalibration } from "./columns/recalibration.ts";
export type { WrittenValues } from "./columns/written-values.ts";
export type { Dataset } from "./datasets/dataset.ts";
export { DATASETS, type DatasetOptions, getDataset } from "./datasets/get-dataset.ts";
export { readSurvey } from "./datasets/survey.ts";
export type { ColumnDistributions } from "./distribution/column-distributions.ts";
export {
  type CategoryDensityJson,
  type CurveJson,
  type DensityJson,
  densityJson,
  type Interval,
  type NumberDensityJson,
} from "./distribution/density-json.ts";
export type {
  CategoryDistribution,
  CategoryJson,
  Distribution,
  DistributionJson,
  NumberDistribution,
  NumberJson,
} from "./distribution/distribution.ts";
export type { CellDraws } from "./distribution/draws.ts";
export type { RowLimits } from "./distribution/row-limits.ts";
export {
  type Attribution,
  type AttributionOptions,
  type ColumnAttribution,
  evaluateAttribution,
  type GivenColumnAttribution,
} from "./evaluation/attribution.ts";
export type { Estimate } from "./evaluation/bootstrap.ts";
export { type CalibrationPoint, ksDistance, ksOfPerfectModel } from "./evaluation/calibration.ts";
export type { CategoryScores, ClassScores } from "./evaluation/category-answers.ts";
export type { ReliabilityBin } from "./evaluation/class-scores.ts";
export {
  type CategoryBaseline,
  type CategoryColumnEvaluation,
  type Evaluation,
  type EvaluationOptions,
  evaluate,
  type NumberBaseline,
  type NumberColumnEvaluation,
} from "./evaluation/evaluate.ts";
export { type AdviceOptions, evaluateAdvice, type ShownGain } from "./evaluation/evaluate-advice.ts";
export type { MeanLosses } from "./evaluation/given-losses.ts";
export {
  evaluateJoint,
  type JointEvaluation,
  type JointModel,
  type JointOptions,
  type JointRequest,
} from "./evaluation/joint.ts";
export type { IntervalScores, NumberScores } from "./evaluation/number-answers.ts";
export type { ContextKind, ContextOptions } from "./evaluation/plan.ts";
export type { GroupedRows } from "./evaluation/row-groups.ts";
export type { ScoredDistributions, ScoredModel } from "./evaluation/scored-distributions.ts";
export { type ExportOptions, exportOnnx } from "./export/export-onnx.ts";
export { type ImportOptions, type ImportReport, importPublished } from "./import/import-published.ts";
export type { RowsQuestion, SampleBatch, SamplingOptions } from "./model/answers.ts";
export type { ClosestRecords, RecordDistances } from "./model/closest-records.ts";
export type { DensityBatch } from "./model/density-model.ts";
export type { ImputeOptions } from "./model/impute.ts";
export type {
  AdviseQuestion as InformativeQuestion,
  AdviseRowsQuestion as InformativeTableQuestion,
  InformationGain as Informative,
} from "./model/information-gain.ts";
export type {
  ChainOrder,
  JointPointQuestion,
  JointQuestion,
  JointRows,
  JointRowsQuestion,
  JointSamples,
} from "./model/joint.ts";
export {
  type DensityRowsQuestion,
  type Jointly,
  Model,
  type ModelOptions,
  type Question,
  type Rows,
  type Samples,
  type SaveOptions,
  type Targets,
} from "./model/model.ts";
export type { ReadingOptions } from "./model/model-bytes.ts";
export type { ScoreOptions } from "./model/outlier-score.ts";
export type { PredictQuestion, PredictWishes } from "./model/predict.ts";
export type { Given, GivenCell, GivenInterval, MeasuredCell, Row } from "./model/question-table.ts";
export type { SixteenBits } from "./model/sixteen-bits.ts";
export type { SynthesisOptions, SynthesisOrder } from "./model/synthesize.ts";
export type { ModelBytes, TrainedModel } from "./model/trained-model.ts";
export type { Unseen } from "./model/unseen.ts";
export type { UnseenChoice } from "./model/unseen-names.ts";
export type { Unusual, UnusualQuestion } from "./model/unusual.ts";
export type { HeadConfig, LeungBovyConfig } from "./networks/leung-bovy/config.ts";
export type { Making } from "./networks/making.ts";
export type { ModelConfig, StartedFrom } from "./networks/model-config.ts";
export type { QueryConfig } from "./networks/query/config.ts";
export type { Counted } from "./networks/query/counted.ts";
export type { DenoiserConfig } from "./networks/query/heads/diffusion/config.ts";
export type { HeadKind } from "./networks/query/heads/registry.ts";
export type { NormalModel } from "./networks/query/normal-model.ts";
export type { NetworkConfig } from "./networks/registry.ts";
export type {
  Coverage,
  RecalibratedColumn,
  ReportedColumn,
  TrainingReport,
  Verdict,
} from "./networks/training-report.ts";
export type { Summary } from "./numeric/samples.ts";
export {
  type ApogeeGaiaOptions,
  type ReductionCounts,
  reduceApogeeGaia,
} from "./reduction/apogee-gaia.ts";
export type { NormalDraws } from "./reduction/reddening.ts";
export type { SetCounts } from "./reduction/sets.ts";
export { DEVICES, type Device, type DeviceChoice } from "./runtime/device-names.ts";
export { NOISE_SCHEDULES, type NoiseSchedule } from "./sampling/ddpm-schedule.ts";
export type { FlowOptions, FlowStage } from "./sampling/probability-flow.ts";
export type { KeptCells, KeptColumn, TableBlocks } from "./table/blocks.ts";
export type { FileReport, Ground, ReadingReport, SkippedLines, SpellingReport } from "./table/file-report.ts";
export { type CrossMatch, type CrossMatchOptions, crossMatch } from "./table/files/crossmatch/cross-match.ts";
export type { Matches } from "./table/files/crossmatch/pairs.ts";
export type { MatchSide } from "./table/files/crossmatch/sides.ts";
export type { Hdf5Layout } from "./table/files/hdf5/write.ts";
export type { KeptChoice } from "./table/files/kept-cells.ts";
export type { TableFiles } from "./table/files/read.ts";
export { type ReadOptions, readTable } from "./table/files/read.ts";
export type { RowChoice, TablePart } from "./table/files/row-choice.ts";
export { type BlockOptions, tableBlocks } from "./table/files/table-blocks.ts";
export type { HeaderChoice } from "./table/files/text/header.ts";
export { openTableWriter, type PassingOn, type TableWriter, writeTable } from "./table/files/write.ts";
export type { WrittenColumn } from "./table/files/written-cells.ts";
export {
  type CellValue,
  type FromValuesOptions,
  tableFromColumns,
  tableFromRows,
} from "./table/from-values.ts";
export type { NumberForm } from "./table/number-form.ts";
export type { Precision } from "./table/scan/column-cells.ts";
export type { LimitChoice, LimitRule } from "./table/scan/limit-rules.ts";
export type { SkyColumns, SkyPixel, TableOfSky } from "./table/sky-columns.ts";
export type { StatedColumn, StatedForm, StatedWord } from "./table/stated-kinds.ts";
export type { Column, ColumnKind, HowRead, Table } from "./table/table.ts";
export { chosenRows, tableColumn, withUnits } from "./table/table.ts";
export {
  type CrossValidatedColumn,
  type CrossValidation,
  type CrossValidationOptions,
  crossValidate,
  type Fold,
  type FoldScore,
} from "./training/cross-validation.ts";
export { heldOutRows } from "./training/held-out.ts";
export { type Inspected, type InspectOptions, inspect } from "./training/inspect.ts";
export type { RunCalls, TrainOptions } from "./training/options.ts";
export type { EpochMetrics } from "./training/run-log.ts";
export { PRESET_NAMES } from "./training/settings.ts";
export type { StepProgress, TrainingCheck } from "./training/training-run.ts";
export type {
  LeungBovyTrainingSettings,
  QueryTrainingSettings,
  SettingOptions,
  TrainingSettings,
} from "./training/training-settings.ts";
export type { TrainingSource } from "./training/training-source.ts";

/**
 * Trains a model on a table. With `out` it also writes the model, checkpoints and logs to a folder.
 * Files that are named, not read, may be larger than memory: `train({ files: "runs/*.parquet" })`; see `memory`.
 * With `from`, a model or the folder of one, it starts from that: for few rows of a table like the one that model knows.
 * @throws InputError for a column or setting that can't be used; see trainTable for the rest.
 * @example
 * const model = await train(await readTable("houses.csv"), { epochs: 20 });
 * const value = await model.density({ of: "HouseValue", given: { MedInc: 7 } });
 */
export async function train(
  table: Table | TableFiles,
  options: TrainOptions & ModelOptions = {},
): Promise<Model> {
  check("the table", table, OBJECT);
  checkModelOptions(options);
  if (!("files" in table)) checkTable(table);
  const { threads: _, flow: __, levels: ___, onWarning: ____, ...training } = options;
  const run = await trainTable(table, training);
  return new Model(run.model, options);
}

/**
 * Loads a model that was trained or imported before.
 * @throws InputError if there is none in the folder.
 * @example
 * const model = await load("survey");
 * const logg = await model.density({ of: "logg", given: { teff: 4700 } });
 * if (logg.kind === "number") console.log(logg.median(), logg.interval(0.9));
 */
export async function load(folder: string, options: ModelOptions = {}): Promise<Model> {
  check("the folder", folder, TEXT);
  checkModelOptions(options);
  return Model.load(folder, options);
}
