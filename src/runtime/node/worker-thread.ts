/** @file A worker thread that answers questions: the side that asks, and the side that serves. */
import { availableParallelism } from "node:os";
import { parentPort, Worker, workerData } from "node:worker_threads";
import { CODE } from "../../files/package-files.ts";
import { revivedError, toldError } from "../told-error.ts";
import type { Message, Start, Thread, ThreadStarter } from "../worker-pool.ts";
import { WORKER_SOURCE } from "./generated/worker-source.ts";

/** A thread that answers one question at a time. It keeps no process alive while it has none. */
export class WorkerThread<Question, Answer> implements Thread<Question, Answer> {
  readonly #worker: Worker;

  /** Why the thread can answer no more, once it has ended. */
  #ended: Error | undefined;
  #isAnswering = false;

  private constructor(worker: Worker) {
    this.#worker = worker;
    // Between two questions nobody listens: an error without a listener would end the process.
    worker.on("error", (error) => {
      this.#ended ??= error;
    });
    worker.on("exit", (code) => {
      this.#ended ??= new Error(`a worker thread stopped with exit code ${code}`);
    });
  }

  /**
   * Starts a thread and waits until it is ready.
   * @param task its name in src/worker.ts; @param setup is copied to the thread.
   * @param megabytes that its JavaScript may take (arrays of numbers lie elsewhere); by default as Node has it.
   */
  static async start<Question, Answer>(
    task: string,
    setup: unknown,
    megabytes?: number,
  ): Promise<WorkerThread<Question, Answer>> {
    const workerData: WorkerData = { task, setup, source: WORKER_SOURCE };
    const limits = megabytes !== undefined && { resourceLimits: { maxOldGenerationSizeMb: megabytes } };
    const worker = new Worker(workerProgram(), { eval: true, workerData, ...limits });
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
    this.#isAnswering = true;
    return (await this.#next()) as Answer;
  }

  /** Whether a question has not been answered, nor refused. */
  get isAnswering(): boolean {
    return this.#isAnswering;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #next(): Promise<Answer | undefined> {
    const worker = this.#worker;
    worker.ref();
    return new Promise((resolve, reject) => {
      const done = () => {
        this.#isAnswering = false;
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        worker.unref();
      };
      const onMessage = (message: Message<Answer>) => {
        done();
        if ("failure" in message) reject(revivedError(message.failure));
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

/** What a thread is told when it starts. */
interface WorkerData {
  readonly task: string;
  readonly setup: unknown;
  readonly source: string;
}

/** The program of src/worker.ts as a script, told where this code lies: from there it loads ONNX Runtime. */
export function workerProgram(): string {
  if (WORKER_SOURCE === "") throw new Error("a worker thread does not have its own program");
  return `globalThis.__filename = ${JSON.stringify(CODE)};\n${WORKER_SOURCE}`;
}

/** The thread's own side: starts its task, then answers what is asked. */
export function serve(tasks: Readonly<Record<string, Start>>): void {
  const port = parentPort;
  if (!port) throw new Error("this runs only as a worker thread");
  const send = (message: Message<unknown>) => port.postMessage(message);
  const fail = (error: unknown) => send({ failure: toldError(error) });
  const { task, setup } = workerData as WorkerData;
  const start: Start = tasks[task] ?? (() => Promise.reject(new Error(`there is no task "${task}"`)));
  const answering = start(setup as never);
  answering.then(() => send({ ready: true }), fail);
  port.on("message", async (question) => {
    try {
      send({ answer: await (await answering)(question as never) });
    } catch (error) {
      fail(error);
    }
  });
}
