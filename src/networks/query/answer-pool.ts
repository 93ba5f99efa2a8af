/** @file Answers about many rows on several threads: each answers for its share of the rows. */
import { concatenated } from "../../numeric/struct-of-arrays.ts";
import { evenShares, type ThreadStarter, WorkerPool } from "../../runtime/worker-pool.ts";
import type { Head } from "./heads/head.ts";
import {
  type AnswerSetup,
  type EncodedAnswer,
  type EncodedQuestion,
  loadAnswerer,
  numbersOfRow,
  questionPart,
} from "./row-answers.ts";

/** Multiplications worth the start of threads: those of about half a second. */
const WORTH_THREADS = 5e9;

export class AnswerPool {
  readonly #head: Head;
  readonly #pool: WorkerPool<EncodedQuestion, EncodedAnswer[]>;

  private constructor(head: Head, pool: WorkerPool<EncodedQuestion, EncodedAnswer[]>) {
    this.#head = head;
    this.#pool = pool;
  }

  /** @throws InputError if the device can't be used here. */
  static async open(setup: AnswerSetup, head: Head, starter: ThreadStarter): Promise<AnswerPool> {
    const pool = new WorkerPool<EncodedQuestion, EncodedAnswer[]>({
      starter,
      threads: setup.device === "cpu" ? starter.cores : 1,
      worker: "answer rows",
      setup,
      worthThreads: WORTH_THREADS,
      load: () => loadAnswerer(setup, head),
    });
    return new AnswerPool(head, await pool.ready());
  }

  /** One answer for each target. A row's answer moves by rounding only with the rows it is asked with. */
  ask(question: EncodedQuestion): Promise<EncodedAnswer[]> {
    const { rows } = question.given;
    const { kind } = question.wanted;
    const asking = kind === "chain" ? "samples" : kind;
    return this.#pool.ask({
      work: rows * question.targets.length * this.#head.work(asking, numbersOfRow(question)),
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
function joined(shares: readonly (readonly EncodedAnswer[])[]): EncodedAnswer[] {
  return shares[0].map((first, which): EncodedAnswer => {
    const parts = shares.map((share) => share[which]);
    return {
      answer: together(parts.map(({ answer }) => answer)),
      ...(first.logLikelihoods && {
        logLikelihoods: concatenated(parts.flatMap(({ logLikelihoods }) => logLikelihoods ?? [])),
      }),
      ...(first.probabilities && {
        probabilities: concatenated(parts.flatMap(({ probabilities }) => probabilities ?? [])),
      }),
    };
  });
}

function together(answers: readonly EncodedAnswer["answer"][]): EncodedAnswer["answer"] {
  const normals = answers.filter((answer) => "shares" in answer);
  if (normals.length === 0) return concatenated(answers as Float32Array[]);
  return {
    rows: normals.reduce((sum, { rows }) => sum + rows, 0),
    shares: concatenated(normals.map(({ shares }) => shares)),
    means: concatenated(normals.map(({ means }) => means)),
    widths: concatenated(normals.map(({ widths }) => widths)),
  };
}
