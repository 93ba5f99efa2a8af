/** @file Writing to the terminal: answers to standard output, everything else to standard error; work with a bar and Ctrl-C. */
import { SingleBar } from "cli-progress";
import type { LongWork } from "../base/async.ts";
import { printable } from "../base/printable.ts";

let tableOnStandardOutput: string | undefined;

/** Standard output has a table now, written to this file first: what is printed goes to standard error. */
export function printElsewhere(file: string | undefined): void {
  tableOnStandardOutput = file;
}

export function print(text: string): void {
  if (tableOnStandardOutput === undefined) process.stdout.write(`${printable(text)}\n`);
  else note(text.replaceAll(tableOnStandardOutput, "standard output"));
}

/** Bars that stand in the last line of the terminal. */
let barsShown = 0;
/** Goes to the line's beginning and clears it: a bar that stands there draws itself anew. */
const CLEAR_LINE = "\r\u001b[2K";

export function note(text: string): void {
  process.stderr.write(`${barsShown > 0 ? CLEAR_LINE : ""}${printable(text)}\n`);
}

/** Prints what a command has to say: as JSON (with the numbers that JSON lacks as null) if that is asked for, else as text. */
export function answer(json: boolean | undefined, value: unknown, text: string): void {
  print(json ? JSON.stringify(value, undefined, 2) : text);
}

/** "1 row is", "3 rows are". */
export function rowsAre(rows: number): string {
  return rows === 1 ? "1 row is" : `${rows} rows are`;
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
    barsShown++;
  }

  update(done: number, fields: Readonly<Record<string, string | number>> = {}): void {
    this.#bar?.update(done, fields);
  }

  stop(): void {
    if (this.#bar?.isActive) barsShown--;
    this.#bar?.stop();
  }

  get isShown(): boolean {
    return this.#bar !== undefined;
  }
}

/** A bar that counts rows, questions or bytes; shown as soon as it is known how many there are. */
class CountBar {
  readonly #what: string;
  readonly #began = performance.now();
  #bar: ProgressBar | undefined;
  #stopped = false;

  constructor(what: string) {
    this.#what = what;
  }

  update(done: number, total: number): void {
    if (this.#stopped || total === Number.POSITIVE_INFINITY) return;
    const format = `{bar} {percentage}% | {value}/{total} ${this.#what} | {speed} a second | {eta_formatted} left`;
    this.#bar ??= new ProgressBar(format, total, { speed: "-" });
    const seconds = (performance.now() - this.#began) / 1000;
    this.#bar.update(done, { speed: done === 0 ? "-" : Math.round(done / seconds) });
  }

  stop(): void {
    this.#stopped = true;
    this.#bar?.stop();
  }
}

const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Work that Ctrl-C, SIGTERM or the end of the terminal (SIGHUP) aborts, so that it can end cleanly; a second one ends the
 * process.
 * @param display what shows the progress: taken away before the notice, and at the end whatever happens.
 */
export async function interruptible<Made>(
  notice: string,
  display: { stop(): void },
  work: (signal: AbortSignal) => Promise<Made>,
): Promise<Made> {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    display.stop();
    note(notice);
    controller.abort();
  };
  for (const signal of ENDING) process.on(signal, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    display.stop();
    for (const signal of ENDING) process.off(signal, onSignal);
  }
}

/** How work reports its progress and is interrupted. */
export type Work = Required<LongWork>;

/** The same with a bar that counts. @param what is counted: "rows". */
export function counted<Made>(
  what: string,
  work: (how: Work) => Promise<Made>,
  notice = "Ending ...",
): Promise<Made> {
  const bar = new CountBar(what);
  const onProgress = (done: number, total: number) => bar.update(done, total);
  return interruptible(notice, bar, (signal) => work({ signal, onProgress }));
}

/** Does the work, then writes what it made; an interrupt before that throws, and nothing is written. */
export async function countedAndWritten<Made>(
  what: string,
  work: (how: Work) => Promise<Made>,
  write: (made: Made) => Promise<void>,
): Promise<Made> {
  const make = async (how: Work) => {
    const made = await work(how);
    how.signal.throwIfAborted(); // it may have come in the last batch
    await write(made);
    return made;
  };
  return counted(what, make, "Ending; nothing is written ...");
}
