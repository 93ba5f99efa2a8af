/** @file The class `Model`: a trained model and the few verbs with which it is asked. */
import { COUNT, check, checkFields, NUMBER, OBJECT, TEXT } from "../base/checked.ts";
import { InputError } from "../base/errors.ts";
import type { ColumnDistributions } from "../distribution/column-distributions.ts";
import type { Distribution } from "../distribution/distribution.ts";
import { type Evaluation, type EvaluationOptions, evaluate } from "../evaluation/evaluate.ts";
import { evaluateJoint, type JointEvaluation, type JointOptions } from "../evaluation/joint.ts";
import type { ModelConfig } from "../networks/model-config.ts";
import type { TrainingReport } from "../networks/training-report.ts";
import type { DeviceChoice } from "../runtime/device-names.ts";
import { platform } from "../runtime/platform.ts";
import type { FlowOptions } from "../sampling/probability-flow.ts";
import type { TableBlocks } from "../table/blocks.ts";
import type { Table } from "../table/table.ts";
import {
  Answers,
  isDeconvolved,
  type RowsQuestion,
  type SampleBatch,
  type SamplingOptions,
} from "./answers.ts";
import {
  checkModelOptions,
  checkQuestion,
  checkRows,
  checkRowsOptions,
  checkRowsQuestion,
  checkSynthesisOptions,
} from "./checked-options.ts";
import { ClosestRecordSearch, type ClosestRecords } from "./closest-records.ts";
import type { DensityBatch } from "./density-model.ts";
import { type ImputeOptions, impute } from "./impute.ts";
import {
  type AdviseQuestion,
  type AdviseRowsQuestion,
  advise,
  adviseRows,
  type InformationGain,
} from "./information-gain.ts";
import { type ChainOrder, type JointSamples, logPdfJoint, sampleJoint, sampleJointRows } from "./joint.ts";
import { type ScoreOptions, score } from "./outlier-score.ts";
import { type PredictQuestion, predict, predictBlocks } from "./predict.ts";
import { type Given, questionTable, type Row, rowsTable } from "./question-table.ts";
import { targetIndices } from "./questions.ts";
import { type SixteenBits, sixteenBits } from "./sixteen-bits.ts";
import { type SynthesisOptions, synthesize, synthesizeBlocks } from "./synthesize.ts";
import {
  decodeTrainedModel,
  type ModelBytes,
  readTrainedModel,
  type TrainedModel,
  trainedModelFiles,
} from "./trained-model.ts";
import { type Unseen, UnseenCells } from "./unseen.ts";
import type { UnseenChoice } from "./unseen-names.ts";
import { UnseenWatch } from "./unseen-watch.ts";
import { type Unusual, type UnusualQuestion, unusual } from "./unusual.ts";

export interface ModelOptions {
  /** Default "cpu"; "auto": the fastest that starts here, looked for at the first question. */
  readonly device?: DeviceChoice;
  /** Threads inside each run; default 1: large questions are shared out to one thread a core anyway. */
  readonly threads?: number;
  /** How the probability flow is followed; by default as docs/lab-notebook.md found best. */
  readonly flow?: FlowOptions;
  /** Standard normal levels, ascending, at which quantiles are worked out; default 101 from -4 to 4. */
  readonly levels?: Float64Array;
  /**
   * A category of rows that training has not seen: "error" (default) refuses the rows; "missing" takes such cells as not given,
   * and `onWarning` is told how many.
   */
  readonly unseen?: UnseenChoice;
  /**
   * Called with a sentence where a question gives what training has not seen the like of, before its answer, for blocks after
   * them: the answer is then a guess. Each sentence once. {@link Model.unseen} tells the same of any rows.
   */
  readonly onWarning?: (warning: string) => void;
  /**
   * Whether the files are compared with the checksums (SHA-256) of the folder's manifest.json, where it has one; default true.
   * Without, a large model is loaded a little sooner, and one whose config.json was edited at all.
   */
  readonly verify?: boolean;
}

