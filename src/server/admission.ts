/** @file How many questions are answered at once, and how long each may take. */
import type { ServerLimits } from "./limits.ts";
import { Refusal } from "./refusals.ts";

/** A question that was let in. */
export interface Admitted {
  /** Ends the work, with a refusal: the time is up, nobody waits for the answer any more, or the server ends. */
  readonly signal: AbortSignal;
  /** What is worked out, or the signal's refusal as soon as it comes: not all work can be ended. */
  inTime<Made>(work: Promise<Made>): Promise<Made>;
  /** Gives the place to another question; once. */
  leave(): void;
}

export class Admission {
  readonly #limits: ServerLimits;
  readonly #works = new Set<AbortController>();
  #inside = 0;
  #isClosed = false;
  #onEmpty: (() => void) | undefined;

  constructor(limits: ServerLimits) {
    this.#limits = limits;
  }

  get inside(): number {
    return this.#inside;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @throws Refusal: 429 where too many are inside, 503 where the server ends. */
  enter(left: AbortSignal): Admitted {
    if (this.#isClosed)
      throw new Refusal(503, "The server is shutting down: ask again in a moment.", {
        "retry-after": "5",
        connection: "close",
      });
    const { concurrent, seconds } = this.#limits;
    if (this.#inside >= concurrent)
      throw new Refusal(429, `${concurrent} questions are being answered: ask again in a second.`, {
        "retry-after": "1",
      });
    this.#inside++;
    const work = new AbortController();
    const timer = setTimeout(() => work.abort(tooLong(seconds)), 1000 * seconds);
    const onLeft = () => work.abort(new Refusal(499, "Nobody waits for the answer any more."));
    left.addEventListener("abort", onLeft, { once: true });
    this.#works.add(work);
    let isInside = true;
    return {
      signal: work.signal,
      inTime: (made) => inTime(made, work.signal),
      leave: () => {
        if (!isInside) return;
        isInside = false;
        clearTimeout(timer);
        left.removeEventListener("abort", onLeft);
        this.#works.delete(work);
        this.#inside--;
        if (this.#inside === 0) this.#onEmpty?.();
      },
    };
  }

  /** Lets nobody in any more, and waits for those inside; after so many seconds their work is ended. */
  async close(seconds: number): Promise<void> {
    this.#isClosed = true;
    if (this.#inside === 0) return;
    const timer = setTimeout(() => {
      for (const work of this.#works) work.abort(ended());
    }, 1000 * seconds);
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    clearTimeout(timer);
  }
}

const tooLong = (seconds: number) =>
  new Refusal(503, `The answer took longer than ${seconds} s: ask about fewer rows or columns.`, {
    "retry-after": "1",
  });
const ended = () => new Refusal(503, "The answer was given up: the server is shutting down.");

async function inTime<Made>(work: Promise<Made>, signal: AbortSignal): Promise<Made> {
  let onAbort = () => {};
  const given = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([work, given]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
