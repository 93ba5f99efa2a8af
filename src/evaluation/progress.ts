/** @file How far the questions of an evaluation are, and its end where a signal asks for it. */
import type { LongWork } from "../base/async.ts";

/** @throws what the signal was aborted with, when made and after each chunk. */
export class QuestionProgress {
  readonly #work: LongWork;
  #total: number;
  #done = 0;

  constructor(work: LongWork, total = 0) {
    work.signal?.throwIfAborted();
    this.#work = work;
    this.#total = total;
  }

  /** So many questions are to come as well. */
  expect(questions: number): void {
    this.#total += questions;
  }

  readonly onChunk = (questions: number): void => {
    this.#done += questions;
    this.#work.onProgress?.(this.#done, this.#total);
    this.#work.signal?.throwIfAborted();
  };
}