/** How a model is written. */
export interface SaveOptions {
  /** Bits of a weight; default 32. */
  readonly weights?: 16 | 32;
}

const IN_32_BITS: SixteenBits = { parameters: new Set(), shift: 0 };

/** One question: the targets, and what is given, in data units. */
export interface Question<Of = string> {
  /** The target; of several targets each is answered on its own, unless `joint` is true. */
  readonly of: Of;
  /** Given values by column; without any, the marginal distribution is asked for. */
  readonly given?: Given;
}

/** The same question for every row of a table. */
export interface DensityRowsQuestion<Of = string> {
  readonly of: Of;
  /** Columns of the table to be given; default all that the model knows, but the targets. May be empty. */
  readonly given?: readonly string[];
}

/** Samples of each target, by name; see {@link Model.sample}. */
export interface Samples {
  readonly samples: Readonly<Record<string, Float64Array>>;
  /** Of joint samples: the log density of each, in the order of columns in which it was drawn. */
  readonly logPdf?: Float64Array;
}

/** With `joint`, the targets are taken together, by the chain rule, in this order. */
export interface Jointly {
  readonly joint: true;
  /** Default "given": as they are named. A number: so many random orders, over which the density is averaged. */
  readonly order?: ChainOrder;
}

/** One target or several, by name. */
export type Targets = string | readonly string[];
/** Rows to be asked about: a table, or plain objects by column name. */
export type Rows = Table | readonly Row[];

/**
 * A trained model. One model answers every question `p(targets | given)` about the columns it knows: any targets, given
 * any others, with or without measurement errors.
 *
 * | verb | answers |
 * |---|---|
 * | {@link density} | the whole distribution of a target: pdf, cdf, quantiles, intervals, modes |
 * | {@link sample} | random values of one or more targets, alone or jointly |
 * | {@link logPdf} | how probable the values are that rows have |
 * | {@link predict} | median, spread and quantiles for every row, as a table |
 * | {@link impute} | the table with its missing cells filled in |
 * | {@link synthesize} | a table of rows made up, as the training's table might have gone on |
 * | {@link score} | cells that do not fit the rest of their row |
 * | {@link advise} | which column to measure next |
 * | {@link evaluate} | scores and calibration on rows that the model has not seen |
 *
 * Most verbs take one question, or rows and a question about each of them: a table, plain objects, or blocks of a table
 * that does not fit into memory. Long calls take `signal` and `onProgress`. Values are in data units: numbers as they
 * are, dates in days since 1970-01-01, categories as indices in the column's list in {@link config} (of a boolean
 * column 0 is false, 1 is true). The model holds threads and sessions: `dispose` ends them.
 *
 * @example
 * const model = await Model.load("survey");
 * const logg = await model.density({ of: "logg", given: { teff: 4700 } });
 * if (logg.kind === "number") console.log(logg.median(), logg.interval(0.9));
 * await model.dispose();
 */
export class Model {
  /** The columns it knows, its network, how it was trained. */
  readonly config: ModelConfig;
  /** All weights, to be saved or trained on (`from`); not to be changed. */
  readonly weights: TrainedModel["weights"];
  readonly #answers: Answers;
  readonly #watch: UnseenWatch;

  constructor({ config, weights }: TrainedModel, options: ModelOptions = {}) {
    checkModelOptions(options);
    this.config = config;
    this.weights = weights;
    this.#answers = new Answers(config, weights, options);
    this.#watch = new UnseenWatch(config, options.unseen ?? "error", options.onWarning);
  }

  /**
   * Loads a model from its folder; the names "survey", "penguins" and "moons" stand for those that come with the
   * package, unless there is a folder of that name.
   * @throws InputError if the folder holds no model, a damaged one, one whose files are not as they were written, or one of a
   * newer format.
   * @example
   * const model = await Model.load("survey");
   * console.log(model.columns);
   */
  static async load(folder: string, options: ModelOptions = {}): Promise<Model> {
    check("the folder", folder, TEXT);
    checkModelOptions(options);
    return new Model(await readTrainedModel(platform().modelFolder(folder), options), options);
  }

