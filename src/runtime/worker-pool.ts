/** @file Threads that work together: on gradients, samples and answers. Node or a page supplies the way a thread starts. */
import { allAnswered, Lazy, Turns } from "../base/async.ts";
import type { ToldError } from "./told-error.ts";

/** A thread that answers one question at a time. */
export interface Thread<Question, Answer> {
  /** @throws what the thread throws; an InputError stays one. */
  ask(question: Question): Promise<Answer>;
  stop(): Promise<void>;
}

/** Where threads come from. */
export interface ThreadStarter {
  /** How many threads run at once here. */
  readonly cores: number;
  /** @param worker the worker's name; @param setup is copied to the thread. @returns the thread once it is ready. */
  start<Question, Answer>(worker: string, setup: unknown): Promise<Thread<Question, Answer>>;
}

/** What a thread does: makes what answers from the setup. */
export type Start = (setup: never) => Promise<(question: never) => Promise<unknown>>;

/** What a thread says: once that it is ready, then the answer to each question, or why it can't. */
export type Message<Answer> =
  | { readonly ready: true }
  | { readonly answer: Answer }
  | { readonly failure: ToldError };

/** Threads of one kind, each with a setup. They start when they are first asked, or by {@link ready}. */
export class ThreadGroup<Question, Answer> {
  readonly #threads: Lazy<readonly Thread<Question, Answer>[]>;

  /** @param setups one for each thread. */
  constructor(starter: ThreadStarter, worker: string, setups: readonly unknown[]) {
    this.#threads = new Lazy(() =>
      allStarted(setups.map((setup) => starter.start<Question, Answer>(worker, setup))),
    );
  }

  /** Whether the threads are there or on their way. */
  get isStarted(): boolean {
    return this.#threads.isWanted;
  }

  /** Starts the threads. If one fails, none is left running, and the next call tries again. */
  async ready(): Promise<this> {
    await this.#threads.get();
    return this;
  }

  /** A question for each of the first threads, or for all. @returns their answers, in order. */
  async ask(questions: readonly Question[]): Promise<Answer[]> {
    const threads = await this.#threads.get();
    return allAnswered(questions.map((question, i) => threads[i].ask(question)));
  }

  stop(): Promise<void> {
    return this.#threads.dispose((threads) => Promise.all(threads.map((thread) => thread.stop())));
  }
}

async function allStarted<T extends { stop(): Promise<void> }>(
  starting: readonly Promise<T>[],
): Promise<T[]> {
  const results = await Promise.allSettled(starting);
  const started = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = results.find((result) => result.status === "rejected");
  if (!failed) return started;
  await Promise.all(started.map((thread) => thread.stop()));
  throw failed.reason;
}

/** What answers on this thread: the same that each worker has. */
export interface Answerer<Question, Answer> {
  answer(question: Question): Promise<Answer>;
  dispose(): Promise<void>;
}

export interface PoolSetup<Question, Answer> {
  readonly starter: ThreadStarter;
  /** How many threads share a question; 1: none are ever started. */
  readonly threads: number;
  readonly worker: string;
  /** Of each worker. */
  readonly setup: unknown;
  /** Multiplications that are worth the start of threads. */
  readonly worthThreads: number;
  readonly load: () => Promise<Answerer<Question, Answer>>;
}

/** A question in parts, and how its answer is put together from theirs. */
export interface CutQuestion<Question, Answer> {
  readonly parts: readonly Question[];
  /** @param answers those of all parts, in order. */
  join(answers: readonly Answer[]): Answer;
}

export interface SharedQuestion<Question, Answer> {
  /** The multiplications it takes, about. */
  readonly work: number;
  /** Into `count` parts at most. One part alone is answered on this thread. */
  cut(count: number): CutQuestion<Question, Answer>;
}

/**
 * Answers on this thread, and on several once a question is worth starting them. Questions that are asked at the same
 * time are answered one after the other: an answerer has one set of arrays.
 */
export class WorkerPool<Question, Answer> {
  readonly #own: Lazy<Answerer<Question, Answer>>;
  readonly #group: ThreadGroup<Question, Answer>;
  readonly #threads: number;
  readonly #worthThreads: number;
  readonly #turns = new Turns();

  constructor({ starter, threads, worker, setup, worthThreads, load }: PoolSetup<Question, Answer>) {
    this.#own = new Lazy(load);
    this.#group = new ThreadGroup(starter, worker, Array<unknown>(threads).fill(setup));
    this.#threads = threads;
    this.#worthThreads = worthThreads;
  }

  /** Loads what answers on this thread; otherwise the first question does. */
  async ready(): Promise<this> {
    await this.#own.get();
    return this;
  }

  ask(question: SharedQuestion<Question, Answer>): Promise<Answer> {
    return this.#turns.take(() => this.#answer(question));
  }

  async dispose(): Promise<void> {
    await this.#turns.ended();
    await this.#own.dispose((own) => own.dispose());
    await this.#group.stop();
  }

  async #answer(question: SharedQuestion<Question, Answer>): Promise<Answer> {
    const isShared = this.#group.isStarted || question.work >= this.#worthThreads;
    const { parts, join } = question.cut(isShared ? this.#threads : 1);
    if (parts.length > 1) return join(await this.#group.ask(parts));
    const own = await this.#own.get();
    return join([await own.answer(parts[0])]);
  }
}

/** Where `count` shares of `rows` rows begin and end, of as near the same size as can be. */
export function evenShares(rows: number, count: number): { readonly from: number; readonly to: number }[] {
  const end = (share: number) => Math.floor((rows * share) / count);
  return Array.from({ length: count }, (_, i) => ({ from: end(i), to: end(i + 1) }));
}

/**
 * Memory that threads share, where there is such: a page has it only when it is isolated from others. Elsewhere no thread is
 * started, and what would be theirs runs on the thread that asks.
 */
export function memoryOfThreads(bytes: number): ArrayBufferLike {
  return typeof SharedArrayBuffer === "undefined" ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes);
}

/** A copy in such memory. */
export function shareable(cells: Float32Array): ArrayBufferLike {
  const memory = memoryOfThreads(cells.byteLength);
  new Float32Array(memory).set(cells);
  return memory;
}
