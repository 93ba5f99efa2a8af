/** @file A trained model that answers questions: the distribution of any column given any others. */
import { InputError } from "../base/errors.ts";
import type { ColumnEncoding } from "../columns/encoding.ts";
import { coordinates } from "../columns/transforms.ts";
import { ColumnDistributions } from "../distribution/column-distributions.ts";
import type { Distribution } from "../distribution/distribution.ts";
import { DEFAULT_LEVELS, rearrange } from "../distribution/levels.ts";
import { type Summary, summarise } from "../distribution/summary.ts";
import type { TableRows } from "../networks/encoded-table.ts";
import { columnPlace, isDeconvolved, type ModelConfig } from "../networks/model-config.ts";
import type { Curves, Predictor } from "../networks/predictor.ts";
import { networkOf } from "../networks/registry.ts";
import { shortestWay } from "../numeric/circle.ts";
import type { DeviceChoice } from "../runtime/device-names.ts";
import { platform } from "../runtime/platform.ts";
import type { FlowOptions } from "../sampling/probability-flow.ts";
import type { TableBlocks } from "../table/blocks.ts";
import type { Table } from "../table/table.ts";
import { answeredBatches } from "./answered-batches.ts";
import { drawValues } from "./draw-values.ts";
import { type ImputeOptions, impute } from "./impute.ts";
import {
  type Informative,
  type InformativeQuestion,
  type InformativeTableQuestion,
  informative,
  informativeTable,
} from "./information-gain.ts";
import {
  type JointQuestion,
  type JointRows,
  type JointRowsQuestion,
  type JointSamples,
  type JointTableQuestion,
  logPdfJoint,
  sampleJoint,
  sampleJointRows,
} from "./joint.ts";
import { type ScoreOptions, score } from "./outlier-score.ts";
import { type PredictQuestion, predict, predictBlocks } from "./predict.ts";
import { type Given, questionTable } from "./question-table.ts";
import { askedPlaces, givenByDefault, refuseAskedGiven } from "./questions.ts";
import {
  decodeTrainedModel,
  type ModelBytes,
  readTrainedModel,
  type TrainedModel,
  writeTrainedModel,
} from "./trained-model.ts";

export interface ModelOptions {
  /** Default "cpu"; "auto": the fastest that starts here, looked for at the first question. */
  readonly device?: DeviceChoice;
  /** Threads inside each run; default 1: large questions are shared out to one thread a core anyway. */
  readonly threads?: number;
  /** How the probability flow is followed; the defaults are in docs/densities.md. */
  readonly flow?: FlowOptions;
  /** Standard normal levels, ascending, at which quantiles are worked out; default 101 from -4 to 4. */
  readonly levels?: Float64Array;
}

export interface DensityQuestion<Of = string> {
  /** The column asked; of several, each on its own (not jointly). */
  readonly of: Of;
  /** Known values in the columns' own units; none at all asks for the marginal density. */
  readonly given?: Given;
}

export interface TableDensityQuestion<Of = string> {
  readonly of: Of;
  /** Columns of the table to be given; default all that the model knows, but those asked. */
  readonly given?: readonly string[];
}

export interface SamplingOptions {
  /** Samples for each question. */
  readonly size?: number;
  readonly seed?: number;
  /** "flow" (default): from the quantile map, exact in one dimension; "ancestral": the stochastic sampler. */
  readonly method?: "flow" | "ancestral";
}

export interface Question extends SamplingOptions {
  /** What is asked: one column, or several, each on its own (not jointly). */
  readonly of: string | readonly string[];
  readonly given?: Given;
}

export interface TableQuestion extends SamplingOptions {
  readonly of: string | readonly string[];
  /** Columns of the table to be given; default all that the model knows, but those asked. */
  readonly given?: readonly string[];
  /** Told after each batch of rows. */
  readonly onProgress?: (rowsDone: number, rows: number) => void;
  /** Ends the work after the batch in hand, by throwing the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Samples of one batch of rows of a table: for each asked column (rows, size), row-major. */
export interface TableSamples {
  readonly start: number;
  readonly rows: number;
  readonly samples: Readonly<Record<string, Float64Array>>;
}

/** Distributions of one batch of rows of a table, by asked column. */
export interface TableDensities {
  readonly start: number;
  readonly rows: number;
  readonly densities: Readonly<Record<string, ColumnDistributions>>;
}

/** What tells which columns a table has. */
type HeldColumns = Pick<TableBlocks, "columns">;

const DEFAULT_SIZE = 1000;
const DEFAULT_SEED = 1;
export class Model {
  readonly config: ModelConfig;
  readonly #weights: TrainedModel["weights"];
  readonly #options: ModelOptions;
  readonly #levels: Float64Array;
  #predictor: Promise<Predictor> | undefined;

