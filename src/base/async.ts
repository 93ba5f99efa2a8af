/** @file Who waits for whom: work in turns, things made when first wanted, several answers awaited together. */

/** What every call that takes long can be given. */
export interface LongWork {
  /**
   * Called now and then with how much is done, and how much there is (Infinity where nobody knows): rows, questions,
   * steps.
   */
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the work after the piece in hand, by throwing the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Pieces of work one after the other, in the order in which they were asked for. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Begins once all work that was asked for before is done. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined); // whoever asked gets the error; the next may proceed
    return turn;
  }

  /** When all work that was asked for is done, well or not. */
  async ended(): Promise<void> {
    await this.#last;
  }
}

/** Something that is made when it is first wanted, once. A failure is not kept: the next who wants it tries again. */
export class Lazy<T> {
  readonly #make: () => Promise<T>;
  #made: Promise<T> | undefined;

  constructor(make: () => Promise<T>) {
    this.#make = make;
  }

  /** Whether it is there or being made. */
  get isWanted(): boolean {
    return this.#made !== undefined;
  }

  get(): Promise<T> {
    this.#made ??= this.#make().catch((error: unknown) => {
      this.#made = undefined;
      throw error;
    });
    return this.#made;
  }

  /** Disposes of what was made, if anything was; wanted again, it is made anew. */
  async dispose(dispose: (made: T) => Promise<unknown>): Promise<void> {
    const made = this.#made;
    this.#made = undefined;
    if (made) await dispose(await made);
  }
}

/**
 * All answers; if one fails, only after the others have come, so that none is taken for the answer to a later
 * question.
 */
export async function allAnswered<T>(answers: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(answers);
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}
