/**
 * @file A thread that reads what others made: it has limits of time and memory, and can be ended at any moment, whatever
 * it does. The main thread meanwhile listens to Ctrl-C and to a caller's signal.
 */
import { InputError } from "../../base/errors.ts";
import { WorkerThread } from "./worker-thread.ts";

/** What a file may cost that somebody else made, perhaps to harm. */
export interface Guard {
  /** Seconds for each step; default 30. */
  readonly maxSeconds?: number;
  /** Bytes of the thread's JavaScript; default 2 GiB. */
  readonly maxMemory?: number;
  readonly signal?: AbortSignal;
}

const SECONDS = 30;
const MEMORY = 2 * 2 ** 30;

/** Bytes that any disk reads in a second. */
const SLOWEST = 1e7;

/** A thread of one task, started when it is first asked. Once it has been ended, a further question starts it anew. */
export class GuardedThread<Question, Answer> {
  readonly #task: string;
  readonly #guard: Guard;
  #thread: Promise<WorkerThread<Question, Answer>> | undefined;

  /** @param task its name in src/worker.ts. */
  constructor(task: string, guard: Guard) {
    this.#task = task;
    this.#guard = guard;
  }

  /**
   * Asks, and ends the thread where the answer takes too long or the signal is given. One question at a time.
   * @param label the file that is read, as the user calls it. @param bytes of it that are read for this answer, where
   * they are many: they are given time of their own.
   * @throws InputError that tells the limit; the signal's reason; what the thread throws.
   */
  async ask(label: string, question: Question, bytes = 0): Promise<Answer> {
    const { signal, maxMemory = MEMORY } = this.#guard;
    const seconds = Math.ceil((this.#guard.maxSeconds ?? SECONDS) + bytes / SLOWEST);
    signal?.throwIfAborted();
    const megabytes = Math.max(64, Math.round(maxMemory / 2 ** 20));
    this.#thread ??= WorkerThread.start<Question, Answer>(this.#task, {}, megabytes);
    const thread = await this.#thread;
    let giveUp: (reason: unknown) => void = () => {};
    const givenUp = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    const timer = setTimeout(() => giveUp(tookTooLong(label, seconds)), 1000 * seconds);
    const onAbort = () => giveUp(signal?.reason);
    signal?.addEventListener("abort", onAbort);
    try {
      return await Promise.race([thread.ask(question), givenUp]);
    } catch (error) {
      if (!(error instanceof InputError) || thread.isAnswering) await this.stop();
      throw isOutOfMemory(error) ? tookTooMuch(label, megabytes) : error;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async stop(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await (await thread?.catch(() => undefined))?.stop();
  }
}

function tookTooLong(label: string, seconds: number): InputError {
  return new InputError(
    `Cannot read ${label}: a step of it took longer than ${seconds} seconds, as in files that are damaged or made to harm; fetch it again, or allow more with \`maxSeconds\`.`,
  );
}

function tookTooMuch(label: string, megabytes: number): InputError {
  return new InputError(
    `Cannot read ${label}: it takes more than ${megabytes.toLocaleString("en")} MiB of memory, as files do that are damaged or made to harm; fetch it again, or allow more with \`maxMemory\`.`,
  );
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";
}