  /**
   * A model from the bytes of its two files, wherever they come from: a page fetches them. With those of manifest.json they are
   * compared with its checksums.
   * @throws InputError if they are damaged, do not belong together or are of a newer format.
   * @example
   * import { readFile } from "node:fs/promises";
   * const [config, weights] = await Promise.all(
   *   ["config.json", "weights.safetensors"].map((file) => readFile(`survey-model/${file}`)),
   * );
   * const model = Model.fromBytes({ config, weights });
   */
  static fromBytes(files: ModelBytes, options: ModelOptions = {}): Model {
    return new Model(decodeTrainedModel(files, options), options);
  }

  /** The names of the columns that the model knows. */
  get columns(): readonly string[] {
    return this.config.columns.map((column) => column.name);
  }

  /**
   * What its training reached on held-out rows, column by column beside two baselines, and whether it was stopped while it
   * got better still; undefined for imported models, those of the presets "paper" and older ones.
   * @example
   * const model = await train(await readTable("houses.csv"), { epochs: 2 });
   * if (model.training?.stoppedEarly) console.log("more would help", model.training.improving);
   */
  get training(): TrainingReport | undefined {
    return this.config.report;
  }

  /**
   * Whether answers about a column are of its true values: measurement errors were removed in training.
   * @example
   * const model = await Model.load("survey");
   * console.log(model.isDeconvolved("parallax"));
   */
  isDeconvolved(name: string): boolean {
    return isDeconvolved(this.config, name);
  }

  /**
   * Writes config.json, weights.safetensors and model-card.md into the folder, all or none of them, and manifest.json with their
   * checksums.
   * @param options `weights: 16`: weights of 16 bits, about 0.6 of the size, for pages. It is tried on rows that the model makes up
   * that answers move by less than a thousandth of a column's quartile distance; what matters most stays in 32 bits for that.
   * @returns by how much answers move: 0 but of weights of 16 bits.
   * @throws InputError if they can't be written, something else writes to the folder, or answers would move by more.
   * @example
   * const model = await train(await readTable("houses.csv"), { epochs: 2 });
   * await model.save("saved-model");
   */
  async save(folder: string, { weights = 32 }: SaveOptions = {}): Promise<number> {
    const trained = { config: this.config, weights: this.weights };
    const { parameters, shift } = weights === 16 ? await this.sixteenBits() : IN_32_BITS;
    await platform().writeFiles(folder, trainedModelFiles(trained, parameters));
    return shift;
  }

  /**
   * Which parameters may be kept in 16 bits, and by how much answers move then; see {@link save}.
   * @throws InputError if there are none.
   * @example
   * const model = await Model.load("survey");
   * console.log((await model.sixteenBits()).shift < 1e-3);
   */
  sixteenBits(): Promise<SixteenBits> {
    return sixteenBits(this, (trained) => new Model(trained));
  }

