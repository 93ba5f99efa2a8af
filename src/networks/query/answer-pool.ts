/** @file Answers about many rows on several threads: each answers for its share of the rows. */
import { availableParallelism } from "node:os";
import type { ExecutableOptions } from "../../runtime/executable.ts";
import { allAnswered, allStarted, WorkerThread } from "../../runtime/node/worker-thread.ts";
import type { SharedConfig } from "./config.ts";
import { Denoiser } from "./denoiser.ts";
import { answerRows, headCalls, questionPart, type RowsAnswer, type RowsQuestion } from "./row-answers.ts";

export interface AnswerSetup extends Required<ExecutableOptions> {
  readonly network: SharedConfig;
  /** All weights, float32; memory that threads may share. */
  readonly weights: SharedArrayBuffer;
}

type AnswerThread = WorkerThread<RowsQuestion, RowsAnswer[]>;

/** Multiplications worth the start of threads: those of about half a second. */
const WORTH_THREADS = 5e9;

export class AnswerPool {
  readonly #setup: AnswerSetup;
  readonly #own: Denoiser;
  #threads: Promise<AnswerThread[]> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(setup: AnswerSetup, own: Denoiser) {
    this.#setup = setup;
    this.#own = own;
  }

  // Programs take no memory that is shared between threads, hence copies of the weights.
  static async open(setup: AnswerSetup): Promise<AnswerPool> {
    const { network, weights, ...options } = setup;
    return new AnswerPool(setup, await Denoiser.load(network, new Float32Array(weights).slice(), options));
  }

  /**
   * One answer for each asked column. Questions asked at the same time are answered one after the other. A row's
   * answer moves by rounding only with the rows it is asked with.
   */
  ask(question: RowsQuestion): Promise<RowsAnswer[]> {
    const turn = this.#turn.then(() => this.#answer(question));
    this.#turn = turn.catch(() => undefined); // whoever asked hears of it; the next may go on
    return turn;
  }

  async dispose(): Promise<void> {
    await this.#own.dispose();
    for (const thread of (await this.#threads) ?? []) await thread.stop();
    this.#threads = undefined;
  }

  async #answer(question: RowsQuestion): Promise<RowsAnswer[]> {
    const { device, network } = this.#setup;
    const { rows } = question.given;
    const { width, blocks } = network.head;
    const work = rows * question.asked.length * headCalls(question) * 2 * (blocks + 1) * width * width;
    const count = device === "cpu" ? availableParallelism() : 1;
    if (count === 1 || rows < 2 * count || (work < WORTH_THREADS && !this.#threads)) {
      return answerRows(this.#own, question);
    }
    this.#threads ??= allStarted(
      Array.from({ length: count }, () =>
        WorkerThread.start<RowsQuestion, RowsAnswer[]>("#answer-worker", this.#setup),
      ),
    ).catch((error: unknown) => {
      this.#threads = undefined; // so that the next question tries again
      throw error;
    });
    const threads = await this.#threads;
    const shares = threads.map((thread, i) => {
      const [from, to] = [i, i + 1].map((end) => Math.floor((rows * end) / threads.length)) as [
        number,
        number,
      ];
      return thread.ask(questionPart(question, from, to));
    });
    return joined(await allAnswered(shares));
  }
}

/** The answers for consecutive shares of the rows, put together. */
function joined(shares: readonly (readonly RowsAnswer[])[]): RowsAnswer[] {
  return shares[0].map((first, which): RowsAnswer => {
    const parts = shares.map((share) => share[which]);
    const isSingle = first.numbers instanceof Float32Array;
    const length = parts.reduce((sum, { numbers }) => sum + numbers.length, 0);
    const numbers = isSingle ? new Float32Array(length) : new Float64Array(length);
    put(
      numbers,
      parts.map((part) => part.numbers),
    );
    if (!first.probabilities) return { numbers };
    const own = parts.map((part) => part.probabilities!);
    const probabilities = new Float32Array(own.reduce((sum, each) => sum + each.length, 0));
    put(probabilities, own);
    return { numbers, probabilities };
  });
}

function put(into: Float32Array | Float64Array, parts: readonly (Float32Array | Float64Array)[]): void {
  let start = 0;
  for (const part of parts) {
    into.set(part, start);
    start += part.length;
  }
}
