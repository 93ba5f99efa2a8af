/** @file Questions about held-out rows, the same every time, and what the network's answers are worth, column by column. */
import { defined } from "../../base/defined.ts";
import { classCount, type ModelColumn } from "../../columns/encoding.ts";
import { kindOf } from "../../columns/kinds.ts";
import { CELL_PARTS, type EncodedCells, type EncodedTable } from "../../networks/encoded-table.ts";
import type { BatchSampler, Network } from "../../networks/network.ts";
import { generator } from "../../numeric/generator.ts";
import type { GradientWorkers } from "../gradient-workers.ts";
import { emptyLike } from "../row-layout.ts";
import { RowSums } from "../row-sums.ts";
import type { Split } from "../split.ts";
import { outputsOf, type TrainingRows } from "../training-rows.ts";
import type { TrainingSettings } from "../training-settings.ts";
import type { ColumnScores } from "./judgement.ts";
import { linearModel, type RowLoss } from "./linear-model.ts";
import { ownDistribution } from "./own-distribution.ts";

/** Held-out rows that are asked about, and training rows that baselines are made of: no more than these. */
const HELD_OUT_ROWS = 2048;
const KNOWN_ROWS = 10_000;
/** Of few held-out rows each is asked about several times, so that there are so many questions, but not more often than this. */
const QUESTIONS = 512;
const REPEATS = 32;
/** A question costs a third of a row's training, and all may cost this share of it. */
const COST_OF_TRAINING = 1 / 3;
const SHARE = 0.05;
/** An answer that is so many nats worse than the column's own distribution is as bad as any: one row decides nothing. */
const WORST_ANSWER = 8;

/** In the end as many rows are asked about each column as make so many questions, but this many at least. */
const ALL_ASKED = 4000;
const FEWEST_ASKED = 100;

/** What a column has reached, given all others. */
export interface ReachedColumn {
  /** Held-out rows that it was asked of. */
  readonly rows: number;
  /** Minus the mean log likelihood by its own distribution, in standardised units. */
  readonly own: number;
  /** By how many nats the model is better than that, and the standard error. */
  readonly gain: number;
  readonly error: number;
  /** By how many nats a linear model of all other columns is better; absent where there is none. */
  readonly linearGain?: number;
  /** Of categories, the share of each in the training rows. */
  readonly shares?: readonly number[];
}

/** What one network, or several together, answer to questions about held-out rows, in the order of the questions. */
export interface JudgedAnswers {
  /** The column and the held-out row that each is about, and what it counts. */
  readonly columns: readonly number[];
  readonly rows: readonly number[];
  readonly weights: readonly number[];
  /** Minus the log likelihood of each. */
  readonly losses: readonly number[];
}

/** What the even mixture of networks answers to the questions that each has answered: -ln of the mean likelihood. */
export function answeredTogether(all: readonly JudgedAnswers[]): JudgedAnswers {
  const [first, ...others] = all;
  if (others.length === 0) return first;
  const losses = first.losses.map((_, i) => {
    const each = all.map((answers) => answers.losses[i]);
    const least = Math.min(...each);
    const likelihoods = each.map((loss) => Math.exp(least - loss));
    return least - Math.log(likelihoods.reduce((sum, likelihood) => sum + likelihood, 0) / all.length);
  });
  return { ...first, losses };
}

export class HeldOutQuestions {
  readonly #settings: TrainingSettings;
  readonly #outputs: Int32Array;
  readonly #heldOut: EncodedTable;
  readonly #sampler: BatchSampler;
  readonly #linear: (column: number) => RowLoss | undefined;
  readonly #shares: (column: number) => readonly number[] | undefined;
  /** By column of the model: minus the log likelihood of each held-out row's cell by the column's own distribution. */
  readonly #own: readonly Float64Array[];

