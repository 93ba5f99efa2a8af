/** @file Writing to the terminal: answers to standard output, everything else to standard error. */
import { SingleBar } from "cli-progress";

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** JSON with the numbers that JSON lacks as null. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** A bar with rate and time left on a terminal; nothing elsewhere. */
export class ProgressBar {
  readonly #bar: SingleBar | undefined;

  /** @param format of cli-progress: {bar}, {percentage}, {value}, {total}, {eta_formatted} and own fields. */
  constructor(format: string, total: number, fields: Readonly<Record<string, string | number>> = {}) {
    if (!process.stderr.isTTY) return;
    this.#bar = new SingleBar({
      format,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 200,
      fps: 5,
    });
    this.#bar.start(total, 0, fields);
  }

  update(done: number, fields: Readonly<Record<string, string | number>> = {}): void {
    this.#bar?.update(done, fields);
  }

  stop(): void {
    this.#bar?.stop();
  }

  get isShown(): boolean {
    return this.#bar !== undefined;
  }
}

/** A bar for work on the rows of a table (or on as many questions). */
export class RowsBar extends ProgressBar {
  readonly #began = performance.now();

  constructor(rows: number, what = "rows") {
    const format = `{bar} {percentage}% | {value}/{total} ${what} | {speed} a second | {eta_formatted} left`;
    super(format, rows, { speed: "-" });
  }

  override update(done: number): void {
    const seconds = (performance.now() - this.#began) / 1000;
    super.update(done, { speed: Math.round(done / seconds) });
  }
}

/** Aborts at the first Ctrl-C (or SIGTERM), so that work can end cleanly; a second one ends the process. */
export function abortOnInterrupt(
  notice: string,
  onAbort?: () => void,
): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    onAbort?.();
    note(notice);
    controller.abort();
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return {
    signal: controller.signal,
    stop() {
      process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    },
  };
}

/** How the work reports its progress and is interrupted. */
export interface RowWork {
  readonly signal: AbortSignal;
  readonly onProgress: (rowsDone: number) => void;
}

/** Does the work, then writes what it made; an interrupt before that throws, and nothing is written. */
export async function onRows<Made>(
  rows: number,
  work: (how: RowWork) => Promise<Made>,
  write: (made: Made) => Promise<void>,
): Promise<Made> {
  const bar = new RowsBar(rows);
  const interrupt = abortOnInterrupt("Ending; nothing is written ...", () => bar.stop());
  try {
    const made = await work({ signal: interrupt.signal, onProgress: (done) => bar.update(done) });
    interrupt.signal.throwIfAborted(); // it may have come in the last batch
    await write(made);
    return made;
  } finally {
    bar.stop();
    interrupt.stop();
  }
}
