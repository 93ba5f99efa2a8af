/** @file A worker thread that answers questions: the side that asks, and the side that serves. */
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { InputError } from "../../base/errors.ts";
import type { Thread, ThreadStarter } from "../worker-pool.ts";

/** What a worker says: once that it is ready, then the answer to each question, or why it can't. */
type Message<Answer> =
  | { readonly ready: true }
  | { readonly answer: Answer }
  | { readonly failure: { readonly message: string; readonly stack: string; readonly isInput: boolean } };

/** A thread that answers one question at a time. It keeps no process alive while it has none. */
export class WorkerThread<Question, Answer> implements Thread<Question, Answer> {
  readonly #worker: Worker;

  /** Why the thread can answer no more, once it has ended. */
  #ended: Error | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    // Between two questions nobody else listens: an error without a listener would end the process.
    worker.on("error", (error) => {
      this.#ended ??= error;
    });
    worker.on("exit", (code) => {
      this.#ended ??= new Error(`a worker thread stopped with exit code ${code}`);
    });
  }

  /**
   * Starts a thread and waits until it is ready.
   * @param file the package's own name of the built file ("#gradient-worker" in package.json's imports): the
   * same from src/ in tests and from dist/. @param setup is copied to the thread.
   */
  static async start<Question, Answer>(
    file: string,
    setup: unknown,
  ): Promise<WorkerThread<Question, Answer>> {
    const worker = new Worker(createRequire(import.meta.url).resolve(file), { workerData: setup });
    const thread = new WorkerThread<Question, Answer>(worker);
    try {
      await thread.#next();
    } catch (error) {
      await thread.stop();
      throw error;
    }
    return thread;
  }

  async ask(question: Question): Promise<Answer> {
    if (this.#ended) throw this.#ended;
    this.#worker.postMessage(question);
    return (await this.#next()) as Answer;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #next(): Promise<Answer | undefined> {
    const worker = this.#worker;
    worker.ref();
    return new Promise((resolve, reject) => {
      const done = () => {
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        worker.unref();
      };
      const onMessage = (message: Message<Answer>) => {
        done();
        if ("failure" in message) reject(revived(message.failure));
        else resolve("answer" in message ? message.answer : undefined);
      };
      const onError = (error: Error) => {
        done();
        reject(error);
      };
      const onExit = (code: number) => {
        done();
        reject(new Error(`a worker thread stopped with exit code ${code}`));
      };
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    });
  }
}

/** Worker threads of Node. */
export const nodeThreads: ThreadStarter = {
  cores: availableParallelism(),
  start: (worker, setup) => WorkerThread.start(worker, setup),
};

/** Copying an error between threads loses its class. */
function revived({ message, stack, isInput }: { message: string; stack: string; isInput: boolean }): Error {
  if (isInput) return new InputError(message);
  const error = new Error(message);
  error.stack = stack;
  return error;
}

/** The thread's own side: makes what answers from the setup, then answers what is asked. */
export function serve<Setup, Question, Answer>(
  start: (setup: Setup) => Promise<(question: Question) => Promise<Answer>>,
): void {
  const port = parentPort;
  if (!port) throw new Error("this file runs only as a worker thread");
  const send = (message: Message<Answer>) => port.postMessage(message);
  const fail = (error: unknown) => {
    const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
    send({ failure: { message, stack, isInput: error instanceof InputError } });
  };
  const answering = start(workerData as Setup);
  answering.then(() => send({ ready: true }), fail);
  port.on("message", async (question: Question) => {
    try {
      send({ answer: await (await answering)(question) });
    } catch (error) {
      fail(error);
    }
  });
}