  private constructor(
    network: Network,
    settings: TrainingSettings,
    columns: readonly ModelColumn[],
    tables: Readonly<Record<"known" | "heldOut", EncodedTable>>,
    reference: EncodedTable,
  ) {
    this.#settings = settings;
    const outputs = outputsOf(columns);
    this.#outputs = outputs;
    this.#heldOut = tables.heldOut;
    this.#sampler = network.sampler({ data: tables.heldOut, reference }, outputs, settings);
    const intervalsFrom = network.likelihood?.intervalsFrom ?? 0;
    this.#linear = (column) =>
      linearModel(tables.known, column, classCount(columns[column].encoding), intervalsFrom);
    this.#shares = (column) =>
      kindOf(columns[column].encoding).isCategorical
        ? classShares(tables.known.columns[column], classCount(columns[column].encoding))
        : undefined;
    const asked = new Set(outputs);
    this.#own = tables.known.columns.map((cells, column) => {
      if (!asked.has(column)) return new Float64Array(0);
      const classes = classCount(columns[column].encoding);
      const loss = ownDistribution(cells, tables.known.rows, classes, intervalsFrom);
      return Float64Array.from({ length: tables.heldOut.rows }, (_, row) =>
        loss(tables.heldOut.columns[column], row),
      );
    });
  }

  /** @returns undefined where nothing is held out, or the network's loss is no likelihood. */
  static async start(
    network: Network,
    columns: readonly ModelColumn[],
    settings: TrainingSettings,
    rows: TrainingRows,
    { training, validation }: Split,
  ): Promise<HeldOutQuestions | undefined> {
    if (!network.likelihood || validation.length === 0) return undefined;
    const known = await gathered(rows, training.subarray(0, KNOWN_ROWS), settings.batchSize);
    const heldOut = await gathered(rows, validation.subarray(0, HELD_OUT_ROWS), settings.batchSize);
    return new HeldOutQuestions(network, settings, columns, { known, heldOut }, rows.reference);
  }

  /** The rows that are asked about, all columns of the model. */
  get heldOut(): EncodedTable {
    return this.#heldOut;
  }

  get #repeats(): number {
    return Math.min(REPEATS, Math.ceil(QUESTIONS / this.#heldOut.rows));
  }

  /** Steps of training that are worth a round of questions. */
  get stepsApart(): number {
    const questions = this.#repeats * this.#heldOut.rows;
    return Math.ceil((questions * COST_OF_TRAINING) / (SHARE * this.#settings.batchSize));
  }

  /** To random questions, as training has them. @param workers have the weights that are to be judged. */
  async answers(workers: GradientWorkers): Promise<JudgedAnswers> {
    const answers = noAnswers();
    for (let repeat = 0; repeat < this.#repeats; repeat++) {
      const random = generator(this.#settings.seed, "held-out questions", repeat);
      await this.#ask(workers, this.#heldOut.rows, (rows) => this.#sampler.draw(rows, random), answers);
    }
    return answers;
  }

  scores({ columns, rows, weights, losses }: JudgedAnswers): ColumnScores {
    const sums = this.#heldOut.columns.map(() => new RowSums(this.#heldOut.rows));
    for (const [i, column] of columns.entries()) {
      const gain = this.#own[column][rows[i]] - losses[i];
      sums[column].add(rows[i], weights[i], Math.max(-WORST_ANSWER, gain));
    }
    const asked = Array.from(this.#outputs, (column) => sums[column].mean());
    return { gains: asked.map(({ mean }) => mean), errors: asked.map(({ error }) => error) };
  }

  /**
   * Each asked column given all others that a row has: the mean gain in nats, and that of a linear model on the same rows.
   * @param networks the weights of those that answer together.
   */
  async reached(workers: GradientWorkers, networks: readonly Float32Array[]): Promise<ReachedColumn[]> {
    const count = Math.min(
      this.#heldOut.rows,
      Math.max(FEWEST_ASKED, Math.ceil(ALL_ASKED / this.#outputs.length)),
    );
    const answers = this.#heldOut.columns.map((): JudgedAnswers[] => []);
    for (const network of networks) {
      workers.setWeights(network);
      for (const column of this.#outputs) {
        const random = generator(this.#settings.seed, "held-out rows, all given", column);
        const draw = (these: Uint32Array) => this.#sampler.giveAllBut?.(column, these, random) ?? 0;
        answers[column].push(await this.#ask(workers, count, draw, noAnswers()));
      }
    }
    const reached: ReachedColumn[] = [];
    for (const column of this.#outputs) {
      const linear = this.#linear(column);
      const [own, gained, linearly] = Array.from({ length: 3 }, () => new RowSums(count));
      const { rows, weights, losses } = answeredTogether(answers[column]);
      for (const [i, row] of rows.entries()) {
        const known = this.#own[column][row];
        own.add(row, weights[i], known);
        gained.add(row, weights[i], known - losses[i]);
        if (linear) linearly.add(row, weights[i], known - linear(this.#heldOut, row));
      }
      const { mean: gain, error } = gained.mean();
      reached.push({
        rows: own.rows,
        own: own.mean().mean,
        gain,
        error,
        ...(linear && { linearGain: linearly.mean().mean }),
        ...defined({ shares: this.#shares(column) }),
      });
    }
    return reached;
  }

  /** Each target of the first held-out rows, batch by batch. @returns what was there, and these answers behind it. */
  async #ask(
    workers: GradientWorkers,
    count: number,
    draw: (rows: Uint32Array) => number,
    answers: ReturnType<typeof noAnswers>,
  ): Promise<JudgedAnswers> {
    const { batchSize } = this.#settings;
    for (let from = 0; from < count; from += batchSize) {
      const length = Math.min(batchSize, count - from);
      const rows = Uint32Array.from({ length }, (_, i) => from + i);
      const losses = await workers.losses(this.#sampler.batch, draw(rows));
      const { asked } = this.#sampler;
      if (!asked) throw new Error("the network does not tell what it was asked");
      const perRow = asked.tokens.length / batchSize;
      for (let at = 0; at < length * perRow; at++) {
        const weight = asked.weight(at);
        if (!(weight > 0)) continue;
        answers.columns.push(asked.tokens[at] - 1);
        answers.rows.push(asked.rows[Math.floor(at / perRow)]);
        answers.weights.push(weight);
        answers.losses.push(losses[at] / weight);
      }
    }
    return answers;
  }
}

const noAnswers = () => ({
  columns: [] as number[],
  rows: [] as number[],
  weights: [] as number[],
  losses: [] as number[],
});

/** The share of each class in the cells that have one. */
function classShares({ classes, values }: EncodedCells, count: number): readonly number[] | undefined {
  if (!classes) return undefined;
  const counts = new Array<number>(count).fill(0);
  let rows = 0;
  values.forEach((value, row) => {
    if (Number.isNaN(value)) return;
    counts[classes[row]]++;
    rows++;
  });
  return rows > 0 ? counts.map((each) => Number((each / rows).toPrecision(6))) : undefined;
}

/** Some rows, copied to be at hand. */
async function gathered(rows: TrainingRows, order: Uint32Array, atOnce: number): Promise<EncodedTable> {
  const { length } = order;
  const columns = emptyLike(length, rows.data).columns;
  for (let from = 0; from < length; from += atOnce) {
    const indices = await rows.at(order, from, Math.min(length, from + atOnce));
    indices.forEach((index, i) => {
      rows.data.columns.forEach((cells, c) => {
        for (const part of CELL_PARTS) {
          const to = columns[c][part];
          if (to) to[from + i] = cells[part]?.[index] ?? Number.NaN;
        }
      });
    });
  }
  return { rows: length, columns };
}
