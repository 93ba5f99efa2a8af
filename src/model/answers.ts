/** @file What every verb of a model is made of: distributions, samples and log densities of some rows, from the network's predictor. */

import { InputError } from "../base/errors.ts";
import { hasBounds, isBeyond } from "../columns/bounds.ts";
import { geometryOf } from "../columns/kinds.ts";
import { coordinates } from "../columns/transforms.ts";
import { columnAnswers } from "../distribution/column-answers.ts";
import type { ColumnDistributions } from "../distribution/column-distributions.ts";
import { DEFAULT_LEVELS, rearrange } from "../distribution/levels.ts";
import type { TableRows } from "../networks/encoded-table.ts";
import { type ModelConfig, removesErrors } from "../networks/model-config.ts";
import type { Chain, ChainDrawn, Curves, Predictor } from "../networks/predictor.ts";
import { networkOf } from "../networks/registry.ts";
import { platform } from "../runtime/platform.ts";
import type { TableBlocks } from "../table/blocks.ts";
import { type Column, isKnown, type Table, tableColumn } from "../table/table.ts";
import { answeredBatches } from "./answered-batches.ts";
import { checkCount, type DensityBatch, type DensityModel, type TableWork } from "./density-model.ts";
import { drawValues } from "./draw-values.ts";
import type { ModelOptions } from "./model.ts";
import {
  askedOverLimits,
  hasLimitArrays,
  hasLimitsToAverage,
  limitsOfRows,
  rowsInPlaceOfOne,
} from "./over-limits.ts";
import { type Given, questionTable } from "./question-table.ts";
import { givenByDefault, refuseTargetGiven, targetIndices } from "./questions.ts";

export interface SamplingOptions {
  /** Samples for each question; default 1000. */
  readonly size?: number;
  /** Default 1; the same seed gives the same samples. */
  readonly seed?: number;
  /**
   * "flow" (default): from the quantile function, exact in one dimension; "ancestral": the stochastic sampler, of columns
   * without bounds and recalibration.
   */
  readonly method?: "flow" | "ancestral";
  /** Of rows that are a part of a longer table: the index there of the first one, by which samples are drawn. */
  readonly firstRow?: number;
}

/** What is asked about every row of a table. */
export interface RowsQuestion extends TableWork {
  /** One target, or several, each on its own (not jointly). */
  readonly of: string | readonly string[];
  /** Columns of the table to be given; default all that the model knows, but the targets. May be empty. */
  readonly given?: readonly string[];
}

/** Samples of one batch of rows of a table: for each target (rows, size), row-major. */
export interface SampleBatch {
  readonly start: number;
  readonly rows: number;
  readonly samples: Readonly<Record<string, Float64Array>>;
  /** Of joint samples: the log density of each; see `Samples`. */
  readonly logPdf?: Float64Array;
}

const DEFAULT_SIZE = 1000;
const DEFAULT_SEED = 1;

/** The answers of one model; its predictor starts at the first question. */
export class Answers implements DensityModel {
  readonly config: ModelConfig;
  readonly #weights: Float32Array<ArrayBuffer>;
  readonly #options: ModelOptions;
  readonly #levels: Float64Array;
  #predictor: Promise<Predictor> | undefined;

  constructor(config: ModelConfig, weights: Float32Array<ArrayBuffer>, options: ModelOptions) {
    this.config = config;
    this.#weights = weights;
    this.#options = options;
    this.#levels = options.levels ?? DEFAULT_LEVELS;
  }

  get isMixture(): boolean {
    return networkOf(this.config.network).isMixture;
  }

  /** One question as a table of one row, with the names of what is given. */
  question(given: Given, targets: readonly number[]): TableRows {
    const table = questionTable(this.config, given);
    const known = table.columns.filter((column) => isKnown(column, 0));
    const names = known.map(({ name }) => name);
    refuseTargetGiven(this.config, targets, namesOfValues(known));
    return { table, given: names, start: 0, rows: 1 };
  }

  /** All rows of a table as questions. */
  tableRows(table: Table, given: readonly string[] | undefined, targets: readonly number[]): TableRows {
    return { table, given: this.#givenOf(table, given, targets), start: 0, rows: table.rows };
  }

  /** The distribution of each target in each of the rows, one per index in `targets`. */
  async distributions(rows: TableRows, targets: readonly number[]): Promise<ColumnDistributions[]> {
    const isCut = (index: number) => this.#hasOwnLimits(rows, index);
    const whole = targets.filter((index) => !isCut(index));
    const made = new Map<number, ColumnDistributions>();
    const answers = whole.length > 0 ? await this.#uncut(rows, whole) : [];
    for (const [i, answer] of answers.entries()) made.set(whole[i], answer);
    // What a column is itself known to lie within is no evidence about it, but cuts the answer: exactly.
    for (const index of targets.filter(isCut)) {
      const { name } = this.config.columns[index];
      const others = { ...rows, given: rows.given.filter((each) => each !== name) };
      const [answer] = await this.#uncut(others, [index]);
      made.set(index, answer.within(limitsOfRows(rows, this.config.columns[index])));
    }
    return targets.flatMap((index) => made.get(index) ?? []);
  }

  /** Whether a column that is asked is among those given, with limits. */
  #hasOwnLimits({ table, given }: Pick<TableRows, "table" | "given">, index: number): boolean {
    const { name } = this.config.columns[index];
    return given.includes(name) && hasLimitArrays(tableColumn(table, name));
  }

