/** @file A worker that answers, seen from the page; and questions of which only the newest counts. */
import type { AnswerTo, Asked, Reply } from "./messages.ts";

/** A worker with a model. */
export class Oracle {
  readonly #worker = new Worker(new URL("./answer-worker.js", import.meta.url), { type: "module" });
  readonly #waiting = new Map<number, { done: (made: never) => void; failed: (error: Error) => void }>();
  #asked = 0;

  constructor() {
    this.#worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.failure === undefined) waiting?.done(data.made as never);
      else waiting?.failed(new Error(data.failure));
    });
    this.#worker.addEventListener("error", ({ message }) => {
      for (const { failed } of this.#waiting.values())
        failed(new Error(message || "the program that answers can't be loaded"));
      this.#waiting.clear();
    });
  }

  ask<Question extends Asked>(asked: Question): Promise<AnswerTo[Question["kind"]]> {
    const id = this.#asked++;
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed });
      this.#worker.postMessage({ id, asked });
    });
  }
}

/**
 * Asks one question at a time. While one is answered, the newest of those that come waits, and those before it are dropped: a drag
 * never runs behind itself.
 */
export class Newest<Question> {
  readonly #answer: (question: Question, isOld: () => boolean) => Promise<void>;
  #isBusy = false;
  #waiting: { readonly question: Question } | undefined;

  /** @param answer asks and tells; long work stops where `isOld()`. */
  constructor(answer: (question: Question, isOld: () => boolean) => Promise<void>) {
    this.#answer = answer;
  }

  ask(question: Question): void {
    this.#waiting = { question };
    if (!this.#isBusy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    try {
      while (this.#waiting) {
        const { question } = this.#waiting;
        this.#waiting = undefined;
        await this.#answer(question, () => this.#waiting !== undefined);
      }
    } finally {
      this.#isBusy = false;
    }
  }
}