  /**
   * The distribution of a target given other columns, without Monte-Carlo noise: the probability flow maps normal
   * levels to the target's quantiles. Asking for several targets at once costs far less than asking for each, because
   * what is given is read once.
   *
   * @returns for one question a distribution (by name, where several targets are asked); for rows, one object that
   * holds the distributions of all rows; for blocks, such objects batch by batch.
   * @throws InputError for a column that the model does not know, and a value that its column can't have.
   * @example
   * const model = await Model.load("survey");
   * const stars = [{ teff: 4700 }, { teff: 5800, parallax: 3 }];
   * const answers = await model.density(stars, { of: "logg" });
   * console.log(answers.medians(), answers.quantiles(0.95));
   */
  density(question: Question): Promise<Distribution>;
  density(question: Question<readonly string[]>): Promise<Record<string, Distribution>>;
  density(rows: Rows, question: DensityRowsQuestion): Promise<ColumnDistributions>;
  density(
    rows: Rows,
    question: DensityRowsQuestion<readonly string[]>,
  ): Promise<Record<string, ColumnDistributions>>;
  density(rows: TableBlocks, question: RowsQuestion): AsyncGenerator<DensityBatch>;
  density(
    first: Question<Targets> | Rows | TableBlocks,
    question?: DensityRowsQuestion<Targets> & RowsQuestion,
  ): Promise<unknown> | AsyncGenerator<DensityBatch> {
    if (!question) return this.#densityOf(first as Question<Targets>);
    checkRowsQuestion(question);
    if (isBlocks(first))
      return this.#answers.densityBatches(
        this.#watch.warnedBlocks(first, this.#givenNames(question)),
        question,
      );
    return this.#densityOfRows(first as Rows, question);
  }

  /**
   * As {@link density}, batch by batch, for answers that do not fit into memory.
   * @example
   * const model = await Model.load("survey");
   * for await (const { start, densities } of model.densityBatches([{ teff: 4700 }], { of: ["logg"] })) {
   *   console.log(start, densities.logg.medians());
   * }
   */
  densityBatches(rows: Rows | TableBlocks, question: RowsQuestion): AsyncGenerator<DensityBatch> {
    checkRowsQuestion(question);
    return this.#answers.densityBatches(
      isBlocks(rows) ? this.#watch.seenBlocks(rows) : this.#table(rows),
      question,
    );
  }

  /**
   * Samples of each target. The same seed gives the same samples. With `joint: true` the targets are drawn together,
   * p(a, b | g) = p(a | g) p(b | a, g), and each sample comes with its log density; otherwise each target is drawn
   * on its own.
   *
   * @returns for one question `size` values of each target; for rows or blocks, batches in which each target has
   * (rows, size) values, row by row.
   * @throws InputError for a column that the model does not know, a value that its column can't have, a size below 1.
   * @example
   * const model = await Model.load("survey");
   * const { samples, logPdf } = await model.sample({ of: ["teff", "logg"], joint: true, size: 100 });
   * console.log(samples.teff[0], samples.logg[0], logPdf[0]);
   */
  sample(
    question: Question<readonly string[]> & Omit<SamplingOptions, "method"> & Jointly,
  ): Promise<JointSamples>;
  sample(question: Question<Targets> & SamplingOptions & { readonly joint?: false }): Promise<Samples>;
  sample(
    rows: Rows | TableBlocks,
    question: RowsQuestion & SamplingOptions & { readonly joint?: false },
  ): AsyncGenerator<SampleBatch>;
  sample(
    rows: Rows,
    question: RowsQuestion & Omit<SamplingOptions, "method"> & Jointly,
  ): AsyncGenerator<SampleBatch>;
  sample(
    first:
      | (Question<Targets> & SamplingOptions & Partial<Omit<Jointly, "joint">> & { joint?: boolean })
      | Rows
      | TableBlocks,
    question?: RowsQuestion & SamplingOptions & { readonly joint?: boolean; readonly order?: ChainOrder },
  ): Promise<Samples> | AsyncGenerator<SampleBatch> {
    if (!question) {
      checkQuestion(first);
      const { joint, of, given: asked = {}, ...options } = first as Question<Targets> & { joint?: boolean };
      const given = this.#watch.seenGiven(asked);
      this.#watch.warned(questionTable(this.config, given));
      if (joint) return sampleJoint(this.#answers, { of: [of].flat(), given, ...options });
      return this.#answers.samples(given, of, options).then((samples) => ({ samples }));
    }
    checkRowsQuestion(question);
    const { joint, ...asked } = question;
    const rows = isBlocks(first)
      ? this.#watch.warnedBlocks(first, this.#givenNames(question))
      : this.#watch.warned(this.#table(first as Rows), this.#givenNames(question));
    if (!joint) return this.#answers.sampleBatches(rows, asked);
    if (isBlocks(rows)) {
      throw new InputError("Joint samples need rows in memory: read the table with readTable.");
    }
    return sampleJointRows(this.#answers, rows, { ...asked, of: [asked.of].flat() });
  }

  /**
   * The log density of a target at the value that each row has, by the flow backwards: slower and more exact than
   * `density(...).logLikelihoods(...)`; of the continuous part, without the column's point masses. With `joint: true`
   * the log density of the point that several targets make, by the chain rule, with log probabilities where a value
   * is a point mass, a category or a whole number. Per data unit; NaN where a value is missing.
   * @throws InputError for a column that the model or the table lacks.
   * @example
   * const model = await Model.load("survey");
   * console.log(await model.logPdf([{ teff: 4700, logg: 2.5 }], { of: "logg" }));
   */
  logPdf(rows: Rows, question: DensityRowsQuestion): Promise<Float64Array>;
  logPdf(rows: Rows, question: RowsQuestion & Jointly & { readonly seed?: number }): Promise<Float64Array>;
  async logPdf(
    rows: Rows,
    asked: RowsQuestion & { readonly joint?: true; readonly seed?: number },
  ): Promise<Float64Array> {
    checkRowsQuestion(asked);
    const { joint, ...question } = asked;
    const table = this.#watch.warned(this.#table(rows), this.#givenNames(question));
    if (joint) return logPdfJoint(this.#answers, table, { ...question, of: [question.of].flat() });
    return this.#answers.logPdf(table, question.of as string, question.given);
  }

  /**
   * Median and scaled MAD of the targets for every row, as columns NAME and NAME_sd; with `quantiles` also NAME_q05
   * and the like.
   * @returns a table; for blocks, tables of some rows at a time, in order.
   * @throws InputError for an unknown column, a wrong quantile, and a cell that its column can't have.
   * @example
   * const model = await Model.load("survey");
   * const { columns } = await model.predict([{ teff: 4700 }], { of: "logg", quantiles: [0.05, 0.95] });
   * console.log(columns.map(({ name, values }) => [name, values[0]]));
   */
  predict(rows: Rows, question: PredictQuestion): Promise<Table>;
  predict(rows: TableBlocks, question: PredictQuestion): AsyncGenerator<Table>;
  predict(rows: Rows | TableBlocks, question: PredictQuestion): Promise<Table> | AsyncGenerator<Table> {
    checkRowsQuestion(question);
    return isBlocks(rows)
      ? predictBlocks(this.#answers, this.#watch.warnedBlocks(rows, this.#givenNames(question)), question)
      : predict(this.#answers, this.#watch.warned(this.#table(rows), this.#givenNames(question)), question);
  }

  /**
   * The rows with their missing cells filled in, by medians or means with intervals, or by one joint draw.
   * @throws InputError for a cell that its column can't have.
   * @example
   * const model = await Model.load("survey");
   * const filled = await model.impute([{ teff: 4700, logg: null }]);
   */
  async impute(rows: Rows, options: ImputeOptions = {}): Promise<Table> {
    checkRowsOptions(options);
    const original = this.#tableOf(rows);
    return impute(this.#answers, this.#watch.warned(this.#watch.seen(original)), { ...options, original });
  }

  /**
   * Rows made up: drawn jointly (the chain rule, in several random orders), in the columns, order, names and kinds of the
   * training's table, numbers with its decimals and between its least and greatest value, with cells missing as they were
   * missing there. Columns that were trained with measurement errors have true values.
   * @returns a table; see {@link synthesizeBlocks} for more rows than fit into memory.
   * @throws InputError for a column that the model does not know, a value that its column can't have, a number of rows below 1.
   * @example
   * const model = await Model.load("survey");
   * const giants = await model.synthesize({ rows: 100, given: { logg: 2.5 }, complete: true });
   * await writeTable(giants, "giants.csv");
   */
  async synthesize(options: SynthesisOptions): Promise<Table> {
    checkSynthesisOptions(options);
    return synthesize(this.#answers, options);
  }

  /**
   * As {@link synthesize}, some rows at a time.
   * @example
   * const model = await Model.load("survey");
   * for await (const { rows, columns } of model.synthesizeBlocks({ rows: 100 })) {
   *   console.log(rows, columns.map(({ name }) => name));
   * }
   */
  synthesizeBlocks(options: SynthesisOptions): AsyncGenerator<Table> {
    checkSynthesisOptions(options);
    return synthesizeBlocks(this.#answers, options);
  }

  /**
   * Whether made-up rows are copies of a table's, as a rule the training's: how many equal one of its rows in every cell, and
   * how far they are from their closest ones, beside what the table's own rows are among each other.
   * @param made rows with some columns of the table; all of them are compared.
   * @throws InputError for a column that the table or the model lacks.
   * @example
   * const houses = await readTable("houses.csv");
   * const model = await train(houses, { epochs: 2 });
   * const { coincidences, copied } = await model.closestRecords(await model.synthesize({ rows: 500 }), houses);
   * console.log(coincidences, copied);
   */
  async closestRecords(made: Rows, table: Rows): Promise<ClosestRecords> {
    checkRows(made);
    checkRows(table);
    const [rows, records] = [this.#table(made), this.#table(table)];
    const names = rows.columns.map(({ name }) => name);
    const search = new ClosestRecordSearch(this.config, records, names, rows.rows);
    search.add(rows);
    return search.report();
  }

  /**
   * How well each known cell fits the rest of its row: columns NAME_log_density and NAME_tail.
   * @throws InputError for a cell that its column can't have.
   * @example
   * const model = await Model.load("survey");
   * const scores = await model.score([{ teff: 4700, logg: 9 }]);
   */
  async score(rows: Rows, options: ScoreOptions = {}): Promise<Table> {
    checkRowsOptions(options);
    return score(this.#answers, this.#watch.warned(this.#table(rows)), options);
  }

  /**
   * Which cells of rows lie outside what training has seen, or beyond the bounds of their column: answers given these are
   * guesses. Knows of no combinations: see {@link unusual}.
   * @param rows of one question, its given values: `[{ teff: 4700 }]`. @param names of the columns looked at; default all.
   * @throws InputError for a value that its column can't have.
   * @example
   * const model = await Model.load("survey");
   * for (const { warning } of model.unseen([{ teff: 90_000 }])) console.log(warning);
   */
  unseen(rows: Rows, names?: readonly string[]): Unseen[] {
    const cells = new UnseenCells(this.config, names);
    cells.add(this.#table(rows));
    return cells.report();
  }

  /**
   * How unusual given values are together: the share of rows, made up by the model itself, whose values in these columns are
   * at most as probable. 0 is a combination far from all that training has seen, about which every answer is a guess.
   * @returns undefined where the model answers for none of the given columns.
   * @throws InputError for an unknown column, and for a value that its column can't have.
   * @example
   * const model = await Model.load("survey");
   * const found = await model.unusual({ given: { teff: 3500, logg: 1, jk: 0.2 } });
   * if (found && found.share === 0) console.log("no row is like this");
   */
  async unusual(question: UnusualQuestion): Promise<Unusual | undefined> {
    checkFields("the question", question, {
      needed: { given: OBJECT },
      optional: { size: COUNT, seed: NUMBER },
    });
    return unusual(this.#answers, question);
  }

  /**
   * Which column, if it were measured, would say most about the target: the expected information gain in nats, largest
   * first; for rows, a table with the gain of each candidate and the best one.
   * @throws InputError for a target or candidate that the model does not answer for.
   * @example
   * const model = await Model.load("survey");
   * const [best] = await model.advise({ of: "logg", given: { teff: 4700 } });
   * console.log(best.column, best.reduction);
   */
  advise(question: AdviseQuestion): Promise<InformationGain[]>;
  advise(rows: Rows, question: AdviseRowsQuestion): Promise<Table>;
  async advise(
    first: AdviseQuestion | Rows,
    question?: AdviseRowsQuestion,
  ): Promise<InformationGain[] | Table> {
    if (!question) {
      checkQuestion(first);
      return advise(this.#answers, first as AdviseQuestion);
    }
    checkRowsQuestion(question);
    return adviseRows(this.#answers, this.#table(first as Rows), question);
  }

  /**
   * Scores and calibration on rows that the model was not trained on: log score, CRPS, PIT, coverage, each with an
   * interval by bootstrap; with `joint: true` the energy score and log density of several columns together.
   * @throws InputError for a column that the model or the table lacks, and for options that exclude each other.
   * @example
   * const model = await Model.load("survey");
   * const stars = await readTable("stars.parquet");
   * const { overall } = await model.evaluate(stars, { of: ["logg"], given: ["teff"], bootstrap: 0 });
   * console.log(overall.numbers?.crps.value);
   */
  evaluate(rows: Rows, options?: EvaluationOptions & { readonly joint?: false }): Promise<Evaluation>;
  evaluate(rows: Rows, options: JointOptions & { readonly joint: true }): Promise<JointEvaluation>;
  async evaluate(
    rows: Rows,
    asked: (EvaluationOptions | JointOptions) & { readonly joint?: boolean } = {},
  ): Promise<Evaluation | JointEvaluation> {
    checkRowsOptions(asked);
    const { joint, ...options } = asked;
    const table = this.#watch.warned(this.#table(rows));
    return joint
      ? evaluateJoint(this, table, options as JointOptions)
      : evaluate(this, table, options as EvaluationOptions);
  }

  /**
   * Ends threads and sessions; the next question would start them again.
   * @example
   * const model = await Model.load("survey");
   * try {
   *   console.log(await model.density({ of: "logg" }));
   * } finally {
   *   await model.dispose();
   * }
   */
  async dispose(): Promise<void> {
    await this.#answers.dispose();
  }

  async #densityOf(question: Question<Targets>): Promise<Distribution | Record<string, Distribution>> {
    checkQuestion(question);
    const { of } = question;
    const targets = targetIndices(this.config, of);
    const given = this.#watch.seenGiven(question.given ?? {});
    this.#watch.warned(questionTable(this.config, given));
    const made = await this.#answers.distributions(this.#answers.question(given, targets), targets);
    if (typeof of === "string") return made[0].at(0);
    return Object.fromEntries(made.map((each) => [each.name, each.at(0)]));
  }

  async #densityOfRows(
    rows: Rows,
    { of, given }: DensityRowsQuestion<Targets>,
  ): Promise<ColumnDistributions | Record<string, ColumnDistributions>> {
    const targets = targetIndices(this.config, of);
    const made = await this.#answers.distributions(
      this.#answers.tableRows(
        this.#watch.warned(this.#table(rows), this.#givenNames({ of, ...(given && { given }) })),
        given,
        targets,
      ),
      targets,
    );
    return typeof of === "string" ? made[0] : Object.fromEntries(made.map((each) => [each.name, each]));
  }

  #givenNames({ of, given }: Pick<RowsQuestion, "of" | "given">): readonly string[] {
    const targets = [of].flat();
    return given ?? this.columns.filter((name) => !targets.includes(name));
  }

  #table(rows: Rows): Table {
    return this.#watch.seen(this.#tableOf(rows));
  }

  #tableOf(rows: Rows): Table {
    checkRows(rows);
    return isTable(rows) ? rows : rowsTable(this.config, rows);
  }
}

function isTable(rows: Rows): rows is Table {
  return !Array.isArray(rows);
}

function isBlocks(rows: object): rows is TableBlocks {
  return typeof rows === "object" && rows !== null && Symbol.asyncIterator in rows;
}