  #uncut(rows: TableRows, targets: readonly number[]): Promise<ColumnDistributions[]> {
    return askedOverLimits(this.config.columns, rows, targets, (...asked) => this.#ofValues(...asked));
  }

  /** @param rows without limits that are averaged over. */
  async #ofValues(rows: TableRows, targets: readonly number[]): Promise<ColumnDistributions[]> {
    const levels = this.#levels;
    const curves = await (await this.#started()).curves(rows, targets, levels);
    return curves.map((answer, i) => {
      const column = this.config.columns[targets[i]];
      if ("nodes" in answer) rearrange(answer.nodes, levels.length);
      const ofTrueValues = isDeconvolved(this.config, column.name);
      return columnAnswers(column, { levels, ...answer, ofTrueValues }, givenCounts(rows));
    });
  }

  /** As {@link distributions} for every row of a table, batch by batch. */
  async *densityBatches(rows: Table | TableBlocks, question: RowsQuestion): AsyncGenerator<DensityBatch> {
    const targets = targetIndices(this.config, question.of);
    const given = this.#givenOf(rows, question.given, targets);
    const perRow = this.#levels.length * targets.length * rowsInPlaceOfOne(this.config.columns, rows, given);
    yield* answeredBatches(rows, perRow, question, async ({ table, start, rows: count, first }) => {
      const made = await this.distributions({ table, given, start, rows: count, first }, targets);
      return {
        start: first,
        rows: count,
        densities: Object.fromEntries(made.map((each) => [each.name, each])),
      };
    });
  }

  /** Independent samples of each target of one question, by name, in data units. */
  async samples(
    given: Given,
    of: string | readonly string[],
    options: SamplingOptions,
  ): Promise<Record<string, Float64Array>> {
    const targets = targetIndices(this.config, of);
    // Every column has the stream of its own token: asking for one more changes no other's samples.
    const streams = targets.map((index) => index + 1);
    return this.#samples(this.question(given, targets), targets, options, () => streams);
  }