  constructor({ config, weights }: TrainedModel, options: ModelOptions = {}) {
    this.config = config;
    this.#weights = weights;
    this.#options = options;
    this.#levels = options.levels ?? DEFAULT_LEVELS;
  }

  /**
   * Loads a model from its folder; the name "survey" stands for the one that comes with the package, unless there
   * is a folder of that name.
   * @throws InputError if the folder holds no model, a damaged one or one of a newer format.
   */
  static async load(folder: string, options: ModelOptions = {}): Promise<Model> {
    return new Model(await readTrainedModel(platform().modelFolder(folder)), options);
  }

  /**
   * A model from the bytes of its two files, wherever they come from: a page fetches them.
   * @throws InputError if they are damaged, do not belong together or are of a newer format.
   * @example
   * const bytes = async (url: string) => new Uint8Array(await (await fetch(url)).arrayBuffer());
   * const model = Model.fromBytes({ config: await bytes("config.json"), weights: await bytes("weights.safetensors") });
   */
  static fromBytes(files: ModelBytes, options: ModelOptions = {}): Model {
    return new Model(decodeTrainedModel(files), options);
  }

  /** The names of the columns that the model knows. */
  get columns(): readonly string[] {
    return this.config.columns.map((column) => column.name);
  }

  /** Whether what is answered of a column is the true value, its measurement errors taken out in training. */
  takesErrorsOut(name: string): boolean {
    const column = this.config.columns.find((each) => each.name === name);
    return column?.errors === true && isDeconvolved(this.config);
  }

