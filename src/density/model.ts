/** @file A trained model that answers questions: samples and summaries of any column given any others. */
import { InputError } from "../errors.ts";
import type { ModelConfig } from "../model/model-config.ts";
import { readTrainedModel, type TrainedModel, writeTrainedModel } from "../model/trained-model.ts";
import type { Questions } from "../network/context-feeds.ts";
import type { Device } from "../runtime/executable.ts";
import type { Table } from "../table/table.ts";
import { ConditionEncoder } from "./conditions.ts";
import { askedPlaces, type Given, givenByDefault, questionsOfOne, questionsOfTable } from "./questions.ts";
import { SamplerPool } from "./sampler-pool.ts";
import { type Summary, summarise } from "./summary.ts";

export interface ModelOptions {
  /** Default "cpu". */
  readonly device?: Device;
  /** Threads inside each run; default 1: large questions are shared out to one thread a core anyway. */
  readonly threads?: number;
}

export interface SamplingOptions {
  /** Samples for each question. */
  readonly size?: number;
  readonly seed?: number;
}

export interface Question extends SamplingOptions {
  /** What is asked: one column, or several, each on its own (not jointly). */
  readonly of: string | readonly string[];
  /** Known values in the columns' own units; none at all asks for the marginal density. */
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

const DEFAULT_SIZE = 1000;
const DEFAULT_SEED = 1;
/** Samples that are in memory at once when a whole table is asked. */
const SAMPLES_AT_ONCE = 262_144;

export class Model {
  readonly config: ModelConfig;
  readonly #weights: TrainedModel["weights"];
  readonly #options: ModelOptions;
  #started: Promise<{ encoder: ConditionEncoder; sampler: SamplerPool }> | undefined;

  constructor({ config, weights }: TrainedModel, options: ModelOptions = {}) {
    this.config = config;
    this.#weights = weights;
    this.#options = options;
  }

  /** @throws InputError if the folder holds no model, a damaged one or one of a newer format. */
  static async load(folder: string, options: ModelOptions = {}): Promise<Model> {
    return new Model(await readTrainedModel(folder), options);
  }

  /** The names of the columns that the model knows. */
  get columns(): readonly string[] {
    return this.config.columns.map((column) => column.name);
  }

  async save(folder: string): Promise<void> {
    await writeTrainedModel(folder, { config: this.config, weights: this.#weights });
  }

  /**
   * Samples of each asked column, by name, in its own units (ancestral sampling).
   * The same seed gives the same samples.
   * @throws InputError for a column the model does not know, a value that is no number, a size below 1.
   */
  async samples({
    of,
    given = {},
    size = DEFAULT_SIZE,
    seed = DEFAULT_SEED,
  }: Question): Promise<Record<string, Float64Array>> {
    const asked = askedPlaces(this.config, of);
    const questions = questionsOfOne(this.config, given, asked);
    // Every column gets the stream of its own token: asking for one more changes no other's samples.
    const streams = asked.map((place) => place + 1);
    return this.#sample(questions, asked, [0], checkedSize(size), seed, () => streams);
  }

  /** Median and scaled MAD of each asked column, by name, from `size` samples. */
  async summary(question: Question): Promise<Record<string, Summary>> {
    const samples = await this.samples(question);
    return Object.fromEntries(Object.entries(samples).map(([name, drawn]) => [name, summarise(drawn)]));
  }

  /** Samples for every row of a table, in batches. Missing cells of given columns are not given. */
  async *sampleTable(table: Table, question: TableQuestion): AsyncGenerator<TableSamples> {
    const { of, size = DEFAULT_SIZE, seed = DEFAULT_SEED, signal, onProgress } = question;
    const asked = askedPlaces(this.config, of);
    const given =
      question.given ??
      givenByDefault(
        this.config,
        table.columns.map(({ name }) => name),
        asked,
      );
    const atOnce = Math.max(1, Math.floor(SAMPLES_AT_ONCE / (checkedSize(size) * asked.length)));
    for (let start = 0; start < table.rows; start += atOnce) {
      signal?.throwIfAborted();
      const rows = Math.min(atOnce, table.rows - start);
      const questions = questionsOfTable(this.config, table, given, start, rows, asked);
      const numbers = Array.from({ length: rows }, (_, row) => start + row);
      const tokens = this.config.columns.length + 1;
      const streams = (row: number) => asked.map((place) => row * tokens + place + 1);
      yield { start, rows, samples: await this.#sample(questions, asked, numbers, size, seed, streams) };
      onProgress?.(start + rows, table.rows);
    }
  }

  /**
   * Median and scaled MAD of the asked columns for every row of a table: columns NAME and NAME_error, as
   * the published predict_summary names them.
   */
  async predict(table: Table, question: TableQuestion): Promise<Table> {
    const names = askedPlaces(this.config, question.of).map((place) => this.config.columns[place]!.name);
    const size = question.size ?? DEFAULT_SIZE;
    const columns = names.flatMap((name) =>
      [name, `${name}_error`].map((column) => ({ name: column, values: new Float64Array(table.rows) })),
    );
    for await (const batch of this.sampleTable(table, question)) {
      names.forEach((name, which) => {
        for (let row = 0; row < batch.rows; row++) {
          const drawn = batch.samples[name]!.subarray(row * size, (row + 1) * size);
          const { median, mad } = summarise(drawn);
          columns[2 * which]!.values[batch.start + row] = median;
          columns[2 * which + 1]!.values[batch.start + row] = mad;
        }
      });
    }
    return { source: `predictions for ${table.source}`, rows: table.rows, columns };
  }

  async dispose(): Promise<void> {
    const starting = this.#started;
    this.#started = undefined;
    const started = await starting;
    await started?.encoder.dispose();
    await started?.sampler.dispose();
  }

  async #sample(
    questions: Questions,
    asked: readonly number[],
    rows: readonly number[],
    size: number,
    seed: number,
    streams: (row: number) => number[],
  ): Promise<Record<string, Float64Array>> {
    this.#started ??= this.#start().catch((error: unknown) => {
      this.#started = undefined; // so that the next question tries again
      throw error;
    });
    const { encoder, sampler } = await this.#started;
    const conditions = await encoder.encode(questions, rows.length * asked.length);
    const drawn = await sampler.sample({ conditions, rowNumbers: rows.flatMap(streams), size, seed });
    return Object.fromEntries(
      asked.map((place, which) => {
        const { name, center, scale } = this.config.columns[place]!;
        const samples = new Float64Array(rows.length * size);
        rows.forEach((_, row) => {
          const from = (row * asked.length + which) * size;
          for (let i = 0; i < size; i++) samples[row * size + i] = center + scale * drawn[from + i]!;
        });
        return [name, samples];
      }),
    );
  }

  async #start() {
    const { network } = this.config;
    const { device = "cpu", threads = 1 } = this.#options;
    const weights = new SharedArrayBuffer(this.#weights.byteLength);
    new Float32Array(weights).set(this.#weights);
    return {
      encoder: await ConditionEncoder.load(network, this.#weights, { device, threads }),
      sampler: new SamplerPool({ network, weights, device, threads }),
    };
  }
}

function checkedSize(size: number): number {
  if (!Number.isInteger(size) || size < 1) {
    throw new InputError(`The size is ${size}; it must be a whole number of at least 1.`);
  }
  return size;
}