  /** As {@link samples} for every row of a table, batch by batch. Missing cells of given columns are not given. */
  async *sampleBatches(
    rows: Table | TableBlocks,
    question: RowsQuestion & SamplingOptions,
  ): AsyncGenerator<SampleBatch> {
    const targets = targetIndices(this.config, question.of);
    const given = this.#givenOf(rows, question.given, targets);
    const tokens = this.config.columns.length + 1;
    const { size = DEFAULT_SIZE, firstRow = 0 } = question;
    checkCount("size", size);
    const inPlace = rowsInPlaceOfOne(this.config.columns, rows, given);
    const perRow = Math.max(size, inPlace * this.#levels.length) * targets.length;
    yield* answeredBatches(rows, perRow, question, async ({ table, start, rows: count, first }) => {
      const streams = (row: number) => targets.map((index) => (firstRow + first + row) * tokens + index + 1);
      const batch = { table, given, start, rows: count, first };
      return { start: first, rows: count, samples: await this.#samples(batch, targets, question, streams) };
    });
  }

  /** The log density of one target's continuous part at the value that each row has; see `Model.logPdf`. */
  async logPdf(table: Table, of: string, given: readonly string[] | undefined): Promise<Float64Array> {
    const [target] = targetIndices(this.config, of);
    const { encoding } = this.config.columns[target];
    const { toStandardised, slope } = coordinates(encoding);
    const { turns, unrolled } = geometryOf(encoding);
    const found = tableColumn(table, of).values;
    const rows = this.tableRows(table, given, [target]);
    const isRecalibrated = this.config.columns[target].recalibration?.some(({ levels }) => levels);
    if (isRecalibrated || hasLimitsToAverage(this.config.columns, rows))
      return this.#logPdfOfAnswers(table, of, rows.given);
    const predictor = await this.#started();
    const sums = new Float64Array(table.rows).fill(Number.NEGATIVE_INFINITY);
    for (const turn of turns) {
      const values = Float32Array.from(found, (value) =>
        toStandardised(unrolled(value, encoding.center) + turn),
      );
      const logs = await predictor.logDensities(rows, target, values);
      logs.forEach((log, row) => {
        sums[row] = logSum(sums[row], log - Math.log(slope(values[row])));
      });
    }
    const { bounds } = encoding;
    if (!bounds) return sums;
    // What lies beyond the bounds is cut off, and the rest scaled up to 1.
    for await (const batch of this.densityBatches(table, { of, given: rows.given })) {
      for (let row = batch.start, i = 0; i < batch.rows; row++, i++) {
        const isOutside = isBeyond(bounds, found[row]) !== undefined;
        sums[row] = isOutside ? Number.NEGATIVE_INFINITY : sums[row] - batch.densities[of].logInside(i);
      }
    }
    return sums;
  }

  /** The log densities of the continuous part alone, from the whole distributions. */
  async #logPdfOfAnswers(table: Table, of: string, given: readonly string[]): Promise<Float64Array> {
    const { values } = tableColumn(table, of);
    const logs = new Float64Array(table.rows);
    for await (const { start, rows, densities } of this.densityBatches(table, { of, given })) {
      for (let row = 0; row < rows; row++)
        logs[start + row] = densities[of].logContinuousPdf(row, values[start + row]);
    }
    return logs;
  }

  /** @throws for a recalibrated column: its answers are mixtures, and read off the whole distribution. */
  async curvesAt(rows: TableRows, target: number, levels: Float32Array): Promise<Curves> {
    if (this.#isRecalibrated(target))
      throw new Error("a recalibrated column is not asked by its quantile map");
    return (await this.#started()).curvesAt(rows, target, levels);
  }

  #isRecalibrated(index: number): boolean {
    return this.config.columns[index].recalibration !== undefined;
  }

  async drawChain(rows: TableRows, chain: Chain): Promise<ChainDrawn[]> {
    const predictor = await this.#started();
    if (!predictor.chain) throw new Error("the network draws no chains");
    return predictor.chain(rows, chain);
  }

  async dispose(): Promise<void> {
    const starting = this.#predictor;
    this.#predictor = undefined;
    await (await starting)?.dispose();
  }

  async #samples(
    rows: TableRows,
    targets: readonly number[],
    { size = DEFAULT_SIZE, seed = DEFAULT_SEED, method = "flow" }: SamplingOptions,
    streams: (row: number) => readonly number[],
  ): Promise<Record<string, Float64Array>> {
    checkCount("size", size);
    // The ancestral sampler knows nothing of bounds and recalibration: such columns are drawn from their quantile function anyway.
    const byQuantiles = (index: number) =>
      hasBounds(this.config.columns[index].encoding) || this.#isRecalibrated(index);
    if (method === "ancestral" && targets.some(byQuantiles)) {
      const answers: Record<string, Float64Array> = {};
      for (const [which, index] of targets.entries()) {
        const own = (row: number) => [streams(row)[which]];
        const by = byQuantiles(index) ? "flow" : method;
        Object.assign(answers, await this.#samples(rows, [index], { size, seed, method: by }, own));
      }
      return answers;
    }
    if (method === "flow") {
      const made = await this.distributions(rows, targets);
      const drawn = made.map((each, which) => {
        const samples = new Float64Array(rows.rows * size);
        for (let row = 0; row < rows.rows; row++) {
          samples.set(each.sample(row, size, seed, ["samples", streams(row)[which]]), row * size);
        }
        return [each.name, samples] as const;
      });
      return Object.fromEntries(drawn);
    }
    const cut = targets.find((index) => this.#hasOwnLimits(rows, index));
    if (cut !== undefined)
      throw new InputError(
        `"${this.config.columns[cut].name}" is given as an interval, which the ancestral sampler can't keep to: leave \`method\` out.`,
        { option: "method" },
      );
    if (hasLimitsToAverage(this.config.columns, rows))
      throw new InputError(
        "The ancestral sampler does not average over what is given as an interval: give values, or leave `method` out.",
        { option: "method" },
      );
    const curves = await (await this.#started()).ancestral(rows, targets, { size, seed, streams });
    return Object.fromEntries(
      curves.map((each, which) => {
        const column = this.config.columns[targets[which]];
        return [column.name, drawValues(column, each, size, seed, (row) => streams(row)[which])];
      }),
    );
  }

  #givenOf(
    { columns }: Pick<TableBlocks, "columns">,
    given: readonly string[] | undefined,
    targets: readonly number[],
  ): readonly string[] {
    if (given) {
      const limited = new Set(columns.filter(hasLimitArrays).map(({ name }) => name));
      refuseTargetGiven(
        this.config,
        targets,
        given.filter((name) => !limited.has(name)),
      );
      return given;
    }
    return givenByDefault(
      this.config,
      columns.map(({ name }) => name),
      targets,
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

/** How many columns each of the rows gives. */
function givenCounts({ table, given, start, rows }: TableRows): Uint32Array {
  const counts = new Uint32Array(rows);
  for (const name of given) {
    const column = tableColumn(table, name);
    for (let row = 0; row < rows; row++) counts[row] += Number(isKnown(column, start + row));
  }
  return counts;
}

/** Whether answers about a column are of its true values: measurement errors were removed in training. */
export function isDeconvolved(config: ModelConfig, name: string): boolean {
  return config.columns.find((each) => each.name === name)?.errors === true && removesErrors(config);
}

/** Of these columns of one row, those that have a value and not only limits. */
export function namesOfValues(columns: readonly Column[]): string[] {
  return columns.filter(({ values }) => !Number.isNaN(values[0])).map(({ name }) => name);
}

/** log(e^a + e^b); b where there is no a yet; NaN if one is. */
function logSum(a: number, b: number): number {
  if (a === Number.NEGATIVE_INFINITY) return b;
  const larger = Math.max(a, b);
  return larger + Math.log(Math.exp(a - larger) + Math.exp(b - larger));
}
