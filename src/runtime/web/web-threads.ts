/**
 * @file Threads of a page's worker: workers of its own where memory can be shared with them; elsewhere what would be theirs is
 * done on the thread that asks.
 */
import { usePlatform } from "../platform.ts";
import { revivedError, toldError } from "../told-error.ts";
import type { Message, Start, Thread, ThreadStarter } from "../worker-pool.ts";
import type { WasmOptions } from "./wasm-sessions.ts";
import { webPlatform } from "./web-platform.ts";

export type Tasks = Readonly<Record<string, Start>>;

/** The first message to a worker that is to be a thread; each after it is a question. */
export interface ThreadBegin {
  readonly kind: "thread";
  readonly task: string;
  readonly setup: unknown;
  readonly wasm: string;
}

/** @param startWorker starts a worker whose program calls {@link serveThread} with its first message; undefined for none. */
export function webThreads(
  tasks: Tasks,
  { wasm, threads }: WasmOptions,
  startWorker: (() => Worker) | undefined,
): ThreadStarter {
  return {
    cores: threads,
    start: async <Question, Answer>(task: string, setup: unknown) => {
      if (startWorker)
        return WebThread.start<Question, Answer>(startWorker(), { kind: "thread", task, setup, wasm });
      const answer = (await startOf(tasks, task)(setup as never)) as (question: Question) => Promise<Answer>;
      return {
        async ask(question: Question) {
          // Between two questions messages come in: that the run is to stop.
          await breath();
          return answer(question);
        },
        stop: async () => undefined,
      };
    },
  };
}

function startOf(tasks: Tasks, task: string): Start {
  return tasks[task] ?? (() => Promise.reject(new Error(`there is no task "${task}"`)));
}

const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

/** Lets what waits run; a timer would wait for milliseconds. */
function breath(): Promise<void> {
  return new Promise((done) => {
    waiting.push(done);
    channel.port2.postMessage(undefined);
  });
}

class WebThread<Question, Answer> implements Thread<Question, Answer> {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  static async start<Question, Answer>(
    worker: Worker,
    begin: ThreadBegin,
  ): Promise<WebThread<Question, Answer>> {
    const thread = new WebThread<Question, Answer>(worker);
    try {
      await thread.#tell(begin);
      return thread;
    } catch (error) {
      worker.terminate();
      throw error;
    }
  }

  ask(question: Question): Promise<Answer> {
    return this.#tell(question) as Promise<Answer>;
  }

  async stop(): Promise<void> {
    this.#worker.terminate();
  }

  #tell(message: unknown): Promise<Answer | undefined> {
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<Message<Answer>>) => {
        if ("failure" in data) reject(revivedError(data.failure));
        else resolve("answer" in data ? data.answer : undefined);
      };
      worker.onerror = ({ message: why }) => reject(new Error(`a worker of the page has ended: ${why}`));
      worker.postMessage(message);
    });
  }
}

/** The thread's own side: makes its task ready, then answers what is asked. */
export function serveThread(tasks: Tasks, { task, setup, wasm }: ThreadBegin): void {
  const send = (message: Message<unknown>) => self.postMessage(message);
  const fail = (error: unknown) => send({ failure: toldError(error) });
  usePlatform(webPlatform({ wasm, threads: 1 }));
  const answering = startOf(tasks, task)(setup as never);
  answering.then(() => send({ ready: true }), fail);
  self.onmessage = async ({ data }: MessageEvent) => {
    try {
      send({ answer: await (await answering)(data as never) });
    } catch (error) {
      fail(error);
    }
  };
}
