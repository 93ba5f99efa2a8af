/** @file Answers about many rows on several threads: each answers for its share of the rows. */
import { concatenated, evenShares, type ThreadStarter, WorkerPool } from "../../runtime/worker-pool.ts";
import type { QueryConfig } from "./config.ts";
import {
  type AnswerSetup,
  headCalls,
  loadAnswerer,
  questionPart,
  type RowsAnswer,
  type RowsQuestion,
} from "./row-answers.ts";

/** Multiplications worth the start of threads: those of about half a second. */
const WORTH_THREADS = 5e9;

export class AnswerPool {
  readonly #network: QueryConfig;
  readonly #pool: WorkerPool<RowsQuestion, RowsAnswer[]>;

  private constructor(network: QueryConfig, pool: WorkerPool<RowsQuestion, RowsAnswer[]>) {
    this.#network = network;
    this.#pool = pool;
  }

  /** @throws InputError if the device can't be used here. */
  static async open(setup: AnswerSetup, starter: ThreadStarter): Promise<AnswerPool> {
    const pool = new WorkerPool<RowsQuestion, RowsAnswer[]>({
      starter,
      threads: setup.device === "cpu" ? starter.cores : 1,
      worker: "answer rows",
      setup,
      worthThreads: WORTH_THREADS,
      load: () => loadAnswerer(setup),
    });
    return new AnswerPool(setup.network, await pool.ready());
  }

  /** One answer for each asked column. A row's answer moves by rounding only with the rows it is asked with. */
  ask(question: RowsQuestion): Promise<RowsAnswer[]> {
    const { rows } = question.given;
    const { width, blocks } = this.#network.head;
    return this.#pool.ask({
      work: rows * question.asked.length * headCalls(question) * 2 * (blocks + 1) * width * width,
      cut: (count) => ({
        parts:
          count === 1 || rows < 2 * count
            ? [question]
            : evenShares(rows, count).map(({ from, to }) => questionPart(question, from, to)),
        join: joined,
      }),
    });
  }

  dispose(): Promise<void> {
    return this.#pool.dispose();
  }
}

/** The answers for consecutive shares of the rows, put together. */
function joined(shares: readonly (readonly RowsAnswer[])[]): RowsAnswer[] {
  return shares[0].map((first, which): RowsAnswer => {
    const parts = shares.map((share) => share[which]);
    return {
      numbers: concatenated(parts.map(({ numbers }) => numbers)),
      ...(first.probabilities && {
        probabilities: concatenated(parts.flatMap(({ probabilities }) => probabilities ?? [])),
      }),
    };
  });
}