  async save(folder: string): Promise<void> {
    await writeTrainedModel(folder, { config: this.config, weights: this.#weights });
  }

  /**
   * The distribution of a column given others, without Monte-Carlo noise: the probability flow maps normal
   * levels to the column's quantiles.
   * @throws InputError for a column the model does not know, and a value its column can't have.
   */
  async density({ of, given = {} }: DensityQuestion): Promise<Distribution> {
    const places = askedPlaces(this.config, of);
    const [distributions] = await this.#distributions(this.#one(given, places), places);
    return distributions.at(0);
  }

  /**
   * The distributions of a column for every row of a table, from the row's own given cells; of several
   * columns by name, which costs far less than asking for each, because what is given is read once for all.
   */
  async densities(table: Table, question: TableDensityQuestion): Promise<ColumnDistributions>;
  async densities(
    table: Table,
    question: TableDensityQuestion<readonly string[]>,
  ): Promise<Record<string, ColumnDistributions>>;
  async densities(
    table: Table,
    { of, given }: TableDensityQuestion<string | readonly string[]>,
  ): Promise<ColumnDistributions | Record<string, ColumnDistributions>> {
    const places = askedPlaces(this.config, of);
    const rows = { table, given: this.#givenOf(table, given, places), start: 0, rows: table.rows };
    const made = await this.#distributions(rows, places);
    return typeof of === "string" ? made[0] : Object.fromEntries(made.map((each) => [each.name, each]));
  }

  /** As {@link densities}, batch by batch, for tables whose answers, or whose rows, do not fit into memory. */
  async *densityBatches(
    rows: Table | TableBlocks,
    question: Omit<TableQuestion, keyof SamplingOptions>,
  ): AsyncGenerator<TableDensities> {
    const places = askedPlaces(this.config, question.of);
    const given = this.#givenOf(rows, question.given, places);
    const atOnce = this.#levels.length * places.length;
    yield* answeredBatches(rows, atOnce, question, async ({ table, start, rows: count, first }) => {
      const made = await this.#distributions({ table, given, start, rows: count, first }, places);
      return {
        start: first,
        rows: count,
        densities: Object.fromEntries(made.map((each) => [each.name, each])),
      };
    });
  }

  /**
   * The log density of a column at the value that each row of a table has, by the flow backwards: slower and
   * more exact than `densities(...).logLikelihoods(...)`. Own units; NaN where the value is missing; the
   * logarithm of the continuous part, without the column's point masses.
   */
  async logPdf(table: Table, { of, given }: TableDensityQuestion): Promise<Float64Array> {
    const [place] = askedPlaces(this.config, of);
    const column = this.config.columns[place];
    const { toModel, slope } = coordinates(column.coding);
    const own = table.columns.find(({ name }) => name === of);
    if (!own) throw new InputError(`${table.source} has no column "${of}" to ask the density at.`);
    const rows = { table, given: this.#givenOf(table, given, [place]), start: 0, rows: table.rows };
    const engine = await this.#started();
    const sums = new Float64Array(table.rows).fill(Number.NEGATIVE_INFINITY);
    for (const images of turnsOf(column.coding, own.values)) {
      const values = Float32Array.from(images, toModel);
      const logs = await engine.logDensities(rows, place, values);
      logs.forEach((log, row) => {
        sums[row] = logSum(sums[row], log - Math.log(slope(values[row])));
      });
    }
    return sums;
  }

  /**
   * Samples of each asked column, by name, in its own units (categories: places in their list).
   * The same seed gives the same samples.
   * @throws InputError for a column the model does not know, a value its column can't have, a size below 1.
   */
  async samples({ of, given = {}, ...options }: Question): Promise<Record<string, Float64Array>> {
    const asked = askedPlaces(this.config, of);
    // Every column gets the stream of its own token: asking for one more changes no other's samples.
    const streams = asked.map((place) => place + 1);
    return this.#samples(this.#one(given, asked), asked, options, () => streams);
  }

  /** Median and scaled MAD of each asked column, by name: of the density itself, or of ancestral samples. */
  async summary(question: Question): Promise<Record<string, Summary>> {
    if (question.method === "ancestral") {
      const samples = await this.samples(question);
      return Object.fromEntries(
        Object.entries(samples).map(([name, drawn]) => [
          name,
          summarise(drawn, this.config.columns[columnPlace(this.config, name)].coding),
        ]),
      );
    }
    const places = askedPlaces(this.config, question.of);
    const made = await this.#distributions(this.#one(question.given ?? {}, places), places);
    return Object.fromEntries(made.map((each) => [each.name, { median: each.median(0), mad: each.mad(0) }]));
  }

  /** Samples for every row of a table, in batches. Missing cells of given columns are not given. */
  async *sampleTable(rows: Table | TableBlocks, question: TableQuestion): AsyncGenerator<TableSamples> {
    const asked = askedPlaces(this.config, question.of);
    const given = this.#givenOf(rows, question.given, asked);
    const tokens = this.config.columns.length + 1;
    const perRow = checkedSize(question.size ?? DEFAULT_SIZE) * asked.length;
    yield* answeredBatches(rows, perRow, question, async ({ table, start, rows: count, first }) => {
      const streams = (row: number) => asked.map((place) => (first + row) * tokens + place + 1);
      const batch = { table, given, start, rows: count, first };
      return { start: first, rows: count, samples: await this.#samples(batch, asked, question, streams) };
    });
  }

  /**
   * Median and scaled MAD of the asked columns for every row of a table: columns NAME and NAME_error, as
   * the published predict_summary names them; with `quantiles` also NAME_q05 and the like.
   */
  async predict(table: Table | TableBlocks, question: PredictQuestion): Promise<Table> {
    return predict(this, table, question);
  }

  /**
   * As {@link predict}, some rows at a time: with `tableBlocks` and `openTableWriter` for tables of any length; see
   * the function {@link predictBlocks}.
   * @example
   * const stars = await tableBlocks("stars.parquet");
   * for await (const { columns } of model.predictBlocks(stars, { of: "teff" })) console.log(columns[0].values);
   * await stars.close();
   */
  predictBlocks(table: Table | TableBlocks, question: PredictQuestion): AsyncGenerator<Table> {
    return predictBlocks(this, table, question);
  }

  /** Samples of several columns together, by the chain rule, with their log densities; see {@link sampleJoint}. */
  async sample(question: JointQuestion): Promise<JointSamples> {
    return sampleJoint(this, question);
  }

  /** As {@link sample}, for every row of a table, some rows at a time; see {@link sampleJointRows}. */
  sampleRows(table: Table, question: JointRowsQuestion): AsyncGenerator<JointRows> {
    return sampleJointRows(this, table, question);
  }

  /** The log density of the point that several columns make in each row; see the function {@link logPdfJoint}. */
  async logPdfJoint(table: Table, question: JointTableQuestion): Promise<Float64Array> {
    return logPdfJoint(this, table, question);
  }

  /** The table with its missing cells filled in, by medians or one joint draw; see the function {@link impute}. */
  async impute(table: Table, options: ImputeOptions = {}): Promise<Table> {
    return impute(this, table, options);
  }

  /** For each known cell NAME_log_density and NAME_tail, given its row's others; see the function {@link score}. */
  async score(table: Table, options: ScoreOptions = {}): Promise<Table> {
    return score(this, table, options);
  }

  /** Which column, if measured, would tell most about another; see the function {@link informative}. */
  async informative(question: InformativeQuestion): Promise<Informative[]> {
    return informative(this, question);
  }

  /** Which column to measure next in each row of a table; see the function {@link informativeTable}. */
  async informativeTable(table: Table, question: InformativeTableQuestion): Promise<Table> {
    return informativeTable(this, table, question);
  }

  /**
   * Values of one column at normal levels of each row's own, with the probabilities of its classes: what
   * joint samples are made of. @internal
   */
  async curvesAt(rows: TableRows, place: number, levels: Float32Array): Promise<Curves> {
    return (await this.#started()).curvesAt(rows, place, levels);
  }

  async dispose(): Promise<void> {
    const starting = this.#predictor;
    this.#predictor = undefined;
    await (await starting)?.dispose();
  }

  async #distributions(rows: TableRows, places: readonly number[]): Promise<ColumnDistributions[]> {
    const levels = this.#levels;
    const curves = await (await this.#started()).curves(rows, places, levels);
    return curves.map(({ nodes, classes }, i) => {
      const column = this.config.columns[places[i]];
      rearrange(nodes, levels.length);
      return new ColumnDistributions({
        name: column.name,
        coding: column.coding,
        coordinates: coordinates(column.coding),
        levels,
        nodes,
        ...(classes && { classes }),
        ofTrueValues: this.takesErrorsOut(column.name),
      });
    });
  }

  async #samples(
    rows: TableRows,
    places: readonly number[],
    { size = DEFAULT_SIZE, seed = DEFAULT_SEED, method = "flow" }: SamplingOptions,
    streams: (row: number) => readonly number[],
  ): Promise<Record<string, Float64Array>> {
    checkedSize(size);
    if (method === "flow") {
      const made = await this.#distributions(rows, places);
      const drawn = made.map((each, which) => {
        const samples = new Float64Array(rows.rows * size);
        for (let row = 0; row < rows.rows; row++) {
          samples.set(each.sample(row, size, seed, ["samples", streams(row)[which]]), row * size);
        }
        return [each.name, samples] as const;
      });
      return Object.fromEntries(drawn);
    }
    const curves = await (await this.#started()).ancestral(rows, places, { size, seed, streams });
    return Object.fromEntries(
      curves.map((each, which) => {
        const column = this.config.columns[places[which]];
        return [column.name, drawValues(column, each, size, seed, (row) => streams(row)[which])];
      }),
    );
  }

  #one(given: Given, places: readonly number[]): TableRows {
    const table = questionTable(this.config, given);
    const names = table.columns.filter(({ values }) => !Number.isNaN(values[0])).map(({ name }) => name);
    refuseAskedGiven(this.config, places, names);
    return { table, given: names, start: 0, rows: 1 };
  }

  #givenOf(
    { columns }: HeldColumns,
    given: readonly string[] | undefined,
    places: readonly number[],
  ): readonly string[] {
    if (given) {
      refuseAskedGiven(this.config, places, given);
      return given;
    }
    return givenByDefault(
      this.config,
      columns.map(({ name }) => name),
      places,
    );
  }

  #started(): Promise<Predictor> {
    this.#predictor ??= this.#start().catch((error: unknown) => {
      this.#predictor = undefined; // so that the next question tries again
      throw error;
    });
    return this.#predictor;
  }

  async #start(): Promise<Predictor> {
    const { device: choice = "cpu", threads = 1, flow = {} } = this.#options;
    const device = choice === "auto" ? await platform().fastestDevice() : choice;
    const { network, columns } = this.config;
    return networkOf(network).openPredictor(columns, this.#weights, { device, threads, flow });
  }
}

/** Where on the line a value's density lies: at the value; of a circular column at the turns next to each other as well. */
function turnsOf({ center, period }: ColumnEncoding, values: ArrayLike<number>): Float64Array[] {
  if (period === undefined) return [Float64Array.from(values)];
  return [-1, 0, 1].map((turn) =>
    Float64Array.from(values, (value) => center + shortestWay(center, value, period) + turn * period),
  );
}

/** log(e^a + e^b); b where there is no a yet; NaN if one is. */
function logSum(a: number, b: number): number {
  if (a === Number.NEGATIVE_INFINITY) return b;
  const most = Math.max(a, b);
  return most + Math.log(Math.exp(a - most) + Math.exp(b - most));
}

function checkedSize(size: number): number {
  if (!Number.isInteger(size) || size < 1) {
    throw new InputError(`The size is ${size}; it must be a whole number of at least 1.`);
  }
  return size;
}
